"""Where the records stand in an answer, and what to say when they do not stand there."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intkit.errors import RecordsError, nearest, shorten
from intkit.paths import EACH, format_path, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_RECORDS = {"_links", "links", "errors", "warnings", "_server_messages"}
_TOTALS = ("count", "total", "total_items", "total_count", "totalCount", "totalResults", "size")
_DEEPEST = 6
_MISSING = object()


class SelectionWarning(UserWarning):
    """The records may stand elsewhere in the answer."""


@dataclass(frozen=True)
class Candidate:
    """A list of objects in an answer.

    Attributes:
        path: where it stands, spelt like a record path.
        count: how many objects it holds.
    """

    path: str
    count: int

    def __str__(self) -> str:
        return f"{self.path!r}: {self.count} object(s)"


def value_at(body: Any, path: str) -> Any:
    """Return what stands at a path of keys, None where there is nothing."""
    for step in parse_path(path):
        if not isinstance(body, dict):
            return None
        body = body.get(step)
    return body


def find_list(body: Any, at: str = "") -> str:
    """Return the path of the list of objects that is meant.

    Args:
        body: a decoded answer, the first of its kind.
        at: where the list stands, `data`; an object there stands for the only list in it, so that
            `_embedded` finds `_embedded.payments`. Empty: the answer itself, or the only list in it.

    Raises:
        RecordsError: there is none; the message names those that there are.
    """
    steps = _list_steps(at)
    found = _look(body, steps)
    there = candidates(body)
    if isinstance(found, dict):
        inside = [key for key, value in found.items() if key not in _NOT_RECORDS and _is_record_list(value)]
        if len(inside) == 1:
            return format_path((*steps, inside[0]))
        everywhere = there or _record_lists(body)
        if not at and len(everywhere) == 1:
            return everywhere[0].path
    elif _is_record_list(found) and not (steps and steps[-1] == "_links"):
        _warn_of_others(at, found, there)
        return at
    if found in (None, _MISSING, {}) and not there and _is_empty(body, found):
        return at
    raise _nothing_there(body, at, there)


def records_at(body: Any, at: str) -> list[dict[str, Any]]:
    """Return the objects of the list at a path; none where an API leaves an empty list out.

    Raises:
        RecordsError: something else stands there.
    """
    found = _look(body, _list_steps(at))
    if _is_record_list(found):
        return list(found)
    if isinstance(found, (list, str, int, float)) or candidates(body):
        raise _nothing_there(body, at, candidates(body))
    return []


def candidates(body: Any) -> list[Candidate]:
    """Return the lists of objects in an answer, the likeliest first: shallow first, then long."""
    return [each for each in _record_lists(body) if each.count]


def _record_lists(body: Any) -> list[Candidate]:
    found = [(depth, Candidate(path, count)) for depth, path, count in _lists(body, ())]
    return [each for _, each in sorted(found, key=lambda pair: (pair[0], -pair[1].count, pair[1].path))]


def _list_steps(at: str) -> tuple[str, ...]:
    """Drop a trailing `[]`: a list and its elements are meant alike."""
    steps = parse_path(at)
    return steps[:-1] if steps and steps[-1] == EACH else steps


def _look(body: Any, steps: tuple[str, ...]) -> Any:
    for step in steps:
        if not isinstance(body, dict) or step not in body:
            return _MISSING
        body = body[step]
    return body


def _is_empty(body: Any, found: Any) -> bool:
    """Return whether an answer without lists says that there is nothing, by a null or a total of 0."""
    if not isinstance(body, dict):
        return False
    return found is None or any(body.get(name) == 0 for name in _TOTALS)


def _is_record_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _lists(body: Any, steps: tuple[str, ...]) -> Iterator[tuple[int, str, int]]:
    if isinstance(body, list):
        if _is_record_list(body):
            yield len(steps), format_path(steps) or EACH, len(body)
        return
    if isinstance(body, dict) and len(steps) < _DEEPEST:
        for key, value in body.items():
            if key not in _NOT_RECORDS:
                yield from _lists(value, (*steps, key))


def _warn_of_others(at: str, found: list[Any], there: list[Candidate]) -> None:
    if not found and there:
        warnings.warn(
            f"The list at {at or EACH!r} is empty, and the answer holds {', '.join(map(str, there[:5]))}.",
            SelectionWarning,
            stacklevel=6,
        )


def _nothing_there(body: Any, at: str, there: list[Candidate]) -> RecordsError:
    if there:
        fact = f"The answer holds {', '.join(map(str, there[:5]))}."
        remedy = f"Write at={there[0].path!r}."
    else:
        fact, remedy = _without_lists(body), "For a single object use .get(…).json()."
    what = f"There is no list of objects at {at!r}." if at else f"The answer holds {_how_many(there)}."
    return RecordsError(what + nearest(at, [each.path for each in there]), fact, remedy=remedy)


def _how_many(there: list[Candidate]) -> str:
    return "several lists of objects" if there else "no list of objects"


def _without_lists(body: Any) -> str:
    if isinstance(body, dict):
        return f"The answer is an object with {', '.join(map(repr, list(body)[:8])) or 'no keys'}."
    return f"The answer is {shorten(body)}."
