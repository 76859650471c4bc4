"""Ids of a logical call: one for its trace, one so that the vendor runs it only once."""

from __future__ import annotations

from uuid import uuid4

import httpx

CORRELATION_HEADER = "X-Correlation-Id"
_UNSAFE = ("POST", "PATCH")


class IdentifyingTransport(httpx.BaseTransport):
    """Gives each call a correlation id and, where the vendor knows them, an idempotency key.

    It stands outside the retries: all attempts of a call carry the same ids.

    Args:
        inner: the next transport.
        key_header: the header of the vendor's idempotency keys, empty where it has none.
    """

    def __init__(self, inner: httpx.BaseTransport, key_header: str = "") -> None:
        self._inner = inner
        self._key_header = key_header

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Add the ids that the caller has not set, and send the request."""
        request.headers.setdefault(CORRELATION_HEADER, str(uuid4()))
        if self._key_header and request.method in _UNSAFE and not request.extensions.get("safe"):
            request.headers.setdefault(self._key_header, str(uuid4()))
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the next transport."""
        self._inner.close()
