"""The target of the mapping shop_invoices."""

from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, Field


class InvoiceLine(BaseModel):
    """What is charged."""

    description: str
    quantity: Decimal
    price: Decimal


class OrderInvoice(BaseModel):
    """A message to accounting."""

    reference: str
    customer: str
    ordered_at: AwareDatetime
    currency: str
    net: Decimal
    lines: list[InvoiceLine] = Field(min_length=1)
