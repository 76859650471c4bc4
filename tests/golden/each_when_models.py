"""The target of the mapping each_when."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel


class Refund(BaseModel):
    """Money that went back, a target a refund."""

    refund_id: str
    charge_id: str
    amount: Decimal
    at: datetime
