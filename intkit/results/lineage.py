"""Lineage: from one value of a target back to its rule, the source's values and the exchange they came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intkit.compiler.rejects import parse_record, record_key
from intkit.errors import MappingError, nearest
from intkit.paths import parse_path
from intkit.results.loading import load_module
from intkit.results.places import value_at, without_index
from intkit.results.reading import number_records
from intkit.tables import Table

if TYPE_CHECKING:
    from intkit.compiler.program import Program
    from intkit.results.corrections import Corrections
    from intkit.rules.spec import Spec


@dataclass(frozen=True)
class Lineage:
    """Where a value comes from.

    Attributes:
        key: the record's.
        target: the target field's path.
        value: what stands there; nothing where the record was rejected.
        reasons: why there is none: the record was rejected, or left out.
        rule: its rule; empty where the field keeps its default.
        note: the rule's note.
        source: what stood at each source path that the rule reads.
        exchange: the recorded exchange, or the file's line.
    """

    key: str
    target: str
    value: Any
    reasons: str
    rule: str
    note: str
    source: dict[str, Any]
    exchange: str

    def table(self) -> Table:
        """Return one row a source path, below the value."""
        rows = [[path, value] for path, value in self.source.items()]
        rule = f"by the rule {self.rule}" if self.rule else "by default"
        note = ". ".join(filter(None, [rule, self.note, self.exchange and f"From {self.exchange}"]))
        return Table(["source", "value"], rows, title=f"{self.key}: {self._headline()}", note=f"{note}.")

    def _headline(self) -> str:
        return (
            f"{self.target} has no value: {self.reasons}"
            if self.reasons
            else f"{self.target} = {self.value!r}"
        )

    def __repr__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()


def trace(program: Program, records: Any, corrections: Corrections | None, key: str, target: str) -> Lineage:
    """Return where a value comes from, by reading the records again up to the one that is asked for.

    Raises:
        MappingError: there is no such record or field, or the records could be read only once.
    """
    if isinstance(records, Iterator):
        raise MappingError(
            "The records could be read only once, and are gone.",
            remedy="Apply to a list, to Records or to a file; those are read again for this.",
        )
    field = without_index(target)
    program.spec.target.find(field)
    record, exchange = _find(program.spec, records, corrections, key)
    value, reasons = _split(load_module(program).map_record(record), target)
    rule, line = program.spec.rules.get(field), program.lineage.get(field)
    return Lineage(
        key,
        target,
        value,
        reasons,
        rule.text if rule else "",
        rule.note if rule else "",
        {path: value_at(record, path) for path in line.paths} if line else {},
        exchange,
    )


def _find(spec: Spec, records: Any, corrections: Corrections | None, key: str) -> tuple[dict[str, Any], str]:
    numbered, origin = number_records(records)
    keys = []
    for index, raw in numbered:
        try:
            record = parse_record(corrections.correct(raw, spec) if corrections else raw)
        except ValueError:
            continue
        keys.append(record_key(record, parse_path(spec.key)))
        if keys[-1] == key:
            return record, origin(index)
    raise MappingError(
        f"There is no record {key!r}.{nearest(key, keys)}", remedy="Take a key from the rejects."
    )


def _split(outcomes: list[Any], target: str) -> tuple[Any, str]:
    """Return the value that stands at a target's place, a list of them for a record of many targets; and why not."""
    targets = [outcome.model_dump(by_alias=False) for outcome in outcomes if hasattr(outcome, "model_dump")]
    values = [value_at(each, target) for each in targets]
    problems = [problem for outcome in outcomes for problem in getattr(outcome, "problems", ())]
    reasons = "; ".join(map(str, problems)) if outcomes else "the record is left out"
    return (values[0] if len(outcomes) == 1 and values else values or None), reasons
