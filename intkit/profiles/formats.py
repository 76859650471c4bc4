"""Formats: what a column of text or integers is, told by its values and, for bare integers, by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from intkit.profiles.codes import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ENOUGH = 0.9
"""A column has a format when this share of its distinct values has it."""

_TRIED = 50


@dataclass(frozen=True)
class Format:
    """What the distinct values of a column look like.

    Attributes:
        name: `date`, `epoch seconds`, `e-mail` …
        share: how many of the distinct values have it, 0 to 1.
        detail: what they have in common, `cus_…`.
        odd: a few values that do not have it.
    """

    name: str
    share: float
    detail: str = ""
    odd: tuple[str, ...] = ()


def find_format(values: Iterable[str]) -> Format | None:
    """Return the format of a column of texts, or None where it has none.

    Args:
        values: the distinct values that are not empty.
    """
    distinct = list(values)
    for format_name, is_one in _TEXTS.items():
        if not _may_be(is_one, distinct):
            continue
        odd = [value for value in distinct if not is_one(value)]
        if len(odd) <= (1 - ENOUGH) * len(distinct):
            detail = _prefix(distinct) if format_name == "prefixed id" else ""
            return Format(format_name, 1 - len(odd) / len(distinct), detail, tuple(odd[:3]))
    return None


def find_epoch(lowest: int, highest: int, name: str = "") -> Format | None:
    """Return the unit of a column of integers that counts time since 1970, or None where it does not.

    Any integer could be a time: the values must all lie between 2000 and 2050, and the name must not speak of
    anything else.
    """
    if not (name == "" or _TIME_NAME.search(name)) and (_OTHER_NAME.search(name) or lowest == highest):
        return None
    for unit, per_second in _UNITS.items():
        if _YEAR_2000 * per_second <= lowest and highest <= _YEAR_2050 * per_second:
            return Format(f"epoch {unit}", 1.0)
    return None


def _may_be(is_one: Callable[[str], bool], values: list[str]) -> bool:
    """Tell from the first few values, and from fewer still when they do not fit."""
    misses = 0
    for value in islice(values, _TRIED):
        misses += not is_one(value)
        if misses > _TRIED * (1 - ENOUGH):
            return False
    return misses < len(values)


def _matches(pattern: str) -> Callable[[str], bool]:
    fullmatch = re.compile(pattern).fullmatch
    return lambda value: fullmatch(value) is not None


def _is_date(value: str) -> bool:
    return len(value) == 10 and value[4] == value[7] == "-" and _parses(date.fromisoformat, value)


def _is_datetime(value: str) -> bool:
    return _DATETIME(value) and _parses(datetime.fromisoformat, value)


def _is_local_datetime(value: str) -> bool:
    return _LOCAL_DATETIME(value) and _parses(datetime.fromisoformat, value)


def _parses(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True


def _prefix(values: list[str]) -> str:
    """Return the prefixes of ids, `cus_…`; the first three where there are several."""
    return ", ".join(f"{each}_…" for each in list(dict.fromkeys(v.split("_")[0] for v in values))[:3])


_CLOCK = r"\d\d:\d\d(:\d\d([.,]\d{1,9})?)?"
_DATETIME = _matches(rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK} ?(Z|[+-]\d\d(:?\d\d)?)")
_LOCAL_DATETIME = _matches(rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK}")
_UNITS = {"seconds": 1, "milliseconds": 1000, "microseconds": 1_000_000}
_YEAR_2000, _YEAR_2050 = 946_684_800, 2_524_608_000
_TIME_NAME = re.compile(
    r"creat|updat|modif|chang|delet|date|time|_at$|At$|_on$|expir|until|since|start|end|due|last"
)
_OTHER_NAME = re.compile(
    r"id$|Id$|ID$|num|phone|code|ref|key|amount|total|price|size|count|bytes|version", re.IGNORECASE
)
_TEXTS: Mapping[str, Callable[[str], bool]] = {
    "date": _is_date,
    "datetime": _is_datetime,
    "datetime without offset": _is_local_datetime,
    "boolean text": lambda value: value.lower() in {"true", "false", "yes", "no"},
    "integer text": _matches(r"-?(0|[1-9]\d*)"),
    "decimal text": _matches(r"-?\d+([.]\d+)?"),
    "e-mail": _matches(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.\d]{2,}"),
    "url": _matches(r"https?://[^\s/]+(/\S*)?"),
    "uuid": _matches(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "currency code": lambda value: len(value) == 3 and value.upper() in CURRENCIES,
    "prefixed id": _matches(r"[a-z]{1,8}(_[a-z]{1,8})?_[A-Za-z0-9]{8,}"),
}
