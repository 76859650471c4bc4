"""Advice: which transform brings a value to the type that is wanted, as its type and its values have it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from intkit.rules.types import Type

if TYPE_CHECKING:
    from intkit.profiles.formats import Format

_TIMES = {
    "json date": "from_microsoft_date",
    "datetime": "parse_datetime",
    "datetime without offset": 'local_datetime("Europe/Amsterdam")',
    "epoch seconds": "from_epoch",
    "epoch milliseconds": "from_epoch_ms",
    "epoch microseconds": "from_epoch_us",
}
_READERS = {
    **dict.fromkeys(("from_epoch", "from_epoch_ms", "from_epoch_us"), "datetime"),
    **dict.fromkeys(("parse_datetime", "local_datetime", "from_microsoft_date"), "datetime"),
    **dict.fromkeys(("parse_date", "parse_day_first", "parse_month_first"), "date"),
    **dict.fromkeys(("number", "decimal", "from_percent", "minor_units", "stripe_amount"), "number"),
}
"""Transforms that read a value: one that is written otherwise wants another of them, and not one before it."""
_MINOR = ("minor_units", "stripe_amount")


def advise_call(given: Type, wanted: Type, name: str, value: str, call: str) -> str:
    """Return what to write where a value is piped into a transform that does not take it.

    Args:
        given: the value's type.
        wanted: what the transform takes.
        name: the transform's.
        value: the value as the rule has it, in parentheses where it needs them.
        call: the transform as the rule has it, with what stands behind the value.
    """
    if name in _MINOR and given.kind == "text" and _format(given).startswith("integer"):
        return f"Write `{value} | whole | {call}`."
    if name in _MINOR and given.kind == "number":
        return f"Write `{value}`: an amount with decimals is in major units."
    if name in _READERS:
        if given.kind == _READERS[name]:
            return f"Write `{value}`: it is {given} already."
        steps = bridge(given, Type(_READERS[name]))
        return f"Write `{value} | {steps}`." if steps else "Put another transform before it."
    if name == "yes_no" and given.kind == "number":
        return f"Write `{value} != 0`."
    if given.kind == "list" and wanted.kind != "list" and given.element and bridges(given.element, wanted):
        return f"Write `[each | {call} for each in {value}]`."
    steps = bridge(given, wanted)
    return f"Write `{value} | {steps} | {call}`." if steps else "Put another transform before it."


def bridges(given: Type, wanted: Type) -> bool:
    """Whether a value is of a wanted type."""
    return given.kind in {part.kind for part in wanted.parts or (wanted,)}


def bridge(given: Type, wanted: Type) -> str:
    """Return the transforms that bring a value to another type, as they stand behind `|`; "" where none do."""
    kinds = {part.kind for part in wanted.parts} or {wanted.kind}
    if "number" in kinds and given.kind == "text":
        return 'decimal("nl")' if _format(given) == "decimal text, comma" else "number"
    if "integer" in kinds and given.kind in ("text", "number"):
        return "whole"
    if "datetime" in kinds and given.kind in ("text", "integer"):
        return _to_moment(given)
    if "date" in kinds and given.kind in ("text", "integer", "datetime"):
        return _to_day(given)
    if "boolean" in kinds and given.kind in ("text", "integer"):
        return "yes_no"
    if "text" in kinds:
        return _to_text(given)
    return 'split(",")' if "list" in kinds and given.kind == "text" else ""


def _to_moment(given: Type) -> str:
    known = _TIMES.get(_format(given), "from_epoch" if given.kind == "integer" else "parse_datetime")
    return f"whole | {known}" if given.kind == "text" and known.startswith("from_epoch") else known


def _to_day(given: Type) -> str:
    if given.kind == "datetime":
        return 'date_in("UTC")'
    form = _format(given)
    if form == "compact date":
        return "parse_date" if given.kind == "text" else "text | parse_date"
    if form.startswith("written date"):
        return "parse_month_first" if form == "written date, month first" else "parse_day_first"
    if form in _TIMES or given.kind == "integer":
        return f'{_to_moment(given)} | date_in("UTC")'
    return "parse_date"


def _to_text(given: Type) -> str:
    if given.kind == "list":
        return 'join(", ")' if given.element is not None and given.element.kind == "text" else ""
    kinds = {part.kind for part in given.parts} or {given.kind}
    return "" if kinds & {"object", "list", "map"} else "text"


def _format(given: Type) -> str:
    """Return what the values look like, with what they have in common: `written date, month first`."""
    found: Format | None = given.place.format if given.place is not None else None
    if found is None:
        return ""
    return f"{found.name}, {found.detail}" if found.detail else found.name


def as_operand(node: ast.expr, text: str) -> str:
    """Return a part of a rule so that something can be piped behind it."""
    whole = isinstance(
        node, ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.Constant | ast.JoinedStr | ast.List
    )
    piped = isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)
    return text if whole or piped or isinstance(node, ast.ListComp) else f"({text})"
