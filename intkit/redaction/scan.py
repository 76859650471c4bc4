"""The last look at finished bytes: does any registered secret stand in them, in any spelling?"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intkit.redaction.registry import known_secrets, spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RUN = re.compile(rb"[A-Za-z0-9+/_-]{4,}(?:\s*[A-Za-z0-9+/_-]{4,})*={0,2}")


@dataclass(frozen=True)
class Leak:
    """A registered secret in a file: which one, how it is spelt and where; never its value."""

    name: str
    spelling: str
    line: int

    def __str__(self) -> str:
        return f"{self.name}, {self.spelling}, line {self.line}"


def find_secrets(content: bytes, secrets: Mapping[str, str] | None = None) -> list[Leak]:
    """Return every place where a secret stands, as it is, in base64, or compressed.

    Args:
        content: the bytes of a file.
        secrets: value to name; the registered ones where it is not given.
    """
    wanted = known_secrets() if secrets is None else secrets
    if not wanted:
        return []
    leaks = {leak for value, name in wanted.items() for leak in _find(content, value, name)}
    for line, inside in _unwrapped(content):
        deeper = find_secrets(inside, wanted)
        leaks |= {Leak(leak.name, f"{leak.spelling} inside base64", line) for leak in deeper}
    return sorted(leaks, key=lambda leak: (leak.line, leak.name, leak.spelling))


def _find(content: bytes, value: str, name: str) -> Iterator[Leak]:
    for text, how in spellings(value).items():
        at = content.find(text.encode("utf-8", "replace"))
        if at >= 0:
            yield Leak(name, how, content.count(b"\n", 0, at) + 1)


def _unwrapped(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what long runs of base64 hold, decompressed; runs may be broken over lines, as YAML does."""
    for match in _RUN.finditer(content):
        run = re.sub(rb"\s", b"", match[0])
        if len(run) < 24:
            continue
        inside = _decompressed(_base64(run))
        if inside:
            yield content.count(b"\n", 0, match.start()) + 1, inside


def _base64(run: bytes) -> bytes:
    run = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(run[: len(run) - (len(run) % 4 == 1)] + b"=" * (-len(run) % 4))
    except binascii.Error:
        return b""


def _decompressed(content: bytes) -> bytes:
    for bits in (31, 15):
        try:
            return zlib.decompressobj(bits).decompress(content)
        except zlib.error:
            continue
    return content
