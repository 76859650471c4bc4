"""The proof that an export brings along: a few records that exercise every rule, with what they must give.

The records come from the recordings, reduced to what the rules read, with stand-ins for what they hold of people.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from intkit.codegen import docstring, format_source, literal
from intkit.errors import shorten
from intkit.export.branches import Branches
from intkit.export.module import NO_CONTENT, seal
from intkit.export.pseudonyms import Pseudonyms, plain_words
from intkit.paths import EACH, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

    from intkit.rules.spec import Spec

_MOST_CASES = 60
_PLAIN = re.compile(r"(^|_)(status|type|currency|country|brand|object)$")


@dataclass(frozen=True)
class Case:
    """A record and what it must give: a list of targets and rejects, as JSON has them."""

    record: dict[str, Any]
    gives: list[Any]


def prove(module: ModuleType, records: Iterable[dict[str, Any]], spec: Spec) -> list[Case]:
    """Return a few records that show all that the records show, none of which could be left out.

    Shown are: a target field with or without a value, a value of a small set, each branch of each rule, a reason to
    reject, being left out.
    """
    paths = [parse_path(path) for path in module.CONTRACT]
    pseudonyms = Pseudonyms(plain_words(spec, module))
    branches = Branches(module)
    cases: list[tuple[Case, set[str]]] = []
    seen: set[str] = set()
    for record in records:
        if len(cases) >= _MOST_CASES:
            break
        case_record = pseudonyms.of(_reduce(record, paths))
        gives = _gives(module, case_record)
        marks = {mark for outcome in gives for mark in _marks(outcome)} or {"left out"}
        marks |= branches.of(json.dumps(case_record).encode())
        if marks - seen:
            seen |= marks
            cases.append((Case(case_record, gives), marks))
    return _fewest(cases)


def _fewest(cases: list[tuple[Case, set[str]]]) -> list[Case]:
    """Leave out each case that shows only what others show, too."""
    shown = Counter(mark for _, marks in cases for mark in marks)
    kept = []
    for case, marks in cases:
        if all(shown[mark] > 1 for mark in marks):
            shown.subtract(marks)
        else:
            kept.append(case)
    return kept


def _gives(module: ModuleType, record: dict[str, Any]) -> list[Any]:
    return [_plain(module, outcome) for outcome in module.map_record(json.dumps(record).encode())]


def _plain(module: ModuleType, outcome: Any) -> dict[str, Any]:
    """Return an outcome as JSON gives it back."""
    if isinstance(outcome, module.Reject):
        problems = [str(problem) for problem in outcome.problems]
        return {"rejected": problems}
    plain: dict[str, Any] = json.loads(module.target_line(outcome))
    return plain


def _marks(outcome: Any, prefix: str = "") -> Iterator[str]:
    """Yield what an outcome shows."""
    if isinstance(outcome, dict) and set(outcome) == {"rejected"}:
        yield from (re.sub(r"got .*? @", "@", problem) for problem in outcome["rejected"])
    elif isinstance(outcome, dict):
        for key, value in outcome.items():
            yield from _marks(value, f"{prefix}.{key}")
    elif isinstance(outcome, list):
        yield f"{prefix}: {min(len(outcome), 2)} rows"
        for each in outcome[:3]:
            yield from _marks(each, f"{prefix}[]")
    elif (
        isinstance(outcome, bool)
        or outcome is None
        or (isinstance(outcome, str) and _PLAIN.search(prefix.rsplit(".", 1)[-1]))
    ):
        yield f"{prefix}: {outcome}"
    else:
        yield f"{prefix}: a value"


def _reduce(value: Any, paths: list[tuple[str, ...]]) -> Any:
    """Keep of a record only what stands at the paths."""
    if isinstance(value, dict):
        kept = {}
        for key, each in value.items():
            inner = [path[1:] for path in paths if path and path[0] == key]
            if inner:
                kept[key] = _reduce(each, [path for path in inner if path])
        return kept if paths else value if not value else {}
    if isinstance(value, list):
        inner = [path[1:] for path in paths if path and path[0] == EACH]
        return [_reduce(each, inner) for each in value]
    return value


def examples_of(cases: list[Case]) -> dict[str, str]:
    """Return for each target field the first value that the cases give it, as people read it."""
    found: dict[str, str] = {}
    for case in cases:
        for target in case.gives:
            if set(target) != {"rejected"}:
                _add_examples(found, target, "")
    return found


def _add_examples(found: dict[str, str], value: Any, path: str) -> None:
    if isinstance(value, dict):
        for key, each in value.items():
            _add_examples(found, each, f"{path}.{key}".removeprefix("."))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        found.setdefault(f"{path}[]", f"{len(value)} rows" if len(value) > 1 else "one row")
        for each in value:
            _add_examples(found, each, f"{path}[]")
    elif value is not None and value != []:
        found.setdefault(path, shorten(value, 40) if isinstance(value, str) else str(value))


def prove_given(
    module: ModuleType, cases: list[Case], given: Mapping[str, Any]
) -> tuple[list[Case], dict[str, Any]]:
    """Return the cases as they come out with the least that a run can give, and that."""
    if not given:
        return cases, {}
    least = _least(cases, given)
    module.give(**least)
    return [replace(case, gives=_gives(module, case.record)) for case in cases], least


def _least(cases: list[Case], given: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of value maps only the entries that the cases' records ask for."""
    asked = {str(value) for case in cases for value in _scalars(case.record)}
    return {
        name: {key: each for key, each in value.items() if str(key) in asked}
        if isinstance(value, dict)
        else value
        for name, value in given.items()
    }


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _scalars(each)
    else:
        yield value


def test_source(name: str, module: ModuleType, cases: list[Case], given: Mapping[str, Any]) -> str:
    """Return the source of the export's tests."""
    about = f"""Tests of {name}: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
{NO_CONTENT}
"""
    broken = [str(each) for case in cases for each in module.check_contract(case.record)]
    lacking = [str(each) for each in module.check_contract({})]
    asks = ", ".join(f"{each}={literal(value)}" for each, value in given.items())
    give = f"give({asks})\n" if asks else ""
    listed = "\n".join(f"    ({literal(case.record)}, {literal(case.gives)})," for case in cases)
    return seal(
        format_source(f'''{docstring(about)}

import json
from typing import Any

import pytest
from {name} import Reject, check_contract, {"give, " if give else ""}map_record, map_records, target_line

{give}
# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
{listed}
]


def outcome(given: Any) -> Any:
    """Return a target or a reject as JSON has it."""
    if isinstance(given, Reject):
        return {{"rejected": [str(problem) for problem in given.problems]}}
    return json.loads(target_line(given))


@pytest.mark.parametrize(("record", "gives"), CASES)
def test_a_record_gives_what_it_gave(record: dict[str, Any], gives: list[Any]) -> None:
    assert [outcome(each) for each in map_record(record)] == gives


@pytest.mark.parametrize(("record", "gives"), CASES)
def test_json_gives_what_a_dict_gives(record: dict[str, Any], gives: list[Any]) -> None:
    assert [outcome(each) for each in map_record(json.dumps(record).encode())] == gives


def test_records_come_out_in_their_order() -> None:
    mapped = [outcome(each) for each in map_records(record for record, _ in CASES)]
    assert mapped == [each for _, gives in CASES for each in gives]


def test_the_contract_names_what_is_broken() -> None:
    assert [str(problem) for record, _ in CASES for problem in check_contract(record)] == {literal(broken)}


def test_the_contract_names_what_is_missing() -> None:
    assert [str(problem) for problem in check_contract({{}})] == {literal(lacking)}


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
''')
    )
