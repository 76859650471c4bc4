"""Formats: what a column of text or numbers is, told by its values and, where need be, its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from intkit.profiles.patterns import PATTERNS
from intkit.profiles.patterns.pattern import Pattern, Texts
from intkit.profiles.patterns.times import is_day_number, speaks_of_other, speaks_of_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENOUGH = 0.9
"""A column has a format when this share of its values has it, or of its distinct values."""

EXACT_INTEGER = 2**53
"""Beyond it JavaScript, Excel and every other reader of floats changes an integer (RFC 8259, section 6)."""

_TRIED = 40
_UNITS = {"seconds": 1, "milliseconds": 1000, "microseconds": 1_000_000}
_YEAR_2000, _YEAR_2050 = 946_684_800, 2_524_608_000


@dataclass(frozen=True)
class Format:
    """What the values of a column look like.

    Attributes:
        name: `date`, `epoch seconds`, `e-mail` …
        share: how many of the values that are not empty have it, 0 to 1.
        detail: what they have in common, `cus_…`.
        odd: a few values that do not have it.
    """

    name: str
    share: float
    detail: str = ""
    odd: tuple[Any, ...] = ()


def find_format(counts: Mapping[str, int], name: str = "") -> Format | None:
    """Return the format of a column of texts, or None where it has none.

    Args:
        counts: how often each distinct value came.
        name: the column's name; it decides where values alone cannot, as for the integers of a phone number.
    """
    counts = {value.strip(): count for value, count in counts.items() if value.strip()}
    found = (_judge(pattern, counts, name) for pattern in PATTERNS)
    return next(filter(None, found), None) if counts else None


def find_number_format(counts: Mapping[Any, int], bounds: tuple[Any, Any], name: str = "") -> Format | None:
    """Return the format of a column of numbers, or None where it has none.

    Any number could be a time: all values must lie between 2000 and 2050, and the name must speak of a time, or
    at least of nothing else.

    Args:
        counts: how often each distinct value came, or a sample of that.
        bounds: the lowest and the highest value of all.
        name: the column's name.
    """
    lowest, highest = bounds
    whole = isinstance(lowest, int)
    told = speaks_of_time(name)
    if whole and (told or len(counts) > 9) and all(map(is_day_number, counts)):
        return Format("compact date", 1.0)
    for unit, per_second in _UNITS.items():
        if _YEAR_2000 * per_second <= lowest and highest <= _YEAR_2050 * per_second:
            likely = told or (whole and len(counts) > 2 and not speaks_of_other(name))
            return Format(f"epoch {unit}", 1.0) if likely else None
    if whole and max(abs(lowest), abs(highest)) > EXACT_INTEGER:
        return Format("integer beyond 2^53", 1.0)
    return None


def _judge(pattern: Pattern, counts: Mapping[str, int], name: str) -> Format | None:
    if not _is_likely(pattern.is_one, counts):
        return None
    odd = [value for value in counts if not pattern.is_one(value)]
    total = sum(counts.values())
    share = 1 - sum(counts[value] for value in odd) / total
    if max(share, 1 - len(odd) / len(counts)) < ENOUGH:
        return None
    others = set(odd)
    column = Texts(name, [value for value in counts if value not in others])
    if not pattern.fits(column):
        return None
    return Format(pattern.name, share, pattern.detail(column), tuple(odd[:3]))


def _is_likely(is_one: Callable[[str], bool], values: Mapping[str, int]) -> bool:
    """Tell from the first few of many values whether it pays to look at all of them."""
    if len(values) <= _TRIED:
        return any(map(is_one, values))
    return sum(map(is_one, islice(values, _TRIED))) >= _TRIED / 2


def has_format(value: Any, name: str) -> bool:
    """Tell whether one text or number has a format."""
    if isinstance(value, str):
        return any(pattern.is_one(value.strip()) for pattern in PATTERNS if pattern.name == name)
    if name == "integer beyond 2^53":
        return isinstance(value, int)
    if name == "compact date":
        return isinstance(value, int) and is_day_number(value)
    per_second = _UNITS.get(name.removeprefix("epoch "))
    return per_second is None or _YEAR_2000 * per_second <= value <= _YEAR_2050 * per_second


def moment_of(value: Any) -> datetime | None:
    """Return the moment that an ISO text or an epoch number stands for, in UTC; None for anything else."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip().replace(" UTC", "Z"))
        except ValueError:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        units = (each for each in _UNITS.values() if _YEAR_2000 * each <= value <= _YEAR_2050 * each)
        return next((datetime.fromtimestamp(value / each, UTC) for each in units), None)
    return None
