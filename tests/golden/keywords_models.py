"""The target of the mapping keywords."""

from pydantic import BaseModel, Field


class Transfer(BaseModel):
    """A transfer, in words that Python keeps for itself."""

    sender: str = Field(alias="from")
    class_: str = Field(alias="class")
    order: str | None = Field(alias="order-id")
    value: str
    second: int
    street: str | None
    quote: str
