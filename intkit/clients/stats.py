"""What a client did: requests, retries, waits, bytes, latency."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from statistics import quantiles
from threading import Lock
from typing import TYPE_CHECKING

import httpx

from intkit.tables import Table

if TYPE_CHECKING:
    from intkit.clients.clock import Clock

_LATENCIES_KEPT = 10_000


@dataclass
class Stats:
    """Counts of one client, since it was made.

    Attributes:
        requests: attempts that reached the recording or the network.
        replayed: how many of them a cassette answered.
        retries: attempts beyond the first of a call.
        waited: seconds spent waiting, before retries and for rate limits.
        trips: how often a circuit breaker opened.
        stale: answers given from the last known good ones.
        received: bytes of bodies.
        statuses: how often each HTTP status came.
        failures: how often there was no answer at all, by the error's name.
    """

    requests: int = 0
    replayed: int = 0
    retries: int = 0
    waited: float = 0.0
    trips: int = 0
    stale: int = 0
    received: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    latencies: deque[float] = field(default_factory=lambda: deque(maxlen=_LATENCIES_KEPT), repr=False)
    lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def add(self, **counts: float) -> None:
        """Add to some of the counts; threads may do so at once."""
        with self.lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)

    @property
    def p50(self) -> float:
        """The latency that half of the answers stayed below, in seconds; 0 without answers."""
        return self._percentile(50)

    @property
    def p95(self) -> float:
        """The latency that 95 % of the answers stayed below, in seconds; 0 without answers."""
        return self._percentile(95)

    def table(self) -> Table:
        """Return the counts as a table."""
        rows = [
            ("requests", self.requests),
            ("replayed", self.replayed),
            ("retries", self.retries),
            ("waited", f"{self.waited:.1f} s"),
            ("breaker trips", self.trips),
            ("stale answers", self.stale),
            ("bytes received", self.received),
            ("latency p50", f"{self.p50 * 1000:.0f} ms"),
            ("latency p95", f"{self.p95 * 1000:.0f} ms"),
            *((f"status {status}", count) for status, count in sorted(self.statuses.items())),
            *sorted(self.failures.items()),
        ]
        return Table(["what", "count"], rows, title="What this client did")

    def _repr_html_(self) -> str:
        return self.table().html()

    def _percentile(self, percent: int) -> float:
        with self.lock:
            seen = list(self.latencies)
        return quantiles(seen, n=100, method="inclusive")[percent - 1] if len(seen) > 1 else sum(seen)


class MeasuringTransport(httpx.BaseTransport):
    """Counts and times every attempt."""

    def __init__(self, inner: httpx.BaseTransport, stats: Stats, clock: Clock) -> None:
        self._inner = inner
        self._stats = stats
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and note how it went; the body is read here, so that its time counts."""
        begun = self._clock.elapsed()
        self._stats.add(requests=1)
        try:
            response = self._inner.handle_request(request)
            response.request = request
            body = response.read()
        except httpx.HTTPError as error:
            with self._stats.lock:
                self._stats.failures[type(error).__name__] += 1
            raise
        with self._stats.lock:
            self._stats.statuses[response.status_code] += 1
            self._stats.latencies.append(self._clock.elapsed() - begun)
        self._stats.add(received=len(body), replayed=is_replayed(response))
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


def is_replayed(response: httpx.Response) -> bool:
    """Return whether a cassette gave this answer."""
    return bool(response.extensions.get("intkit", {}).get("replayed"))
