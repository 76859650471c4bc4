"""A mapping at work: records in, targets and rejects out, one by one."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from intkit.errors import MappingError, ProjectError, shorten
from intkit.progress import track
from intkit.records import Records
from intkit.rules.models_file import definitions_of
from intkit.rules.render import render_module
from intkit.rules.result import Rejected, Result

if TYPE_CHECKING:
    from pydantic import BaseModel

    from intkit.rules.corrections import Corrections
    from intkit.rules.program import Program

Numbered = Iterator[tuple[int, Any]]


def load_module(program: Program) -> ModuleType:
    """Return the compiled mapping as a running module, the same source that an export writes."""
    source = render_module(program, f"The mapping {program.spec.name}.", None)
    name = f"intkit_mapping_{program.spec.name}"
    module = ModuleType(name)
    module.__dict__.update({thing.__name__: thing for thing in definitions_of(program.spec)})
    sys.modules[name] = module
    # a traceback into the compiled mapping shows its lines
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - our own compiler wrote it, from a checked tree
    return module


def apply_program(
    program: Program, records: Any, corrections: Corrections | None = None, *, keep: bool = True
) -> Result:
    """Map every record and count what came of it.

    Args:
        program: the compiled mapping.
        records: as `number_records` takes them.
        corrections: what single records should hold.
        keep: keep targets and rejects; without them memory stays flat.
    """
    result = Result(program, keep=keep)
    for outcome in _outcomes(program, records, corrections, result):
        if isinstance(outcome, Rejected):
            result.reject(outcome)
        else:
            result.add(outcome)
    if corrections:
        result.corrected, result.unmet = corrections.count, corrections.unmet()
    return result


def stream_program(
    program: Program, records: Any, corrections: Corrections | None
) -> Iterator[BaseModel | Rejected]:
    """Return the outcomes one by one, as the records come."""
    return _outcomes(program, records, corrections, Result(program, keep=False))


def _outcomes(
    program: Program, records: Any, corrections: Corrections | None, result: Result
) -> Iterator[BaseModel | Rejected]:
    """Yield the outcomes, and count in the result the records and those that are left out."""
    module = load_module(program)
    map_record, reject_class = module.map_record, module.Reject
    key = program.spec.key
    numbered, origin = number_records(records)
    total = len(records) if isinstance(records, list | tuple) else None
    for index, raw in track(numbered, f"{program.spec.name}: records", total):
        result.records += 1
        record = corrections.correct(raw, key) if corrections else raw
        outcomes = map_record(record)
        result.left_out += not outcomes
        for outcome in outcomes:
            if isinstance(outcome, reject_class):
                yield Rejected(outcome.key, outcome.problems, origin(index), outcome.record, index)
            else:
                yield outcome


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
