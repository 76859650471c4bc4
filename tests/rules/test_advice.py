"""What is advised where types do not fit works when it is followed, for values as the vendors send them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tests.rules.compiled import refusal, value

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))
JSON_DATE, ISO, CLOCK = "/Date(1700000000000)/", "2023-11-14T22:13:20Z", "2026-07-01 09:30:00"
SECONDS, MILLISECONDS, MICROSECONDS = 1700000000, 1700000000000, 1700000000000000


def followed(rule: str, record: dict[str, Any], gives: Any) -> tuple[str, Any]:
    """Return what is advised for a rule, and what that gives."""
    advised = re.findall(r"Write `(.+?)`", refusal(rule, record, gives=gives))
    assert advised
    return advised[0], value(advised[0], record, gives=gives)


@pytest.mark.parametrize(
    ("created", "rule", "advised", "result"),
    [
        (JSON_DATE, "created | from_epoch", "created | from_microsoft_date", MOMENT),
        (JSON_DATE, "created", "created | from_microsoft_date", MOMENT),
        (ISO, "created | from_epoch", "created | parse_datetime", MOMENT),
        (ISO, "created | from_epoch_ms", "created | parse_datetime", MOMENT),
        (ISO, "created | to_utc", "created | parse_datetime | to_utc", MOMENT),
        (CLOCK, "created | from_epoch", 'created | local_datetime("Europe/Amsterdam")', SUMMER),
        (CLOCK, "created", 'created | local_datetime("Europe/Amsterdam")', SUMMER),
        (str(SECONDS), "created | from_epoch", "created | whole | from_epoch", MOMENT),
        (str(MILLISECONDS), "created | from_epoch", "created | whole | from_epoch_ms", MOMENT),
        (SECONDS, "created | parse_datetime", "created | from_epoch", MOMENT),
        (MILLISECONDS, "created | parse_datetime", "created | from_epoch_ms", MOMENT),
        (MICROSECONDS, "created", "created | from_epoch_us", MOMENT),
        (MILLISECONDS, "created | from_microsoft_date", "created | from_epoch_ms", MOMENT),
        (SECONDS, 'created | local_datetime("Europe/Amsterdam")', "created | from_epoch", MOMENT),
        (SECONDS, "created | from_epoch | parse_datetime", "created | from_epoch", MOMENT),
    ],
)
def test_a_moment_is_read_as_it_is_written(created: Any, rule: str, advised: str, result: datetime) -> None:
    assert followed(rule, {"created": created}, datetime) == (advised, result)


@pytest.mark.parametrize(
    ("created", "rule", "advised", "result"),
    [
        ("2026-03-31", "created", "created | parse_date", date(2026, 3, 31)),
        ("31-03-2026", "created", "created | parse_day_first", date(2026, 3, 31)),
        ("03/31/2026", "created", "created | parse_month_first", date(2026, 3, 31)),
        (ISO, "created", 'created | parse_datetime | date_in("UTC")', date(2023, 11, 14)),
        (JSON_DATE, "created", 'created | from_microsoft_date | date_in("UTC")', date(2023, 11, 14)),
        (SECONDS, "created | parse_date", 'created | from_epoch | date_in("UTC")', date(2023, 11, 14)),
        (20260331, "created | parse_date", "created | text | parse_date", date(2026, 3, 31)),
        ("20260331", "created", "created | parse_date", date(2026, 3, 31)),
    ],
)
def test_a_day_is_read_as_it_is_written(created: Any, rule: str, advised: str, result: date) -> None:
    assert followed(rule, {"created": created}, date) == (advised, result)


@pytest.mark.parametrize(
    ("x", "gives", "rule", "advised", "result"),
    [
        ("12.50", Decimal, "x", "x | number", Decimal("12.50")),
        ("1.234,50", Decimal, "x", 'x | decimal("nl")', Decimal("1234.50")),
        ("12.50", Decimal, "x | round_half_up(1)", "x | number | round_half_up(1)", Decimal("12.5")),
        ("12.50", Decimal, 'x | minor_units("EUR")', "x | number", Decimal("12.50")),
        ("1250", Decimal, 'x | minor_units("EUR")', 'x | whole | minor_units("EUR")', Decimal("12.50")),
        (12.5, Decimal, 'x | minor_units("EUR")', "x", Decimal("12.5")),
        (12.5, Decimal, 'x | decimal("nl")', "x", Decimal("12.5")),
        ("12", int, "x", "x | whole", 12),
        ("true", bool, "x", "x | yes_no", True),
        ("1", bool, "x", "x | yes_no", True),
        (0, bool, "x", "x | yes_no", False),
        (2.5, bool, "x | yes_no", "x != 0", True),
        (True, int, "x", "1 if x else 0", 1),
        (True, str, "x | upper", "x | text | upper", "TRUE"),
        (7, str, "x | upper", "x | text | upper", "7"),
        (7, str, "(x + 1) | upper", "(x + 1) | text | upper", "8"),
        (["a", "b"], str, "x", 'x | join(", ")', "a, b"),
        (["a", "b"], list[str], "x | upper", "[each | upper for each in x]", ["A", "B"]),
        ("a,b", list[str], "x", 'x | split(",")', ["a", "b"]),
        ("a,b", str, 'x | join("-")', 'x | split(",") | join("-")', "a-b"),
    ],
)
def test_other_values_are_brought_to_what_is_wanted(
    x: Any, gives: Any, rule: str, advised: str, result: Any
) -> None:
    assert followed(rule, {"x": x}, gives) == (advised, result)
