"""What kind of value an expression gives, and how that is written in Python."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intkit.rules.source import SourceField


@dataclass(frozen=True)
class Type:
    """The type of a value that is not null.

    Attributes:
        kind: `text`, `integer`, `number` (an exact decimal), `boolean`, `date`, `datetime`, `object`, `list`,
            `mixed` (several of these), `map` (a value map), `unknown` (only ever null), `any`.
        element: a list's element.
        nulls: a list may hold nulls.
        place: where in the source it comes from; for an object, what it holds.
        parts: what a mixed value may be.
        either: one element of a list like `[7, "Ann"]`: what it is used as says which part it has to be.
    """

    kind: str
    element: Type | None = None
    nulls: bool = False
    place: SourceField | None = field(default=None, compare=False)
    parts: tuple[Type, ...] = ()
    either: bool = False

    def __str__(self) -> str:
        if self.kind == "list":
            known = self.element is not None and self.element.kind in PLURAL
            name = f"a list of {PLURAL[self.element.kind]}" if self.element and known else "a list"
            return f"{name} with nulls" if self.nulls else name
        if self.kind == "mixed":
            return " or ".join(str(part) for part in self.parts)
        return NAMES[self.kind]


NAMES = {
    "text": "text",
    "integer": "a whole number",
    "number": "a decimal number",
    "boolean": "yes or no",
    "date": "a date",
    "datetime": "a time",
    "object": "an object",
    "map": "a value map",
    "null": "null",
    "never": "never a value",
    "unknown": "always null",
    "any": "anything",
}

PLURAL = {
    "text": "text",
    "integer": "whole numbers",
    "number": "decimal numbers",
    "boolean": "booleans",
    "date": "dates",
    "datetime": "times",
    "object": "objects",
    "list": "lists",
}

TEXT, INTEGER, NUMBER, BOOLEAN = Type("text"), Type("integer"), Type("number"), Type("boolean")
DATE, DATETIME, ANY, NULL = Type("date"), Type("datetime"), Type("any"), Type("null")

_OF_PYTHON: dict[Any, Type] = {
    str: TEXT,
    int: INTEGER,
    Decimal: NUMBER,
    float: NUMBER,
    bool: BOOLEAN,
    date: DATE,
    datetime: DATETIME,
    type(None): NULL,
    Any: ANY,
    object: ANY,
}
PYTHON = {
    "text": "str",
    "integer": "int",
    "number": "Decimal",
    "boolean": "bool",
    "date": "date",
    "datetime": "datetime",
    "any": "object",
    "null": "None",
}


def place_type(place: SourceField) -> Type:
    """Return the type of the values at a place in the source."""
    kinds = sorted(place.kinds)
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    return _of_kinds(kinds, place)


def wire_type(place: SourceField, known: Type) -> Type:
    """Return the type of what really stands at a place: the source's words for nothing included.

    Args:
        place: in the source.
        known: the type that rules see there.
    """
    kinds = {part.kind for part in known.parts} or {known.kind}
    words = {"boolean" if word is False else "text" for word in place.words}
    if words <= kinds or known.kind == "unknown":
        return known
    return _of_kinds(sorted(kinds | words), place)


def _of_kinds(kinds: list[str], place: SourceField) -> Type:
    if not kinds:
        return Type("unknown", place=place)
    if len(kinds) > 1:
        return Type("mixed", place=place, parts=tuple(_one(kind, place) for kind in kinds))
    return _one(kinds[0], place)


def _one(kind: str, place: SourceField) -> Type:
    if kind == "list":
        element = place.inside()
        return Type("list", element=place_type(element), nulls=element.absent > 0, place=place)
    return Type(kind, place=place)


def annotation_type(annotation: Any, bound: dict[Any, Type] | None = None) -> tuple[Type, bool]:
    """Return the type that a Python annotation says, and whether it allows None.

    Args:
        annotation: resolved, as `typing.get_type_hints` gives it.
        bound: what type variables stand for.
    """
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return annotation_type(arguments[0], bound)
    if isinstance(annotation, typing.TypeVar):
        return (bound or {}).get(annotation, ANY), False
    if origin in (types.UnionType, typing.Union):
        return _union([annotation_type(each, bound) for each in arguments])
    if origin is typing.Literal:
        return _union([(_OF_PYTHON.get(type(each), ANY), False) for each in arguments])
    if origin in (list, Sequence, Iterable, tuple) or annotation is list:
        element, nulls = annotation_type(arguments[0], bound) if arguments else (ANY, False)
        return Type("list", element=element, nulls=nulls), False
    if annotation is None:
        return NULL, True
    if origin in (dict, Mapping) or annotation is dict:
        return Type("object"), False
    return _OF_PYTHON.get(annotation, ANY), annotation is type(None)


def _union(parts: list[tuple[Type, bool]]) -> tuple[Type, bool]:
    nullable = any(null or kind is NULL for kind, null in parts)
    kinds = list(dict.fromkeys(kind for kind, _ in parts if kind.kind != "null"))
    if len(kinds) == 1:
        return kinds[0], nullable
    return (Type("mixed", parts=tuple(kinds)) if kinds else NULL), nullable


def accepts(wanted: Type, given: Type) -> bool:
    """Tell whether a value of the given type fits where the wanted one is expected, without a change."""
    if wanted.kind in ("any", given.kind) and wanted.kind != "list":
        return wanted.kind != "mixed" or all(accepts(wanted, part) for part in given.parts)
    if given.kind == "unknown":
        return True
    if given.kind == "mixed":
        return all(accepts(wanted, part) for part in given.parts)
    if wanted.kind == "mixed":
        return any(accepts(part, given) for part in wanted.parts)
    if wanted.kind == "list" == given.kind:
        if given.nulls and not wanted.nulls:
            return False
        return not (wanted.element and given.element) or accepts(wanted.element, given.element)
    # Python takes an int for a Decimal in no signature, and a datetime for a date in every one
    return False
