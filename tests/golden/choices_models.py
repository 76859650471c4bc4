"""The target of the mapping choices."""

from datetime import date
from enum import Enum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel


class Stage(Enum):
    """How far a deal is."""

    OPEN = "open"
    WON = "won"


class Deal(BaseModel):
    """A deal."""

    deal_id: UUID
    stage: Stage
    size: Literal["small", "large"]
    source: Literal["web", "shop"] | None
    closes: date | None
    probability: float
