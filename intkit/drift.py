"""Drift: what changed at the source since it was recorded, told as the rules that it touches.

Ids, times and whatever else differs from record to record are no drift: what is compared is the form of the records
(see profiles/comparison.py), then each change is followed into the rules that read its path, and at last the mapping
itself is run over the new records, which tells how many it would reject.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from intkit.compiler.compile import compile_mapping
from intkit.contracts import contract_of, read_contract
from intkit.errors import ConnectError, MappingError, nearest, shorten
from intkit.mapping_files.mapping_file import read_mapping_file
from intkit.mapping_files.models_file import ModelsFile
from intkit.mapping_files.part_file import PartsFolder
from intkit.mapping_files.written import origin_of_file, spec_of_file
from intkit.paths import parse_path
from intkit.profiles import profile
from intkit.profiles.comparison import SEVERITIES, Change
from intkit.project import project_root
from intkit.results.apply import apply_program
from intkit.results.fetching import fetch_records
from intkit.tables import Table, clean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from intkit.compiler.program import Program
    from intkit.contracts import Contract, Violation
    from intkit.mapping_files.mapping_file import MappingFile
    from intkit.records import Records, Source
    from intkit.rules.spec import Spec

_SUFFIX = ".mapping.yaml"


@dataclass(frozen=True)
class Touched:
    """A rule that reads what changed.

    Attributes:
        mapping: its mapping's name.
        target: the target field, or `when`.
        rule: its text.
        effect: what the change does to it, where that can be told.
    """

    mapping: str
    target: str
    rule: str
    effect: str = ""


@dataclass(frozen=True)
class Finding:
    """One change at the source, with the rules that it touches; it is of low severity where it touches none."""

    change: Change
    rules: tuple[Touched, ...]
    severity: str


@dataclass
class Drift:
    """What changed, and what that means.

    Attributes:
        name: of what was compared.
        findings: the gravest first.
        rules: how many rules there are, as (mapping, target).
        rejects: by mapping, how many records were rejected before, are rejected now, and how many there are now.
    """

    name: str
    findings: list[Finding] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)
    rejects: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """The gravest severity, or nothing where nothing changed."""
        return max((each.severity for each in self.findings), key=SEVERITIES.index, default="")

    @property
    def touched(self) -> list[tuple[str, str]]:
        """The rules that read what changed, as (mapping, target)."""
        found = {(each.mapping, each.target) for finding in self.findings for each in finding.rules}
        return [rule for rule in self.rules if rule in found]

    def reaches(self, severity: str) -> bool:
        """Tell whether anything is as grave as this."""
        return bool(self.severity) and SEVERITIES.index(self.severity) >= SEVERITIES.index(severity)

    def headline(self) -> str:
        """Return the whole in one sentence or two."""
        if not self.findings:
            return f"{self.name}: no drift."
        changes = f"{len(self.findings)} change{'' if len(self.findings) == 1 else 's'}"
        told = f"{self.name}: {changes}, {len(self.touched)} of {len(self.rules)} rules touched."
        rejects = [
            f"{name} would reject {now} of {count} records, {before} before."
            for name, (before, now, count) in self.rejects.items()
            if now != before
        ]
        return " ".join([told, *rejects])

    def table(self) -> Table:
        """Return one row a change."""
        rows = [
            [each.severity, each.change.path or "(records)", each.change.text, _told(each)]
            for each in self.findings
        ]
        return Table(["severity", "path", "what changed", "rules"], rows, title=self.headline(), wraps=True)

    def json(self) -> str:
        """Return everything as JSON text."""
        whole = {"name": self.name, "severity": self.severity, "headline": self.headline()}
        findings = [asdict(each) for each in self.findings]
        return (
            json.dumps({**whole, "findings": findings, "rejects": self.rejects}, indent=2, default=str) + "\n"
        )

    def junit(self, fail_on: str) -> str:
        """Return a JUnit report: a case a rule, which fails where a change as grave as `fail_on` touches it."""
        suite = ET.Element("testsuite", name=clean(self.name), tests=str(len(self.rules)))
        failures = 0
        for mapping, target in self.rules:
            case = ET.SubElement(suite, "testcase", classname=clean(mapping), name=clean(target))
            for finding in self._of(mapping, target, fail_on):
                text = f"{finding.change.path}: {finding.change.text}"
                ET.SubElement(case, "failure", message=clean(text)).text = clean(_told(finding))
            failures += len(case) > 0
        suite.set("failures", str(failures))
        return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"

    def _of(self, mapping: str, target: str, fail_on: str) -> Iterator[Finding]:
        for each in self.findings:
            grave = SEVERITIES.index(each.severity) >= SEVERITIES.index(fail_on)
            if grave and any((rule.mapping, rule.target) == (mapping, target) for rule in each.rules):
                yield each

    def text(self) -> str:
        """Return the headline and a row a change."""
        return self.table().text() if self.findings else self.headline()

    def html(self) -> str:
        """Return the table as one self-contained block of HTML."""
        return self.table().html()

    _repr_html_ = html
    __str__ = text


def read_drift(name: str, *, cassette: str | None = None) -> Drift:
    """Return the drift between what a source was recorded as and what it is now.

    Args:
        name: a mapping, or a cassette: then of all mappings that were made from it.
        cassette: a newer recording to compare with; without it the source is asked itself, which needs its key.

    Raises:
        MappingError: there is no such mapping, and none was made from such a cassette.
        IntkitError: the records cannot be read.
    """
    files = _mapping_files(name)
    specs = [
        spec_of_file(path.name.removesuffix(_SUFFIX), file, ModelsFile(path).load, PartsFolder(path.parent))
        for path, file in files
    ]
    file = files[0][1]
    origin = origin_of_file(file)
    if origin is None or not origin.cassette:
        raise _not_recorded(specs[0].name)
    before, after = _fetch(origin, origin.cassette), _fetch(origin, cassette)
    missing = file.source.get("missing", {}).get("words", ())
    return find_drift(name, before, after, specs, missing, _contracts(path for path, _ in files))


def read_records(name: str, cassette: str | None = None) -> Records:
    """Return the records that a mapping was made for: from its own recording, or from another one.

    Raises:
        MappingError: there is no such mapping, or it was not made from a recording.
    """
    ((_, file),) = _mapping_files(name)[:1]
    origin = origin_of_file(file)
    if origin is None or not (cassette or origin.cassette):
        raise _not_recorded(name)
    return _fetch(origin, cassette or origin.cassette)


def contract_of_mapping(name: str, *, fresh_days: float | None = None) -> Contract:
    """Return what a mapping relies on: the paths that its rules read, as its recording has them.

    Args:
        name: the mapping's name.
        fresh_days: how old the newest record may be; None is any age.

    Raises:
        MappingError: there is no such mapping, or it was not made from a recording.
        ContractError: no field of the records says how old they are.
    """
    ((path, file),) = _mapping_files(name)[:1]
    spec = spec_of_file(
        path.name.removesuffix(_SUFFIX), file, ModelsFile(path).load, PartsFolder(path.parent)
    )
    missing = file.source.get("missing", {}).get("words", ())
    seen = profile(read_records(name), missing=missing)
    whole = contract_of(seen, spec.name, fresh_days=fresh_days)
    read = [each for lineage in compile_mapping(spec).lineage.values() for each in lineage.paths]
    keyed = replace(whole, key=spec.key if spec.key in whole.promises else "")
    fresh = [whole.fresh.path] if whole.fresh else []
    return keyed.on([each for each in [spec.key, *fresh, *read] if each in whole.promises])


def _not_recorded(name: str) -> MappingError:
    return MappingError(
        f"The mapping {name!r} was not made from a recording.",
        remedy="Profile old and new records in a notebook and compare them with profile.diff(other).",
    )


def _mapping_files(name: str) -> list[tuple[Path, MappingFile]]:
    """Return the mapping files of that name, or made from the cassette of that name."""
    folder = project_root() / "mappings"
    files = {path: read_mapping_file(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))}
    known = [path.name.removesuffix(_SUFFIX) for path in files]
    cassettes = {str(file.source.get("cassette", "")) for file in files.values()} - {""}
    if name in known:
        return [(path, file) for path, file in files.items() if path.name == f"{name}{_SUFFIX}"]
    if name in cassettes:
        return [(path, file) for path, file in files.items() if file.source.get("cassette") == name]
    joined = [each for each, file in zip(known, files.values(), strict=True) if name in _joined(file)]
    if joined:
        raise MappingError(
            f"The cassette {name!r} is joined with the records of {', '.join(joined)}.",
            remedy=f"Name the mapping, and all its sources are asked: intkit drift {joined[0]}.",
        )
    raise MappingError(
        f"There is no mapping {name!r}, and none that was made from such a cassette."
        f"{nearest(name, [*known, *cassettes])}",
        remedy="Drift is told by the rules that it touches: save a mapping first.",
    )


def _joined(file: MappingFile) -> list[str]:
    """Return the cassettes whose records are joined with a mapping's own."""
    origin = origin_of_file(file)
    return [join.source.cassette for join in origin.joins] if origin else []


def _fetch(origin: Source, cassette: str | None) -> Records:
    """Return the records of the mapping's request, from a cassette or live."""
    if cassette is None and os.environ.get("INTKIT_MODE") == "replay":
        raise ConnectError(
            "INTKIT_MODE says replay, and a recording compared with itself has no drift.",
            remedy="Name a newer recording, `--against stripe/charges_today`, or unset INTKIT_MODE "
            "to ask the source itself.",
        )
    mode = "replay" if cassette else "live"
    return fetch_records(replace(origin, cassette=""), limit=origin.limit, cassette=cassette, mode=mode)


def _contracts(mappings: Iterable[Path]) -> list[Contract]:
    """Return the contracts that are written for mappings."""
    files = (path.with_name(path.name.replace(_SUFFIX, ".contract.yaml")) for path in mappings)
    return [read_contract(path) for path in files if path.is_file()]


def find_drift(
    name: str,
    before: Sequence[Any],
    after: Sequence[Any],
    specs: Iterable[Spec],
    missing: Collection[Any] = (),
    contracts: Iterable[Contract] = (),
) -> Drift:
    """Return what changed from some records to others, and which rules that touches.

    Args:
        name: of what is compared.
        before: the records that the mappings were made for.
        after: the new ones.
        specs: the mappings that read them.
        missing: the source's own words for nothing.
        contracts: what the source promised; a promise that the new records break is told where no change is.
    """
    drift = Drift(name)
    changes = profile(before, missing=missing).diff(profile(after, missing=missing))
    for contract in contracts:
        changes += list(_broken(contract, after, {each.path for each in changes}))
    programs = [compile_mapping(spec) for spec in specs]
    for program in programs:
        drift.rules += [(program.spec.name, target) for target in program.lineage]
        if changes and after:
            drift.rejects[program.spec.name] = (
                _rejects(program, before),
                _rejects(program, after),
                len(after),
            )
    for change in changes:
        rules = tuple(rule for program in programs for rule in _touched(program, change))
        drift.findings.append(Finding(change, rules, _severity(change, rules)))
    drift.findings.sort(key=lambda each: -SEVERITIES.index(each.severity))
    return drift


def _broken(contract: Contract, after: Sequence[Any], told: Collection[str]) -> Iterator[Change]:
    """Yield the promises that the new records break, at paths of which nothing is told yet."""
    counts: Counter[str] = Counter()
    first: dict[str, Violation] = {}
    for each in contract.check(after).violations:
        counts[each.path] += 1
        first.setdefault(each.path, each)
    for path, violation in first.items():
        if path not in told:
            severity = "low" if violation.mode == "warn" else "high"
            times = f" ({counts[path]}×)" if counts[path] > 1 else ""
            yield Change("contract", path, severity, f"breaks the contract: {violation}{times}")


def _rejects(program: Program, records: Iterable[Any]) -> int:
    return len(apply_program(program, records).rejects)


def _touched(program: Program, change: Change) -> Iterator[Touched]:
    """Yield the rules that read the changed path, or what is below it."""
    spec = program.spec
    changed = parse_path(change.path)
    if change.kind == "key" and change.path == spec.key:
        yield Touched(spec.name, "key", spec.key, "records can no longer be told apart")
    if not changed or change.kind in {"added", "key"}:
        return
    for target, lineage in program.lineage.items():
        if any(_reads(parse_path(path), changed, lineage.rule) for path in lineage.paths):
            yield Touched(spec.name, target, lineage.rule, _effect(program, target, change))


def _reads(read: tuple[str, ...], changed: tuple[str, ...], rule: str) -> bool:
    # `customer | id_of` reads the object's id without naming it
    return read[: len(changed)] == changed or (changed == (*read, "id") and "id_of" in rule)


def _effect(program: Program, target: str, change: Change) -> str:
    """Return what a change does to a rule, where it can be told."""
    if change.kind == "removed":
        return "has nothing to read"
    if change.kind == "renamed":
        return f"reads the old name; it is {change.values[0]} now"
    if change.kind == "values":
        for lookup in program.lookups:
            table = program.spec.maps.get(lookup.table)
            if lookup.target == target and table is not None and not table.given and not lookup.has_default:
                lacking = [
                    f"{shorten(value, 30)} ({n}×)" for value, n in change.values if value not in table.entries
                ]
                return f"{lookup.table} has no entry for {', '.join(lacking)}" if lacking else ""
    return ""


def _severity(change: Change, rules: tuple[Touched, ...]) -> str:
    if change.kind in {"silence", "volume", "contract"}:
        return change.severity
    if not rules:
        return "low"
    return "high" if change.kind == "values" and any(rule.effect for rule in rules) else change.severity


def _told(finding: Finding) -> str:
    told = [
        f"{each.mapping}.{each.target}{f': {each.effect}' if each.effect else ''}" for each in finding.rules
    ]
    return "; ".join(told) or "no rule"
