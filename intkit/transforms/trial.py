"""One transform, tried on values that somebody types."""

from __future__ import annotations

import inspect
import json
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from intkit.transforms.arguments import check_argument
from intkit.transforms.times import parse_date, parse_datetime

if TYPE_CHECKING:
    from intkit.transforms.catalogue import Transform

_READERS: dict[Any, Any] = {
    int: int,
    Decimal: Decimal,
    bool: {"true": True, "false": False}.__getitem__,
    datetime: parse_datetime,
    date: parse_date,
}


def try_transform(transform: Transform, texts: list[str]) -> Any:
    """Return what a transform makes of values written as text; lists and value maps are written in JSON.

    Raises:
        TypeError: it does not take these values; the text says what it takes.
        ValueError: it refuses the value; the text says what it expected.
    """
    function = transform.function
    signature, hints = inspect.signature(function), typing.get_type_hints(function)
    try:
        given = signature.bind(*texts)
    except TypeError:
        raise TypeError(f"`{transform.name}` takes {', '.join(signature.parameters)}.") from None
    for name, value in given.arguments.items():
        many = signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        read = [_read(name, hints[name], text) for text in (value if many else [value])]
        given.arguments[name] = tuple(read) if many else read[0]
    return function(*given.args, **given.kwargs)


def _read(name: str, annotation: Any, text: str) -> Any:
    """Return a value of the annotated type.

    Raises:
        TypeError: the text does not spell one.
    """
    problem = check_argument(name, text)
    if problem:
        raise TypeError(problem)
    union = typing.get_origin(annotation) in {types.UnionType, typing.Union}
    kinds = typing.get_args(annotation) if union else (annotation,)
    if any(kind is str or isinstance(kind, typing.TypeVar) for kind in kinds):
        return text
    reader = next((_READERS[kind] for kind in kinds[::-1] if kind in _READERS), None)
    try:
        return reader(text) if reader else json.loads(text, parse_float=Decimal)
    except (ArithmeticError, KeyError, ValueError):
        wanted = " or ".join(getattr(kind, "__name__", str(kind)) for kind in kinds)
        raise TypeError(f"{name!r} must be {wanted}" + ("." if reader else ", written in JSON.")) from None
