"""The target of the mapping nothing."""

from pydantic import BaseModel, ConfigDict, Field


class Member(BaseModel):
    """A member of a list."""

    model_config = ConfigDict(validate_by_name=True)

    email: str = Field(alias="emailAddress")
    name: str = "unknown"
    country: str | None = None
    language: str | None = None
    fax: str | None
    tags: list[str] = []
