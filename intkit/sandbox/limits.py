"""Rate limits: how many calls a vendor allows in a window of time."""

from __future__ import annotations

from typing import NamedTuple


class Use(NamedTuple):
    """Where a client stands: what is left, and the seconds until the window begins anew."""

    limit: int
    remaining: int
    reset: float
    over: bool


class Window:
    """So many calls in so many seconds, counted from the first call on.

    Args:
        limit: calls.
        seconds: length of the window.
        enforced: whether calls are counted; if not, every call sees a fresh window, always the same.
    """

    def __init__(self, limit: int, seconds: float, *, enforced: bool) -> None:
        self.limit = limit
        self.seconds = seconds
        self.enforced = enforced
        self._opened = float("-inf")
        self._used = 0

    def take(self, now: float, weight: int = 1) -> Use:
        """Count one call, of this weight, at this wall time."""
        if not self.enforced:
            return Use(self.limit, self.limit - weight, self.seconds, over=False)
        if now - self._opened >= self.seconds:
            self._opened, self._used = now, 0
        self._used += weight
        return self.peek(now)

    def peek(self, now: float) -> Use:
        """Return where the client stands, without counting."""
        if not self.enforced:
            return Use(self.limit, self.limit - 1, self.seconds, over=False)
        remaining = max(0, self.limit - self._used)
        return Use(self.limit, remaining, self._opened + self.seconds - now, over=self._used > self.limit)

    def full(self) -> Use:
        """Return what a call beyond the limit sees, for a 429 that is made on demand."""
        return Use(self.limit, 0, self.seconds, over=True)
