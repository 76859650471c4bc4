"""Requests that carry a signature of themselves instead of the key (HMAC, RFC 2104)."""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from intkit.clients.auth import Keyed
from intkit.errors import ConnectError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


@dataclass(frozen=True)
class HmacSigned(Keyed):
    """A signature over what the vendor says is signed.

    Args:
        message: the signed text, of `{method}`, `{path}` (with its query), `{host}`, `{body}`, `{body_hash}`
            (hex SHA-256) and `{timestamp}`.
        header: where the signature goes.
        prefix: what stands before it, `sha256=`.
        digest: the hash, as hashlib names it.
        encoding: how the signature is written.
        timestamp_header: where the timestamp goes, epoch seconds; empty for nowhere.
    """

    message: str = "{timestamp}.{method}.{path}.{body}"
    header: str = "X-Signature"
    prefix: str = ""
    digest: str = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    timestamp_header: str = "X-Timestamp"

    def carriers(self) -> tuple[str, ...]:
        """Return the signature's header."""
        return (self.header,)

    def stamp(self, request: httpx.Request, secret: Callable[[str], str]) -> None:
        """Sign the request as it stands."""
        timestamp = str(int(time.time()))
        if self.timestamp_header:
            request.headers[self.timestamp_header] = timestamp
        signed = hmac.new(secret(self.key).encode(), self._text(request, timestamp), self.digest).digest()
        written = signed.hex() if self.encoding == "hex" else b64encode(signed).decode()
        request.headers[self.header] = f"{self.prefix}{written}"

    def _text(self, request: httpx.Request, timestamp: str) -> bytes:
        parts = {
            "method": request.method,
            "path": request.url.raw_path.decode("ascii"),
            "host": request.url.host,
            "body": request.content.decode("latin-1"),
            "body_hash": hashlib.sha256(request.content).hexdigest(),
            "timestamp": timestamp,
        }
        try:
            return self.message.format_map(parts).encode("latin-1")
        except (KeyError, ValueError):
            raise ConnectError(
                f"The message to sign, {self.message!r}, cannot be filled in.",
                remedy=f"It may hold {', '.join(f'{{{name}}}' for name in parts)}.",
            ) from None
