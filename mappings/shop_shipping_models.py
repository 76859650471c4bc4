"""The target of the mapping shop_shipping."""

from decimal import Decimal

from pydantic import BaseModel, Field


class PackageRow(BaseModel):
    """Goods in a package; the value is with tax, for the insurer."""

    sku: str
    quantity: Decimal = Field(gt=0)
    value: Decimal


class Package(BaseModel):
    """What leaves one warehouse for an order."""

    reference: str
    warehouse: str
    rows: list[PackageRow] = Field(min_length=1)


class Address(BaseModel):
    """Where it goes."""

    name: str
    street: str
    postcode: str
    city: str
    country: str


class Shipment(BaseModel):
    """A message to the carrier."""

    order: str
    address: Address
    packages: list[Package]
