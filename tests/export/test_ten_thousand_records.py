"""An exported mapping gives what the description of its rules says, for ten thousand generated records."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from intkit.compiler.compile import compile_mapping
from intkit.export.module import export_source
from intkit.results.loading import run_source
from tests.compiler.test_compiled_equals_oracle import FULL, MAPS, SEEN
from tests.rules.compiled import spec_of
from tests.rules.oracle import Failure, Unclear, evaluate

WORDS = ["", "a", "b", "12", "x y", "Łódź", '"', "\\", "{}"]
RULES = {
    "path": "address.country.code",
    "chosen": "title or customer.email or id",
    "upper": "customer | id_of | upper",
    "looked": "title | lookup(WORDS, default='none')",
    "text": 'f"{id} {address.city}"',
    "whole": "amount + count * 2",
    "number": "rate * amount",
    "total": "sum(line.price for line in lines.data)",
    "divided": "amount / count",
    "paid": "paid and not open",
    "tags": "[line.sku | upper for line in lines.data if line.quantity > 0]",
    "labels": "unique(label for label in labels)",
    "most": "max(line.quantity for line in lines.data if line.quantity is not None)",
}


class Made(BaseModel):
    """A field a rule."""

    path: str | None
    chosen: str | None
    upper: str | None
    looked: str | None
    text: str | None
    whole: int | None
    number: Decimal | None
    total: Decimal | None
    divided: Decimal | None
    paid: bool | None
    tags: list[str] | None
    labels: list[str] | None
    most: int | None


def generated(rng: random.Random) -> dict[str, Any]:
    """Return a record of the shape that the source showed, with what may be missing missing now and then."""

    def word() -> str:
        return rng.choice(WORDS)

    def perhaps(value: Any) -> Any:
        return rng.choice([None, value, value])

    def line() -> dict[str, Any]:
        price, quantity = rng.choice([0.1, 1.5, -2.25, 3]), perhaps(rng.randint(-20, 20))
        return {"sku": word(), "quantity": quantity, "price": price, "note": perhaps(word()), "tags": []}

    record = {
        "id": word(),
        "amount": rng.randint(-20, 20),
        "rate": rng.choice([0.5, -1.25, 7]),
        "paid": rng.random() < 0.5,
        "lines": {"data": [line() for _ in range(rng.randint(0, 3))]},
    }
    others = {
        "title": perhaps(word()),
        "count": perhaps(rng.randint(-3, 3)),
        "open": perhaps(rng.random() < 0.5),
        "customer": perhaps(rng.choice([word(), {"id": word()}, {"id": word(), "email": word()}])),
        "address": perhaps({"city": perhaps(word()), "country": perhaps({"code": word()})}),
        "labels": perhaps([word() for _ in range(rng.randint(0, 3))]),
    }
    return record | {key: value for key, value in others.items() if rng.random() < 0.9}


def expected(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the rules say, or None where one of them rejects the record."""
    try:
        return {name: evaluate(rule, record, MAPS) for name, rule in RULES.items()}
    except Failure:
        return None


@pytest.mark.slow
def test_ten_thousand_records_give_what_the_oracle_gives():
    spec = spec_of(SEEN, Made, RULES, maps=MAPS)
    program = compile_mapping(spec)
    module = run_source(export_source(program, None, []), spec, {"Made": Made})
    rng, accepted = random.Random(8), 0
    assert module.map_record(FULL)
    for _ in range(10_000):
        record = generated(rng)
        try:
            wanted = expected(record)
        except Unclear:
            continue  # null and a reject are both right
        (made,) = module.map_record(json.dumps(record).encode())
        gives = None if isinstance(made, module.Reject) else made.model_dump()
        assert gives == wanted, (record, made)
        accepted += gives is not None
    assert 2_000 < accepted < 9_999
