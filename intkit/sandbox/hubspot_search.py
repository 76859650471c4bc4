"""HubSpot's search: groups of filters, joined by or; the filters of a group by and."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from intkit.sandbox.seeds.hubspot import Record

_TEXTS = ("email", "firstname", "lastname", "name", "domain", "dealname", "phone")


def find_matches(records: list[Record], asked: Record) -> list[Record]:
    """Return the records that the search asks for, in its order."""
    groups = asked.get("filterGroups") or []
    query = str(asked.get("query") or "").lower()
    found = [
        record
        for record in records
        if (not groups or any(_in_group(record, group) for group in groups)) and _has_words(record, query)
    ]
    for sort in reversed(asked.get("sorts") or []):
        name, down = (sort, False) if isinstance(sort, str) else (sort["propertyName"], _is_down(sort))
        found.sort(key=lambda record: _key(record["properties"].get(name)), reverse=down)
    return found


def first_wrong_filter(asked: Record, known: set[str]) -> str:
    """Return what is wrong with a search, or nothing."""
    groups = asked.get("filterGroups") or []
    if len(groups) > 5:
        return "The maximum of 5 filterGroups is exceeded"
    for each in [each for group in groups for each in group.get("filters", [])]:
        if each.get("operator") not in _OPERATORS:
            return f"Invalid operator: {each.get('operator')}"
        if each.get("propertyName") not in known:
            return f"There was a problem with the request: no property {each.get('propertyName')!r}"
    return ""


def _in_group(record: Record, group: Record) -> bool:
    return all(_passes(record, each) for each in group.get("filters", []))


def _passes(record: Record, each: Record) -> bool:
    return _OPERATORS[each["operator"]](record["properties"].get(each["propertyName"]), each)


def _has_words(record: Record, query: str) -> bool:
    text = " ".join(str(record["properties"].get(name) or "") for name in _TEXTS).lower()
    return all(word in text for word in query.split())


def _is_down(sort: Record) -> bool:
    return sort.get("direction") == "DESCENDING"


def _key(value: Any) -> tuple[int, float, str]:
    """Return how a value sorts: nothing first, then numbers, then texts."""
    if value in (None, ""):
        return 0, 0.0, ""
    try:
        return 1, float(value), ""
    except ValueError:
        return 2, 0.0, str(value).lower()


def _compared(check: Callable[[Any, Any], bool]) -> Callable[[Any, Record], bool]:
    return lambda value, each: value not in (None, "") and check(_key(value), _key(each.get("value")))


_OPERATORS: dict[str, Callable[[Any, Record], bool]] = {
    "EQ": lambda value, each: _key(value) == _key(each.get("value")),
    "NEQ": lambda value, each: _key(value) != _key(each.get("value")),
    "LT": _compared(lambda a, b: a < b),
    "LTE": _compared(lambda a, b: a <= b),
    "GT": _compared(lambda a, b: a > b),
    "GTE": _compared(lambda a, b: a >= b),
    "BETWEEN": lambda value, each: _key(each.get("value")) <= _key(value) <= _key(each.get("highValue")),
    "IN": lambda value, each: str(value).lower() in [str(one).lower() for one in each.get("values", [])],
    "NOT_IN": lambda value, each: (
        str(value).lower() not in [str(one).lower() for one in each.get("values", [])]
    ),
    "HAS_PROPERTY": lambda value, _: value not in (None, ""),
    "NOT_HAS_PROPERTY": lambda value, _: value in (None, ""),
    "CONTAINS_TOKEN": lambda value, each: (
        str(each.get("value", "")).strip("*").lower() in str(value or "").lower()
    ),
}
