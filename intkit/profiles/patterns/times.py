"""Times and dates, as vendors write them."""

from __future__ import annotations

import re
from datetime import date, datetime

from intkit.profiles.patterns.pattern import Pattern, Texts, matching, named, parses

_DAY = r"\d{4}-\d\d-\d\d"
_CLOCK = r"\d\d:\d\d(:\d\d([.,]\d{1,9})?)?"
_has_offset = matching(rf"{_DAY}[T ]{_CLOCK} ?(Z|z|[+-]\d\d(:?\d\d)?| ?UTC)")
_has_none = matching(rf"{_DAY}[T ]{_CLOCK}")
is_day = matching(_DAY)
_is_slashed = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{2,4})").fullmatch
is_eight = matching(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_is_mail_time = matching(
    r"((Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d(:\d\d)? ([+-]\d{4}|[A-Z]{1,4})"
)
speaks_of_time = named(
    "at", "on", "date", "time", "timestamp", "ts", "created?", "updated?", "modified", "changed", "deleted",
    "canceled", "cancelled", "expires?", "expiry", "since", "until", "start", "end", "due", "seen", "epoch", "day",
)  # fmt: skip
speaks_of_other = named(
    "id", "ids", "no", "nr", "num", "number", "phone", "tel", "mobile", "code", "ref", "reference", "key", "sku",
    "amount", "total", "price", "balance", "size", "count", "quantity", "bytes", "version", "revenue", "budget",
    "population", "barcode", "ean", "isbn", "account", "serial", "hash", "seed", "token", "zip", "invoice",
)  # fmt: skip


def is_day_number(value: int) -> bool:
    """Tell whether an integer spells a day of 1900 to 2099, 20240131."""
    return 19_000_101 <= value <= 20_991_231 and parses(_parse_eight, str(value))


def _parse_eight(value: str) -> date:
    return date(int(value[:4]), int(value[4:6]), int(value[6:]))


def _is_date(value: str) -> bool:
    return is_day(value) and parses(date.fromisoformat, value)


def _is_datetime(value: str) -> bool:
    return _has_offset(value) and parses(datetime.fromisoformat, value[:16])


def _is_local_datetime(value: str) -> bool:
    return _has_none(value) and parses(datetime.fromisoformat, value[:16])


def _is_written_date(value: str) -> bool:
    return any(_day_orders(value))


def _day_orders(value: str) -> tuple[bool, bool, bool]:
    """Tell whether a date may have the day first, the month first, the year first."""
    found = _is_slashed(value)
    if found is None:
        return False, False, False
    first, middle, last = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4:
        return False, False, 1 <= middle <= 12 and 1 <= last <= 31 and len(found[4]) == 2
    usable = len(found[1]) < 3 and len(found[4]) != 3 and (found[2] != "." or len(found[4]) == 4)
    return (
        usable and 1 <= first <= 31 and 1 <= middle <= 12,
        usable and 1 <= first <= 12 and 1 <= middle <= 31,
        False,
    )


def _day_order(column: Texts) -> str:
    orders = list(zip(*map(_day_orders, column.values), strict=True))
    words = ("day first", "month first", "year first")
    return (
        " or ".join(word for word, order in zip(words, orders, strict=True) if all(order)) or "mixed orders"
    )


PATTERNS = (
    Pattern("date", _is_date),
    Pattern("datetime", _is_datetime),
    Pattern("datetime without offset", _is_local_datetime),
    Pattern("mail datetime", _is_mail_time),
    Pattern("json date", matching(r"\\?/Date\(-?\d{1,15}([+-]\d{4})?\)\\?/")),
    Pattern("written date", _is_written_date, detail=_day_order),
    Pattern("time", matching(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?")),
    Pattern(
        "duration", matching(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+([.]\d+)?S)?)?")
    ),
)
