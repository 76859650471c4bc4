"""What stands in for parts of the runtime where the targets are msgspec Structs: no pydantic at run time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from intkit.compiler.rehearsal import Failures, find_failed, lenient
from intkit.compiler.rejects import Problem


def refusals(*_: object) -> list[Problem]:
    """Return nothing: a Struct refuses nothing, and `target_problems` is as empty."""
    return []


def target_problems(*_: object) -> list[Problem]:
    """Return nothing: what a Struct's fields ask for is checked where their values are built."""
    return []


def holding(kind: type[msgspec.Struct], seen: Failures) -> type[msgspec.Struct]:
    """Return a target's class as it is; it takes what failed as well, and is looked through for it."""
    seen.kinds.add(kind)
    return kind


def parts_of(built: Any) -> tuple[Sequence[str | int], Iterable[Any]]:
    """Return the steps to the parts of what was built, and the parts."""
    if isinstance(built, list):
        return range(len(built)), built
    if isinstance(built, dict):
        return [*built], built.values()
    return built.__struct_fields__, msgspec.structs.astuple(built)


def refusing(function: Callable[..., Any], seen: Failures) -> Callable[..., Any]:
    """Return what takes the place of `refuse`: rows of which one failed stay, where there are too many too."""
    refuse = lenient(function, seen)
    return lambda value, reason: value if find_failed([value], seen) else refuse(value, reason)


def target_line(target: msgspec.Struct) -> str:
    """Return a target as one line of JSON; half of a character, which a source can send, as it was sent."""
    try:
        return msgspec.json.encode(target).decode()
    except ValueError:
        return json.dumps(msgspec.to_builtins(target))
