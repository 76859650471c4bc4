"""A small shop in tests: orders as an API gives them, and the target that they are mapped to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel

import intkit


class Row(BaseModel):
    """One line of a sale."""

    sku: str
    pieces: int


class Sale(BaseModel):
    """What the books take."""

    number: str
    total: Decimal
    state: str | None = None
    rows: list[Row] = []


ORDERS: list[dict[str, Any]] = [
    {
        "id": "a1",
        "total": "12.50",
        "state": "new",
        "lines": {"data": [{"sku": "x", "pieces": 1}, {"sku": "y", "pieces": 2}]},
    },
    {"id": "a2", "total": "7", "state": None, "lines": {"data": []}},
    {"id": "a3", "total": "much", "state": "paid", "lines": {"data": [{"sku": "z", "pieces": 3}]}},
    {"id": "a4", "total": "0.10", "state": "void", "lines": {"data": []}},
]


def new_mapping(name: str = "shop", target: Any = Sale, records: Any = ORDERS) -> intkit.Mapping:
    """Return a mapping without rules."""
    return intkit.Mapping(name, source=intkit.profile(records), target=target, record="order")


def make_mapping(name: str = "shop") -> intkit.Mapping:
    """Return a whole mapping."""
    mapping = new_mapping(name).set("number", "id").set("total", "total | number", note="euros")
    mapping.value_map("STATES", {"new": "open", "paid": "closed"}, note="as the books say it")
    mapping.when("state != 'void'").set("state", "state | lookup(STATES)")
    mapping.set("rows[]", "for line in lines.data")
    return mapping.set("rows[].sku", "line.sku").set("rows[].pieces", "line.pieces")
