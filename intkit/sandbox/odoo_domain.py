"""Odoo's search domains: conditions in Polish notation, `["|", ["a", "=", 1], ["b", "ilike", "x"]]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from intkit.sandbox.seeds.odoo import Record

    Test = Callable[[Record], bool]
    # Returns a record's value at a dotted path.
    Reader = Callable[[Record, str], Any]


def compile_domain(domain: list[Any], read: Reader) -> Test:
    """Return the test that a domain describes; conditions without an operator are joined by and.

    Raises:
        ValueError: a condition is malformed or its operator unknown.
    """
    stack: list[Test] = []
    for term in reversed(domain):
        if term == "!":
            stack.append(_not(stack.pop()))
        elif term in ("&", "|"):
            stack.append(_join(term, stack.pop(), stack.pop()))
        else:
            stack.append(_condition(term, read))
    return lambda record: all(test(record) for test in stack)


def names_of(domain: list[Any]) -> set[str]:
    """Return the fields that a domain names."""
    return {term[0].split(".")[0] for term in domain if isinstance(term, list | tuple) and term}


def _not(test: Test) -> Test:
    return lambda record: not test(record)


def _join(term: str, left: Test, right: Test) -> Test:
    if term == "&":
        return lambda record: left(record) and right(record)
    return lambda record: left(record) or right(record)


def _condition(term: Any, read: Reader) -> Test:
    if not isinstance(term, list | tuple) or len(term) != 3 or term[1] not in _OPERATORS:
        raise ValueError(f"Invalid leaf {term!r} in domain")
    path, operator, wanted = term
    return lambda record: _OPERATORS[operator](read(record, path), wanted)


def _ordered(check: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, wanted: value is not False and check(value, wanted)


def _like(value: Any, wanted: Any) -> bool:
    return str(wanted).lower() in str(value or "").lower()


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return wanted in value
    # Nothing is false here, and an empty text is nothing.
    return value == wanted or (not value and not wanted and wanted != 0)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": _equal,
    "!=": lambda value, wanted: not _equal(value, wanted),
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
    ">": _ordered(lambda a, b: a > b),
    ">=": _ordered(lambda a, b: a >= b),
    "in": lambda value, wanted: any(_equal(value, each) for each in wanted),
    "not in": lambda value, wanted: not any(_equal(value, each) for each in wanted),
    "like": lambda value, wanted: str(wanted) in str(value or ""),
    "ilike": _like,
    "not ilike": lambda value, wanted: not _like(value, wanted),
    "=ilike": lambda value, wanted: str(value or "").lower() == str(wanted).lower().strip("%"),
}
