"""A recording served as a mock server, for tools that are not the kit's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from intkit.cassettes.cassette import open_cassette
from intkit.cassettes.cleaning import clean_request
from intkit.errors import ExchangeMissing

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from intkit.cassettes.cassette import Cassette

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_SERVERS_OWN = ("content-length", "transfer-encoding", "connection", "content-encoding")


def mock_app(name: str | Path) -> Starlette:
    """Return an ASGI app that answers each request as the recording does, whatever host it is sent to.

    Raises:
        CassetteError: the recording is missing or damaged.
    """
    cassette = open_cassette(name)

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answer, cassette, request, await request.body())

    return Starlette(routes=[Route("/{path:path}", answer, methods=_METHODS)])


def serve(name: str, port: int) -> None:
    """Serve a recording on this machine until it is interrupted."""
    import uvicorn

    uvicorn.run(mock_app(name), host="127.0.0.1", port=port, log_level="warning", date_header=False)


def _answer(cassette: Cassette, request: Request, body: bytes) -> Response:
    target = request.scope["raw_path"].decode("ascii") + (
        f"?{request.url.query}" if request.url.query else ""
    )
    headers = [(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw]
    misses = []
    for base in dict.fromkeys(_base(each.request.url) for each in cassette.exchanges):
        asked = clean_request(cassette.redactor, request.method, f"{base}{target}", headers, body)
        try:
            return _response(cassette, cassette.find(asked) or 0)
        except ExchangeMissing as miss:
            misses.append(str(miss))
    return JSONResponse({"error": misses[0] if misses else "The recording is empty."}, status_code=404)


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _response(cassette: Cassette, number: int) -> Response:
    recorded = cassette.exchanges[number].response
    response = Response(recorded.body, status_code=recorded.status)
    kept = [each for each in recorded.headers if each[0].lower() not in _SERVERS_OWN]
    response.raw_headers[:] = [
        (name.lower().encode("ascii"), value.encode("latin-1")) for name, value in kept
    ]
    response.raw_headers.append((b"content-length", str(len(recorded.body)).encode()))
    return response
