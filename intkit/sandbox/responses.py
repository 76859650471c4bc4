"""Answers that go wrong on their way: cut, reset, garbled, slow."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

_PAGE = """<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
"""


class _Reset(Response):
    """No answer: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        transport = _transport(receive)
        # A linger time of zero makes the system send RST where it would close politely.
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
        await _until_closed()


class _Closed(Response):
    """No answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        _transport(receive).close()
        await _until_closed()


class _Truncated(Response):
    """The headers promise the whole body; half of it comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await _start(self, send)
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        _transport(receive).close()
        await _until_closed()


class _Trickle(Response):
    """The body comes in ten pieces, spread over the given seconds."""

    seconds = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await _start(self, send)
        size = len(self.body) // 10 + 1
        for begin in range(0, len(self.body), size):
            await asyncio.sleep(self.seconds / 10)
            piece = bytes(self.body)[begin : begin + size]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _reset(response: Response, seconds: float) -> Response:  # noqa: ARG001 - one signature for all
    return _Reset(None, response.status_code)


def _closed(response: Response, seconds: float) -> Response:  # noqa: ARG001
    return _Closed(None, response.status_code)


def _truncated(response: Response, seconds: float) -> Response:  # noqa: ARG001
    return _Truncated(response.body, response.status_code, _headers(response))


def _trickle(response: Response, seconds: float) -> Response:
    slow = _Trickle(response.body, response.status_code, _headers(response))
    slow.seconds = seconds
    return slow


def _garbled(response: Response, seconds: float) -> Response:  # noqa: ARG001
    body = bytes(response.body)
    middle = len(body) // 2
    return Response(body[:middle] + b"\x00}{" + body[middle:-1], response.status_code, _headers(response))


def _html(response: Response, seconds: float) -> Response:  # noqa: ARG001
    return HTMLResponse(_PAGE, 502)


BROKEN: dict[str, Callable[[Response, float], Response]] = {
    "reset": _reset,
    "timeout": _closed,
    "truncated": _truncated,
    "trickle": _trickle,
    "garbled": _garbled,
    "html": _html,
}

# after these there is no answer left for another fault to strike
ENDING = {"reset", "timeout", "truncated"}


def _headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "content-length"}


async def _start(response: Response, send: Send) -> None:
    start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
    await send(start)


async def _until_closed() -> None:
    # The server must see the connection gone before we return, or it reports an answer without an end.
    await asyncio.sleep(0.01)


def _transport(receive: Receive) -> Any:
    # ASGI has no way to drop a connection; uvicorn's `receive` is bound to the cycle that owns it.
    return receive.__self__.transport  # type: ignore[attr-defined]
