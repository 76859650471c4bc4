"""The target of the mapping shop_inventory."""

from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, Field


class StockChange(BaseModel):
    """What one order line takes out of a warehouse."""

    order: str
    sku: str
    warehouse: str
    change: Decimal = Field(lt=0)
    at: AwareDatetime
