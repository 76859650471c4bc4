"""From what went over the wire to what may be recorded: unpacked, blanked, readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intkit.cassettes.bodies import decoded, readable
from intkit.cassettes.exchange import Exchange, RecordedRequest, RecordedResponse, header

if TYPE_CHECKING:
    from intkit.cassettes.exchange import Headers
    from intkit.redaction import Redactor

_NO_LONGER_TRUE = ("content-encoding", "transfer-encoding")

HeaderList = list[tuple[str, str]]


def clean_request(
    redactor: Redactor, method: str, url: str, headers: HeaderList, body: bytes
) -> RecordedRequest:
    """Return a request as it may be recorded.

    Raises:
        CassetteError: the body is compressed in a way that cannot be unpacked here.
    """
    encoding = header(tuple(headers), "content-encoding")
    url, kept, body = redactor.request(method, url, headers, decoded(body, encoding))
    return RecordedRequest(method, url, _unpacked(kept, body), readable(body, kept))


def clean_response(
    redactor: Redactor, request: RecordedRequest, status: int, reason: str, headers: HeaderList, body: bytes
) -> RecordedResponse:
    """Return a response as it may be recorded.

    Raises:
        CassetteError: the body is compressed in a way that cannot be unpacked here.
    """
    body = decoded(body, header(tuple(headers), "content-encoding"))
    kept, body = redactor.response((request.method, request.url), headers, body)
    body = readable(body, kept)
    return RecordedResponse(status, reason, _measured(_unpacked(kept, body), body), body)


def blank_again(redactor: Redactor, exchange: Exchange) -> Exchange:
    """Return the exchange without secrets that only a later answer gave away."""
    request, response = exchange.request, exchange.response
    return Exchange(
        RecordedRequest(
            request.method,
            redactor.known(request.url),
            _again(redactor, request.headers),
            _body_again(redactor, request.body),
        ),
        RecordedResponse(
            response.status,
            response.reason,
            _again(redactor, response.headers),
            _body_again(redactor, response.body),
        ),
    )


def _again(redactor: Redactor, headers: Headers) -> Headers:
    return tuple((name, redactor.known(value)) for name, value in headers)


def _body_again(redactor: Redactor, body: bytes) -> bytes:
    try:
        return redactor.known(body.decode("utf-8")).encode()
    except UnicodeDecodeError:
        return redactor.known(body.decode("latin-1")).encode("latin-1")


def _unpacked(headers: HeaderList, body: bytes) -> Headers:
    """Return the headers without those that spoke of the compressed body."""
    return tuple(each for each in headers if not body or each[0].lower() not in _NO_LONGER_TRUE)


def _measured(headers: Headers, body: bytes) -> Headers:
    """Return the headers with the recorded body's length; the answer to a HEAD keeps what it promised."""
    if not body:
        return headers
    return tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value) for name, value in headers
    )
