"""Reading a source that is not as the rules need it: what is wrong, and all the rest; copied into each mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from intkit.compiler.rehearsal import Failed, Failures
from intkit.compiler.rejects import Problem, step_to, without_indexes


# a class's fields are resolved once
@cache
def fields_of(kind: type[msgspec.Struct]) -> list[tuple[str, str, Any, frozenset[Any], bool]]:
    """Return a class's fields: name, key in JSON, type, what types that allows, and whether they must be there."""
    fields = msgspec.structs.fields(kind)
    return [
        (each.name, each.encode_name, each.type, frozenset(arms_of(each.type)), each.required)
        for each in fields
    ]


def read_source(kind: Any, value: Any, seen: Failures, path: str = "") -> Any:
    """Return a value as a type of the source, with a stand-in for each part that is not as the rules need it."""
    struct, element = shape_of(kind)
    whole = struct if isinstance(value, dict) else None
    try:
        return as_source(value, whole or kind)
    except msgspec.ValidationError:
        if whole:
            return read_object(whole, value, seen, path)
    if element and isinstance(value, list):
        return [read_source(element, each, seen, f"{path}[{index}]") for index, each in enumerate(value)]
    return seen.misfit(value, expected(kind), path, nullable=NoneType in arms_of(kind))


def read_object(
    struct: type[msgspec.Struct], raw: dict[str, Any], seen: Failures, path: str
) -> msgspec.Struct:
    """Return an object as a class of the source; classes check nothing, so parts may have failed."""
    parts: dict[str, Any] = {}
    for name, key, kind, types, required in fields_of(struct):
        if key not in raw:
            if required:
                reason = f"{expected(kind)}, and the field is missing"
                parts[name] = seen.misfit(None, reason, path + step_to(key), nullable=False)
        elif type(raw[key]) in types:
            parts[name] = raw[key]
        else:
            parts[name] = read_source(kind, raw[key], seen, path + step_to(key))
    return struct(**parts)


def unknown_values(
    source: Any, contract: Mapping[str, Mapping[str, Any]], path: str = ""
) -> Iterator[Problem]:
    """Yield the values of a record that its contract does not know."""
    if isinstance(source, msgspec.Struct):
        for name, key, *_ in fields_of(type(source)):
            yield from unknown_values(getattr(source, name), contract, path + step_to(key))
    elif isinstance(source, list):
        for index, each in enumerate(source):
            yield from unknown_values(each, contract, f"{path}[{index}]")
    elif source is not None and not isinstance(source, Failed):
        here = path.removeprefix(".")
        known = contract.get(without_indexes(here), {}).get("values", [source])
        if source not in known:
            yield Problem(here, "", source, f"expected one of {', '.join(map(repr, known))}")


@cache
def arms_of(kind: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


@cache
def shape_of(kind: Any) -> tuple[type[msgspec.Struct] | None, Any]:
    """Return the class of the objects that an annotation allows, and what its lists hold."""
    arms = arms_of(kind)
    struct = next((arm for arm in arms if isinstance(arm, type) and issubclass(arm, msgspec.Struct)), None)
    return struct, next((get_args(arm)[0] for arm in arms if get_origin(arm) is list), None)


def as_source(value: Any, kind: Any) -> Any:
    """Return a value as a type of the source; one of another type is a `msgspec.ValidationError`."""
    return msgspec.convert(value, kind)


@cache
def expected(kind: Any) -> str:
    """Return what is said of a value that is of another type."""
    return f"expected {type_words(kind)}"


TYPE_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "Decimal": "a decimal number",
    "list": "a list",
    "NoneType": "null",
}


def type_words(kind: Any) -> str:
    """Return a type as a reader says it."""
    names = [getattr(get_origin(arm) or arm, "__name__", "") for arm in arms_of(kind)]
    return " or ".join(dict.fromkeys(TYPE_WORDS.get(name, "an object") for name in names))
