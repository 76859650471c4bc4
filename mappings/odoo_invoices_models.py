"""The target of the mapping odoo_invoices."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field


class Detail(BaseModel):
    """A line of the invoice; Moneybird counts in words, `2 x`."""

    description: str
    amount: str
    price: Decimal
    tax_rate_id: str


class SalesInvoice(BaseModel):
    """A sales invoice, for POST /sales_invoices at Moneybird."""

    reference: str
    contact_id: str
    invoice_date: date
    currency: str
    details_attributes: list[Detail] = Field(min_length=1)
