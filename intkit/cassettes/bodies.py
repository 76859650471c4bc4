"""Bodies as they are kept: unpacked, and JSON a field a line."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import httpx
import msgspec

from intkit.cassettes.exchange import header
from intkit.errors import CassetteError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNED = re.compile(r"(repr-|content-)?digest|content-md5|.*signature.*|.*hmac.*|x-goog-hash", re.IGNORECASE)


def decoded(body: bytes, encoding: str) -> bytes:
    """Return the body unpacked.

    Args:
        body: as it went over the wire.
        encoding: the value of Content-Encoding, `gzip` or `br, gzip`, or nothing.

    Raises:
        CassetteError: it cannot be unpacked here, so it cannot be searched for secrets either.
    """
    packed = [each for each in encoding.lower().replace(" ", "").split(",") if each not in ("", "identity")]
    if not body or not packed:
        return body
    try:
        unpacked = httpx.Response(200, headers={"content-encoding": encoding}, content=body).content
    except (httpx.DecodingError, zlib.error):
        raise _cannot_unpack(encoding, "its bytes are not of that form") from None
    if unpacked == body:  # httpx passes by what it does not know
        raise _cannot_unpack(encoding, "the library for it is not installed")
    return unpacked


def readable(body: bytes, headers: Sequence[tuple[str, str]]) -> bytes:
    """Return a JSON body a field a line; any other, and any that is signed, byte for byte.

    Numbers and texts keep their spelling: 1.10 stays 1.10.
    """
    signed = any(_SIGNED.fullmatch(name) for name, _ in headers)
    if signed or "json" not in header(tuple(headers), "content-type").lower():
        return body
    try:
        msgspec.json.decode(body)
        return msgspec.json.format(body, indent=2)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return body


def _cannot_unpack(encoding: str, reason: str) -> CassetteError:
    return CassetteError(
        f"A body is compressed with {encoding!r} and cannot be recorded: {reason}.",
        "What cannot be unpacked cannot be searched for secrets.",
        remedy="Ask the server for gzip or nothing, or install brotli or zstandard.",
    )
