"""What OData 2 asks with in the address: `$filter`, `$select`, `$top`, `$inlinecount`, `$skiptoken`.

Facts: odata.org, version 2.0, URI conventions. Of `$filter` only comparisons joined by `and` are understood.
"""

from __future__ import annotations

import operator
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from intkit.sandbox.paging import cut_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from intkit.sandbox.call import Call

Record = dict[str, Any]

_COMPARISON = re.compile(r"\s*(\w+)\s+(eq|ne|gt|ge|lt|le)\s+((?:guid|datetime)?'(?:[^']|'')*'|[\w.+-]+)\s*")
_OPERATORS = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_WORDS = {"true": True, "false": False, "null": None}
_TICKS = re.compile(r"/Date\((-?\d+)\)/")


class NotUnderstood(ValueError):  # noqa: N818 - the text is the vendor's to say
    """The address asks for something that is no OData, or not understood here."""


def page_of(call: Call, records: list[Record], key: str, size: int) -> tuple[list[Record], Record]:
    """Return the records of a page, and what stands beside them: `__next`, `__count`.

    Raises:
        NotUnderstood: a word of the query cannot be read.
    """
    asked = call.arguments
    found = [each for each in records if _matches(each, asked.get("$filter", ""))]
    beside: Record = {"__count": str(len(found))} if asked.get("$inlinecount") == "allpages" else {}
    top = _number(asked, "$top", len(found))
    token = re.fullmatch(r"guid'([\w-]+)'", asked.get("$skiptoken", "guid'-'"))
    if token is None:
        raise NotUnderstood(f"$skiptoken={asked['$skiptoken']}")
    try:
        page, more = cut_after(found[:top], size, after=None if token[1] == "-" else token[1], key=key)
    except LookupError:
        raise NotUnderstood(f"$skiptoken={asked['$skiptoken']}") from None
    if more:
        words = asked | {"$skiptoken": f"guid'{page[-1][key]}'"}
        query = "&".join(f"{name}={quote(value, safe=_QUERY)}" for name, value in words.items())
        beside["__next"] = f"{call.base}{call.path}?{query}"
    return [select(each, asked.get("$select", "*")) for each in page], beside


_QUERY = "$'(),:*/"


def select(record: Record, names: str) -> Record:
    """Return the record with the asked fields; `__metadata` is always there.

    Raises:
        NotUnderstood: there is no such field.
    """
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if not wanted or "*" in wanted:
        return record
    for name in wanted:
        if name not in record:
            raise NotUnderstood(f"$select: there is no property {name!r}")
    return {name: record[name] for name in ("__metadata", *wanted)}


def _matches(record: Record, text: str) -> bool:
    return all(test(record) for test in _tests(text)) if text else True


def _tests(text: str) -> list[Callable[[Record], bool]]:
    place, tests = 0, []
    while found := _COMPARISON.match(text, place):
        tests.append(_test(*found.groups()))
        place = found.end()
        if place == len(text):
            return tests
        if not text.startswith("and ", place):
            break
        place += len("and")
    raise NotUnderstood(f"$filter={text}")


def _test(name: str, word: str, literal: str) -> Callable[[Record], bool]:
    wanted, compare = _value(literal), _OPERATORS[word]

    def test(record: Record) -> bool:
        if name not in record:
            raise NotUnderstood(f"$filter: there is no property {name!r}")
        value = record[name]
        ticks = _TICKS.fullmatch(value) if isinstance(value, str) else None
        held = int(ticks[1]) if ticks else value
        if word in ("eq", "ne"):
            return bool(compare(held, wanted))
        numbers = isinstance(held, int | float) and isinstance(wanted, int | float)
        texts = isinstance(held, str) and isinstance(wanted, str)
        return (numbers or texts) and bool(compare(held, wanted))

    return test


def _value(literal: str) -> Any:
    kind, quote_, text = literal.partition("'")
    if quote_:
        inner = text[:-1].replace("''", "'")
        return _milliseconds(inner) if kind == "datetime" else inner
    if literal in _WORDS:
        return _WORDS[literal]
    try:
        return float(literal) if "." in literal else int(literal)
    except ValueError:
        raise NotUnderstood(f"$filter: {literal} is no value") from None


def _milliseconds(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        raise NotUnderstood(f"$filter: datetime'{text}'") from None


def _number(asked: dict[str, str], name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not text.isdigit():
        raise NotUnderstood(f"{name}={text}")
    return int(text)
