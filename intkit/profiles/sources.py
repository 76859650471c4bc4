"""Where records to profile come from: Python objects, a pandas frame, JSON lines as bytes or in a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec

from intkit.errors import ProfileError, shorten
from intkit.paths import format_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_JSON = {str, int, float, bool, Decimal, dict, list, type(None)}
_BLOCK = 1 << 17


def read_chunks(records: object, size: int) -> Iterator[Sequence[Any]]:
    """Yield the records, some at a time.

    Args:
        records: an iterable of dicts, a pandas frame, JSON lines as bytes, or the path of a file of them.
        size: the most records at a time.

    Raises:
        ProfileError: there is no way to read records from this, or a line is not JSON.
    """
    if isinstance(records, bytes):
        yield from _read_lines(iter([records]), "The bytes", size)
    elif isinstance(records, Path):
        yield from _read_lines(_read_blocks(records), str(records), size)
    elif hasattr(records, "iloc") and hasattr(records, "notna"):
        yield from _read_frame(cast("pd.DataFrame", records), size)
    elif isinstance(records, Iterable) and not isinstance(records, str | Mapping):
        rows = iter(records)
        while chunk := list(islice(rows, size)):
            yield chunk
    else:
        raise ProfileError(
            f"Records cannot be read from {shorten(records)}.",
            remedy="Give Records, a list of dicts, a pandas frame, JSON lines as bytes, or a Path to them.",
        )


def as_json(value: Any, steps: tuple[str, ...] = ()) -> Any:
    """Return the JSON form of a Python value: what an analyst's own code puts into records.

    Raises:
        ProfileError: there is none.
    """
    if type(value) in _JSON:
        return value
    for kind, form in _FORMS.items():
        if isinstance(value, kind):
            return form(value)
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return as_json(value.item(), steps)
    raise ProfileError(
        f"A value at {shorten(format_path(steps)) if steps else 'the top'} is a {type(value).__name__}, "
        f"which JSON has not: {shorten(value)}.",
        remedy="Convert it to text, a number, a list or a dict first.",
    )


_FORMS: dict[Any, Any] = {
    str: str.__str__,
    int: int,
    float: float,
    Mapping: dict,
    (tuple, set, frozenset): list,
    (date, datetime, time): lambda value: value.isoformat(),
    UUID: str,
}


def _read_frame(frame: pd.DataFrame, size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(frame), size):
        part = frame.iloc[start : start + size].astype(object)
        # pandas has no null of its own in most columns: NaN, NaT and NA all stand for nothing
        yield part.where(part.notna(), None).to_dict("records")


def _read_blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as error:
        raise ProfileError(
            f"{path} cannot be read: {error.strerror}.", remedy="Check the name and the folder."
        ) from None


def _read_lines(blocks: Iterator[bytes], name: str, size: int) -> Iterator[Sequence[Any]]:
    lines = 0
    for block in _whole_lines(blocks):
        records = _decode_lines(block, name, lines)
        lines += block.count(b"\n")
        for start in range(0, len(records), size):
            yield records[start : start + size]


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut blocks anew, so that each ends with a line and is not much longer than a block should be."""
    rest = b""
    for given in blocks:
        for start in range(0, len(given), _BLOCK):
            head, newline, tail = given[start : start + _BLOCK].rpartition(b"\n")
            if newline:
                yield rest + head + newline
                rest = tail
            else:
                rest += tail
    if rest:
        yield rest


def _decode_lines(block: bytes, name: str, before: int) -> list[Any]:
    try:
        return _DECODER.decode_lines(block)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        lines = enumerate(block.split(b"\n"), before + 1)
        return [_decode_line(line, f"{name}, line {number}") for number, line in lines if line.strip()]


def _decode_line(line: bytes, place: str) -> Any:
    """Return what one line holds; what only Python's own reader takes, such as NaN, is taken, too."""
    try:
        return json.loads(line)
    except RecursionError:
        raise ProfileError(f"{place}: nested deeper than any record should be.") from None
    except ValueError as error:
        raise ProfileError(
            f"{place} is not JSON: {error}.",
            shorten(line.decode("utf-8", "replace")),
            remedy="Give one whole JSON value a line; read any other JSON file with json.loads first.",
        ) from None


_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
