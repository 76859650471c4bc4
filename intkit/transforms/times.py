"""Moments and days. A moment always knows its offset; a clock time without one needs a zone."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# named here, for to look them up at each value takes a quarter of the time
from_iso = date.fromisoformat
from_timestamp = datetime.fromtimestamp
MICROSOFT_DATE = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")
YEAR_LAST = re.compile(r"(?P<first>[0-9]{1,2})([-/. ])(?P<second>[0-9]{1,2})\2(?P<year>[0-9]{4})")


def parse_datetime(value: str) -> datetime:
    """Read a moment in ISO 8601, in any style that names its offset from UTC.

    >>> parse_datetime("2026-03-01T09:30:00.000Z")
    datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone.utc)
    >>> parse_datetime("2026-03-01 09:30:00.25+00")
    datetime.datetime(2026, 3, 1, 9, 30, 0, 250000, tzinfo=datetime.timezone.utc)
    >>> parse_datetime("2026-03-01 09:30:00")
    Traceback (most recent call last):
    ValueError: expected an offset from UTC; a clock time without one needs its zone: local_datetime
    """
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("expected a date and time like 2026-03-01T09:30:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(
            "expected an offset from UTC; a clock time without one needs its zone: local_datetime"
        )
    return moment


def local_datetime(value: str, zone: str, twice: str = "") -> datetime:
    """Read a clock time without an offset as a moment in a named zone.

    A clock time that the change to summer time skips fails. So does one that comes twice when the clock is
    put back, unless `twice` says "earlier" or "later".

    >>> local_datetime("2026-07-01 09:30:00", "Europe/Amsterdam").isoformat()
    '2026-07-01T09:30:00+02:00'
    >>> local_datetime("2026-03-29 02:30:00", "Europe/Amsterdam")
    Traceback (most recent call last):
    ValueError: expected a time that exists: the clock skips it for summer time
    >>> local_datetime("2026-10-25 02:30:00", "Europe/Amsterdam")
    Traceback (most recent call last):
    ValueError: expected a time that comes once: the clock is put back over it ("earlier" or "later"?)
    >>> local_datetime("2026-10-25 02:30:00", "Europe/Amsterdam", "later").isoformat()
    '2026-10-25T02:30:00+01:00'
    """
    if twice not in {"", "earlier", "later"}:
        raise ValueError('expected "earlier" or "later"')
    try:
        clock = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("expected a date and time like 2026-03-01 09:30:00") from None
    if clock.tzinfo is not None:
        raise ValueError("expected a clock time; one with an offset from UTC needs no zone: parse_datetime")
    earlier, later = (clock.replace(tzinfo=_zone(zone), fold=fold) for fold in (0, 1))
    if in_zone(to_utc(earlier), zone).replace(tzinfo=None) != clock:
        raise ValueError("expected a time that exists: the clock skips it for summer time")
    if earlier.utcoffset() != later.utcoffset() and not twice:
        raise ValueError(
            'expected a time that comes once: the clock is put back over it ("earlier" or "later"?)'
        )
    return later if twice == "later" else earlier


def to_utc(value: datetime) -> datetime:
    """Give a moment in UTC.

    >>> to_utc(parse_datetime("2026-03-01T00:30:00+01:00"))
    datetime.datetime(2026, 2, 28, 23, 30, tzinfo=datetime.timezone.utc)
    """
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("expected a moment from the year 1 to 9999") from None


def in_zone(value: datetime, zone: str) -> datetime:
    """Give a moment as the clocks of a named zone show it.

    >>> in_zone(from_epoch(1700000000), "Europe/Amsterdam").isoformat()
    '2023-11-14T23:13:20+01:00'
    """
    try:
        return value.astimezone(_zone(zone))
    except OverflowError:
        raise ValueError("expected a moment from the year 1 to 9999") from None


def date_in(value: datetime, zone: str) -> date:
    """Return the day that a moment falls on in a named zone.

    >>> date_in(parse_datetime("2026-02-28T23:30:00Z"), "Europe/Amsterdam")
    datetime.date(2026, 3, 1)
    """
    return in_zone(value, zone).date()


def parse_date(value: str) -> date:
    """Read a day in ISO 8601.

    >>> parse_date("2026-03-01")
    datetime.date(2026, 3, 1)
    >>> parse_date("01-03-2026")
    Traceback (most recent call last):
    ValueError: expected a date like 2026-03-01
    """
    try:
        return from_iso(value.strip())
    except ValueError:
        raise ValueError("expected a date like 2026-03-01") from None


def parse_day_first(value: str) -> date:
    """Read a day written day, month, year.

    >>> parse_day_first("31-12-2026")
    datetime.date(2026, 12, 31)
    >>> parse_day_first("12/31/2026")
    Traceback (most recent call last):
    ValueError: expected a date like 31-12-2026
    """
    found = YEAR_LAST.fullmatch(value.strip())
    if found:
        with suppress(ValueError):
            return date(int(found["year"]), int(found["second"]), int(found["first"]))
    raise ValueError("expected a date like 31-12-2026")


def parse_month_first(value: str) -> date:
    """Read a day written month, day, year.

    >>> parse_month_first("12/31/2026")
    datetime.date(2026, 12, 31)
    """
    found = YEAR_LAST.fullmatch(value.strip())
    if found:
        with suppress(ValueError):
            return date(int(found["year"]), int(found["first"]), int(found["second"]))
    raise ValueError("expected a date like 12/31/2026")


def format_date(value: date, style: str) -> str:
    """Write a day, with its parts where DD, MM, YYYY or YY stand.

    >>> format_date(date(2026, 12, 31), "DD/MM/YYYY")
    '31/12/2026'
    """
    year = f"{value.year:04}"
    parts = {"YYYY": year, "YY": year[2:], "MM": f"{value.month:02}", "DD": f"{value.day:02}"}
    return re.sub("YYYY|YY|MM|DD", lambda part: parts[part[0]], style)


def from_epoch(value: int) -> datetime:
    """Read seconds since 1970 as a moment in UTC.

    >>> from_epoch(1700000000)
    datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc)
    >>> from_epoch(1700000000000)
    Traceback (most recent call last):
    ValueError: expected seconds since 1970, in a year before 10000
    """
    try:
        # the platform's own conversion takes half the time; Windows has it from 1970 to 3000
        return from_timestamp(value, UTC)
    except (OSError, OverflowError, ValueError):
        pass
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


def from_epoch_us(value: int) -> datetime:
    """Read microseconds since 1970 as a moment in UTC.

    >>> from_epoch_us(1700000000250001)
    datetime.datetime(2023, 11, 14, 22, 13, 20, 250001, tzinfo=datetime.timezone.utc)
    """
    try:
        return EPOCH + timedelta(microseconds=value)
    except OverflowError:
        raise ValueError("expected microseconds since 1970, in a year before 10000") from None


def to_epoch(value: datetime) -> int:
    """Return the whole seconds since 1970 of a moment.

    >>> to_epoch(parse_datetime("2023-11-14T22:13:20Z"))
    1700000000
    """
    return (value - EPOCH) // timedelta(seconds=1)


def to_epoch_ms(value: datetime) -> int:
    """Return the whole milliseconds since 1970 of a moment.

    >>> to_epoch_ms(parse_datetime("2023-11-14T22:13:20.25Z"))
    1700000000250
    """
    return (value - EPOCH) // timedelta(milliseconds=1)


def from_microsoft_date(value: str) -> datetime:
    """Read a moment as Exact and Xero write it: milliseconds since 1970; an offset changes nothing.

    >>> from_microsoft_date("/Date(1488391422280+0000)/")
    datetime.datetime(2017, 3, 1, 18, 3, 42, 280000, tzinfo=datetime.timezone.utc)
    """
    found = MICROSOFT_DATE.fullmatch(value.strip())
    if found is None:
        raise ValueError("expected a date like /Date(1488391422280)/")
    return from_epoch_ms(int(found[1]))


def _zone(name: str) -> ZoneInfo:
    """Return a time zone by its name in the IANA database."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("expected a time zone like Europe/Amsterdam") from None
