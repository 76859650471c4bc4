"""A mapping's functions run so that nothing stops them: what fails leaves a stand-in; copied into each mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

from intkit.compiler.rejects import Problem, one_line

if TYPE_CHECKING:
    from intkit.compiler.explanation import Facts


# halves of characters, which no text in UTF-8 has
MARKS = range(0xDC00, 0xE000)


class Failed:
    """What stands for a value that failed, so that all the other fields are still looked at.

    It gives itself for all that is made of it and for each comparison; a text that is made with it has a mark. Whether
    it is true, and holds something, is asked of `Failures`.
    """

    __hash__ = object.__hash__

    def __init__(self, number: int, seen: Failures) -> None:
        self.__number, self.__seen = number, seen

    def __int__(self) -> int:
        return self.__number

    def __getattr__(self, name: str) -> Failed:
        return self

    def _itself(self, *_: object) -> Any:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _itself
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __getitem__ = __call__ = _itself

    def __bool__(self) -> bool:
        return self.__seen.ask()

    def __len__(self) -> int:
        return int(self.__seen.ask())

    def __iter__(self) -> Iterator[object]:
        return iter([self] if self.__seen.ask() else [])

    def __format__(self, spec: str) -> str:
        return str(self)

    def __str__(self) -> str:
        self.__seen.kinds.add(str)
        return chr(MARKS[self.__number % len(MARKS)])

    __repr__ = __str__


class Failures(list[Problem]):
    """What failed of a record, in order, and whether what stands for it is true.

    `kinds` are the types of the values that a failure can stand in, `built` is what the rules made.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[type] = {Failed, dict, list}
        self.truth, self.asked = True, False
        self.built: list[Any] = []

    def begin(self, *, truth: bool) -> None:
        """Begin with a record, what fails of it being true or not."""
        self.clear()
        self.kinds.discard(str)
        self.truth, self.asked = truth, False
        self.built = []

    def ask(self) -> bool:
        """Return whether what failed is true, and note that a rule wanted to know."""
        self.asked = True
        return self.truth

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
    if not isinstance(value, str) or str not in seen.kinds or value.isascii():
        return []
    return [MARKS.index(ord(each)) for each in value if ord(each) in MARKS[: len(seen)]]


def find_failed(built: Any, seen: Failures) -> list[tuple[int, str]]:
    """Return the numbers of the failures in what was built, and where they stand: `.refunds[0].amount`."""
    found: list[tuple[int, str]] = []
    kinds = seen.kinds
    steps, parts = parts_of(built)
    for place, part in enumerate(parts):
        kind = type(part)
        if kind not in kinds:
            continue
        if kind is Failed or kind is str:
            inner = [(number, "") for number in numbers_in(part, seen)]
        else:
            inner = find_failed(part, seen)
        if inner:
            step = spell([steps[place]])
            found += [(number, step + rest) for number, rest in inner]
    return found


def parts_of(built: Any) -> tuple[Sequence[str | int], Iterable[Any]]:
    """Return the steps to the parts of what was built, and the parts."""
    return ([*built], built.values()) if isinstance(built, dict) else (range(len(built)), built)


def spell(where: Iterable[str | int]) -> str:
    """Return a place in the target: `.refunds[0].amount`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)
