"""Corrections: what a person says a record should hold, kept in a file beside the records that cannot be changed.

The file is keyed by the record and the path in it. As YAML:

    ch_3cmrD714zuPZt:
      billing_details.email: "mehmet@example.com"
      refunds.data[0].amount: 1250

As CSV it has the columns `key`, `path` and `correction`; others are for people. A row without a correction is open;
`null` takes the value away.
"""

from __future__ import annotations

import copy
import csv
import io
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from intkit.compiler.rejects import parse_record, record_key
from intkit.errors import MappingError, PathError, nearest
from intkit.files import read_text, write_atomic
from intkit.mapping_files.cells import plain_cell, read_value, safe_cell, write_value
from intkit.mapping_files.spreadsheet import delimiter_of
from intkit.paths import EACH, has_step, parse_path, parse_place
from intkit.results.places import places_at, without_index
from intkit.rules.source import find_place

if TYPE_CHECKING:
    from pathlib import Path

    from intkit.results.result import Rejected, Result
    from intkit.rules.source import SourceField
    from intkit.rules.spec import Spec

Steps = tuple[str | int, ...]
_COLUMNS = ("key", "path", "value", "reason", "correction")


class Corrections:
    """Values by record and path, laid over the records before they are mapped.

    Attributes:
        count: how many records were corrected.
    """

    def __init__(self, values: dict[str, dict[str, Any]]) -> None:
        self._steps = {
            key: [(path, _steps(path), value) for path, value in paths.items()]
            for key, paths in values.items()
        }
        self._met: set[tuple[str, str]] = set()
        self._keys: set[str] = set()

    @property
    def count(self) -> int:
        """How many records were corrected."""
        return len(self._keys)

    def correct(self, raw: Any, spec: Spec) -> Any:
        """Return the record as it should be; one that has no correction, or is no record, as it is."""
        try:
            record = parse_record(raw)
        except ValueError:
            return raw
        key = record_key(record, parse_path(spec.key))
        if key not in self._steps:
            return raw
        corrected = copy.deepcopy(record)
        for path, steps, value in self._steps[key]:
            place = find_place(spec.source, tuple(EACH if isinstance(step, int) else step for step in steps))
            known = isinstance(value, _Cell) and place is not None and not _takes_text(place)
            if place is not None and _put(corrected, steps, read_value(value) if known else value):
                self._met.add((key, path))
                self._keys.add(key)
        return corrected

    def unmet(self) -> list[str]:
        """Return the corrections that met no record, or no place that the source has."""
        return [
            f"{key} {path}"
            for key, paths in self._steps.items()
            for path, _, _ in paths
            if (key, path) not in self._met
        ]


def _steps(path: str) -> Steps:
    """Return the steps of a path in one record: `lines.data[0].sku`."""
    steps = parse_place(path)
    if not steps or EACH in steps:
        raise PathError(
            f"{path!r} does not name one value.", remedy="Write `lines.data[0].sku` for the first of a list."
        )
    return tuple(steps)


def _put(place: Any, steps: Steps, value: Any) -> bool:
    """Set a value in a record; an object that is missing on the way is made. Tell whether there was a place."""
    for number, step in enumerate(steps[:-1]):
        if isinstance(place, dict) and isinstance(step, str) and isinstance(steps[number + 1], str):
            place[step] = {} if place.get(step) is None else place[step]
        if not has_step(place, step):
            return False
        place = place[step]
    last = steps[-1]
    if not (isinstance(place, dict) and isinstance(last, str)) and not has_step(place, last):
        return False
    place[last] = _fitting(value, place[last] if has_step(place, last) else None)
    return True


def _takes_text(place: SourceField) -> bool:
    """Whether text may stand at a place of the source: where some was seen, or nothing."""
    return not place.kinds or "text" in place.kinds


class _Cell(str):
    """What a person typed into a cell: its type is that of the value which it corrects."""

    __slots__ = ()


def _fitting(value: Any, there: Any) -> Any:
    """Return what a cell says; where text stood, a number in it is text as well."""
    if not isinstance(value, _Cell):
        return value
    read = read_value(value)
    return str(value) if isinstance(there, str) and isinstance(read, bool | int | float) else read


def read_corrections(path: Path) -> Corrections:
    """Read a corrections file, YAML or CSV.

    Raises:
        MappingError: it is not of that form; the message names the line.
    """
    try:
        return Corrections(_read_csv(path) if path.suffix == ".csv" else _read_yaml(path))
    except PathError as error:
        raise MappingError(f"{path.name}: {error.what}", *error.facts, remedy=error.remedy) from None


def _read_yaml(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = YAML(typ="safe", pure=True).load(read_text(path)) or {}
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise MappingError(
            f"{path.name}{where}: {getattr(error, 'problem', error)}.", remedy="Mend that line."
        ) from None
    if not isinstance(content, dict):
        content = {"": content}
    for key, values in content.items():
        if not isinstance(values, dict) or not all(isinstance(each, str) for each in values):
            raise MappingError(
                f"{path.name}: the corrections of {key!r} are {values!r}.",
                remedy="Below a record's key write `path: value`, a line each.",
            )
    return {str(key): values for key, values in content.items()}


def _read_csv(path: Path) -> dict[str, dict[str, Any]]:
    text = read_text(path).removeprefix("\ufeff")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    for column in ("key", "path", "correction"):
        if column not in (rows.fieldnames or ()):
            raise MappingError(
                f"{path.name} has no column {column!r}.{nearest(column, rows.fieldnames or ())}",
                remedy="Its first line reads: key,path,correction; other columns may stand beside them.",
            )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["correction"]:
            values = found.setdefault(plain_cell(row["key"]), {})
            values[plain_cell(row["path"])] = _Cell(plain_cell(row["correction"]))
    return found


def write_corrections(result: Result, path: Path) -> Path:
    """Write the rejects as a corrections file to fill in: a row for each value that a failing field reads."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for reject in result.rejects:
        key = _record_key(reject, result.program.spec.key)
        for problem in reject.problems:
            line = result.program.lineage.get(without_index(problem.target))
            for each in line.paths if line else (problem.path,):
                for place, value in places_at(reject.record, each):
                    row = (key, place, write_value(value), problem.reason, "")
                    writer.writerow([safe_cell(cell) for cell in row])
    return write_atomic(path, stream.getvalue())


def _record_key(reject: Rejected, path: str) -> str:
    """Return the record's own key; a reject of one of many rows has the row's number in its key."""
    return record_key(reject.record, parse_path(path)) if isinstance(reject.record, dict) else reject.key
