"""A compiled expression: its Python, its type, and when it has a value at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from intkit.rules.types import Type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.rules.source import SourceField

# how tightly Python binds, loosest first
LOOSE, CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, UNARY, ATOM = range(10)


@dataclass(frozen=True)
class Guard:
    """Something that may be null, and the Python that is true when it is not.

    Attributes:
        key: the expression that is tested.
        test: the condition, `charge.email is not None`.
        binds: the test gives a name to a value on the way, so it stands behind the plain ones.
    """

    key: str
    test: str
    binds: bool = False


@dataclass(frozen=True)
class Value:
    """An expression of the rule language as Python.

    Attributes:
        code: Python that is valid where every guard holds.
        type: what it gives then.
        guards: what has to be there.
        maybe: the code itself may give None.
        rank: how tightly the code binds.
        safe: computing it cannot fail, so it may be computed early.
        demands: the places that make it a value for certain when none of them is null; None where none can.
        inner: the same for a list's elements.
        choices: the only values it can have, where they are written in the rule.
        loops: the loop variables that it is made from, and the marks of conditions that it takes for granted;
            outside of them it means nothing.
        proves: what is there where it is true.
        denies: the keys of the guards that do not hold where it is true.
    """

    code: str
    type: Type
    guards: tuple[Guard, ...] = ()
    maybe: bool = False
    rank: int = ATOM
    safe: bool = True
    demands: tuple[SourceField, ...] | None = ()
    inner: tuple[SourceField, ...] | None = ()
    choices: frozenset[Any] | None = None
    loops: frozenset[str] = frozenset()
    proves: tuple[Guard, ...] = ()
    denies: frozenset[str] = frozenset()

    @property
    def nullable(self) -> bool:
        """Whether it can be null."""
        return self.maybe or bool(self.guards)

    def at_least(self, rank: int) -> str:
        """Return the code, in parentheses where it binds more loosely."""
        return self.code if self.rank >= rank else f"({self.code})"

    def settled(self) -> Value:
        """Return it as one expression that gives None where a guard fails."""
        tests = [guard.test for guard in ordered(self.guards) if guard.key != self.code or guard.binds]
        if not tests:
            return replace(self, guards=(), maybe=self.nullable)
        code = f"{self.at_least(OR)} if {' and '.join(tests)} else None"
        return replace(self, code=code, guards=(), maybe=True, rank=CHOICE)


def ordered(guards: tuple[Guard, ...]) -> list[Guard]:
    """Return each guard once: first those that no name is given for, then the others in the order they arose."""
    once = list({guard.key: guard for guard in guards}.values())
    bound = [guard.key for guard in once if guard.binds]
    late = [
        guard for guard in once if guard.binds or any(re.search(rf"\b{name}\b", guard.test) for name in bound)
    ]
    return [guard for guard in once if guard not in late] + late


def compose(code: str, type_: Type, parts: Iterable[Value], *, safe: bool = True, rank: int = ATOM) -> Value:
    """Return a value that is null where one of its parts is."""
    made_of = list(parts)
    return Value(
        code,
        type_,
        guards=tuple(guard for part in made_of for guard in part.guards),
        rank=rank,
        safe=safe and all(part.safe for part in made_of),
        demands=all_demands(*made_of),
        loops=frozenset().union(*(part.loops for part in made_of)),
    )


def settle(code: str, type_: Type, parts: Iterable[Value], *, maybe: bool, rank: int = ATOM) -> Value:
    """Return a value that deals with its parts' nulls in its own code."""
    made = compose(code, type_, parts, rank=rank)
    return replace(made, guards=(), maybe=maybe, demands=() if not maybe else None)


def all_demands(*values: Value) -> tuple[SourceField, ...] | None:
    """Return the places that all of these need, or None where one cannot be made certain."""
    found: list[SourceField] = []
    for value in values:
        if value.demands is None:
            return None
        found += value.demands
    return tuple({place.path: place for place in found}.values())


def naming(guards: Iterable[Guard], condition: str, code: str) -> str:
    """Return a condition that gives a name to what it proves, where the code behind it uses that name."""
    for guard in guards:
        if guard.binds and re.search(rf"\b{guard.key}\b", code):
            condition = condition.replace(unbound(guard), guard.test)
    return condition


def unbound(guard: Guard) -> str:
    """Return a guard's test without the name that it gives."""
    if not guard.binds:
        return guard.test
    code = guard.test.removeprefix(f"({guard.key} := ").removesuffix(") is not None")
    return f"{code} is not None" if re.fullmatch(r"[\w.]+\([^()]*\)", code) else f"({code}) is not None"
