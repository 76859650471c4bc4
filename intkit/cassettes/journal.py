"""The journal: each exchange is on disk when its call returns, long before the cassette is written.

One file a recording session, beside the cassette: `charges.yaml.4711-1f2e.journal`. Its first line says the
mode; each further line is one exchange with a checksum. A session holds a lock on its journal, so that a
journal without one was left by a session that ended early.
"""

from __future__ import annotations

import os
import secrets
import sys
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from intkit.cassettes.exchange import Exchange
from intkit.cassettes.file import damaged, refuse_secrets
from intkit.cassettes.locks import alone_in, try_lock
from intkit.errors import CassetteError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Entry(msgspec.Struct, array_like=True):
    """One exchange as a session recorded it.

    Args:
        group: exchanges of one group were under way together; groups are in the order of the calls.
        start: the how-manieth call of the session this was.
        exchange: without its secrets.
        origin: `sandbox` or the host that answered.
        date: the answer's own date, or the clock's, as ISO 8601.
        redactions: how often what kind was replaced in the session so far.
        people: how much personal data of each kind was left as it is in the session so far.
    """

    group: int
    start: int
    exchange: Exchange
    origin: str
    date: str
    redactions: dict[str, int]
    people: dict[str, int]


class Journal:
    """Appends to one session's journal."""

    def __init__(self, cassette: Path, mode: str) -> None:
        self.path = cassette.with_name(f"{cassette.name}.{os.getpid()}-{secrets.token_hex(4)}.journal")
        self.cassette = cassette
        try:
            cassette.parent.mkdir(parents=True, exist_ok=True)
            with alone_in(cassette.parent):  # nobody may take it for an abandoned one before it is locked
                self._handle = os.open(self.path, _NEW, 0o666)
                try_lock(self._handle)
        except OSError as error:
            raise _cannot_record(cassette, error) from None
        self._size = 0
        self._write(msgspec.json.encode(mode) + b"\n")

    def append(self, entry: Entry) -> None:
        """Write one exchange; it is on disk on return.

        Raises:
            SecretFound: a registered secret stands in it.
            CassetteError: the disk is full or not writable; what was recorded before is kept.
        """
        line = msgspec.json.encode(entry)
        refuse_secrets(self.cassette, line)
        self._write(b"%08x %s\n" % (zlib.crc32(line), line))

    def delete(self) -> None:
        """Delete the file, once its exchanges are in the cassette."""
        if sys.platform == "win32":  # which deletes no open file
            self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """End the session; its lock ends with it."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1

    def _write(self, line: bytes) -> None:
        try:
            written = 0
            while written < len(line):
                written += os.write(self._handle, line[written:])
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, self._size)  # half a line would hide those after it
            raise _cannot_record(self.cassette, error) from None
        self._size += len(line)


@contextmanager
def abandoned(path: Path) -> Iterator[bool]:
    """Say whether a journal's session ended early, and keep it from others while the context is open."""
    handle = os.open(path, os.O_RDWR)
    try:
        yield try_lock(handle)
    finally:
        os.close(handle)


def journals_of(cassette: Path) -> list[Path]:
    """Return the journals beside a cassette, the oldest first."""
    found = [path for path in cassette.parent.glob("*.journal") if path.name.startswith(f"{cassette.name}.")]
    return sorted(found, key=_age)


def _age(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, path.name
    except FileNotFoundError:
        return 0, path.name


def read_journal(path: Path) -> tuple[str, list[Entry]]:
    """Return the mode and the exchanges of a session.

    Raises:
        CassetteDamaged: a line is not what was written. Half a line at the end was never completed.
    """
    content = path.read_bytes()
    head, _, rest = content.partition(b"\n")
    if not content.endswith(b"\n"):  # the last line was being written when its process ended
        rest = rest[: rest.rfind(b"\n") + 1]
    mode = head.decode("utf-8", "replace").strip('"')
    return mode, list(_entries(path, rest)) if mode in ("record", "refresh") else []


def _entries(path: Path, content: bytes) -> Iterator[Entry]:
    for number, line in enumerate(content.splitlines(), 2):
        checksum, _, text = line.partition(b" ")
        if b"%08x" % zlib.crc32(text) != checksum:
            raise damaged(path, f"line {number} is not what was written", remedy="Delete the journal file.")
        yield msgspec.json.decode(text, type=Entry)


def _cannot_record(cassette: Path, error: OSError) -> CassetteError:
    return CassetteError(
        f"{cassette} cannot be recorded: {error.strerror}.",
        remedy="Check the folder's permissions and the free disk space; what was recorded before is kept.",
    )
