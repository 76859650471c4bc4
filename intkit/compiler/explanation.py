"""Why a record failed: every field, not only the first that stopped it; copied into each compiled mapping."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from keyword import iskeyword
from threading import get_ident
from types import FunctionType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin
from unicodedata import is_normalized

import msgspec
from pydantic import ValidationError

Record: TypeAlias = bytes | str | dict[str, Any]

# what a bad record can raise; anything else is a defect and is shown as one
FAILURES = (
    *(ValueError, TypeError, ArithmeticError, LookupError, AssertionError, RecursionError),
    msgspec.MsgspecError,
)


class Problem(msgspec.Struct, frozen=True):
    """One field of a record that failed: where it comes from, where it should go, what it was, and why."""

    path: str
    target: str
    value: Any
    reason: str

    def __str__(self) -> str:
        source = f" @ {whole_path(self.path)}" if self.path else ""
        target = f" -> {self.target}" if self.target else ""
        # of what is rejected on purpose the reason says all
        got = "" if self.value == self.reason else f", got {repr(self.value)[:60]}"
        return f"{self.reason}{got}{source}{target}"


class Reject(msgspec.Struct, frozen=True):
    """A record that was not mapped, with every reason and the record itself."""

    key: str
    problems: list[Problem]
    record: Any

    def __str__(self) -> str:
        return f"{self.key}: " + "; ".join(map(str, self.problems))


class Facts(msgspec.Struct, frozen=True, eq=False):
    """What the parts that all exports share need to know of a mapping."""

    key: tuple[str, ...]
    source: type[msgspec.Struct]
    validate: Callable[[Any], Any]
    builders: tuple[Any, ...]
    gates: dict[str, Any]
    stand_ins: dict[str, Callable[[Any, list[Failed]], Any]]
    rules: dict[str, tuple[str, str]]
    contract: dict[str, dict[str, Any]]
    columns: dict[str, Any]


def explain(record: Record, error: Exception, facts: Facts, row: int | None = None) -> Reject:
    """Return why a record failed: every field, not only the first that stopped it.

    Args:
        record: the record as it came.
        error: what stopped it.
        facts: what is known of the mapping.
        row: which of the record's rows failed, where one record gives many targets.
    """
    try:
        raw = parse_record(record)
    except ValueError as broken:
        text = record.decode(errors="replace") if isinstance(record, bytes) else str(record)
        return Reject("", [Problem("", "", text[:200], str(broken))], text)
    try:
        problems = rule_problems(as_source(raw, facts.source), facts, row)
    except msgspec.ValidationError:
        problems = list(source_problems(facts.source, raw))
    key = record_key(raw, facts.key) + ("" if row is None else f"[{row}]")
    return Reject(key, problems or [Problem("", "", None, one_line(error))], raw)


def parse_record(record: Record) -> dict[str, Any]:
    """Return a record as a dict.

    Raises:
        ValueError: it is not one JSON object.
    """
    try:
        raw = record if isinstance(record, dict) else msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeError, TypeError, RecursionError) as error:
        raise ValueError(f"expected one JSON object ({error})") from None
    if not isinstance(raw, dict):
        raise ValueError("expected one JSON object")  # noqa: TRY004 - a fault of the record, like all others
    return raw


def record_key(raw: dict[str, Any], steps: Sequence[str]) -> str:
    """Return what a record is known by: the value that the steps lead to, else a hash of its content as JSON."""
    value: Any = raw
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    if steps and isinstance(value, str | int) and value != "":
        return str(value)
    try:
        content = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return ""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@cache
def step_to(key: str) -> str:
    """Return a key as a step of a path: `.name`, and `["order-id"]` where it is no name."""
    is_name = key.isidentifier() and not iskeyword(key) and is_normalized("NFKC", key)
    return f".{key}" if is_name else f"[{json.dumps(key, ensure_ascii=False)}]"


def whole_path(path: str) -> str:
    """Return a path from the record down: `$.amount`, `$["order-id"]`."""
    return f"${path}" if path.startswith("[") else f"$.{path}"


# a class's fields are resolved once
fields_of = cache(msgspec.structs.fields)


def source_problems(
    kind: type[msgspec.Struct],
    raw: Mapping[str, Any],
    contract: Mapping[str, Mapping[str, Any]] | None = None,
    path: str = "",
) -> Iterator[Problem]:
    """Yield every field of a record that is not as the rules need it; with a contract, values it lacks too."""
    for field in fields_of(kind):
        name = field.encode_name
        fits = does_fit(raw[name], field.type) if name in raw else not field.required
        if fits and not (contract and name in raw):
            continue
        here = f"{path}{step_to(name)}".removeprefix(".")
        if name in raw:
            yield from value_problems(field.type, raw[name], contract or {}, here, fits=fits)
        else:
            yield Problem(here, "", None, f"expected {type_words(field.type)}, and the field is missing")


def value_problems(
    kind: Any, value: Any, contract: Mapping[str, Mapping[str, Any]], path: str, *, fits: bool
) -> Iterator[Problem]:
    """Yield what is wrong with one value, going into objects and lists."""
    arms = arms_of(kind)
    struct = next((arm for arm in arms if isinstance(arm, type) and issubclass(arm, msgspec.Struct)), None)
    listed = next((arm for arm in arms if get_origin(arm) is list), None)
    if struct is not None and isinstance(value, dict):
        yield from source_problems(struct, value, contract, path)
    elif listed is not None and isinstance(value, list):
        inner = get_args(listed)[0]
        for index, each in enumerate(value):
            fits = does_fit(each, inner)
            if not fits or contract:
                yield from value_problems(inner, each, contract, f"{path}[{index}]", fits=fits)
    elif not fits:
        yield Problem(path, "", value, f"expected {type_words(kind)}")
    elif value is not None:
        known = contract.get(re.sub(r"\[\d+\]", "[]", path), {}).get("values", [value])
        if value not in known:
            yield Problem(path, "", value, f"expected one of {', '.join(map(repr, known))}")


@cache
def arms_of(kind: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def as_source(value: Any, kind: Any) -> Any:
    """Return a value as a type of the source; one of another type is a `msgspec.ValidationError`."""
    return msgspec.convert(value, kind)


def does_fit(value: Any, kind: Any) -> bool:
    """Whether a value is of a type."""
    if type(value) is kind:
        return True
    try:
        as_source(value, kind)
    except msgspec.ValidationError:
        return False
    return True


TYPE_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "Decimal": "a decimal number",
    "list": "a list",
    "NoneType": "null",
}


def type_words(kind: Any) -> str:
    """Return a type as a reader says it."""
    names = [getattr(get_origin(arm) or arm, "__name__", "") for arm in arms_of(kind)]
    return " or ".join(dict.fromkeys(TYPE_WORDS.get(name, "an object") for name in names))


class Failed:
    """What a failing transform leaves behind, so that all the other fields are still looked at."""

    def __init__(self, value: object, reason: str, seen: list[Failed]) -> None:
        self.value, self.reason, self.mark = value, reason, f"\0{id(seen)}.{len(seen)}\0"
        seen.append(self)

    def __getattr__(self, name: str) -> Failed:
        return self

    def _itself(self, *_: object) -> Failed:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _itself
    __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __getitem__ = __call__ = _itself

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __len__(self) -> int:
        return 1

    def __format__(self, spec: str) -> str:
        return self.mark


# made once a thread, for a record takes a third of the time that making it does
@lru_cache(maxsize=64)
def rehearsal(facts: Facts, thread: int) -> tuple[dict[str, Any], list[Failed]]:  # noqa: ARG001 - one for each
    """Return a mapping's functions among other globals, and where what fails is listed.

    Among these, what stands in for transforms and tables leaves a `Failed` instead of raising.
    """
    seen: list[Failed] = []
    real = facts.builders[0].__globals__
    scope = {**real, **{name: make(real.get(name, {}), seen) for name, make in facts.stand_ins.items()}}
    for each in (*facts.builders, *facts.gates.values()):
        # a copy of the code: Python tunes each code to the globals that it meets
        scope[each.__name__] = FunctionType(each.__code__.replace(), scope, each.__name__, each.__defaults__)
    return scope, seen


def rule_problems(source: msgspec.Struct, facts: Facts, row: int | None) -> list[Problem]:
    """Return what the rules and the target say against a record, by running the same functions once more.

    They run among the globals of a rehearsal.
    """
    scope, seen = rehearsal(facts, get_ident())
    seen.clear()
    build = scope[facts.builders[0].__name__]
    where: tuple[str, ...] = ()
    try:
        # whether a record is mapped at all, and to how many targets, comes before what these hold
        for rule, gate in facts.gates.items() if row is None else ():
            where = (rule,)
            scope[gate.__name__](source)
            if seen:
                return [problem_of(failed, where, facts) for failed in distinct(seen).values()]
        where = ()
        built = build(source) if row is None else build(source, scope["rows_of"](source)[row])
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        failures = distinct(seen).values() or [Failed(None, one_line(error), [])]
        return [problem_of(failed, where, facts) for failed in failures]
    places = find_failed(built, (), seen) if seen else []
    told = distinct(failed for failed, _ in places)
    places += [(failed, ()) for cause, failed in distinct(seen).items() if cause not in told]
    problems = [problem_of(failed, where, facts) for failed, where in places]
    return problems + target_problems(built, facts, seen)


def distinct(failures: Iterable[Failed]) -> dict[tuple[str, str], Failed]:
    """Return failures by their cause: a value that several rules read fails once for the same reason."""
    return {(repr(failed.value), failed.reason): failed for failed in failures}


def lenient(function: Callable[..., Any], seen: list[Failed]) -> Callable[..., Any]:
    """Return the function so that it hands on what failed before it, and leaves a `Failed` where it fails."""

    def call(*values: Any, **named: Any) -> Any:
        for value in (*values, *named.values()) if seen else ():
            if before := marks(value, seen):
                return seen[before[0]]
        try:
            return function(*values, **named)
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            if held := find_failed([*values], (), seen):
                return held[0][0]
            return Failed(values[0] if values else None, one_line(error), seen)

    return call


class Answers:
    """What stands in for a table: it leaves a `Failed` for a value that the table lacks."""

    def __init__(self, table: Mapping[Any, Any], seen: list[Failed]) -> None:
        self.table, self.seen, self.get = table, seen, lenient(table.get, seen)
        self.holds = lenient(table.__contains__, seen)

    def __getitem__(self, key: Any) -> Any:
        try:
            return self.table[key]
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            if before := marks(key, self.seen):
                return self.seen[before[0]]
            known = [repr(each) for each in self.table]
            more = f" or {len(known) - 8} more" if len(known) > 8 else ""
            one_of = f"expected one of {', '.join(known[:8])}{more}"
            return Failed(key, one_of if isinstance(error, KeyError) else one_line(error), self.seen)

    def __contains__(self, key: Any) -> bool:
        return bool(self.holds(key))


def marks(value: object, seen: Sequence[Failed]) -> list[int]:
    """Return the numbers of the failures that a value is, or that a text was made with."""
    text = value.mark if isinstance(value, Failed) else value
    if not isinstance(text, str) or "\0" not in text:
        return []
    return [int(number) for number in re.findall(f"\0{id(seen)}[.]([0-9]+)\0", text)]


def find_failed(
    built: dict[str, Any] | list[Any], where: tuple[str | int, ...], seen: list[Failed]
) -> list[tuple[Failed, tuple[str | int, ...]]]:
    """Return the failures in what was built, and where they stand."""
    found: list[tuple[Failed, tuple[str | int, ...]]] = []
    for step, value in built.items() if isinstance(built, dict) else enumerate(built):
        kind = type(value)
        if kind is str and "\0" not in value:  # most values are text
            continue
        if kind is dict or kind is list:
            found += find_failed(value, (*where, step), seen)
        elif kind is str or kind is Failed:
            found += [(seen[number], (*where, step)) for number in marks(value, seen)]
    return found


def target_problems(built: dict[str, Any], facts: Facts, seen: list[Failed]) -> list[Problem]:
    """Return what the target model itself says against the values, but for those that failed before."""
    try:
        facts.validate(built)
    except ValidationError as error:
        return [
            Problem(paths_of(spell(each["loc"]), facts), spell(each["loc"]), each["input"], each["msg"])
            for each in error.errors(include_url=False, include_context=False)
            if not find_failed([each["input"]], (), seen)
        ]
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        return [] if seen else [Problem("", "", None, one_line(error))]
    return []


def problem_of(failed: Failed, where: tuple[str | int, ...], facts: Facts) -> Problem:
    """Return a failed transform as a problem of the field that it stands in."""
    target = spell(where)
    return Problem(paths_of(target, facts), target, failed.value, failed.reason)


def paths_of(target: str, facts: Facts) -> str:
    """Return the source paths that the rule of a target field reads."""
    name = re.sub(r"\[\d+\]", "[]", target) if "[" in target else target
    names = (name, f"{name}[]", name.removesuffix("[]"))
    return next((facts.rules[each][1] for each in names if each in facts.rules), "")


def spell(where: Iterable[str | int]) -> str:
    """Return a place in the target: `refunds[0].amount`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".")


def one_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"
