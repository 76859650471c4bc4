"""What the ledger takes, whoever collected the money; several mappings have it as their target."""

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field


class Refund(BaseModel):
    """Money that went back."""

    refund_id: str
    amount: Decimal


class Payment(BaseModel):
    """A payment, as the ledger books it."""

    payment_id: str
    reference: str
    amount: Decimal = Field(ge=0)
    currency: str
    status: Literal["settled", "pending"]
    paid_at: AwareDatetime | None
    customer_id: str | None
    email: str | None
    card: str | None
    account: str | None
    refunded: Decimal
    refunds: list[Refund] | None = Field(
        default=None, description="null where the provider does not list them"
    )
