"""Bodies as they come: read whole, or passed on while they are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def read_raw(response: httpx.Response) -> bytes:
    """Return the body as it came over the wire, still compressed."""
    stream = cast("httpx.SyncByteStream", response.stream)
    try:
        return b"".join(stream)
    finally:
        stream.close()


def passing(response: httpx.Response, keep: Callable[[bytes], object]) -> httpx.Response:
    """Return the response with its events passed on as they come; what was read is kept when it is closed.

    A stream of events may have no end, so it is not waited for. Its events reach the caller as they were sent.
    """
    response.stream = _Passing(cast("httpx.SyncByteStream", response.stream), keep)
    response.extensions["intkit"] = {"exchange": "", "replayed": False}
    return response


class _Passing(httpx.SyncByteStream):
    """Passes chunks on and remembers them."""

    def __init__(self, stream: httpx.SyncByteStream, keep: Callable[[bytes], object]) -> None:
        self._stream = stream
        self._keep: Callable[[bytes], object] | None = keep
        self._chunks: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._chunks.append(chunk)
            yield chunk

    def close(self) -> None:
        self._stream.close()
        keep, self._keep = self._keep, None
        if keep:
            keep(b"".join(self._chunks))
