"""What stands in for parts of the runtime where the targets are msgspec Structs: no pydantic at run time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from intkit.compiler.explanation import (
    FAILURES,
    Facts,
    Failed,
    Problem,
    find_failed,
    lenient,
    one_line,
    paths_of,
)


def target_problems(built: dict[str, Any], facts: Facts, seen: list[Failed]) -> list[Problem]:
    """Return which value is of another type than the target's; the first that there is."""
    if seen:  # what failed is of another type
        return []
    try:
        facts.validate(built)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at `$")
        target = place.rstrip("`").removeprefix(".")
        return [Problem(paths_of(target, facts), target, None, said)]
    except FAILURES as error:
        return [Problem("", "", None, one_line(error))]
    return []


def as_dict(kind: type[msgspec.Struct], _: list[Failed]) -> Callable[..., dict[str, Any]]:
    """Return what takes the place of a Struct: it gives its fields as a dict, for what failed fits no Struct."""
    names = kind.__struct_fields__
    return lambda *values, **named: dict(zip(names, values, strict=False), **named)


def refusing(function: Callable[..., Any], seen: list[Failed]) -> Callable[..., Any]:
    """Return what takes the place of `refuse`: rows of which one failed stay, where there are too many too."""
    refuse = lenient(function, seen)
    return lambda value, reason: value if find_failed([value], (), seen) else refuse(value, reason)


def target_line(target: msgspec.Struct) -> str:
    """Return a target as one line of JSON; half of a character, which a source can send, as it was sent."""
    try:
        return msgspec.json.encode(target).decode()
    except ValueError:
        return json.dumps(msgspec.to_builtins(target))
