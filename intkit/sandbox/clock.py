"""The sandbox's own time, so that the same seed gives the same bytes on any day."""

from __future__ import annotations

import time
from datetime import UTC, datetime

# Two days after Europe's clocks went forward, so that seeded times lie on both sides of the change.
START = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


class Clock:
    """Two times: the records' time, which stands still between writes, and the wall's.

    What is stored (`created`, `updated_at`) takes the records' time. What a client compares with its own
    clock (rate windows, signature timestamps, an epoch `Retry-After`) takes the wall's.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()
        self._shift = 0.0

    def now(self) -> int:
        """Return the records' time in epoch seconds."""
        return int(self._now)

    def wall(self) -> float:
        """Return the wall's time in epoch seconds, moved by what was advanced."""
        return time.time() + self._shift

    def tick(self) -> int:
        """Move the records' time on by one second, as every write does, and return it."""
        self._now += 1
        return self.now()

    def advance(self, seconds: float) -> None:
        """Move both times on, as if so many seconds had passed."""
        self._now += seconds
        self._shift += seconds

    def moment(self) -> datetime:
        """Return the records' time as a UTC datetime."""
        return datetime.fromtimestamp(self.now(), UTC)
