"""The target of the mapping rows."""

from decimal import Decimal

from pydantic import BaseModel, Field


class Tax(BaseModel):
    """A tax on a line."""

    code: str
    share: Decimal


class Line(BaseModel):
    """A line of an order."""

    sku: str
    quantity: int = Field(gt=0)
    shop: str
    taxes: list[Tax]


class Address(BaseModel):
    """Where it goes."""

    city: str | None
    country: str | None


class Order(BaseModel):
    """An order with lines, each with taxes."""

    order_id: str
    total: Decimal
    lines: list[Line]
    address: Address | None
