"""Time, in one place, so that tests can let it pass."""

from __future__ import annotations

import time


class Clock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return seconds since 1970, for comparing with what a server says."""
        return time.time()

    def elapsed(self) -> float:
        """Return seconds that only grow, for measuring."""
        return time.perf_counter()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
