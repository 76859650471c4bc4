"""The target of the mapping resend_notes."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel


class Note(BaseModel):
    """A note on a contact of the CRM."""

    external_id: str
    contact_email: str
    kind: Literal["sent", "delivered", "opened"]
    happened_at: AwareDatetime
    body: str
