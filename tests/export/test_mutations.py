"""No record with one leaf gone wrong gives a target that its model would refuse."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.export.awkward import load_golden, records_of

WRONG = [
    *(None, "", " ", "x", "12", "1.5", "\0", "é" * 300, "2026-02-30", True, False, 0, -1, 1.5, -0.0, 1e308),
    *(
        2**63,
        -(2**70),
        [],
        {},
        [None],
        {"id": None},
        {"id": "y"},
        [[]],
        [{}],
        "0" * 5000,
        "None",
        "no",
        "NaN",
    ),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a record, containers included."""
    if path:
        yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, each in children:
        yield from places(each, (*path, key))


def mutated(record: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return a record with one place changed, or taken out."""
    made = copy.deepcopy(record)
    *above, last = rng.choice(list(places(made)))
    parent = made
    for step in above:
        parent = parent[step]
    if rng.random() < 0.1:
        del parent[last]
    else:
        parent[last] = rng.choice(WRONG)
    return made


def invalid_rows(name: str, module: Any, count: int, seed: int = 1) -> list[Any]:
    """Map so many mutations, and return the accepted targets that strict validation of their fields refuses."""
    rng, records, wrong, accepted = random.Random(seed), records_of(name), [], 0
    for _ in range(count):
        record = mutated(rng.choice(records), rng)
        for made in module.map_record(json.dumps(record).encode()):
            if isinstance(made, module.Reject):
                assert made.problems, record
                continue
            accepted += 1
            try:
                type(made).model_validate(made.model_dump(by_alias=True), strict=True)
            except ValueError as error:
                wrong.append((record, str(error)))
    assert accepted > count // 50
    return wrong


@pytest.mark.parametrize("name", ["keywords", "unions", "rows", "each_when", "choices", "nothing"])
def test_no_mutation_gives_an_invalid_target(name):
    assert invalid_rows(name, load_golden(name), 400) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["keywords", "unions", "rows", "each_when", "choices", "nothing"])
def test_no_mutation_of_many_gives_an_invalid_target(name):
    assert invalid_rows(name, load_golden(name), 17_000) == []
