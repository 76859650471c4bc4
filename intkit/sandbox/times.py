"""The ways in which vendors write the same instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone


def iso(epoch: float) -> str:
    """Return `2026-03-29T01:30:00+00:00`."""
    return _utc(epoch).isoformat(timespec="seconds")


def iso_zulu(epoch: float) -> str:
    """Return `2026-03-29T01:30:00.0Z`, with the one digit of some Mollie answers."""
    return f"{_utc(epoch):%Y-%m-%dT%H:%M:%S}.0Z"


def iso_millis(epoch: float) -> str:
    """Return `2026-03-29T01:30:00.000Z`."""
    return f"{_utc(epoch):%Y-%m-%dT%H:%M:%S.000Z}"


def postgres(epoch: float) -> str:
    """Return `2026-03-29 01:30:00.674981+00`: a space, microseconds and an offset of whole hours."""
    return f"{_utc(epoch):%Y-%m-%d %H:%M:%S}.{int(epoch) * 7919 % 1_000_000:06d}+00"


def postgres_millis(epoch: float) -> str:
    """Return `2026-03-29 01:30:00.678+00`, which Python before 3.11 does not read."""
    return f"{_utc(epoch):%Y-%m-%d %H:%M:%S}.{int(epoch) * 7919 % 1000:03d}+00"


def naive(epoch: float) -> str:
    """Return `2026-03-29 01:30:00`, UTC that does not say so."""
    return f"{_utc(epoch):%Y-%m-%d %H:%M:%S}"


def amsterdam(epoch: float) -> str:
    """Return the instant with Amsterdam's offset, which is two hours in summer: `…T03:30:00+02:00`."""
    return datetime.fromtimestamp(epoch, _eu_zone(epoch)).isoformat(timespec="seconds")


def day(epoch: float) -> str:
    """Return `2026-03-29`."""
    return f"{_utc(epoch):%Y-%m-%d}"


def ticks(epoch: float) -> str:
    """Return `/Date(1774747800000)/`, milliseconds in the text that OData 2 puts around them."""
    return f"/Date({int(epoch)}000)/"


def _utc(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _eu_zone(epoch: float) -> timezone:
    """Return Central Europe's offset at that instant, by the EU's rule: summer from March's last Sunday."""
    year = _utc(epoch).year
    begin, end = (_last_sunday(year, month).timestamp() for month in (3, 10))
    return timezone(timedelta(hours=2 if begin <= epoch < end else 1))


def _last_sunday(year: int, month: int) -> datetime:
    """Return the moment at which Europe changes its clocks in that month."""
    last = datetime(year, month, 31, 1, 0, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
