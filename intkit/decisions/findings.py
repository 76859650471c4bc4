"""What can be said of a mapping before it sees a record: gaps, losses, leftovers; one list, worst first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from intkit.compiler.compile import check_filter, check_target, compile_mapping
from intkit.decisions.conditions import conditions_of
from intkit.errors import MappingError, shorten
from intkit.mapping_files.given import explain_given, given_of_run
from intkit.paths import EACH, parse_path
from intkit.rules.parts import add_part, expand_known
from intkit.rules.source import find_place
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from intkit.compiler.program import Program
    from intkit.decisions.conditions import Conditions
    from intkit.rules.source import SourceField
    from intkit.rules.spec import Rule, Spec

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
        title = (
            "Nothing to say: every target field is served."
            if not self
            else f"{len(self)} finding{'' if len(self) == 1 else 's'}"
        )
        return Table(["severity", "target", "what", "records", "next step"], rows, title=title)

    def __repr__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()


def check_mapping(spec: Spec) -> Findings:
    """Return everything that can be said before data."""
    whole = expand_known(spec)
    wrong = [*_filter_errors(spec), *_rule_errors(spec)]
    # what is wrong with an object or a list is wrong for all of its fields
    found = wrong + [
        each
        for each in _unserved(whole)
        if not any(each.target.startswith(f"{error.target}.") for error in wrong)
    ]
    if not any(each.severity == ERROR for each in found):
        try:
            program = compile_mapping(spec)
        except MappingError as error:
            found.append(Finding(ERROR, "", error.what, error.remedy))
        else:
            found += [*_gaps(program), *_misses(program), *_not_taken(program), *_losses(program)]
            found += [*_never_seen(program), *_idle(whole), *_unused(program)]
    return _sorted(found)


def check_run(spec: Spec) -> Findings:
    """Return everything that can be said before data, and what a run asks for that nothing gives yet."""
    return _sorted([*check_mapping(spec), *_lacking(spec)])


def _sorted(found: Iterable[Finding]) -> Findings:
    return Findings(sorted(found, key=lambda each: (_ORDER.index(each.severity), -each.records)))


def _lacking(spec: Spec) -> Iterator[Finding]:
    try:
        given = given_of_run(spec)
    except MappingError as error:
        yield Finding(ERROR, "", error.what, error.remedy)
        return
    if lacking := [name for name in spec.asks if name not in given]:
        what = f"Each run has to give {', '.join(lacking)}, and nothing gives it yet."
        yield Finding(WARNING, "", what, explain_given(spec), spec.records)


def _filter_errors(spec: Spec) -> Iterator[Finding]:
    for name, alone in (("when", replace(spec, each="")), ("each", replace(spec, when=""))):
        try:
            check_filter(alone)
        except MappingError as error:
            yield Finding(ERROR, name, error.what, error.remedy)


def _rule_errors(spec: Spec) -> Iterator[Finding]:
    told: set[str] = set()  # what is wrong with a list is wrong for all of its rows' fields
    for rule in spec.rules.values():
        for target, error in _errors_of(spec, rule):
            if error.what not in told:
                told.add(error.what)
                yield Finding(ERROR, target, error.what.removeprefix(f"{target}: "), error.remedy)


def _errors_of(spec: Spec, rule: Rule) -> Iterator[tuple[str, MappingError]]:
    """Yield what is wrong with a rule, and with each rule of the part that it uses."""
    try:
        whole = add_part(spec, rule)
    except MappingError as error:
        yield rule.target, error
        return
    for target in [rule.target, *(each for each in whole.rules if each not in spec.rules)]:
        try:
            check_target(whole, target)
        except MappingError as error:
            yield target, error


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
        conditions = conditions_of(program.spec, target)
        open_ = [place for place in places if conditions.hold(place, None) is not False]
        ways = sorted(_ways(open_), key=_lost, reverse=True)
        if not ways:
            continue
        times = [f"{way[-1].path} was null or missing {_lost(way)} times in {way[0].parents}" for way in ways]
        more = [each.replace("was null or missing ", "") for each in times[1:]]
        unsure = next(filter(None, (_unsure(conditions, place, [None]) for place in ways[0])), "")
        yield Finding(
            WARNING,
            target,
            f"The target {_wants(program, target)}, and {', '.join([times[0], *more])}{unsure}.",
            "Give it another source with `or`, make the target optional, or leave such records out with `when`.",
            _lost(ways[0]),
        )


def _wants(program: Program, target: str) -> str:
    """Return why a null fails there: a field may have a default that no export can write, or none at all."""
    fields = dict(program.spec.target.walk())
    each = fields.get(target) or fields[f"{target}[]"]
    return "is required" if each.required else "takes no null"


def _ways(places: Sequence[SourceField]) -> Iterator[list[SourceField]]:
    """Yield for each place that none of the others lies in: it, behind those of the others that it lies in."""
    for last in places:
        if not any(_lies_in(other, last) for other in places):
            around = [each for each in places if _lies_in(last, each)]
            yield [*sorted(around, key=lambda each: len(each.steps)), last]


def _lies_in(place: SourceField, other: SourceField) -> bool:
    """Whether a place is a field of the object at the other, or of one below; rows are counted by themselves."""
    behind = place.steps[len(other.steps) :]
    return place.steps == (*other.steps, *behind) and bool(behind) and EACH not in behind


def _lost(way: Sequence[SourceField]) -> int:
    """Return how often one of these was null or missing: a field is only looked for where its object is."""
    return sum(place.absent for place in way)


def _misses(program: Program) -> Iterator[Finding]:
    for lookup in program.lookups:
        table = program.spec.maps.get(lookup.table)
        if lookup.place is None or lookup.has_default or table is None or table.given:
            continue
        conditions = conditions_of(program.spec, lookup.target)
        missed = _mapped(conditions, lookup.place, table.entries)
        if missed:
            yield Finding(
                WARNING,
                lookup.target,
                f"{lookup.place.path} has values that {lookup.table} lacks: {_counted(missed)}"
                f"{_unsure(conditions, lookup.place, missed)}.",
                f"Add them to {lookup.table}, or give `lookup` a default.",
                sum(missed.values()),
            )


def _not_taken(program: Program) -> Iterator[Finding]:
    """Yield the plain paths that showed values which their target does not take."""
    for path, each in program.spec.target.walk():
        line = program.lineage.get(path)
        if each.choices is None or line is None or line.paths != (line.rule,):
            continue
        place = find_place(program.spec.source, parse_path(line.rule))
        if place is None:
            continue
        conditions = conditions_of(program.spec, path)
        wrong = _mapped(conditions, place, each.choices)
        if wrong:
            yield Finding(
                WARNING,
                path,
                f"{line.rule} has values that the target does not take: {_counted(wrong)}"
                f"{_unsure(conditions, place, wrong)}.",
                "Bring them to the target's with a value map and `| lookup(NAME)`.",
                sum(wrong.values()),
            )


def _mapped(conditions: Conditions, place: SourceField, taken: Container[Any]) -> dict[Any, int]:
    """Return the values at a place that are not taken and are mapped all the same, with their counts."""
    left = {value: count for value, count in place.values.items() if value not in taken}
    return {value: count for value, count in left.items() if conditions.hold(place, value) is not False}


def _unsure(conditions: Conditions, place: SourceField, values: Iterable[Any]) -> str:
    """Say so where conditions on other fields may leave some of the counted out."""
    sure = all(conditions.hold(place, value) for value in values)
    return "" if sure else ", before conditions on other fields leave some out"


def _losses(program: Program) -> Iterator[Finding]:
    for path, each in program.spec.target.walk():
        if each.is_float and path in program.lineage:
            yield Finding(
                WARNING,
                path,
                "The target is a float, which holds most decimal numbers only nearly.",
                "Make it a Decimal; a float is fine for what is measured, not for what is counted or paid.",
            )


def _never_seen(program: Program) -> Iterator[Finding]:
    read = [path for line in program.lineage.values() for path in line.paths]
    for path in dict.fromkeys([*program.use.assumed, *read]):
        place, kind = find_place(program.spec.source, parse_path(path)), program.use.assumed.get(path)
        if kind is None and (place is None or place.kinds):
            continue
        seen = "only ever null" if place is None or place.parents else "never there"
        yield Finding(
            NOTE,
            next(
                (target for target, line in program.lineage.items() if path.removesuffix("[]") in line.paths),
                "",
            ),
            f"{path} was {seen}; {f'{kind} is assumed' if kind else 'what it holds is not known'}.",
            "Record records that have a value there, or ask the vendor's documentation.",
        )


def _idle(spec: Spec) -> Iterator[Finding]:
    texts = [spec.when, spec.each, *(rule.text for rule in spec.rules.values())]
    words = set(re.findall(r"\w+", " ".join(texts)))
    named = {"value map": spec.maps, "constant": spec.constants, "transform": spec.own}
    for kind, names in named.items():
        for name in names:
            if name not in words:
                yield Finding(NOTE, "", f"No rule uses the {kind} {name}.", "Use it, or leave it out.")


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


def _counted(values: dict[Any, int]) -> str:
    most = sorted(values.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{shorten(value)} ({count}×)" for value, count in most)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
