"""The target of the mapping mailchimp_contacts."""

from pydantic import BaseModel


class Properties(BaseModel):
    """HubSpot takes every value as text."""

    email: str
    firstname: str
    lastname: str
    phone: str | None
    ltv: str | None
    city: str | None
    hs_email_optout: str


class Contact(BaseModel):
    """A contact to create or update in HubSpot, found by its address."""

    id_property: str
    properties: Properties
