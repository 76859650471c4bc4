"""The target of the mapping hubspot_members."""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field


class MergeFields(BaseModel):
    """The list's own fields; an empty text clears one."""

    FNAME: str
    LNAME: str
    PHONE: str
    LTV: Decimal | None


class Member(BaseModel):
    """A member of the newsletter list, for PUT /lists/{list}/members/{subscriber_hash}."""

    subscriber_hash: str = Field(min_length=32, max_length=32)
    email_address: str
    status_if_new: Literal["subscribed", "unsubscribed"]
    language: str | None
    tags: list[str]
    merge_fields: MergeFields
