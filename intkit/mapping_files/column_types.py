"""The columns of an import format: a header, and sample rows that show what stands below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from intkit.errors import MappingError
from intkit.mapping_files.spreadsheet import cell_name, read_rows

if TYPE_CHECKING:
    from pathlib import Path

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


@dataclass(frozen=True)
class Column:
    """A column: its header, the Python type of its samples, whether all of them are filled, and the first."""

    header: str
    type: str
    is_required: bool
    example: str


def read_columns(path: Path) -> list[Column]:
    """Return the columns of a CSV or Excel file whose first row is a header.

    Raises:
        MappingError: a column has no header, or two have the same.
    """
    rows = read_rows(path)
    header = rows[0] if rows else []
    if not header:
        raise MappingError(f"{path.name} has no header.", remedy="Its first row names the columns.")
    for column, name in enumerate(header):
        if not name.strip() or name in header[:column]:
            wrong = f"{name!r} stands there already" if name.strip() else "a column without a header"
            raise MappingError(
                f"{path.name}, {cell_name(0, column)}: {wrong}.", remedy="Name each column once."
            )
    samples = [row for row in rows[1:] if row]
    return [
        _column(name, [row[at] if at < len(row) else "" for row in samples]) for at, name in enumerate(header)
    ]


def _column(header: str, samples: list[str]) -> Column:
    filled = [each for each in samples if each]
    return Column(
        header, _type(filled), bool(samples) and len(filled) == len(samples), next(iter(filled), "")
    )


def _type(samples: list[str]) -> str:
    """Return the type that all samples have; text where there is none, or several."""
    if samples and all(map(_WHOLE.fullmatch, samples)):
        return "int"
    if samples and all(map(_DECIMAL.fullmatch, samples)):
        return "Decimal"
    for kind in (date, datetime):
        if samples and all(_reads(kind, each) for each in samples):
            return kind.__name__
    return "str"


def _reads(kind: type[date], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return "-" in text
