"""The records that a mapping is applied to, whatever form they come in, one by one with their origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from intkit.errors import MappingError, ProjectError, shorten
from intkit.records import Records

Numbered = Iterator[tuple[int, Any]]


def number_records(records: Any) -> tuple[Numbered, Callable[[int], str]]:
    """Return the records with their numbers, and what says where a numbered record came from.

    Args:
        records: Records, dicts, JSON texts; or JSONL: a path, or the bytes of a file.

    Raises:
        MappingError: they are none of these.
        ProjectError: the file cannot be read.
    """
    if isinstance(records, Records):
        return enumerate(iter(records)), lambda index: records.origin(index).exchange
    if isinstance(records, str | Path):
        name = Path(records).name
        return _filled(_read_lines(Path(records))), lambda index: f"{name}, line {index + 1}"
    if isinstance(records, bytes):
        return _filled(records.splitlines()), lambda index: f"line {index + 1}"
    if isinstance(records, dict) or not isinstance(records, Iterable):
        raise MappingError(
            f"{shorten(records)} is not a series of records.",
            remedy="Give Records, a list of dicts, or the path of a JSONL file; one record stands in a list.",
        )
    return enumerate(records), lambda _: ""


def _filled(lines: Iterable[bytes]) -> Numbered:
    return ((number, line) for number, line in enumerate(lines) if line.strip())


def _read_lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as lines:
            yield from lines
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be read: {error.strerror}.", remedy="Check the name and the folder."
        ) from None
