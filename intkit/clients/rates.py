"""A client-side rate limit: a declared one on pyrate-limiter, and what the vendor's headers say."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import httpx
from pyrate_limiter import InMemoryBucket, RateItem
from pyrate_limiter import Rate as _Rate

from intkit.clients.retries import TOLD_SECONDS, seconds_until, server_time, wait_named_by
from intkit.clients.stats import is_replayed
from intkit.errors import ApiError, ConnectError, shorten

if TYPE_CHECKING:
    from intkit.clients.clock import Clock
    from intkit.clients.stats import Stats

_PREFIXES = ("ratelimit", "x-ratelimit", "x-rate-limit", "x-ratelimit-minutely", "x-hubspot-ratelimit")
_INTERVAL = "x-hubspot-ratelimit-interval-milliseconds"
_LOG = logging.getLogger("intkit")


def check_number(word: str, value: object, least: float) -> None:
    """Raise where a setting is no number, or too small to mean anything.

    Raises:
        ConnectError: it is; the message names the setting.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= least:
        raise ConnectError(f"{word} is {shorten(value)}.", remedy=f"It is a number, {least} or more.")


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds.

    Args:
        requests: how many.
        seconds: in what time.
    """

    requests: int
    seconds: float = 1.0

    def __post_init__(self) -> None:
        check_number("Rate.requests", self.requests, 1)
        check_number("Rate.seconds", self.seconds, 0.001)


@dataclass(frozen=True)
class Left:
    """What an answer's headers say about the limit.

    Attributes:
        limit: requests allowed in the window; None where unsaid.
        remaining: requests left in it.
        reset: seconds until it begins anew; None where unsaid.
    """

    limit: int | None
    remaining: int | None
    reset: float | None


class RateLimitingTransport(httpx.BaseTransport):
    """Waits before a request, where the declared rate or the vendor's last answer asks for it.

    Args:
        inner: the next transport.
        rate: the declared rate, None for none.
        stats: where waits are counted.
        clock: waits.
    """

    def __init__(self, inner: httpx.BaseTransport, rate: Rate | None, stats: Stats, clock: Clock) -> None:
        self._inner = inner
        self._bucket = InMemoryBucket([_Rate(rate.requests, int(rate.seconds * 1000))]) if rate else None
        self._stats = stats
        self._clock = clock
        self._lock = Lock()
        self._closed_until = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for a place, send the request, and learn from the answer.

        Raises:
            ApiError: a place comes free only after the call's deadline.
        """
        place = RateItem("request", 0)
        while (wait := self._take(place)) > 0:
            self._wait(request, wait)
        response = self._inner.handle_request(request)
        if is_replayed(response):
            self._give_back(place)  # a cassette has no limit
        else:
            self._learn(response)
        return response

    def close(self) -> None:
        """Close the next transport."""
        self._inner.close()

    def _wait(self, request: httpx.Request, seconds: float) -> None:
        deadline = request.extensions.get("deadline")
        if deadline is not None and self._clock.elapsed() + seconds > deadline:
            raise ApiError(
                f"The rate limit of {request.url.host} is used up for {seconds:.0f} s, beyond the call's deadline.",
                remedy="Try again then, ask for less at once, or raise intkit.Resilience(deadline=…).",
                status=httpx.codes.TOO_MANY_REQUESTS,
            )
        if seconds >= TOLD_SECONDS:
            _LOG.warning("the rate limit of %s is used up; waiting %.0f s", request.url.host, seconds)
        self._stats.add(waited=seconds)
        self._clock.sleep(seconds)

    def _take(self, place: RateItem) -> float:
        """Take the place and return 0, or return the seconds until it may be free."""
        with self._lock:
            closed = self._closed_until - self._clock.elapsed()
            if closed > 0 or self._bucket is None:
                return max(closed, 0.0)
            place.timestamp = int(self._clock.elapsed() * 1000)
            self._bucket.leak(place.timestamp)
            if self._bucket.put(place):
                return 0.0
            wait = self._bucket.waiting(place)
            assert isinstance(wait, int)  # in memory nothing is awaited
            return max(wait, 1) / 1000

    def _give_back(self, place: RateItem) -> None:
        if self._bucket is not None:
            with self._lock:
                self._bucket.items = [each for each in self._bucket.items if each is not place]

    def _learn(self, response: httpx.Response) -> None:
        """Hold all threads back when nothing is left, or when one of them was told to wait."""
        left = read_left(response.headers, self._clock.now())
        wait = wait_named_by(response.headers, self._clock.now()) if response.status_code == 429 else None
        if wait is None and left.remaining == 0:
            wait = left.reset
        if wait:
            with self._lock:
                self._closed_until = max(self._closed_until, self._clock.elapsed() + wait)


def read_left(headers: httpx.Headers, now: float) -> Left:
    """Return what the headers of an answer say about the rate limit; of several (Exact's) the tightest.

    Args:
        headers: `RateLimit-*` and the vendors' own spellings; a reset may be seconds from now, epoch seconds
            or epoch milliseconds.
        now: seconds since 1970 by this machine's clock.
    """
    said = {each: _whole(headers.get(f"{each}-remaining", "")) for each in _PREFIXES}
    counted = {each: left for each, left in said.items() if left is not None}
    prefix = min(counted, key=lambda each: counted[each], default="ratelimit")
    reset = seconds_until(headers.get(f"{prefix}-reset", ""), server_time(headers, now))
    interval = headers.get(_INTERVAL, "")
    if reset is None and interval.isdigit():
        reset = int(interval) / 1000
    limit = headers.get(f"{prefix}-limit", headers.get(f"{prefix}-max", ""))
    return Left(_whole(limit), said[prefix], reset)


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else None
