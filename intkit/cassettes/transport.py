"""The recorder: an httpx transport that answers from a cassette, or from the wire and remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from intkit.cassettes.cleaning import clean_request, clean_response
from intkit.cassettes.dates import answer_date
from intkit.cassettes.exchange import Exchange
from intkit.cassettes.streams import passing, read_raw

if TYPE_CHECKING:
    from intkit.cassettes.cassette import Cassette
    from intkit.cassettes.exchange import RecordedRequest, RecordedResponse


class RecordingTransport(httpx.BaseTransport):
    """Answers from a cassette; goes to the wire only for what is to be recorded.

    A recorded call returns what its replay would return, secrets blanked. Each response says in
    `extensions["intkit"]` which exchange it is, `{"exchange": "stripe/charges#12", "replayed": True}`.
    Numbers of calls that were under way together may change once, when the file is written.

    Args:
        cassette: opened in the mode that is wanted.
        wire: the network.
    """

    def __init__(self, cassette: Cassette, wire: httpx.BaseTransport) -> None:
        self.cassette = cassette
        self.wire = wire

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer the request.

        Raises:
            ExchangeMissing: replay, and the request was never recorded.
        """
        request.read()
        if self.cassette.mode == "live":
            return self.wire.handle_request(request)
        recorded = self._request(request)
        number = self.cassette.find(recorded)
        if number is not None:
            return self._response(number, replayed=True)
        return self._record(request, recorded)

    def close(self) -> None:
        """Close the wire; the cassette is closed by whoever opened it."""
        self.wire.close()

    def _record(self, request: httpx.Request, recorded: RecordedRequest) -> httpx.Response:
        turn = self.cassette.begin()
        try:
            response = self.wire.handle_request(self._for_wire(request))

            def keep(body: bytes) -> int:
                answer = self._recorded_response(recorded, response, body)
                origin = "sandbox" if "routed" in response.extensions else request.url.host
                date = answer_date(response.headers.get("date", ""))
                return self.cassette.record(turn, Exchange(recorded, answer), origin=origin, date=date)

            if response.headers.get("content-type", "").startswith("text/event-stream"):
                return passing(response, keep)
            return self._response(keep(read_raw(response)), replayed=False)
        finally:
            self.cassette.end()

    def _request(self, request: httpx.Request) -> RecordedRequest:
        headers = _headers(request.headers)
        return clean_request(
            self.cassette.redactor, request.method, str(request.url), headers, request.content
        )

    def _recorded_response(
        self, request: RecordedRequest, response: httpx.Response, body: bytes
    ) -> RecordedResponse:
        reason = response.extensions.get("reason_phrase", b"").decode("utf-8", "replace")
        headers = _headers(response.headers)
        redactor = self.cassette.redactor
        return clean_response(redactor, request, response.status_code, redactor.known(reason), headers, body)

    def _for_wire(self, request: httpx.Request) -> httpx.Request:
        """Return the request with the secrets in that the cassette's answers gave."""
        host = request.url.host
        restore = self.cassette.redactor.restore
        headers = [
            (name, restore(_text(value), host).encode("latin-1"))
            for name, value in request.headers.raw
            if name.lower() not in (b"accept-encoding", b"content-length")
        ]
        body = restore(request.content.decode("latin-1"), host).encode("latin-1")
        headers.append((b"Accept-Encoding", b"gzip, deflate"))  # what every installation can unpack
        if body or "content-length" in request.headers:
            headers.append((b"Content-Length", str(len(body)).encode()))
        return httpx.Request(
            request.method,
            restore(str(request.url), host),
            headers=headers,
            stream=httpx.ByteStream(body),
            extensions=request.extensions,
        )

    def _response(self, number: int, *, replayed: bool) -> httpx.Response:
        response = self.cassette.exchanges[number].response
        return httpx.Response(
            response.status,
            headers=[
                (name.encode("ascii", "replace"), value.encode("latin-1")) for name, value in response.headers
            ],
            stream=httpx.ByteStream(response.body),
            extensions={
                "http_version": b"HTTP/1.1",
                "reason_phrase": response.reason.encode("utf-8"),
                "intkit": {"exchange": f"{self.cassette.name}#{number}", "replayed": replayed},
            },
        )


def _text(value: bytes) -> str:
    return value.decode("latin-1")


def _headers(headers: httpx.Headers) -> list[tuple[str, str]]:
    return [(name.decode("ascii"), _text(value)) for name, value in headers.raw]
