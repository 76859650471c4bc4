"""What can be said of a mapping before it sees a record: gaps, losses, leftovers; one list, worst first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intkit.errors import MappingError, RuleError, nearest
from intkit.rules.compile import check_rule, compile_mapping
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intkit.rules.program import Program
    from intkit.rules.spec import Spec

ERROR, WARNING, NOTE = "error", "warning", "note"
_ORDER = (ERROR, WARNING, NOTE)


@dataclass(frozen=True)
class Finding:
    """One thing to know about a mapping.

    Attributes:
        severity: `error` (it cannot work), `warning` (records will be rejected), `note`.
        target: the target field, or "".
        what: one sentence.
        remedy: what to do about it.
        records: how many of the profiled records it costs.
    """

    severity: str
    target: str
    what: str
    remedy: str
    records: int = 0


class Findings(list[Finding]):
    """The findings of a check, shown as a table."""

    def table(self) -> Table:
        """Return one row a finding, worst first."""
        rows = [[each.severity, each.target, each.what, each.records or "", each.remedy] for each in self]
        title = "Nothing to say: every target field is served." if not self else f"{len(self)} findings"
        return Table(["severity", "target", "what", "records", "next step"], rows, title=title)

    def __repr__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()


def check_mapping(spec: Spec) -> Findings:
    """Return everything that can be said before data."""
    found = [*_rule_errors(spec), *_unserved(spec)]
    if not any(each.severity == ERROR for each in found):
        try:
            program = compile_mapping(spec)
        except MappingError as error:
            found.append(Finding(ERROR, "", error.what, error.remedy))
        else:
            found += [*_gaps(program), *_misses(program), *_unused(program)]
    return Findings(sorted(found, key=lambda each: (_ORDER.index(each.severity), -each.records)))


def _rule_errors(spec: Spec) -> Iterator[Finding]:
    known = [path for path, _ in spec.target.walk()]
    for rule in spec.rules.values():
        if rule.target not in known:
            what = f"{spec.target.name} has no field {rule.target!r}.{nearest(rule.target, known)}"
            remedy = f"Give the rule to another field, or write mapping.unset({rule.target!r})."
            yield Finding(ERROR, rule.target, what, remedy)
            continue
        try:
            check_rule(spec, rule)
        except RuleError as error:
            yield Finding(ERROR, rule.target, error.what.removeprefix(f"{rule.target}: "), error.remedy)
        except MappingError as error:
            yield Finding(ERROR, rule.target, error.what, error.remedy)


def _unserved(spec: Spec) -> Iterator[Finding]:
    for path, each in spec.target.walk():
        parents = [path[:end] for end, letter in enumerate(path) if letter == "."]
        served = path in spec.rules or any(target.startswith(f"{path}.") for target in spec.rules)
        optional_parent = any(not any(t == p or t.startswith(f"{p}.") for t in spec.rules) for p in parents)
        if served or optional_parent:
            continue
        if each.required:
            yield Finding(
                ERROR,
                path,
                "The target field is required and has no rule.",
                f"Write mapping.set({path!r}, …).",
            )
        else:
            yield Finding(
                NOTE,
                path,
                "The target field has no rule and keeps its default.",
                "Write a rule, or leave it.",
            )


def _gaps(program: Program) -> Iterator[Finding]:
    for target, places in program.gaps:
        worst = max(places, key=lambda place: place.absent)
        names = " and ".join(place.path for place in places)
        yield Finding(
            WARNING,
            target,
            f"The target is required, and {names} was null or missing {worst.absent} times in {worst.parents}.",
            "Give it another source with `or`, make the target optional, or leave such records out with `when`.",
            worst.absent,
        )


def _misses(program: Program) -> Iterator[Finding]:
    for lookup in program.lookups:
        table = program.spec.maps.get(lookup.table)
        if lookup.place is None or lookup.has_default or table is None or table.given:
            continue
        before = ", counted before `when`" if program.spec.when else ""
        missed = {value: count for value, count in lookup.place.values.items() if value not in table.entries}
        if missed:
            listed = ", ".join(
                f"{value!r} ({count}×)" for value, count in sorted(missed.items(), key=lambda pair: -pair[1])
            )
            yield Finding(
                WARNING,
                lookup.target,
                f"{lookup.place.path} has values that {lookup.table} lacks: {listed}{before}.",
                f"Add them to {lookup.table}, or give `lookup` a default.",
                sum(missed.values()),
            )


def _unused(program: Program) -> Iterator[Finding]:
    read = {path for line in program.lineage.values() for path in line.paths}
    top = [place.path for place in program.spec.source.fields.values() if place.present]
    unused = [
        path
        for path in top
        if not any(each == path or each.startswith((f"{path}.", f"{path}[")) for each in read)
    ]
    if unused:
        yield Finding(
            NOTE,
            "",
            f"{len(unused)} of {len(top)} source fields are not used: {_some(unused)}.",
            "Look whether one is missed.",
        )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
