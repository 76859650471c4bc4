"""The target of the mapping github_tickets."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field


class Ticket(BaseModel):
    """A ticket of the service desk."""

    key: str
    summary: str = Field(max_length=120)
    reporter: str
    status: Literal["open", "solved", "refused"]
    priority: Literal["high", "normal"]
    labels: list[str]
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None
    release: str | None
