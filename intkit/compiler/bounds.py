"""The conditions of a target's fields, `Field(ge=0)`, where the target is a Struct, which checks nothing itself."""

from __future__ import annotations

import re
import types
import typing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from intkit.codegen import literal
from intkit.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.compiler.program import Program
    from intkit.rules.scope import Scope
    from intkit.rules.targets import TargetModel

# pydantic's conditions: the comparison that breaks them, and what is expected
_CONDITIONS = {
    "ge": ("{0} < {1}", "at least"),
    "gt": ("{0} <= {1}", "more than"),
    "le": ("{0} > {1}", "at most"),
    "lt": ("{0} >= {1}", "less than"),
    "min_length": ("len({0}) < {1}", "a length of at least"),
    "max_length": ("len({0}) > {1}", "a length of at most"),
}


def checked(code: str, program: Program, model: TargetModel, name: str, scope: Scope) -> str:
    """Return the code of a target's field so that it fails where the value breaks a condition.

    Raises:
        ExportError: a condition is none that can be written out.
    """
    tests = [*_finite(program, model, name), *_bounds(model, name), *_zone(model, name)]
    if not tests:
        return code
    program.calls.add("refuse")
    place = code if re.fullmatch(r"[^\W\d][\w.]*", code) else scope.local(code)
    guard = f"{place} is not None and " if _may_be_null(model, name) else ""
    broken = [
        f"refuse({place}, {literal(f'expected {words}')}) if {guard}{test.format(place)} else "
        for test, words in tests
    ]
    return "".join(broken) + place


def conditions_of(model: TargetModel, name: str) -> str:
    """Return the bounds of a field in words: `at least 0, at most 10`."""
    return ", ".join(words for _, words in _bounds(model, name))


def cannot(model: TargetModel, what: str) -> ExportError:
    """Return the error of a model that does more than a Struct can."""
    return ExportError(
        f"{model.name} cannot become a Struct: {what} is not known there.",
        remedy="Export with pydantic targets, or simplify the model.",
    )


def _bounds(model: TargetModel, name: str) -> Iterator[tuple[str, str]]:
    """Yield the test that breaks each condition of a field, and what is expected."""
    for condition in _conditions(model, name):
        known = [word for word in _CONDITIONS if hasattr(condition, word)]
        if not known:
            raise cannot(model, f"the condition {condition!r} of {name}")
        for word in known:
            bound = getattr(condition, word)
            test, words = _CONDITIONS[word]
            yield test.replace("{1}", literal(bound)), f"{words} {bound}"


def _conditions(model: TargetModel, name: str) -> Iterator[Any]:
    """Yield what pydantic knows of a field's conditions: those of the field, and of its type beside null."""
    yield from model.cls.model_fields[name].metadata
    hint = _hint(model, name)
    for arm in _arms(_plain(hint)):
        if typing.get_origin(arm) is typing.Annotated:
            for each in arm.__metadata__:
                yield from getattr(each, "metadata", [each])
        if any(typing.get_origin(each) is typing.Annotated for each in typing.get_args(_plain(arm))):
            raise cannot(model, f"the condition of each of {name}")


def _finite(program: Program, model: TargetModel, name: str) -> Iterator[tuple[str, str]]:
    """Yield the test of a decimal number that is none, like "NaN", which pydantic refuses."""
    if not program.may_hold_nan:
        return
    hint = _hint(model, name)
    arms = {_plain(arm) for arm in _arms(hint)}
    if Decimal in arms:
        yield "not {0}.is_finite()", "a finite number"
    for listed in [arm for arm in arms if typing.get_origin(arm) is list]:
        inner = _arms(typing.get_args(listed)[0])
        if Decimal in inner:
            there = "each is not None and " if type(None) in inner else ""
            yield f"any({there}not each.is_finite() for each in {{0}})", "finite numbers"


def _zone(model: TargetModel, name: str) -> Iterator[tuple[str, str]]:
    """Yield the test of a time's zone, which its type does not prove."""
    if any(getattr(arm, "__name__", "") == "AwareDatetime" for arm in _arms(_hint(model, name))):
        yield "{0}.tzinfo is None", "a time with its zone"


def _may_be_null(model: TargetModel, name: str) -> bool:
    return type(None) in _arms(_hint(model, name))


def _hint(model: TargetModel, name: str) -> Any:
    return typing.get_type_hints(model.cls, include_extras=True)[name]


def _arms(hint: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows, each with its own conditions."""
    plain = _plain(hint)
    is_union = typing.get_origin(plain) in (typing.Union, types.UnionType)
    return typing.get_args(plain) if is_union else (hint,)


def _plain(hint: Any) -> Any:
    """Return a type without its conditions."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint
