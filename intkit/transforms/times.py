"""Moments and days. A moment always knows its offset; a clock time without one is refused."""

from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_epoch(value: int) -> datetime:
    """Read seconds since 1970 as a moment in UTC.

    >>> from_epoch(1700000000)
    datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc)
    >>> from_epoch(1700000000000)
    Traceback (most recent call last):
    ValueError: expected seconds since 1970, in a year before 10000
    """
    try:
        return EPOCH + timedelta(seconds=value)
    except OverflowError:
        raise ValueError("expected seconds since 1970, in a year before 10000") from None


def from_epoch_ms(value: int) -> datetime:
    """Read milliseconds since 1970 as a moment in UTC.

    >>> from_epoch_ms(1700000000250)
    datetime.datetime(2023, 11, 14, 22, 13, 20, 250000, tzinfo=datetime.timezone.utc)
    """
    try:
        return EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        raise ValueError("expected milliseconds since 1970, in a year before 10000") from None


def parse_datetime(value: str) -> datetime:
    """Read a moment in ISO 8601, in any style that names its offset from UTC.

    >>> parse_datetime("2026-03-01T09:30:00.000Z")
    datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone.utc)
    >>> parse_datetime("2026-03-01 09:30:00.25+00")
    datetime.datetime(2026, 3, 1, 9, 30, 0, 250000, tzinfo=datetime.timezone.utc)
    >>> parse_datetime("2026-03-01 09:30:00")
    Traceback (most recent call last):
    ValueError: expected a date and time with its offset from UTC, like 2026-03-01T09:30:00Z
    """
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("expected a date and time with its offset from UTC, like 2026-03-01T09:30:00Z")
    return moment


def parse_date(value: str) -> date:
    """Read a day in ISO 8601.

    >>> parse_date("2026-03-01")
    datetime.date(2026, 3, 1)
    >>> parse_date("01-03-2026")
    Traceback (most recent call last):
    ValueError: expected a date like 2026-03-01
    """
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("expected a date like 2026-03-01") from None
