"""Numbers, truths and codes that stand in quotes."""

from __future__ import annotations

import re
from collections.abc import Callable

from intkit.profiles.patterns.pattern import Pattern, Texts, matching, speaks_of_version
from intkit.profiles.patterns.times import is_eight, speaks_of_time

_is_whole = matching(r"[+-]?\d{1,30}")
_is_digits = matching(r"\d{2,30}")
_is_decimal = matching(
    r"[+-]?(\d+([.,]\d+)?|\d{1,3}(,\d{3})+(\.\d+)?|\d{1,3}(\.\d{3})+(,\d+)?|\.\d+)([eE][+-]?\d+)?"
)
_has_point = re.compile(r"\d*[.,]\d|[eE]").search
_TRUE_FALSE = {"true", "false"}
_PAIRS = (_TRUE_FALSE, {"yes", "no"}, {"on", "off"}, {"y", "n"}, {"t", "f"})


def _is_truth(value: str) -> bool:
    return any(value.lower() in pair for pair in _PAIRS)


def _are_truths(column: Texts) -> bool:
    """Want both words of a pair, as `no` alone may be Norway and `off` one of many states."""
    seen = {value.lower() for value in column.values}
    return seen <= _TRUE_FALSE or seen in _PAIRS


def _are_padded(column: Texts) -> bool:
    return any(value[0] == "0" and len(value) > 1 for value in column.values)


def _lengths(column: Texts) -> str:
    lengths = sorted(set(map(len, column.values)))
    return f"{lengths[0]} digits" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]} digits"


def _are_decimals(column: Texts) -> bool:
    return any(map(_has_point, column.values)) and not speaks_of_version(column.name)


def _point(column: Texts) -> str:
    comma = sum(value.rfind(",") > value.rfind(".") for value in column.values)
    return "comma" if comma > len(column.values) / 2 else ""


def _text_epoch(length: int) -> Callable[[Texts], bool]:
    def fits(column: Texts) -> bool:
        values = [int(value[:10]) for value in column.values]
        in_range = all(len(value) == length for value in column.values) and min(values) >= 946_684_800
        return in_range and max(values) < 2_524_608_000 and speaks_of_time(column.name)

    return fits


PATTERNS = (
    Pattern("boolean text", _is_truth, _are_truths),
    Pattern("epoch seconds", _is_digits, _text_epoch(10)),
    Pattern("epoch milliseconds", _is_digits, _text_epoch(13)),
    Pattern("epoch microseconds", _is_digits, _text_epoch(16)),
    Pattern("compact date", is_eight, lambda column: speaks_of_time(column.name) or len(column.values) > 9),
    Pattern("padded code", _is_digits, _are_padded, _lengths),
    Pattern("integer text", _is_whole),
    Pattern("decimal text", _is_decimal, _are_decimals, _point),
)
