"""The target of the mapping unions."""

from pydantic import BaseModel


class Invoice(BaseModel):
    """An invoice and who pays it."""

    invoice_id: str
    customer_id: str | None
    customer_email: str | None
    first_tag: str | None
    tags: list[str] | None
