"""A mapping at work: records in, targets and rejects out, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intkit.compiler.rejects import Problem, parse_record, record_key
from intkit.paths import parse_path
from intkit.progress import track
from intkit.results.loading import load_module
from intkit.results.reading import number_records
from intkit.results.result import Rejected, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import BaseModel

    from intkit.compiler.program import Program
    from intkit.contracts import Violation
    from intkit.results.corrections import Corrections


def apply_program(
    program: Program,
    records: Any,
    corrections: Corrections | None = None,
    *,
    keep: bool = True,
    refused: Mapping[int, Sequence[Violation]] | None = None,
) -> Result:
    """Map every record and count what came of it.

    Args:
        program: the compiled mapping.
        records: as `number_records` takes them.
        corrections: what single records should hold.
        keep: keep targets and rejects; without them memory stays flat.
        refused: what the source's contract has against single records, by their positions; they are not
            mapped, unless they are corrected.
    """
    result = Result(program, records, corrections, keep=keep)
    for outcome in _outcomes(program, records, corrections, result, refused or {}):
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
    return _outcomes(program, records, corrections, Result(program, records, corrections, keep=False), {})


def _outcomes(
    program: Program,
    records: Any,
    corrections: Corrections | None,
    result: Result,
    refused: Mapping[int, Sequence[Violation]],
) -> Iterator[BaseModel | Rejected]:
    """Yield the outcomes, and count in the result the records and those that are left out."""
    module = load_module(program)
    map_record, reject_class = module.map_record, module.Reject
    key = program.spec.key
    numbered, origin = number_records(records)
    total = len(records) if isinstance(records, list | tuple) else None
    for index, raw in track(numbered, f"{program.spec.name}: records", total):
        result.records += 1
        record = corrections.correct(raw, program.spec) if corrections else raw
        if index in refused and record is raw:
            yield _refused(raw, key, refused[index], origin(index), index)
            continue
        outcomes = map_record(record)
        result.left_out += not outcomes
        for outcome in outcomes:
            if isinstance(outcome, reject_class):
                yield Rejected(outcome.key, outcome.problems, origin(index), outcome.record, index)
            else:
                yield outcome


def _refused(raw: Any, key: str, violations: Sequence[Violation], exchange: str, index: int) -> Rejected:
    """Return the reject of a record that breaks its source's contract."""
    record = parse_record(raw)
    problems = [
        # a problem says itself what it got
        Problem(each.place.removeprefix("$").lstrip("."), "", each.value, each.reason.partition(", got ")[0])
        for each in violations
    ]
    return Rejected(record_key(record, parse_path(key)), problems, exchange, record, index)
