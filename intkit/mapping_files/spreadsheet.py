"""Rows of text as a spreadsheet file, CSV or Excel: written so that no cell runs, read back as they were."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from intkit.errors import ExtraMissing, MappingError
from intkit.files import read_text, write_atomic
from intkit.mapping_files.cells import plain_cell, safe_cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

_LONGEST_CELL = 32_767
"""What a cell of Excel holds at most, in characters."""
_WIDEST = 60
# XML has no such letters, a CR ends a line of CSV, and Excel's own spelling of them must not be met by chance
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPELT = re.compile("_x([0-9A-Fa-f]{4})_")


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell, both counted from 0: `B7`."""
    return f"{chr(ord('A') + column)}{row + 1}"


def write_rows(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write rows as CSV or Excel, by the file's ending.

    Raises:
        MappingError: the ending is another, or a text is too long for a cell.
        ExtraMissing: Excel files need the extra `excel`.
    """
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if len(text) > _LONGEST_CELL:
                raise MappingError(
                    f"The text of cell {cell_name(number, column)} is too long: {len(text)} characters.",
                    f"A cell of Excel holds {_LONGEST_CELL}.",
                    remedy="Part that rule, with a value map or a transform of your own.",
                )
    if path.suffix == ".csv":
        stream = io.StringIO(newline="")
        csv.writer(stream, lineterminator="\n").writerows(
            [safe_cell(_written(text)) for text in row] for row in rows
        )
        return write_atomic(path, stream.getvalue())
    return write_atomic(path, _excel(_checked_ending(path), rows))


def read_rows(path: Path) -> list[list[str]]:
    """Return the rows of a CSV or Excel file as text; empty cells at a row's end are left out.

    Raises:
        MappingError: the ending is another, or the file is none of its kind.
        ProjectError: it cannot be read.
        ExtraMissing: Excel files need the extra `excel`.
    """
    if path.suffix == ".csv":
        text = read_text(path).removeprefix("\ufeff")
        rows = [
            [_read(plain_cell(cell)) for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
        ]
    else:
        rows = _read_excel(_checked_ending(path))
    return [_trimmed(row) for row in rows]


def delimiter_of(text: str) -> str:
    """Return what parts the cells of a CSV file; where the comma is decimal, Excel writes semicolons."""
    line = text.partition("\n")[0]
    return next((each for each in ";\t" if each in line and "," not in line), ",")


def _written(text: str) -> str:
    """Return text with the letters spelt out that a file would lose."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _read(text: str) -> str:
    return _SPELT.sub(lambda found: chr(int(found[1], 16)), text)


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


def _checked_ending(path: Path) -> Path:
    if path.suffix != ".xlsx":
        raise MappingError(f"{path.name!r} is no name for a sheet.", remedy="Let it end in .csv or .xlsx.")
    return path


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise ExtraMissing(
            "Excel files need openpyxl, which is not installed.",
            remedy="Run pip install 'intkit[excel]', or give the file the ending .csv.",
        ) from None
    return openpyxl


def _excel(path: Path, rows: Sequence[Sequence[str]]) -> bytes:
    openpyxl = _openpyxl()
    book = openpyxl.Workbook()
    sheet: Worksheet = book.active
    sheet.title = path.stem[:31]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            _write_cell(sheet, number, column, text)
    for column in range(1, max(map(len, rows), default=0) + 1):
        longest = max((len(row[column - 1]) for row in rows if len(row) >= column), default=0)
        sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = min(longest + 2, _WIDEST)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_cell(sheet: Worksheet, row: int, column: int, text: str) -> None:
    from openpyxl.styles import Alignment, Font

    if not text:
        return
    cell = sheet.cell(row, column)
    cell.value = _written(text)
    cell.data_type = "s"  # a text, whatever it begins with
    cell.quotePrefix = safe_cell(text) != text  # and it stays one when a person edits it
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if column == 1:
        cell.font = Font(bold=True)


def _read_excel(path: Path) -> list[list[str]]:
    openpyxl = _openpyxl()
    if not path.is_file():
        read_text(path)  # says so
    try:
        sheet = openpyxl.load_workbook(path).worksheets[0]
    except Exception as error:
        raise MappingError(
            f"{path.name} is no Excel file: {type(error).__name__}.", remedy="Save it as .xlsx once more."
        ) from error
    return [[_text(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]


def _text(value: Any, form: str) -> str:
    """Return a cell as text, a number or a day that a person typed as it is written in rules."""
    if isinstance(value, datetime) and "h" not in form.lower():
        return value.date().isoformat()  # to Excel a day is its midnight
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return _read(str(value))
