"""What stands in for parts of the runtime where the targets are msgspec Structs: no pydantic at run time."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from intkit.rules.runtime import FAILURES, Facts, Problem, one_line, rule_of


def target_problems(built: dict[str, Any], facts: Facts) -> list[Problem]:
    """Return what the target itself says against the values; the first that it meets."""
    try:
        facts.validate(built)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at `$")
        field, _, reason = said.rpartition(": ")
        target = f"{place.rstrip('`')}.{field}".strip(".")
        rule = rule_of([re.sub(r"\[\d+\]", "[]", target)], facts)
        return [Problem(rule[1], target, None, reason)]
    except FAILURES as error:
        return [Problem("", "", None, one_line(error))]
    return []


def target_line(target: msgspec.Struct) -> str:
    """Return a target as one line of JSON."""
    return msgspec.json.encode(target).decode()
