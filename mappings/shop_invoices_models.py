"""The target of the mapping shop_invoices."""

from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, Field


class InvoiceLine(BaseModel):
    """What is charged."""

    description: str
    quantity: Decimal
    price: Decimal


class Customer(BaseModel):
    """Who pays; accounting takes an address with gaps."""

    name: str
    street: str | None
    postcode: str
    city: str
    country: str | None


class OrderInvoice(BaseModel):
    """A message to accounting."""

    reference: str
    customer: Customer
    ordered_at: AwareDatetime
    currency: str
    net: Decimal
    lines: list[InvoiceLine] = Field(min_length=1)
