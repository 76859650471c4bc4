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
        got = "" if self.value == self.reason else f", got {shown(self.value)[:60]}"
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
    problems = refusals(error, facts)
    if not problems:
        scope, seen = rehearsal(facts, get_ident())
        seen.clear()
        source = source or read_object(facts.source, raw, seen, "")
        misfits = list(seen)
        problems = rule_problems(source, row, facts, scope, seen)
        if misfits:
            problems = misfits + without_spoiled(problems, misfits, facts)
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
    try:
        if steps and isinstance(value, str | int) and value != "":
            return str(value)
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
@cache
def fields_of(kind: type[msgspec.Struct]) -> list[tuple[str, str, Any, frozenset[Any], bool]]:
    """Return a class's fields: name, key in JSON, type, what types that allows, and whether they must be there."""
    fields = msgspec.structs.fields(kind)
    return [
        (each.name, each.encode_name, each.type, frozenset(arms_of(each.type)), each.required)
        for each in fields
    ]


def read_source(kind: Any, value: Any, seen: Failures, path: str = "") -> Any:
    """Return a value as a type of the source, with a `Failed` for each part that is not as the rules need it."""
    struct, element = shape_of(kind)
    whole = struct if isinstance(value, dict) else None
    try:
        return as_source(value, whole or kind)
    except msgspec.ValidationError:
        if whole:
            return read_object(whole, value, seen, path)
    if element and isinstance(value, list):
        return [read_source(element, each, seen, f"{path}[{index}]") for index, each in enumerate(value)]
    return seen.fail(value, f"expected {type_words(kind)}", path)


def read_object(
    struct: type[msgspec.Struct], raw: dict[str, Any], seen: Failures, path: str
) -> msgspec.Struct:
    """Return an object as a class of the source; classes check nothing, so parts may have failed."""
    parts: dict[str, Any] = {}
    for name, key, kind, types, required in fields_of(struct):
        if key not in raw:
            if required:
                reason = f"expected {type_words(kind)}, and the field is missing"
                parts[name] = seen.fail(None, reason, path + step_to(key))
        elif type(raw[key]) in types:
            parts[name] = raw[key]
        else:
            parts[name] = read_source(kind, raw[key], seen, path + step_to(key))
    return struct(**parts)


def unknown_values(
    source: Any, contract: Mapping[str, Mapping[str, Any]], path: str = ""
) -> Iterator[Problem]:
    """Yield the values of a record that its contract does not know."""
    if isinstance(source, msgspec.Struct):
        for name, key, *_ in fields_of(type(source)):
            yield from unknown_values(getattr(source, name), contract, path + step_to(key))
    elif isinstance(source, list):
        for index, each in enumerate(source):
            yield from unknown_values(each, contract, f"{path}[{index}]")
    elif source is not None and not isinstance(source, Failed):
        here = path.removeprefix(".")
        known = contract.get(without_indexes(here), {}).get("values", [source])
        if source not in known:
            yield Problem(here, "", source, f"expected one of {', '.join(map(repr, known))}")


def without_indexes(path: str) -> str:
    """Return a path as rules write it: `lines[].amount`; what is quoted is a key."""
    if "[" not in path:
        return path
    return re.sub(r'("(?:[^"\\]|\\.)*")|\[\d+\]', lambda found: found[1] or "[]", path)


def without_spoiled(problems: Iterable[Problem], misfits: Iterable[Problem], facts: Facts) -> list[Problem]:
    """Return the problems of fields that do not hang on what is not as it should be."""
    # of an element the whole list is spoiled
    bad = [re.sub(r"(\[\])+$", "", without_indexes(misfit.path)) for misfit in misfits]
    return [
        each
        for each in problems
        if each.target
        and not any(touches(read, path) for read in reads_about(each.target, facts) for path in bad)
    ]


def touches(read: str, path: str) -> bool:
    """Whether what a rule reads is at a path, in what it holds, or is the object that holds it."""
    return f"{read}.".startswith((f"{path}.", f"{path}[")) or f"{path}.".startswith((f"{read}.", f'{read}["'))


def reads_about(target: str, facts: Facts) -> Iterator[str]:
    """Yield what is read for a target field, for what it holds, and to tell whether it is there at all."""
    name = without_indexes(target)
    for rule, (_, reads) in facts.rules.items():
        outer = rule.removesuffix("[]")
        around = f"{name}.".startswith((f"{outer}.", f"{outer}["))
        if around or rule in facts.gates or rule.startswith((f"{name}.", f"{name}[")):
            yield from reads


@cache
def arms_of(kind: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


@cache
def shape_of(kind: Any) -> tuple[type[msgspec.Struct] | None, Any]:
    """Return the class of the objects that an annotation allows, and what its lists hold."""
    arms = arms_of(kind)
    struct = next((arm for arm in arms if isinstance(arm, type) and issubclass(arm, msgspec.Struct)), None)
    return struct, next((get_args(arm)[0] for arm in arms if get_origin(arm) is list), None)


def as_source(value: Any, kind: Any) -> Any:
    """Return a value as a type of the source; one of another type is a `msgspec.ValidationError`."""
    return msgspec.convert(value, kind)


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
    """What stands for a value that failed, so that all the other fields are still looked at.

    It is true, equals nothing but itself, holds nothing, and gives itself for all that is made of it; a text that is
    made with it has a mark.
    """

    def __init__(self, number: int, seen: Failures) -> None:
        self.__number, self.__seen = number, seen

    def __int__(self) -> int:
        return self.__number

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
        return str(self)

    def __str__(self) -> str:
        self.__seen.kinds.add(str)
        return f"\0{id(self.__seen)}.{self.__number}\0"


class Failures(list[Problem]):
    """What failed of a record, in order; `kinds` are the types of the values that a failure can stand in."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[type] = {Failed, dict, list}

    def clear(self) -> None:
        """Begin with the next record."""
        super().clear()
        self.kinds.discard(str)

    def fail(self, value: object, reason: str, path: str = "") -> Failed:
        """Note a failure, and return what stands for the value."""
        self.append(Problem(path.removeprefix("."), "", value, reason))
        return Failed(len(self) - 1, self)


# made once a thread, for a record takes a third of the time that making it does
@lru_cache(maxsize=64)
def rehearsal(facts: Facts, thread: int) -> tuple[dict[str, Any], Failures]:  # noqa: ARG001 - one for each
    """Return a mapping's functions among other globals, and where what fails is listed.

    Among these, what stands in for transforms and tables leaves a `Failed` instead of raising.
    """
    seen = Failures()
    real = facts.builders[0].__globals__
    scope = {**real, **{name: make(real.get(name, {}), seen) for name, make in facts.stand_ins.items()}}
    for each in (*facts.builders, *facts.gates.values()):
        # a copy of the code: Python tunes each code to the globals that it meets
        scope[each.__name__] = FunctionType(each.__code__.replace(), scope, each.__name__, each.__defaults__)
    return scope, seen


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


def shown(value: object) -> str:
    """Return a value as a reader sees it."""
    try:
        return repr(value)
    except (ValueError, RecursionError):  # more digits than Python writes, or nested too deeply
        return f"a value of type {type(value).__name__} that is too large to show"


def lenient(function: Callable[..., Any], seen: Failures) -> Callable[..., Any]:
    """Return the function so that it hands on what failed before it, and leaves a `Failed` where it fails."""

    def call(*values: Any, **named: Any) -> Any:
        for value in (*values, *named.values()) if seen else ():
            if before := numbers_in(value, seen):
                return Failed(before[0], seen)
        try:
            return function(*values, **named)
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            if held := find_failed([*values], seen):
                return Failed(held[0][0], seen)
            return seen.fail(values[0] if values else None, one_line(error))

    return call


class Numbers:
    """What stands in for `Decimal`: it hands on what failed, and numbers are instances of it."""

    def __init__(self, kind: type, seen: Failures) -> None:
        self.kind, self.make = kind, lenient(kind, seen)

    def __call__(self, value: Any) -> Any:
        """Return a decimal number."""
        return self.make(value)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self.kind)


class Answers(dict[Any, Any]):
    """What stands in for a table: it leaves a `Failed` for a value that the table lacks."""

    def __init__(self, table: Mapping[Any, Any], seen: Failures) -> None:
        super().__init__(table)
        self.table, self.seen = table, seen
        self.answer, self.holds = lenient(table.get, seen), lenient(table.__contains__, seen)

    def __missing__(self, key: Any) -> Any:
        try:
            return self.table[key]
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            if before := numbers_in(key, self.seen):
                return Failed(before[0], self.seen)
            known = [repr(each) for each in self.table]
            more = f" or {len(known) - 8} more" if len(known) > 8 else ""
            one_of = f"expected one of {', '.join(known[:8])}{more}"
            return self.seen.fail(key, one_of if isinstance(error, KeyError) else one_line(error))

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the answer, or a default."""
        return self.answer(key, default)

    def __contains__(self, key: Any) -> bool:
        return bool(self.holds(key))


def numbers_in(value: object, seen: Failures) -> list[int]:
    """Return the numbers of the failures that a value stands for, or that a text was made with."""
    if isinstance(value, Failed):
        return [int(value)]
    if not isinstance(value, str) or "\0" not in value:
        return []
    return [int(number) for number in re.findall(f"\0{id(seen)}[.]([0-9]+)\0", value)]


def find_failed(built: Any, seen: Failures, where: str = "") -> list[tuple[int, str]]:
    """Return the numbers of the failures in what was built, and where they stand: `.refunds[0].amount`."""
    found: list[tuple[int, str]] = []
    kinds = seen.kinds
    for step, value in parts_of(built):
        kind = type(value)
        if kind in kinds:
            here = f"{where}[{step}]" if isinstance(step, int) else f"{where}.{step}"
            if kind is Failed or kind is str:
                found += [(number, here) for number in numbers_in(value, seen)]
            else:
                found += find_failed(value, seen, here)
    return found


def parts_of(built: Any) -> Iterable[tuple[str | int, Any]]:
    """Return what was built, part by part, each with its step."""
    return built.items() if isinstance(built, dict) else enumerate(built)


def refusals(error: Exception, facts: Facts) -> list[Problem]:
    """Return all that stopped a record, where that was the target's own model: then no rule failed."""
    if isinstance(error, ValidationError) and error.title == facts.target:
        return refused(error, facts, Failures())
    return []


def target_problems(built: dict[str, Any], facts: Facts, seen: Failures) -> list[Problem]:
    """Return what the target model itself says against the values, but for those that failed before."""
    try:
        facts.validate(built)
    except ValidationError as error:
        return refused(error, facts, seen)
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        return [] if seen else [Problem("", "", None, one_line(error))]
    return []


def refused(error: ValidationError, facts: Facts, seen: Failures) -> list[Problem]:
    """Return what a model refused."""
    return [
        placed(Problem("", "", each["input"], each["msg"]), spell(each["loc"]), facts)
        for each in error.errors(include_url=False, include_context=False)
        if not find_failed([each["input"]], seen)
    ]


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


def spell(where: Iterable[str | int]) -> str:
    """Return a place in the target: `.refunds[0].amount`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)


def one_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"
