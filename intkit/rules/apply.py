"""A mapping at work: records in, targets and rejects out, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intkit.progress import track
from intkit.rules.loading import load_module
from intkit.rules.reading import number_records
from intkit.rules.result import Rejected, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from intkit.rules.corrections import Corrections
    from intkit.rules.program import Program


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
    result = Result(program, records, corrections, keep=keep)
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
    return _outcomes(program, records, corrections, Result(program, records, corrections, keep=False))


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
