"""The last good answer, for reads, when the origin is down."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import httpx

from intkit.errors import ApiError

if TYPE_CHECKING:
    from intkit.clients.clock import Clock
    from intkit.clients.stats import Stats

_ANSWERS_KEPT = 1_000
_OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")


@dataclass(frozen=True)
class _Known:
    """An answer and when it was given."""

    response: httpx.Response
    at: float


class FallbackTransport(httpx.BaseTransport):
    """Answers a GET from memory where the origin gives none or 5xx; `extensions["stale"]` says how old.

    Args:
        inner: the next transport.
        seconds: how old an answer may be.
        stats: where stale answers are counted.
        clock: measures.
    """

    def __init__(self, inner: httpx.BaseTransport, seconds: float, stats: Stats, clock: Clock) -> None:
        self._inner = inner
        self._seconds = seconds
        self._stats = stats
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; where it fails for good, give the last good answer instead."""
        if request.method != "GET":
            return self._inner.handle_request(request)
        try:
            response = self._inner.handle_request(request)
        except (httpx.TransportError, ApiError):
            stale = self._stale(request)
            if stale is None:
                raise
            return stale
        if response.is_success:
            self._keep(request, response)
        return (self._stale(request) or response) if response.status_code >= 500 else response

    def close(self) -> None:
        """Close the next transport."""
        self._inner.close()

    def _keep(self, request: httpx.Request, response: httpx.Response) -> None:
        response.read()
        with self._lock:
            self._known[str(request.url)] = _Known(response, self._clock.elapsed())
            self._known.move_to_end(str(request.url))
            if len(self._known) > _ANSWERS_KEPT:
                self._known.popitem(last=False)

    def _stale(self, request: httpx.Request) -> httpx.Response | None:
        with self._lock:
            known = self._known.get(str(request.url))
        if known is None or (age := self._clock.elapsed() - known.at) > self._seconds:
            return None
        self._stats.add(stale=1)
        return httpx.Response(
            known.response.status_code,
            headers={**_plain_headers(known.response), "Age": f"{age:.0f}"},
            stream=httpx.ByteStream(known.response.content),
            extensions={**known.response.extensions, "stale": age},
            request=request,
        )


def _plain_headers(response: httpx.Response) -> dict[str, str]:
    """Return the headers without those that spoke of the compressed body."""
    return {name: value for name, value in response.headers.items() if name not in _OF_THE_WIRE}
