"""Why a record failed: every field, not only the first that stopped it; copied into each compiled mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import get_ident
from typing import Any

import msgspec
from pydantic import ValidationError

from intkit.compiler.misfits import read_object
from intkit.compiler.rehearsal import Failed, Failures, find_failed, parts_of, rehearsal, spell
from intkit.compiler.rejects import (
    Problem,
    Record,
    Reject,
    one_line,
    parse_record,
    record_key,
    shown,
    without_indexes,
)


class Facts(msgspec.Struct, frozen=True, eq=False):
    """What the parts that all exports share need to know of a mapping."""

    key: tuple[str, ...]
    source: type[msgspec.Struct]
    builders: tuple[Any, ...]
    gates: dict[str, Any]
    stand_ins: dict[str, Callable[[Any, Failures], Any]]
    rules: dict[str, tuple[str, tuple[str, ...]]]
    contract: dict[str, dict[str, Any]]
    columns: dict[str, Any]
    # what pydantic's targets are checked with, and what they are called
    validate: Any = None
    target: str = ""


def explain(
    record: Record, source: msgspec.Struct | None, error: Exception, facts: Facts, row: int | None = None
) -> Reject:
    """Return why a record failed: every field, not only the first that stopped it.

    Args:
        record: the record as it came.
        source: the record as it was read; None where it is not as the rules need it.
        error: what stopped it.
        facts: what is known of the mapping.
        row: which of the record's rows failed, where one record gives many targets.
    """
    try:
        raw = parse_record(record)
    except ValueError as broken:
        text = record.decode(errors="replace") if isinstance(record, bytes) else str(record)
        return Reject("", [Problem("", "", text[:200], str(broken))], text)
    key = record_key(raw, facts.key) + ("" if row is None else f"[{row}]")
    problems = refusals(error, facts) or every_problem(raw, source, row, facts)
    return Reject(key, problems or [Problem("", "", None, one_line(error))], raw)


def every_problem(
    raw: dict[str, Any], source: msgspec.Struct | None, row: int | None, facts: Facts
) -> list[Problem]:
    """Return what is wrong with the source, and what rules and target say, whatever stands for what failed.

    What hangs on a value that failed cannot be told; so it is true at first, and then false, or null where that may be,
    and what is told both times counts.
    """
    scope, seen = rehearsal(facts, get_ident())
    seen.begin(truth=True)
    read = source or read_object(facts.source, raw, seen, "")
    misfits = list(seen)
    problems = rule_problems(read, row, facts, scope, seen)
    if problems and (misfits or seen.asked):
        built = seen.built
        seen.begin(truth=False)
        read = source or read_object(facts.source, raw, seen, "")
        problems = [*agreed(problems, rule_problems(read, row, facts, scope, seen))]
        if not misfits and len(built) == len(seen.built):
            hanging = [
                where for pair in zip(built, seen.built, strict=True) for where in differences(*pair, seen)
            ]
            problems = [*settled(problems, hanging, facts)]
    return misfits + problems


def agreed(problems: Iterable[Problem], others: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems that are told both times, where the number of a row may differ."""
    told: dict[tuple[str, str], dict[str, Problem]] = {}
    for each in others:
        told.setdefault(cause(each), {})[without_indexes(each.target)] = each
    for each in problems:
        found = told.get(cause(each), {})
        if without_indexes(each.target) in found or "" in found:
            yield each
        elif not each.target:
            yield from found.values()


def settled(problems: Sequence[Problem], hanging: Sequence[str], facts: Facts) -> Iterator[Problem]:
    """Yield the problems, those that stand in no field with the fields that hang on them, where that is certain."""
    certain = len(hanging) == 1 or sum(not each.target for each in problems) == 1
    for each in problems:
        if each.target or not (hanging and certain):
            yield each
        else:
            yield from (placed(each, where, facts) for where in hanging)


def differences(one: Any, other: Any, seen: Failures, where: str = "") -> Iterator[str]:
    """Yield where two things that were built differ: `.refunds[0].amount`."""
    if type(one) is not type(other) or type(one) not in seen.kinds - {Failed, str}:
        if shown(one) != shown(other):
            yield where
        return
    (steps, parts), (those, others) = parts_of(one), parts_of(other)
    if [*steps] != [*those]:
        yield where
        return
    for step, part, this in zip(steps, parts, others, strict=True):
        yield from differences(part, this, seen, where + spell([step]))


def rule_problems(
    source: msgspec.Struct, row: int | None, facts: Facts, scope: dict[str, Any], seen: Failures
) -> list[Problem]:
    """Return what the rules and the target say against a record, by running the same functions in a rehearsal."""
    passed: Any = None
    # whether a record is mapped at all, and to how many targets, comes before what these hold
    for rule, gate in facts.gates.items():
        before = len(seen)
        try:
            passed = scope[gate.__name__](source)
        except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
            seen.fail(None, one_line(error))
        if failures := distinct(seen[before:]).values():
            return [placed(failure, rule, facts) for failure in failures]
        if not passed:
            return []
    if "each" not in facts.gates:
        return field_problems((source,), facts, scope, seen)
    rows = passed if row is None else passed[row : row + 1]
    problems = [each for one in rows for each in field_problems((source, one), facts, scope, seen)]
    return list({(each.target, *cause(each)): each for each in problems}.values())


def field_problems(
    arguments: Sequence[Any], facts: Facts, scope: dict[str, Any], seen: Failures
) -> list[Problem]:
    """Return what the rules and the target say against the fields of one target."""
    before = len(seen)
    try:
        built = scope[facts.builders[0].__name__](*arguments)
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        failures = distinct(seen[before:]).values() or [Problem("", "", None, one_line(error))]
        return [placed(failure, "", facts) for failure in failures]
    seen.built.append(built)
    found = find_failed(built, seen) if len(seen) > before else []
    problems = [placed(seen[number], where, facts) for number, where in found if number >= before]
    told = {number for number, _ in found}
    # a failure within a condition stands in no field
    others = distinct(seen[number] for number in range(before, len(seen)) if number not in told)
    if others:
        for failure in map(seen.__getitem__, told):
            others.pop(cause(failure), None)
    return (
        problems
        + [placed(failure, "", facts) for failure in others.values()]
        + target_problems(built, facts, seen)
    )


def distinct(failures: Iterable[Problem]) -> dict[tuple[str, str], Problem]:
    """Return failures by their cause: a value that several rules read fails once for the same reason."""
    return {cause(failure): failure for failure in failures}


def cause(failure: Problem) -> tuple[str, str]:
    """Return what tells one failure from another."""
    return shown(failure.value), failure.reason


def refusals(error: Exception, facts: Facts) -> list[Problem]:
    """Return all that stopped a record, where that was the target's own model: then no rule failed."""
    if isinstance(error, ValidationError) and error.title == facts.target:
        return refused(error, facts, Failures(), None)
    return []


def target_problems(built: dict[str, Any], facts: Facts, seen: Failures) -> list[Problem]:
    """Return what the target model itself says against the values, but for those that failed before."""
    for values in attempts(built, seen):
        try:
            facts.validate(values)
        except ValidationError as error:
            return refused(error, facts, seen, built)
        except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
            if not seen:
                return [Problem("", "", None, one_line(error))]
        else:
            return []
    return []


def attempts(built: dict[str, Any], seen: Failures) -> Iterator[dict[str, Any]]:
    """Yield what to validate: what was built, and without what failed, where a validator stumbled over that."""
    yield built
    yield without_failed(built, seen)


def without_failed(built: dict[str, Any], seen: Failures) -> dict[str, Any]:
    """Return what was built without the fields that failed, and without lists in which a value did."""
    kept: dict[str, Any] = {}
    for key, value in built.items():
        if isinstance(value, dict):
            kept[key] = without_failed(value, seen)
        elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
            kept[key] = [without_failed(each, seen) for each in value]
        elif not find_failed([value], seen):
            kept[key] = value
    return kept


def refused(error: ValidationError, facts: Facts, seen: Failures, built: Any) -> list[Problem]:
    """Return what a model refused, but for that in which something failed before."""
    return [
        placed(Problem("", "", each["input"], each["msg"]), spell(each["loc"]), facts)
        for each in error.errors(include_url=False, include_context=False)
        if not seen or not find_failed([each["input"], part_at(built, each["loc"])], seen)
    ]


def part_at(built: Any, steps: Iterable[str | int]) -> Any:
    """Return the part of what was built to which steps lead; some that pydantic names are no steps, but types."""
    for step in steps:
        try:
            built = built[step]
        except (LookupError, TypeError):
            continue
    return built


def placed(failure: Problem, where: str, facts: Facts) -> Problem:
    """Return a failure as a problem of the target field that it stands in."""
    target = where.removeprefix(".")
    return Problem(paths_of(target, facts), target, failure.value, failure.reason)


def paths_of(target: str, facts: Facts) -> str:
    """Return the source paths that are read by the rule of a target field, or of what holds it."""
    name = without_indexes(target)
    while name:
        for each in (name, f"{name}[]"):
            if each in facts.rules:
                return ", ".join(facts.rules[each][1])
        name = name.removesuffix("[]") if name.endswith("[]") else name.rpartition(".")[0]
    return ""
