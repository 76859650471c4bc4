"""The target of the mapping mollie_payments."""

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field


class Payment(BaseModel):
    """A payment, as the ledger books it, whoever collected it."""

    payment_id: str
    reference: str
    amount: Decimal = Field(ge=0)
    currency: str
    status: Literal["settled", "pending"]
    paid_at: AwareDatetime | None
    customer_id: str | None
    email: str | None
    account: str | None
    refunded: Decimal
