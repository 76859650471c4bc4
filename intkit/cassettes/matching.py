"""When is a request the recorded one: same method, host, path, query and body, each by its meaning.

What changes on every call, a timestamp or a random id, can be left out by name: `ignore = ["nonce"]` below
`[cassettes]` in intkit.toml holds for query parameters, form fields and JSON fields.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from intkit.cassettes.exchange import header

if TYPE_CHECKING:
    from collections.abc import Collection

    from intkit.cassettes.exchange import RecordedRequest

Key = tuple[str, str, str, str]
"""Method, host with scheme and port, path with query, digest of the body."""

_PORTS = {"http": 80, "https": 443}


def match_key(request: RecordedRequest, ignored: frozenset[str] = frozenset()) -> Key:
    """Return what a request is recognised by; two requests with one key are the same call.

    Args:
        request: without its secrets.
        ignored: names of parameters and fields that do not count.
    """
    host, path = _address(request.url, ignored)
    return request.method, host, path, body_digest(request, ignored)


def query_pairs(url: str, ignored: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the query's names and values by name; blanks count, repeated names keep their order."""
    return _pairs(urlsplit(url).query, ignored)


def body_digest(request: RecordedRequest, ignored: Collection[str] = ()) -> str:
    """Return a digest that is the same for bodies that mean the same, nothing for no body.

    JSON is compared by value, forms by field, multipart without its boundary. An empty JSON object sent
    with a GET is no body: some recorders write one.
    """
    if not request.body or (request.method in ("GET", "HEAD") and request.body.strip() == b"{}"):
        return ""
    meaning = _meaning(request.body, header(request.headers, "content-type"), ignored)
    return hashlib.sha256(meaning).hexdigest()


@lru_cache(maxsize=4096)
def _address(url: str, ignored: frozenset[str]) -> tuple[str, str]:
    parts = urlsplit(url)
    host = f"{parts.scheme}://{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 0)}"
    query = "&".join(f"{name}={value}" for name, value in query_pairs(url, ignored)) if parts.query else ""
    return host, f"{parts.path or '/'}?{query}"


def _pairs(text: str, ignored: Collection[str]) -> list[tuple[str, str]]:
    pairs = parse_qsl(text, keep_blank_values=True)
    return sorted((pair for pair in pairs if pair[0] not in ignored), key=lambda pair: pair[0])


def _meaning(body: bytes, content_type: str, ignored: Collection[str]) -> bytes:
    kind = content_type.lower()
    if "json" in kind or body[:1] in b"{[":
        return _json(body, ignored)
    if "x-www-form-urlencoded" in kind:
        return repr(_pairs(body.decode("latin-1"), ignored)).encode()
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    return body.replace(boundary[1].encode(), b"") if boundary else body


def _json(body: bytes, ignored: Collection[str]) -> bytes:
    try:
        tree = msgspec.json.decode(body)
        return msgspec.json.encode(_without(tree, ignored) if ignored else tree, order="sorted")
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return body


def _without(tree: Any, ignored: Collection[str]) -> Any:
    if isinstance(tree, dict):
        return {key: _without(value, ignored) for key, value in tree.items() if key not in ignored}
    return [_without(value, ignored) for value in tree] if isinstance(tree, list) else tree
