"""A mapping's functions run so that nothing stops them: what fails leaves a stand-in; copied into each mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from intkit.compiler.rejects import Problem, one_line

if TYPE_CHECKING:
    from intkit.compiler.explanation import Facts


# characters for private use, one for each failure: what is cut out of a text holds a mark or does not
MARKS = range(0x100000, 0x10FFFE)
# a sum of thousands of values that failed need not name them all
MOST_CAUSES = 100
Find: TypeAlias = Callable[[object, "Failures"], list[int]]
AGGREGATES: tuple[Callable[..., Any], ...] = (max, min, sum)


class Guess(msgspec.Struct, frozen=True):
    """What is taken for a value that failed.

    Attributes:
        odd, even: whether it is true, in turns.
        no_source: it is null where the source may be.
        no_result: it is null where a rule failed.
        kept: what the source has wrong is true nevertheless.
    """

    odd: bool = False
    even: bool = False
    no_source: bool = False
    no_result: bool = False
    kept: bool = False


TRUE = Guess(odd=True, even=True)
FALSE = Guess()
NO_SOURCE = Guess(no_source=True)
NO_RESULT = Guess(no_source=True, no_result=True)
BY_TURNS = (Guess(odd=True), Guess(even=True))
KEPT = (Guess(kept=True), Guess(no_result=True, kept=True))


class Failed:
    """What stands for a value that failed, so that all the other fields are still looked at.

    It gives itself for all that is made of it and for each comparison; a text that is made with it has a mark. Whether
    it is true, and holds something, is guessed.
    """

    __hash__ = object.__hash__

    def __init__(self, numbers: Sequence[int], seen: Failures) -> None:
        # named as no field of a record is
        self.__numbers__, self.__seen__ = numbers, seen

    def __getattr__(self, name: str) -> Failed:
        return self

    def _itself(self, *others: object) -> Any:
        return self.__seen__.stand_in([self, *others])

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _itself
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __getitem__ = __call__ = _itself

    def __bool__(self) -> bool:
        return self.__seen__.ask(self.__numbers__)

    def __iter__(self) -> Iterator[object]:
        return iter([self] if self else [])

    def __format__(self, spec: str) -> str:
        return str(self)

    def __str__(self) -> str:
        self.__seen__.kinds.add(str)
        return "".join(chr(MARKS[number % len(MARKS)]) for number in self.__numbers__)


class Failures(list[Problem]):
    """What failed of a record, in order, and what is guessed in its place.

    Attributes:
        misfits: how many of them the source has wrong.
        kinds: the types of the values in which a failure can be found; text, once one has a mark.
        asks: how often rules wanted to know what is true.
        built: what the rules made.
        broken: whether a stand-in was more than they could take.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[type] = {Failed, dict, list}
        self.begin(Guess(odd=True, even=True))

    def begin(self, guess: Guess) -> None:
        """Begin with a record."""
        self.clear()
        self.kinds.discard(str)
        self.guess, self.misfits, self.asks, self.broken = guess, 0, 0, False
        self.built: list[Any] = []

    def ask(self, numbers: Iterable[int]) -> bool:
        """Return whether what failed is taken for true."""
        self.asks += 1
        if self.guess.kept and all(number < self.misfits for number in numbers):
            return True
        return self.guess.odd if self.asks % 2 else self.guess.even

    def misfit(self, value: object, reason: str, path: str, *, nullable: bool) -> Any:
        """Note what the source has wrong, and return what stands for it."""
        self.append(Problem(path.removeprefix("."), "", value, reason))
        self.misfits = len(self)
        return None if nullable and self.guess.no_source else Failed([len(self) - 1], self)

    def stand_in(self, values: Iterable[object], find: Find | None = None) -> Failed | None:
        """Return what stands for all that is made of values of which one failed; None where none did."""
        numbers = [number for each in values for number in (find or numbers_in)(each, self)]
        return Failed(list(dict.fromkeys(numbers))[:MOST_CAUSES], self) if numbers else None

    def fail(self, value: object, reason: str) -> Any:
        """Note what fails in a rule, and return what stands for it."""
        self.append(Problem("", "", value, reason))
        return None if self.guess.no_result else Failed([len(self) - 1], self)


# made once a thread, for a record takes a third of the time that making it does
@lru_cache(maxsize=64)
def rehearsal(facts: Facts, thread: int) -> tuple[dict[str, Any], Failures]:  # noqa: ARG001 - one for each
    """Return a mapping's functions among other globals, and where what fails is listed.

    Among these, what stands in for functions and tables leaves a `Failed` instead of raising.
    """
    seen = Failures()
    real = facts.builders[0].__globals__
    scope = {**real, "float": Numbers(float, seen)}
    scope |= {"len": lenient(len, seen), "isinstance": lenient(isinstance, seen)}
    scope |= {each.__name__: thorough(listed(each), seen) for each in AGGREGATES}
    scope |= {name: make(real.get(name, {}), seen) for name, make in facts.stand_ins.items()}
    for each in (*facts.builders, *facts.gates.values()):
        # a copy of the code: Python tunes each code to the globals that it meets
        scope[each.__name__] = FunctionType(each.__code__.replace(), scope, each.__name__, each.__defaults__)
    return scope, seen


def numbers_in(value: object, seen: Failures) -> list[int]:
    """Return the numbers of the failures that a value stands for, or that a text was made with."""
    if isinstance(value, Failed):
        return [*value.__numbers__]
    if not isinstance(value, str) or str not in seen.kinds or value.isascii():
        return []
    return [MARKS.index(ord(each)) for each in value if ord(each) in MARKS[: len(seen)]]


def numbers_within(value: object, seen: Failures) -> list[int]:
    """Return the numbers of the failures that a value stands for, or that a list holds."""
    if isinstance(value, list):
        return [number for each in value for number in numbers_within(each, seen)]
    return numbers_in(value, seen)


def lenient(function: Callable[..., Any], seen: Failures, find: Find = numbers_in) -> Callable[..., Any]:
    """Return the function so that it hands on what failed before it, and leaves a `Failed` where it fails."""

    def call(*values: Any, **named: Any) -> Any:
        given = (*values, *named.values()) if named else values
        if seen and not seen.kinds.isdisjoint(map(type, given)):
            before = seen.stand_in(given, find)
            if before is not None:
                return before
        try:
            return function(*values, **named)
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            return seen.fail(plain(values[0], seen) if values else None, one_line(error))

    return call


def thorough(function: Callable[..., Any], seen: Failures) -> Callable[..., Any]:
    """Return the function as `lenient` does; what it makes of a list hangs on each element, and fails with one."""
    return lenient(function, seen, numbers_within)


def listed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what takes a list in place of a function that takes what gives one."""
    return lambda values, *more, **named: function([*values], *more, **named)


def plain(value: Any, seen: Failures) -> Any:
    """Return a value as a reject can hold it: with what came where stand-ins are, and source objects as dicts."""
    if not seen:
        return value
    if isinstance(value, list):
        return [plain(each, seen) for each in value]
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value, enc_hook=lambda failed: plain(failed, seen))
    numbers = numbers_in(value, seen)
    return seen[numbers[0]].value if numbers else value


class Numbers:
    """What stands in for a class of numbers: it hands on what failed, and numbers are instances of it."""

    def __init__(self, kind: type, seen: Failures) -> None:
        self.kind, self.make = kind, lenient(kind, seen)

    def __call__(self, value: Any) -> Any:
        """Return a number."""
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
        before = self.seen.stand_in([key])
        if before is not None:
            return before
        try:
            return self.table[key]
        except KeyError:
            return self.seen.fail(key, self.one_of)
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            return self.seen.fail(key, one_line(error))

    @cached_property
    def one_of(self) -> str:
        """What is expected."""
        known = [repr(each) for each in self.table]
        more = f" or {len(known) - 8} more" if len(known) > 8 else ""
        return f"expected one of {', '.join(known[:8])}{more}"

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the answer, or a default."""
        return self.answer(key, default)

    def __contains__(self, key: Any) -> bool:
        return bool(self.holds(key))


def find_failed(built: Any, seen: Failures) -> list[tuple[int, tuple[str | int, ...]]]:
    """Return the numbers of the failures in what was built, and the steps to where they stand."""
    found: list[tuple[int, tuple[str | int, ...]]] = []
    kinds = seen.kinds
    steps, parts = parts_of(built)
    for place, part in enumerate(parts):
        kind = type(part)
        if kind not in kinds:
            continue
        step = steps[place]
        if kind is Failed or kind is str:
            found += [(number, (step,)) for number in numbers_in(part, seen)]
        else:
            found += [(number, (step, *rest)) for number, rest in find_failed(part, seen)]
    return found


def parts_of(built: Any) -> tuple[Sequence[str | int], Iterable[Any]]:
    """Return the steps to the parts of what was built, and the parts."""
    return ([*built], built.values()) if isinstance(built, dict) else (range(len(built)), built)


def spell(where: Iterable[str | int]) -> str:
    """Return a place in the target: `refunds[0].amount`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".")
