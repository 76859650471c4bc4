"""How much of an answer is taken in: a size limit, and a deadline for the whole call."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

import httpx

from intkit.errors import ApiError

if TYPE_CHECKING:
    from intkit.clients.clock import Clock

DEEPEST_JSON = 200
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class BoundingTransport(httpx.BaseTransport):
    """Reads the body of an answer, up to a size and within the call's deadline.

    A body is read here, inside the retries, so that a connection that breaks in the middle of it is retried
    like one that breaks before it.

    Args:
        inner: the network.
        longest: the most bytes of a body.
        clock: measures the deadline, which stands in `request.extensions["deadline"]`.
    """

    def __init__(self, inner: httpx.BaseTransport, longest: int, clock: Clock) -> None:
        self._inner = inner
        self._longest = longest
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and read its answer.

        Raises:
            ApiError: the body is too long.
            httpx.ReadTimeout: the deadline is over.
        """
        deadline = request.extensions.get("deadline")
        if deadline is not None:
            request.extensions["timeout"] = self._within(deadline, request)
        response = self._inner.handle_request(request)
        try:
            body = self._read(request, response, deadline)
        finally:
            response.close()
        return httpx.Response(
            response.status_code, headers=response.headers, stream=httpx.ByteStream(body),
            extensions=response.extensions, request=request,
        )  # fmt: skip

    def close(self) -> None:
        """Close the network."""
        self._inner.close()

    def _within(self, deadline: float, request: httpx.Request) -> dict[str, float | None]:
        left = max(deadline - self._clock.elapsed(), 0.001)
        timeouts = request.extensions.get("timeout", {})
        return {name: left if limit is None else min(limit, left) for name, limit in timeouts.items()}

    def _read(self, request: httpx.Request, response: httpx.Response, deadline: float | None) -> bytes:
        assert isinstance(response.stream, httpx.SyncByteStream)
        body = bytearray()
        for chunk in response.stream:
            body += chunk
            if len(body) > self._longest:
                asked = f"{request.method} {request.url.path}"
                raise ApiError(
                    f"The answer to {asked} is longer than {self._longest:,} bytes.",
                    remedy="Ask for less at once, or raise intkit.Resilience(longest_body=…).",
                    status=response.status_code,
                )
            if deadline is not None and self._clock.elapsed() > deadline:
                raise httpx.ReadTimeout("the call's deadline is over", request=request)
        return bytes(body)


def json_depth(body: bytes) -> int:
    """Return how deeply the lists and objects of a JSON text are nested, without decoding it."""
    brackets = _STRINGS.sub(b"", body).translate(None, _NOT_BRACKETS)
    return max(accumulate(1 if bracket in b"[{" else -1 for bracket in brackets), default=0)
