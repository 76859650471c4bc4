"""A cassette's file: read whole or not at all, written whole or not at all."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from intkit.cassettes.vcr_format import (
    FIRST_LINE,
    LARGEST,
    LAST_LINE,
    NotACassette,
    read_json,
    read_yaml,
    write_json,
    write_yaml,
)
from intkit.errors import CassetteDamaged, CassetteMissing, SecretFound, nearest
from intkit.files import write_atomic
from intkit.project import LOOKED_FOR
from intkit.redaction import find_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from intkit.cassettes.exchange import Exchange


def read_cassette(path: Path) -> tuple[list[Exchange], dict[str, Any]]:
    """Return the exchanges and the metadata of a cassette's file.

    Raises:
        CassetteMissing: there is no such file.
        CassetteDamaged: it is empty, cut, in conflict, a pointer to a file that is not there, or no cassette.
    """
    text = _read_text(path)
    complaint = _complaint(text) if path.suffix != ".json" else _common_complaint(text)
    if complaint:
        raise damaged(path, complaint)
    try:
        with _no_collection():
            return read_json(text) if path.suffix == ".json" else read_yaml(text)
    except NotACassette as error:
        raise damaged(path, str(error)) from None


def write_cassette(path: Path, exchanges: Sequence[Exchange], metadata: dict[str, Any]) -> None:
    """Write the file in one step, unless a registered secret stands in it.

    Raises:
        SecretFound: a secret was found; the message names the place, and nothing was written.
        ProjectError: the file cannot be written; the old one is untouched.
    """
    try:
        text = (write_json if path.suffix == ".json" else write_yaml)(exchanges, metadata)
    except NotACassette as error:
        raise damaged(path, str(error), remedy=f"Name the cassette {path.stem + '.yaml'!r}.") from None
    content = text.encode()
    refuse_secrets(path, content)
    write_atomic(path, content)


def check_json(path: Path, exchange: Exchange) -> None:
    """Raise CassetteDamaged where an exchange cannot stand in vcrpy's JSON form."""
    try:
        write_json([exchange], {})
    except NotACassette:
        what = (
            f"{exchange.request.method} {exchange.request.url} is not text, which a JSON cassette cannot hold"
        )
        raise damaged(path, what, remedy="Name a cassette that is kept as YAML.") from None


def refuse_secrets(path: Path, content: bytes) -> None:
    """Raise SecretFound where a registered secret stands in what is about to be written."""
    leaks = find_secrets(content)
    if leaks:
        raise SecretFound(
            f"{path.name} would hold a secret; nothing was written.",
            *map(str, leaks[:5]),
            remedy="Report this: the kit should have blanked it. Until then leave that request out.",
        )


def damaged(path: Path, complaint: str, remedy: str = "") -> CassetteDamaged:
    """Return the error for a file that cannot be replayed."""
    return CassetteDamaged(
        f"The cassette {path} cannot be used: {complaint}.",
        remedy=remedy
        or "Take the file from version control again, or delete it and record anew with mode='record'.",
    )


def _beside(path: Path) -> list[str]:
    """Return the names of the cassettes in the same folder."""
    return [each.stem for each in path.parent.glob("*.yaml")]


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise damaged(path, f"it is larger than {LARGEST // 2**20} MB")
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise CassetteMissing(
            f"There is no cassette {path}.{nearest(path.stem, _beside(path))}",
            *([] if path.parent.is_dir() else [LOOKED_FOR]),
            remedy="Record it first with mode='record' (or INTKIT_MODE=record), or check the name.",
        ) from None
    except UnicodeDecodeError as error:
        raise damaged(path, f"it is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise damaged(path, f"it cannot be read: {error.strerror}") from None


@contextmanager
def _no_collection() -> Iterator[None]:
    """Stop the search for garbage: while a file is read there is none, and each search takes longer."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _common_complaint(text: str) -> str:
    if not text.strip():
        return "the file is empty"
    if text.startswith("version https://git-lfs"):
        return "it is a Git LFS pointer; the recording itself was not fetched (git lfs pull)"
    if text.startswith("<<<<<<< ") or "\n<<<<<<< " in text:
        line = text.partition("<<<<<<< ")[0].count("\n") + 1
        return f"it holds conflict markers of a merge, the first in line {line}"
    return ""


def _complaint(text: str) -> str:
    """Say what is wrong with a YAML cassette before its YAML is read, or nothing."""
    ours = FIRST_LINE.startswith(text[: len(FIRST_LINE)])
    if ours and text.strip() and not text.rstrip("\n").endswith(f"\n{LAST_LINE}"):
        return f"it is cut short: the last line is not {LAST_LINE!r}"
    return _common_complaint(text)
