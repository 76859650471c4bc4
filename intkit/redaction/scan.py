"""The last look at finished bytes: does any registered secret stand in them, in any spelling?"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from intkit.redaction.registry import known_secrets, spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Base64 of some length, also where YAML, MIME or JSON break it over lines.
_RUN = re.compile(rb"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}+(?:[\s\\]++[A-Za-z0-9+/_-]{4,}+)*+={0,2}")
_LARGEST = 64 * 2**20  # bytes; a bomb should not end the recording
_BREAK = re.compile(rb"[\s\\]+")


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
    for at, inside in _unwrapped(content):
        for leak in find_secrets(inside, wanted):
            leaks.add(Leak(leak.name, f"{leak.spelling} inside base64", _line(content, at)))
    return sorted(leaks, key=lambda leak: (leak.line, leak.name, leak.spelling))


def _find(content: bytes, value: str, name: str) -> Iterator[Leak]:
    for text, how in _spelt(value):
        at = content.find(text)
        if at >= 0:
            yield Leak(name, how, _line(content, at))


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1


@lru_cache(maxsize=1024)
def _spelt(value: str) -> list[tuple[bytes, str]]:
    return [(text.encode("utf-8", "replace"), how) for text, how in spellings(value).items()]


def _unwrapped(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield where long runs of base64 stand, and what they hold, decompressed."""
    for match in _RUN.finditer(content.replace(b"\\n", b" \n").replace(b"\\r", b" \r")):
        run = _BREAK.sub(b"", match[0])
        if len(run) < 24:
            continue
        inside = _decompressed(_base64(run))
        if inside:
            yield match.start(), inside


def _base64(run: bytes) -> bytes:
    run = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(run[: len(run) - (len(run) % 4 == 1)] + b"=" * (-len(run) % 4))
    except binascii.Error:
        return b""


def _decompressed(content: bytes) -> bytes:
    for bits in (31, 15):
        try:
            return zlib.decompressobj(bits).decompress(content, _LARGEST)
        except zlib.error:
            continue
    return content
