"""One request and its response, as they stand in a recording."""

from __future__ import annotations

from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]
"""Header names and values in their order; a character is a byte (Latin-1), whatever it meant."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request without its secrets."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """A response without its secrets, decompressed where the kit recorded it."""

    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response."""

    request: RecordedRequest
    response: RecordedResponse


def header(headers: Headers, name: str) -> str:
    """Return the first value of a header, or nothing where it is not there."""
    return next((value for key, value in headers if key.lower() == name), "")
