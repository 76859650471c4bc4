"""The proof that an export brings along: a few records that exercise every rule, with what they must give.

The records come from the recordings, reduced to what the rules read, and letters and digits of personal values
are exchanged for others: what a rule can see stays as it was, its length, case, spaces and signs.
"""

from __future__ import annotations

import hashlib
import json
import re
import string
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from intkit.codegen import docstring, format_source, literal
from intkit.paths import EACH, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

_MOST_CASES = 40
_PERSONAL = re.compile(r"name|mail|phone|street|address|line[12]|city|zip|postal|iban|birth", re.IGNORECASE)
_PLAIN = re.compile(r"(^|_)(status|type|currency|country|brand|object)$")


@dataclass(frozen=True)
class Case:
    """A record and what it must give: a list of targets and rejects, as JSON has them."""

    record: dict[str, Any]
    gives: list[Any]


def prove(module: ModuleType, records: Iterable[dict[str, Any]]) -> list[Case]:
    """Return the fewest records, first come first kept, that show every outcome the records show.

    An outcome is a target field with or without a value, a value of a small set, a reason to reject, being left out.
    """
    paths = [parse_path(path) for path in module.CONTRACT]
    cases: list[Case] = []
    seen: set[str] = set()
    for record in records:
        if len(cases) >= _MOST_CASES:
            break
        small = _reduce(record, paths)
        outcomes = [_plain(module, outcome) for outcome in module.map_record(json.dumps(small).encode())]
        marks = {mark for outcome in outcomes for mark in _marks(outcome)} or {"left out"}
        if marks - seen:
            seen |= marks
            masked = _mask(small)
            cases.append(Case(masked, _gives(module, masked)))
    return cases


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


def _mask(value: Any, key: str = "") -> Any:
    """Exchange the letters and digits of personal values for others, the same for the same value."""
    if isinstance(value, dict):
        return {name: _mask(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_mask(each, key) for each in value]
    if isinstance(value, str) and (_PERSONAL.search(key) or "@" in value):
        return mask_text(value)
    return value


def mask_text(text: str) -> str:
    """Return text of the same shape with other letters and digits; what is behind an e-mail's last dot stays."""
    kept = text[text.rindex(".") :] if "@" in text and "." in text.partition("@")[2] else ""
    body = text.removesuffix(kept) if kept else text
    noise = hashlib.sha256(text.strip().lower().encode("utf-8", "surrogatepass")).digest()
    return "".join(_other(letter, noise[index % len(noise)]) for index, letter in enumerate(body)) + kept


def _other(letter: str, noise: int) -> str:
    if letter in string.digits:
        return string.digits[noise % 10]
    if letter in string.ascii_lowercase:
        return string.ascii_lowercase[noise % 26]
    if letter in string.ascii_uppercase:
        return string.ascii_uppercase[noise % 26]
    return letter if not letter.isalpha() else "ø" if letter.islower() else "Ø"


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


def test_source(name: str, cases: list[Case], about: str, given: Mapping[str, Any]) -> str:
    """Return the source of the export's tests."""
    asks = ", ".join(f"{each}={literal(value)}" for each, value in given.items())
    give = f"give({asks})\n" if asks else ""
    listed = "\n".join(f"    ({literal(case.record)}, {literal(case.gives)})," for case in cases)
    return format_source(f'''{docstring(about)}

import json
from typing import Any

import pytest
from {name} import Reject, {"give, " if give else ""}map_record, map_records, target_line

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


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
''')
