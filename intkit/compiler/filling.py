"""From a rule's value to a target field: types that fit, choices that are taken, nulls that are dealt with."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from intkit.codegen import identifier, literal, snake
from intkit.compiler.names import reserved_names
from intkit.errors import RuleError, nearest
from intkit.paths import format_path
from intkit.rules.advice import as_operand, bridge
from intkit.rules.operators import NUMERIC, exact, expected
from intkit.rules.types import NUMBER, Type, accepts
from intkit.rules.values import ATOM, CHOICE, LOOSE, Value, ordered

if TYPE_CHECKING:
    from intkit.compiler.program import Program
    from intkit.rules.expressions import Compiler
    from intkit.rules.source import SourceField
    from intkit.rules.targets import TargetField


def fit(compiler: Compiler, program: Program, each: TargetField, value: Value, path: str) -> Value:
    """Return a value in the form that the target field takes.

    Raises:
        RuleError: it is of another type, or a written value is none of the target's choices.
    """
    if value.type.kind in ("null", "never"):
        return value
    value = expected(compiler, _assumed(compiler, each, value, path), each.type)
    if _holds_objects(value.type):
        _refuse_type(compiler, each, value, path)
    if each.type.kind == "list" and (each.choices is not None or each.wrap is not None):
        return _choose_each(compiler, program, each, value, path)
    if each.choices is not None:
        return _choose(compiler, program, each, value, path)
    if each.is_float and value.type.kind in ("number", "integer"):
        return _called("float", compiler, value)
    if each.wrap is not None and value.type.kind == "text":
        return _wrapped(compiler, each.wrap, value)
    if value.type.kind == "integer" and each.type == NUMBER:
        return exact(compiler, value, NUMBER)
    lists = value.type.kind == each.type.kind == "list"
    if not accepts(each.type, replace(value.type, nulls=False) if lists else value.type):
        _refuse_type(compiler, each, value, path)
    return _all_present(compiler, program, each, value, path) if lists else value


def _assumed(compiler: Compiler, each: TargetField, value: Value, path: str) -> Value:
    """Return what was only ever null as what the target takes."""
    compiler.scope.use.assume(value.type, each.type)
    if value.type.kind != "unknown":
        return value
    if _holds_objects(each.type):
        what = f"{path}: the target takes {each}, and does not say which fields it has."
        raise RuleError(
            what, compiler.rule.text, remedy="Make it a model, and give each of its fields a rule."
        )
    return replace(value, type=each.type)


def _all_present(compiler: Compiler, program: Program, each: TargetField, value: Value, path: str) -> Value:
    """Return a list whose elements are there, where the target takes no null among them."""
    if program.structs and each.type.nulls and not value.type.nulls and not _is_written_out(value.code):
        # a list of text is no list of text or null for a type checker: it could be given a null
        strict = compiler.scope.bind(value, always=True)
        return replace(strict, code=f"list({strict.code})", rank=ATOM)
    if not value.type.nulls or each.type.nulls:
        return value
    demand(program, path, value.inner)
    compiler.used.add("all_present")
    made = _called("all_present", compiler, value)
    return replace(made, type=replace(value.type, nulls=False))


def _is_written_out(code: str) -> bool:
    """Whether code is a list of its own, which takes the type that is expected of it."""
    return isinstance(ast.parse(code, mode="eval").body, ast.List | ast.ListComp)


def _choose_each(compiler: Compiler, program: Program, each: TargetField, value: Value, path: str) -> Value:
    """Return a list for a list of Enums, Literals or UUIDs."""
    if value.type.kind != "list":
        _refuse_type(compiler, each, value, path)
    there = _all_present(compiler, program, replace(each, type=replace(each.type, nulls=False)), value, path)
    if each.wrap is None:
        return _choose(compiler, program, each, there, path)
    strict = compiler.scope.bind(there)
    name = each.wrap.__name__
    compiler.used.add(name)
    code = f"[{name}(each) for each in {strict.at_least(ATOM)}]"
    return replace(strict, code=code, rank=ATOM, safe=False)


def _holds_objects(type_: Type) -> bool:
    """Whether a value holds an object, of which an export only knows the fields that rules read."""
    if type_.kind == "list":
        return type_.element is not None and _holds_objects(type_.element)
    return type_.kind == "object" or any(_holds_objects(part) for part in type_.parts)


def _called(name: str, compiler: Compiler, value: Value) -> Value:
    strict = compiler.scope.bind(value)
    return replace(strict, code=f"{name}({strict.code})", rank=ATOM)


def _wrapped(compiler: Compiler, wrap: Callable[..., Any], value: Value) -> Value:
    compiler.used.add(wrap.__name__)
    return replace(_called(wrap.__name__, compiler, value), safe=False)


def _refuse_type(compiler: Compiler, each: TargetField, value: Value, path: str) -> None:
    text = compiler.rule.text
    steps = bridge(value.type, each.type)
    remedy = "Put a transform behind it, or change the target's type."
    if steps:
        remedy = f"Write `{as_operand(ast.parse(text, mode='eval').body, text)} | {steps}`."
    elif value.type.kind == "boolean" and each.type.kind in NUMERIC:
        remedy = f"Write `1 if {text} else 0`."
    if value.type.place is not None and _holds_objects(value.type):
        listed = value.type.kind == "list"
        place = value.type.place.element if listed else value.type.place
        names = list(place.fields)[:12] if place else []
        fields = ", ".join(f"{text}{_behind(name)}" for name in names)
        remedy = f"Write one of its fields: {fields}."
        if listed and names:
            remedy = f"Write `[each{_behind(names[0])} for each in {text}]`, or map it to a list of models."
        elif value.type.kind == "mixed":
            remedy = f"Write `{text} | id_of`, or one of its fields: {fields}."
        given = "a list of objects" if listed else value.type
        what = f"{path}: the rule gives {given}, and a target field holds single values, or lists of them."
        raise RuleError(what, text, remedy=remedy)
    raise RuleError(f"{path}: the rule gives {value.type}, and the target takes {each}.", text, remedy=remedy)


def _behind(key: str) -> str:
    """Return a key as it stands behind an object: `.name`, `["order-id"]`."""
    spelt = format_path([key])
    return spelt if spelt.startswith("[") else f".{spelt}"


def _choose(compiler: Compiler, program: Program, each: TargetField, value: Value, path: str) -> Value:
    """Return a value for an Enum or a Literal."""
    choices = each.choices or ()
    wrong = sorted((value.choices or frozenset()) - set(choices), key=str)
    if wrong:
        hint = nearest(str(wrong[0]), map(str, choices))
        raise RuleError(
            f"{each.name}: the rule can give {wrong[0]!r}, and the target takes {each}.{hint}",
            compiler.rule.text,
            remedy="Change the value in the rule or in its value map, or add it to the target.",
        )
    if each.wrap is not None:
        return _wrapped(compiler, each.wrap, value)
    tables = [table for table, _, _ in compiler.lookups]
    typed = all(program.literals.setdefault(table, choices) == choices for table in tables)
    if (value.choices is not None and typed) or not program.structs:
        return value
    table = identifier(
        snake(path.replace("[]", "")).upper(), {*program.choices, *reserved_names(program.spec)}
    )
    program.choices[table] = choices
    strict = compiler.scope.bind(value)
    code = f"{table}[{strict.code}]"
    if each.type.kind == "list":
        code = f"[{table}[each] for each in {strict.at_least(ATOM)}]"
    return replace(strict, code=code, rank=ATOM, safe=False)


def fill(program: Program, each: TargetField, value: Value, path: str) -> str:
    """Return the code of an argument; where the target takes no null, a null fails or becomes the default."""
    if value.type.kind == "null" and not each.nullable:
        raise RuleError(f"{path}: the rule is None, and the target takes {each}.", remedy="Give it a value.")
    if not value.nullable or each.nullable:
        return value.settled().code
    if not each.required and (each.has_plain_default or each.default == []):
        plain = repr(each.default) if isinstance(each.default, float) else literal(each.default)
        return _or_default(program, value, plain)
    demand(program, path, value.demands)
    program.calls.add("required")
    return f"required({value.settled().at_least(LOOSE)})"


def _or_default(program: Program, value: Value, default: str) -> str:
    if value.maybe:
        program.calls |= {"required", "first_of"}
        return f"required(first_of({value.settled().code}, {default}))"
    tests = " and ".join(guard.test for guard in ordered(value.guards))
    return f"{value.at_least(CHOICE + 1)} if {tests} else {default}"


def demand(program: Program, path: str, places: tuple[SourceField, ...] | None) -> None:
    """Note that a required target depends on these places: they are needed, or they are a gap."""
    missing = tuple(place for place in places or () if place.absent)
    if missing:
        program.gaps.append((path, missing))
    elif not any(place.words for place in places or ()):  # there, it may be a word for nothing one day
        program.need.update(place.path for place in places or ())
