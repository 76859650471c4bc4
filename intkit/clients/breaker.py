"""A circuit breaker for each host: an API that is down is left alone for a while."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from intkit.clients.clock import Clock
    from intkit.clients.stats import Stats

_FAILURES_TO_OPEN = 8
_SECONDS_OPEN = 30.0


class CircuitOpen(httpx.TransportError):
    """The host has failed so often that it is not asked for now.

    Args:
        failures: how often in a row.
        last: what it was the last time.
        seconds: for how long it is left alone.
        request: what was not sent.
    """

    def __init__(self, failures: int, last: str, seconds: float, request: httpx.Request) -> None:
        super().__init__(
            f"{request.url.host} failed {failures} times in a row ({last}) and is left alone for {seconds:.0f} s",
            request=request,
        )
        self.seconds = seconds


@dataclass
class _Circuit:
    """One host's state: failures in a row, and until when it is left alone."""

    failures: int = 0
    last: str = ""
    open_until: float = 0.0


class BreakerTransport(httpx.BaseTransport):
    """Opens after 8 failures in a row (no answer, or 500 and above); after 30 s one request may try.

    Args:
        inner: the next transport.
        stats: where trips are counted.
        clock: measures.
    """

    def __init__(self, inner: httpx.BaseTransport, stats: Stats, clock: Clock) -> None:
        self._inner = inner
        self._stats = stats
        self._clock = clock
        self._lock = Lock()
        self._circuits: dict[str, _Circuit] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request unless its host is left alone.

        Raises:
            CircuitOpen: it is.
        """
        circuit = self._enter(request)
        try:
            response = self._inner.handle_request(request)
        except httpx.TransportError as error:
            self._note(circuit, failure=f"{type(error).__name__}: {error}")
            raise
        self._note(circuit, failure=str(response.status_code) if response.status_code >= 500 else "")
        return response

    def close(self) -> None:
        """Close the next transport."""
        self._inner.close()

    def _enter(self, request: httpx.Request) -> _Circuit:
        with self._lock:
            circuit = self._circuits.setdefault(request.url.host, _Circuit())
            left = circuit.open_until - self._clock.elapsed()
            if left > 0:
                raise CircuitOpen(circuit.failures, circuit.last, left, request)
            if circuit.open_until:  # one request tries; the others stay out until it is back
                circuit.open_until = self._clock.elapsed() + _SECONDS_OPEN
            return circuit

    def _note(self, circuit: _Circuit, *, failure: str) -> None:
        with self._lock:
            circuit.failures = circuit.failures + 1 if failure else 0
            circuit.last = failure
            if not failure:
                circuit.open_until = 0.0
            elif circuit.failures >= _FAILURES_TO_OPEN:
                if circuit.failures == _FAILURES_TO_OPEN:
                    self._stats.add(trips=1)
                circuit.open_until = self._clock.elapsed() + _SECONDS_OPEN
