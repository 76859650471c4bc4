"""Values in the cells of a sheet: never a formula, and read back as what they were."""

from __future__ import annotations

import json
import re
from typing import Any

# what a spreadsheet takes for the start of a formula, and our own mark before it
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_JSON_LIKE = re.compile(r'\s*(["\[{]|-?\d|(true|false|null)\s*$)')


def safe_cell(value: Any) -> Any:
    """Return text so that no spreadsheet runs it: a leading `=`, `+`, `-` or `@` gets a `'` before it."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def plain_cell(cell: str) -> str:
    """Return the text that `safe_cell` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def write_value(value: Any) -> str:
    """Return a JSON value as a cell's text; text stands as it is, unless it would be read as something else."""
    if isinstance(value, str) and value and not _JSON_LIKE.match(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def read_value(cell: str) -> Any:
    """Return the value that `write_value` wrote; what is no JSON is text."""
    if _JSON_LIKE.match(cell):
        try:
            return json.loads(cell)
        except json.JSONDecodeError:
            return cell
    return cell
