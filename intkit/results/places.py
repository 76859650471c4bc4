"""Places in one record, `lines.data[0].sku`: a path whose lists are counted from 0."""

from __future__ import annotations

import re
from typing import Any

from intkit.paths import EACH, format_path, has_step, parse_place


def value_at(record: Any, path: str) -> Any:
    """Return what stands at a path; behind `[]` the list of what stands in each; None where nothing does."""
    found = [value for _, value in places_at(record, path)]
    return found if EACH in parse_place(path) else found[0]


def places_at(record: Any, path: str) -> list[tuple[str, Any]]:
    """Return every place that a path leads to in one record, `lines.data[0].sku`, and what stands there."""
    found: list[tuple[str, Any]] = [("", record)]
    for step in parse_place(path):
        if step == EACH:
            lists = [(place, value) for place, value in found if isinstance(value, list)]
            found = [(f"{place}[{n}]", each) for place, value in lists for n, each in enumerate(value)]
        else:
            found = [
                (_below(place, step), value[step] if has_step(value, step) else None)
                for place, value in found
            ]
    return found


def _below(place: str, step: str | int) -> str:
    spelt = f"[{step}]" if isinstance(step, int) else format_path([step])
    return place + spelt if spelt.startswith("[") or not place else f"{place}.{spelt}"


def without_index(path: str) -> str:
    """Return `refunds[3].amount` as `refunds[].amount`."""
    return re.sub(r"\[\d+\]", "[]", path)
