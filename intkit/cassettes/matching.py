"""When is a request the recorded one: same method, host, path, query and body, each by its meaning."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import msgspec

from intkit.cassettes.exchange import header

if TYPE_CHECKING:
    from intkit.cassettes.exchange import RecordedRequest

Key = tuple[str, str, str, str]
"""Method, host with scheme and port, path with query, digest of the body."""

_PORTS = {"http": 80, "https": 443}


def match_key(request: RecordedRequest) -> Key:
    """Return what a request is recognised by; two requests with one key are the same call."""
    host, path = _address(request.url)
    return request.method, host, path, body_digest(request)


def query_pairs(url: str) -> list[tuple[str, str]]:
    """Return the query's names and values by name; blanks count, repeated names keep their order."""
    return sorted(parse_qsl(urlsplit(url).query, keep_blank_values=True), key=lambda pair: pair[0])


def body_digest(request: RecordedRequest) -> str:
    """Return a digest that is the same for bodies that mean the same, nothing for no body.

    JSON is compared by value, forms by field, multipart without its boundary. An empty JSON object sent
    with a GET is no body: some recorders write one.
    """
    if not request.body or (request.method in ("GET", "HEAD") and request.body.strip() == b"{}"):
        return ""
    return hashlib.sha256(_meaning(request.body, header(request.headers, "content-type"))).hexdigest()


@lru_cache(maxsize=4096)
def _address(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = f"{parts.scheme}://{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 0)}"
    query = "&".join(f"{name}={value}" for name, value in query_pairs(url)) if parts.query else ""
    return host, f"{parts.path or '/'}?{query}"


def _meaning(body: bytes, content_type: str) -> bytes:
    kind = content_type.lower()
    if "json" in kind or body[:1] in b"{[":
        return _json(body)
    if "x-www-form-urlencoded" in kind:
        return repr(sorted(parse_qsl(body.decode("latin-1"), keep_blank_values=True))).encode()
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    return body.replace(boundary[1].encode(), b"") if boundary else body


def _json(body: bytes) -> bytes:
    try:
        return msgspec.json.encode(msgspec.json.decode(body), order="sorted")
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return body
