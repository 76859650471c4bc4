"""Why a record failed: every field, not only the first that stopped it; copied into each compiled mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from threading import get_ident
from typing import Any

import msgspec
from pydantic import ValidationError

from intkit.compiler.misfits import read_object
from intkit.compiler.rehearsal import (
    BY_TURNS,
    FALSE,
    KEPT,
    NO_RESULT,
    NO_SOURCE,
    TRUE,
    Failures,
    Guess,
    find_failed,
    numbers_in,
    parts_of,
    rehearsal,
    spell,
)
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


class Run(msgspec.Struct):
    """What one guess at what failed comes to.

    Attributes:
        guess: at what failed.
        misfits: what the source has wrong.
        problems: what rules and target say.
        leaves: the values that were built, as text and by their places; what failed is empty.
        asks: how often a rule wanted to know what is true.
        broken: whether a stand-in was more than the rules could take.
        doubtful: whether another guess may come to something else.
    """

    guess: Guess
    misfits: list[Problem]
    problems: list[Problem]
    leaves: list[dict[tuple[str | int, ...], str]]
    asks: int
    broken: bool
    doubtful: bool


def every_problem(
    raw: dict[str, Any], source: msgspec.Struct | None, row: int | None, facts: Facts
) -> list[Problem]:
    """Return what is wrong with the source, and what rules and target say whatever comes in place of what failed.

    What hangs on a value that failed cannot be told. So the rules run with one guess at it, and where that can matter
    with others, and what is told each time counts.
    """
    first = rehearse(raw, source, row, facts, TRUE)
    if not first.doubtful:
        return first.misfits + first.problems
    runs = [first]
    guesses = [NO_SOURCE] if first.misfits else []
    guesses += [NO_RESULT] if asks_for_null(facts) else []
    runs += [rehearse(raw, source, row, facts, guess) for guess in guesses]
    if any(run.asks for run in runs):
        runs += [rehearse(raw, source, row, facts, guess) for guess in (FALSE, *BY_TURNS)]
    first, *others = [run for run in runs if not run.broken] or runs[:1]
    problems = first.problems
    for other in others:
        problems = agreed(problems, other.problems)
    if any(not each.target for each in problems):
        others = [rehearse(raw, source, row, facts, guess) for guess in KEPT]
        problems = [*settled(problems, differences(first, others), facts)]
    return first.misfits + problems


@cache
def asks_for_null(facts: Facts) -> bool:
    """Whether a rule asks if something is null, of which a stand-in hears nothing."""
    return any(" is " in rule for rule, _ in facts.rules.values())


def rehearse(
    raw: dict[str, Any], source: msgspec.Struct | None, row: int | None, facts: Facts, guess: Guess
) -> Run:
    """Return what a guess comes to."""
    scope, seen = rehearsal(facts, get_ident())
    seen.begin(guess)
    read = source or read_object(facts.source, raw, seen, "")
    misfits = list(seen)
    problems = rule_problems(read, row, facts, scope, seen)
    nowhere = [each for each in problems if not each.target]
    doubtful = bool(nowhere or seen.asks or (problems and (misfits or asks_for_null(facts))))
    leaves = [dict(leaves_of(each, seen)) for each in seen.built] if nowhere or guess.kept else []
    return Run(guess, misfits, problems, leaves, seen.asks, seen.broken, doubtful)


def agreed(problems: Iterable[Problem], others: Iterable[Problem]) -> list[Problem]:
    """Return the problems that others tell too, where the number of a row, or whether there is a field, may differ."""
    told: dict[tuple[str, str], dict[str, Problem]] = {}
    for each in others:
        told.setdefault(cause(each), {})[without_indexes(each.target)] = each
    both: list[Problem] = []
    for each in problems:
        found = told.get(cause(each), {})
        if without_indexes(each.target) in found or "" in found:
            both.append(each)
        elif not each.target:
            both += found.values()
    return unique_problems(both)


def unique_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems, one of those that say the same of a field."""
    return list({(each.target, *cause(each)): each for each in problems}.values())


def settled(
    problems: Sequence[Problem], hanging: Sequence[Sequence[str | int]], facts: Facts
) -> Iterator[Problem]:
    """Yield the problems, what failed in a condition with the fields that hang on it.

    Of two such failures it is not certain which field hangs on which, so they are told of none; one that another field
    tells needs no more.
    """
    targets = {each.target for each in problems}
    fields = [steps for steps in hanging if spell(steps) not in targets]
    known = {cause(each) for each in problems if each.target}
    nowhere = [each for each in problems if not each.target]
    new = [each for each in nowhere if cause(each) not in known] or nowhere
    for each in problems:
        if each.target:
            yield each
        elif fields and new == [each]:
            yield from (placed(each, steps, facts) for steps in fields)
        elif cause(each) not in known:
            yield each


def differences(first: Run, others: Iterable[Run]) -> list[tuple[str | int, ...]]:
    """Return where what was built differs from run to run."""
    found = [
        steps
        for other in others
        for one, two in zip(first.leaves, other.leaves, strict=False)
        for steps, leaf in one.items()
        # null in the place of a failure is no difference
        if two.get(steps, leaf) != leaf and not other.broken and (leaf or not other.guess.no_result)
    ]
    return list(dict.fromkeys(found))


def leaves_of(built: Any, seen: Failures, *above: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the places of what was built, and what stands there as text: nothing for what failed."""
    steps, parts = parts_of(built)
    yield above, f"{len(steps)} parts"
    for step, part in zip(steps, parts, strict=True):
        here = (*above, step)
        if numbers_in(part, seen):
            yield here, ""
        elif type(part) in seen.kinds and not isinstance(part, str):
            yield from leaves_of(part, seen, *here)
        else:
            yield here, shown(part)


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
            return [placed(failure, (rule,), facts) for failure in failures]
        if not passed:
            return []
    if "each" not in facts.gates:
        return field_problems((source,), facts, scope, seen)
    rows = passed if row is None else passed[row : row + 1]
    problems = [each for one in rows for each in field_problems((source, one), facts, scope, seen)]
    return unique_problems(problems)


def field_problems(
    arguments: Sequence[Any], facts: Facts, scope: dict[str, Any], seen: Failures
) -> list[Problem]:
    """Return what the rules and the target say against the fields of one target."""
    before = len(seen)
    try:
        built = scope[facts.builders[0].__name__](*arguments)
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        seen.broken = True
        failures = distinct(seen[before:]).values() or [Problem("", "", None, one_line(error))]
        return [placed(failure, (), facts) for failure in failures]
    seen.built.append(built)
    # what only the source has wrong is looked for to keep it from validators
    found = find_failed(built, seen) if len(seen) > before or (seen and facts.validate) else []
    told = {number for number, _ in found}
    # a failure within a condition stands in no field
    others = distinct(seen[number] for number in range(before, len(seen)) if number not in told).values()
    problems = [
        *(placed(seen[number], steps, facts) for number, steps in found if number >= before),
        *(placed(failure, (), facts) for failure in others),
        *target_problems(built, [steps for _, steps in found], facts, seen),
    ]
    return unique_problems(problems) if len(problems) > 1 else problems


def distinct(failures: Iterable[Problem]) -> dict[tuple[str, str], Problem]:
    """Return failures by their cause: a value that several rules read fails once for the same reason."""
    return {cause(failure): failure for failure in failures}


def cause(failure: Problem) -> tuple[str, str]:
    """Return what tells one failure from another."""
    return shown(failure.value), failure.reason


def refusals(error: Exception, facts: Facts) -> list[Problem]:
    """Return all that stopped a record, where that was the target's own model: then no rule failed."""
    if isinstance(error, ValidationError) and error.title == facts.target:
        return [placed(failure, steps, facts) for steps, failure in refused(error)]
    return []


def target_problems(
    built: dict[str, Any], places: Sequence[Sequence[str | int]], facts: Facts, seen: Failures
) -> list[Problem]:
    """Return what the target model itself says against the values, but for those that failed before.

    These are left out, for a validator could stumble over a stand-in.
    """
    try:
        facts.validate(without(built, places) if places else built)
    except ValidationError as error:
        moved: dict[int, list[int]] = {}
        found = [(*origin(built, steps, seen, moved), failure) for steps, failure in refused(error)]
        return [
            placed(failure, steps, facts)
            for steps, part, failure in found
            if not places or not find_failed([part], seen)
        ]
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        return [] if seen else [Problem("", "", None, one_line(error))]
    return []


def refused(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], Problem]]:
    """Yield what a model refused: the steps to it, and the problem."""
    for each in error.errors(include_url=False, include_context=False):
        yield each["loc"], Problem("", "", each["input"], each["msg"])


def without(built: Any, places: Iterable[Sequence[str | int]]) -> Any:
    """Return what was built without some of its parts."""
    inside: dict[Any, list[Sequence[str | int]]] = {}
    for first, *rest in places:
        inside.setdefault(first, []).append(rest)
    kept = built.copy()
    # from the end, for what comes after it moves up
    for step in sorted(inside, reverse=True):
        if all(inside[step]):
            kept[step] = without(kept[step], inside[step])
        else:
            del kept[step]
    return kept


def origin(
    built: Any, steps: Iterable[str | int], seen: Failures, moved: dict[int, list[int]]
) -> tuple[list[str | int], Any]:
    """Return where a step leads that was taken without what failed, and what is there.

    Some steps that pydantic names are types, not places. `moved` keeps, by list, where its elements came from.
    """
    taken: list[str | int] = []
    for step in steps:
        place = step
        if isinstance(built, list) and isinstance(step, int):
            if id(built) not in moved:
                moved[id(built)] = [index for index, each in enumerate(built) if not numbers_in(each, seen)]
            place = moved[id(built)][step]
        taken.append(place)
        try:
            built = built[place]
        except (LookupError, TypeError):
            continue
    return taken, built


def placed(failure: Problem, steps: Iterable[str | int], facts: Facts) -> Problem:
    """Return a failure as a problem of the target field that it stands in."""
    target = spell(steps)
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
