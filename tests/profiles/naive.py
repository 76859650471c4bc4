"""A slow profile that is plainly right: it visits one value after the other and keeps them all."""

from __future__ import annotations

from collections import defaultdict

from intkit.paths import format_path

WORDS = {str: "text", int: "integer", float: "number", bool: "boolean", dict: "object", list: "list"}


class Seen:
    def __init__(self):
        self.parents = 0
        self.values = []
        self.first = {}


def recount(records, missing=()):
    """Return for each path what was seen there: all values, and in which record each type came first."""
    seen = defaultdict(Seen)
    for number, record in enumerate(records):
        _visit(record, (), number, seen, missing)
    for steps, place in seen.items():
        around = steps[:-1]
        if not steps:
            place.parents = len(records)
        elif steps[-1] == "[]":
            place.parents = sum(len(value) for value in seen[around].values if isinstance(value, list))
        else:
            place.parents = sum(isinstance(value, dict) for value in seen[around].values)
    return {format_path(steps): place for steps, place in seen.items()}


def _visit(value, steps, number, seen, missing):
    if any(type(value) is type(word) and value == word for word in missing):
        value = None
    place = seen[steps]
    place.values.append(value)
    place.first.setdefault("null" if value is None else WORDS[type(value)], number)
    if isinstance(value, dict):
        for key, inner in value.items():
            _visit(inner, (*steps, key), number, seen, missing)
    elif isinstance(value, list):
        for inner in value:
            _visit(inner, (*steps, "[]"), number, seen, missing)
