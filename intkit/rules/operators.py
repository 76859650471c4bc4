"""Operators, conditions and alternatives: what they take, and what they say about null."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from intkit.rules.types import BOOLEAN, INTEGER, NUMBER, PYTHON, TEXT, Type
from intkit.rules.values import (
    AND,
    ATOM,
    CHOICE,
    COMPARE,
    NOT,
    OR,
    PRODUCT,
    SUM,
    UNARY,
    Value,
    all_demands,
    compose,
    naming,
    ordered,
    settle,
)

if TYPE_CHECKING:
    from intkit.rules.expressions import Compiler

NUMERIC = ("integer", "number")
NEVER = Type("never")
_ANY_NUMBER = Type("mixed", parts=(INTEGER, NUMBER))
_SIGNS: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", PRODUCT),
    ast.Div: ("/", PRODUCT),
}
_BOOLEAN_WORDS = {"true", "false", "yes", "no", "0", "1", ""}


def compile_arithmetic(compiler: Compiler, node: ast.BinOp) -> Value:
    """Return a sum, difference, product or quotient: exact decimals, null where an operand is null."""
    sign, rank = _SIGNS[type(node.op)]
    left, right = (
        compiler.scope.bind(expected(compiler, compiler.compile(each), _ANY_NUMBER))
        for each in (node.left, node.right)
    )
    kinds = {left.type.kind, right.type.kind}
    if sign == "+" and kinds == {"text"}:
        return compose(f"{left.at_least(SUM)} + {right.at_least(PRODUCT)}", TEXT, [left, right], rank=SUM)
    for side, value in ((node.left, left), (node.right, right)):
        _check_number(compiler, side, value, sign)
    if sign == "/":
        return _quotient(compiler, node, left, right)
    code = f"{left.at_least(rank)} {sign} {right.at_least(rank + 1)}"
    return compose(code, NUMBER if "number" in kinds else INTEGER, [left, right], rank=rank)


def _quotient(compiler: Compiler, node: ast.BinOp, left: Value, right: Value) -> Value:
    """Return a quotient; where the divisor can be 0, a call that says so."""
    if not (isinstance(node.right, ast.Constant) and node.right.value):
        compiler.used.add("divide")
        return compose(f"divide({left.code}, {right.code})", NUMBER, [left, right], safe=False)
    first = left.at_least(PRODUCT)
    if {left.type.kind, right.type.kind} == {"integer"}:
        compiler.used.add("Decimal")
        first = f"Decimal({left.code})"
    return compose(f"{first} / {right.at_least(UNARY)}", NUMBER, [left, right], rank=PRODUCT)


def _check_number(compiler: Compiler, node: ast.expr, value: Value, sign: str) -> None:
    if value.type.kind in NUMERIC:
        return
    text = compiler.rule.of(node)
    remedy = (
        f"Write `({text} | number)`."
        if value.type.kind in ("text", "mixed", "unknown")
        else "Use a transform."
    )
    if value.type.kind == "list":
        remedy = f"Write `sum({text})`, or a rule for each row."
    compiler.rule.refuse(node, f"`{sign}` takes numbers, and `{text}` is {value.type}.", remedy)


def compile_negation(compiler: Compiler, node: ast.UnaryOp) -> Value:
    """Return `not x` or `-x`."""
    if isinstance(node.op, ast.Not):
        code, rank, value = compiler.truth(node.operand)
        code, rank = negated(code, rank)
        return settle(code, BOOLEAN, [value], maybe=False, rank=rank)
    operand = compiler.scope.bind(expected(compiler, compiler.compile(node.operand), _ANY_NUMBER))
    _check_number(compiler, node.operand, operand, "-")
    made = compose(f"-{operand.at_least(UNARY)}", operand.type, [operand], rank=UNARY)
    match node.operand:
        case ast.Constant(value=int(written)):
            return replace(made, choices=frozenset({-written}))
    return made


def negated(code: str, rank: int) -> tuple[str, int]:
    """Return a condition turned round, and how tightly it binds."""
    if plain := re.fullmatch(r"([\w.]+) is( not)? None", code):
        return f"{plain[1]} is None" if plain[2] else f"{plain[1]} is not None", COMPARE
    return f"not {code if rank >= NOT else f'({code})'}", NOT


def truth(compiler: Compiler, node: ast.expr, value: Value) -> tuple[str, int, Value]:
    """Return a value as a condition, and the value with what it proves; null, "", [] and false are "no".

    Raises:
        RuleError: a number (0 would be "no") or a text boolean ("false" would be "yes").
    """
    text = compiler.rule.of(node)
    remedy = f"Write `{text} != 0`, or `{text} is not None`."
    check_condition(compiler, node, value, "is a condition", remedy)
    if value.type.kind in ("object", "date", "datetime"):
        named = compiler.scope.bind(value)
        there = ordered(named.guards)
        code = " and ".join(guard.test for guard in there)
        return code or "True", AND if len(there) > 1 else COMPARE, _proving(value, named)
    tests = [guard.test for guard in ordered(value.guards) if guard.key != value.code or guard.binds]
    if not tests:
        return value.code, value.rank, _proving(value, value)
    if value.type.kind != "boolean" and value.code.endswith(")"):
        # behind a test, a type checker takes what a call gives for a boolean
        named = compiler.scope.bind(value, always=True)
        tests = [guard.test for guard in ordered(named.guards) if guard.binds]
        return " and ".join([*tests, named.code]), AND if tests else named.rank, _proving(value, named)
    return " and ".join([*tests, value.at_least(NOT)]), AND, _proving(value, value)


def _proving(value: Value, named: Value) -> Value:
    """Return a condition's value with what it proves where it is true, by the name that it was given."""
    return replace(value, proves=(*value.proves, *named.guards), loops=value.loops | named.loops)


def check_condition(compiler: Compiler, node: ast.expr, value: Value, where: str, remedy: str) -> None:
    """Refuse what Python's truth would misread.

    Args:
        compiler: of the rule.
        node: what is asked for its truth.
        value: what it gives.
        where: what makes it a condition, for the message.
        remedy: what to write where it is a number.

    Raises:
        RuleError: a number, or text that spells yes and no.
    """
    text = compiler.rule.of(node)
    if value.type.kind in NUMERIC or any(part.kind in NUMERIC for part in value.type.parts):
        compiler.rule.refuse(
            node,
            f"`{text}` is {value.type} and {where}: 0 would count as no value.",
            remedy,
        )
    place = value.type.place
    if (
        value.type.kind == "text"
        and place is not None
        and place.values
        and place.path == _path_of(compiler, node)
    ):
        words = {str(word).lower() for word in place.values}
        if words <= _BOOLEAN_WORDS and words & {"true", "false", "yes", "no", "0", "1"}:
            seen = " or ".join(map(repr, sorted(place.values, key=str)))
            compiler.rule.refuse(
                node,
                f"`{text}` is the text {seen} and {where}: any text is yes.",
                f"Write `({text} | yes_no)`.",
            )


def _path_of(compiler: Compiler, node: ast.expr) -> str | None:
    """Return the path of a node that is nothing but a path."""
    plain = isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
    place = compiler.compile(node).type.place if plain else None
    return place.path if place else None


def compile_either(compiler: Compiler, node: ast.BoolOp) -> Value:
    """Return `a or b` or `a and b`, as Python reads it: one of the operands."""
    word, rank = ("or", OR) if isinstance(node.op, ast.Or) else ("and", AND)
    values = [compiler.compile(node.values[0])]
    with compiler.scope.branch():
        values += [compiler.compile(each) for each in node.values[1:]]
    texts = [compiler.rule.of(each) for each in node.values]
    kept = f"Write `first_of({', '.join(texts)})`, which takes what is not null."
    for side, text, value in zip(node.values[:-1], texts, values[:-1], strict=False):
        remedy = kept if word == "or" else f"Write `{text} != 0`, or `{text} is not None`."
        check_condition(compiler, side, value, f"stands before `{word}`", remedy)
    type_, values = align(compiler, node, values)
    parts = [value.settled() for value in values]
    code = f" {word} ".join(part.at_least(rank + 1) for part in parts)
    last = values[-1]
    if word == "or":
        made = settle(code, type_, values, maybe=last.nullable, rank=rank)
        return replace(made, demands=last.demands if last.nullable else (), choices=_choices(values))
    made = settle(code, type_, values, maybe=any(value.nullable for value in values), rank=rank)
    return replace(made, demands=all_demands(*values))


def _choices(values: list[Value]) -> frozenset[object] | None:
    if any(value.choices is None for value in values):
        return None
    return frozenset().union(*(value.choices or () for value in values))


def align(compiler: Compiler, node: ast.expr, values: list[Value]) -> tuple[Type, list[Value]]:
    """Return the one type of several alternatives, and the alternatives as that type.

    Raises:
        RuleError: they are of different types.
    """
    plain = [value.type for value in values if not value.type.either]
    if plain:
        values = [expected(compiler, value, plain[0]) for value in values]
    type_ = join_types(compiler, node, values)
    for value in values:
        compiler.scope.use.assume(value.type, type_)
    return type_, [exact(compiler, value, type_) for value in values]


def join_types(compiler: Compiler, node: ast.expr, values: list[Value]) -> Type:
    """Return the one type of several alternatives.

    Raises:
        RuleError: they are of different types.
    """
    types = [value.type for value in values if value.type.kind not in ("null", "never", "unknown")]
    if not types:
        return values[0].type
    kinds = {type_.kind for type_ in types}
    if kinds == set(NUMERIC):
        return NUMBER
    if len(kinds) > 1:
        names = " and ".join(sorted(str(type_) for type_ in set(types)))
        remedy = "Give all the same type, with `| text`, `| number` or another transform."
        if isinstance(node, ast.BoolOp):
            remedy += f" As a condition: `True if {compiler.rule.of(node)} else False`."
        compiler.rule.refuse(node, f"the alternatives are {names}.", remedy)
    if types[0].kind == "list":
        return _join_lists(compiler, node, types)
    paths = {type_.place.path if type_.place else "" for type_ in types}
    if types[0].kind == "object" and len(paths) > 1:
        either = " or ".join(f"{path}.…" for path in sorted(paths))
        compiler.rule.refuse(
            node,
            "the alternatives are objects from different places.",
            f"Take the field of each: `{either}`.",
        )
    return types[0]


def _join_lists(compiler: Compiler, node: ast.expr, types: list[Type]) -> Type:
    """Return the type of a list that may be one of several; `[]` fits each of them."""
    known = [type_ for type_ in types if type_.element is not None]
    if not known:
        return types[0]
    elements = [Value("", type_.element) for type_ in known if type_.element]
    element = join_types(compiler, node, elements)
    if any(value.type.kind != element.kind for value in elements if value.type.kind != "unknown"):
        compiler.rule.refuse(
            node,
            f"the alternatives are {' and '.join(sorted({str(type_) for type_ in known}))}.",
            "Give both the same elements: `[each | number for each in …]`.",
        )
    return replace(known[0], element=element, nulls=any(type_.nulls for type_ in types))


def compile_choice(compiler: Compiler, node: ast.IfExp) -> Value:
    """Return `x if c else y`."""
    condition, rank, tested = compiler.truth(node.test)
    with compiler.scope.branch():
        with compiler.scope.granting([tested]) as mark:
            values = [compiler.compile(node.body)]
        values.append(compiler.compile(node.orelse))
    type_, values = align(compiler, node, values)
    body, otherwise = (value.settled() for value in values)
    test = naming(tested.proves, condition if rank >= OR else f"({condition})", body.code)
    code = f"{body.at_least(OR)} if {test} else {otherwise.at_least(CHOICE)}"
    made = settle(code, type_, [tested, *values], maybe=body.maybe or otherwise.maybe, rank=CHOICE)
    given = [value for value in values if value.type.kind != "never"]
    demands = given[0].demands if len(given) == 1 and made.maybe else made.demands
    made = replace(made, loops=made.loops - mark, demands=demands)
    return replace(made, choices=_choices([value for value in given if value.type.kind != "null"]))


def expected(compiler: Compiler, value: Value, wanted: Type) -> Value:
    """Return one element of a list of mixed ones as what it is used as; at run time another fails."""
    kinds = [part.kind for part in wanted.parts or (wanted,)]
    fitting = [part for part in value.type.parts if part.kind in kinds]
    if not value.type.either or len(fitting) != 1:
        return value
    strict = compiler.scope.bind(value)
    compiler.used.add("expect")
    made = replace(strict, code=f"expect({strict.code}, {PYTHON[fitting[0].kind]})", rank=ATOM, safe=False)
    return replace(made, type=fitting[0])


def exact(compiler: Compiler, value: Value, type_: Type) -> Value:
    """Return a whole number as a decimal where a decimal is expected."""
    if type_.kind != "number" or value.type.kind != "integer":
        return value
    compiler.used.add("Decimal")
    strict = compiler.scope.bind(value)
    return replace(strict, code=f"Decimal({strict.code})", type=NUMBER, rank=ATOM)
