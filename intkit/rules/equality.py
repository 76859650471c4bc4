"""Comparisons: equality and membership, which are never null; order, which is; and the question for null."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from intkit.codegen import literal
from intkit.rules.operators import NUMERIC
from intkit.rules.types import BOOLEAN, TEXT
from intkit.rules.values import AND, COMPARE, NOT, OR, SUM, Guard, Value, compose, ordered, settle, unbound

if TYPE_CHECKING:
    from intkit.rules.expressions import Compiler

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


def compile_comparison(compiler: Compiler, node: ast.Compare) -> Value:
    """Return a comparison: equality is never null, order is null where a side is."""
    sign = _COMPARISONS[type(node.ops[0])]
    right_node = node.comparators[0]
    if sign in ("is", "is not"):
        return _compare_null(compiler, node, sign)
    left, right = compiler.compile(node.left), compiler.compile(right_node)
    if sign in ("in", "not in"):
        return _compare_in(compiler, node, sign, left, right)
    why = "they are never equal" if sign in ("==", "!=") else "they have no order"
    _check_alike(compiler, node, left, right, why)
    if sign in ("==", "!="):
        _check_choices(compiler, node, left, right)
        sides = [left.settled(), right.settled()]
        code = f" {sign} ".join(side.at_least(SUM) for side in sides)
        made = settle(code, BOOLEAN, sides, maybe=False, rank=COMPARE)
        proves = (*_equal_to(right, left), *_equal_to(left, right)) if sign == "==" else ()
        return replace(made, proves=proves)
    for side, value in ((node.left, left), (right_node, right)):
        if value.type.kind not in ("text", "integer", "number", "date", "datetime"):
            compiler.rule.refuse(
                side, f"{value.type} has no order.", "Compare numbers, dates, times or text."
            )
    sides = [compiler.scope.bind(left), compiler.scope.bind(right)]
    return compose(f" {sign} ".join(side.at_least(SUM) for side in sides), BOOLEAN, sides, rank=COMPARE)


def _check_choices(compiler: Compiler, node: ast.Compare, left: Value, right: Value) -> None:
    """Refuse to compare what can only be equal or only be different, by the values that stand in the rule."""
    if left.choices is None or right.choices is None:
        return
    common, nullable = left.choices & right.choices, (left.nullable, right.nullable)
    never = not common and not all(nullable)
    always = len(left.choices | right.choices) == 1 and not any(nullable)
    if not (never or always):
        return
    sides = [(node.left, left), (node.comparators[0], right)]
    here, there = (f"`{compiler.rule.of(each)}`" for each, _ in sides)
    known = [
        f" `{compiler.rule.of(each)}` is {_choices_of(value)}."
        for each, value in sides
        if not isinstance(each, ast.Constant)
    ]
    compiler.rule.refuse(
        node,
        f"{here} and {there} are {'never' if never else 'always'} equal.{''.join(known)}",
        'Compare a path, like `status == "paid"`, or write a value that the other side can have.',
    )


def _choices_of(value: Value) -> str:
    return " or ".join(literal(each) for each in sorted(value.choices or (), key=str))


def _equal_to(there: Value, value: Value) -> tuple[Guard, ...]:
    """Return what is proved by a value that equals another, or one of a list: a field that is read as it is."""
    plain = not value.maybe and all(guard.key == value.code and not guard.binds for guard in value.guards)
    return value.guards if plain and not there.nullable and not there.type.nulls else ()


def _compare_null(compiler: Compiler, node: ast.Compare, sign: str) -> Value:
    other = node.comparators[0]
    if not (isinstance(other, ast.Constant) and other.value is None):
        compiler.rule.refuse(
            node,
            f"`{sign}` is only for None.",
            f"Write `{compiler.rule.of(node.left)} {'==' if sign == 'is' else '!='} {compiler.rule.of(other)}`.",
        )
    tested = compiler.compile(node.left)
    named = any(guard.key == tested.code for guard in tested.guards)
    if not tested.safe and not named and not tested.maybe:  # what can fail is computed, so that it does
        code = f"{tested.settled().at_least(SUM)} {sign} None"
        return settle(code, BOOLEAN, [tested], maybe=False, rank=COMPARE)
    value = compiler.scope.bind(tested)
    # the value itself is not used, so its name is not bound
    tests = [unbound(guard) if guard.key == value.code else guard.test for guard in ordered(value.guards)]
    there = " and ".join(tests) or "True"
    rank = AND if len(tests) > 1 else COMPARE
    if sign == "is":
        single = len(tests) == 1 and tests[0].endswith(" is not None")
        there = f"{tests[0].removesuffix(' is not None')} is None" if single else f"not ({there})"
        rank = COMPARE if single else NOT
    made = settle(there, BOOLEAN, [value], maybe=False, rank=rank)
    if sign == "is not":
        return replace(made, proves=value.guards)
    return replace(made, denies=frozenset(guard.key for guard in value.guards if len(tests) == 1))


def _compare_in(compiler: Compiler, node: ast.Compare, sign: str, left: Value, right: Value) -> Value:
    proves = _equal_to(right, left) if sign == "in" else ()
    if right.type.kind == "map":
        code = f"{left.settled().at_least(SUM)} {sign} {right.code}"
        return replace(settle(code, BOOLEAN, [left], maybe=False, rank=COMPARE), proves=proves)
    if right.type.kind not in ("list", "text"):
        compiler.rule.refuse(
            node.comparators[0],
            f"`{sign}` looks into a list or a text, not into {right.type}.",
            'Write `status in ("a", "b")`.',
        )
    inner = right.type.element if right.type.kind == "list" else TEXT
    _check_alike(compiler, node, left, replace(right, type=inner or TEXT))
    held, sought = right.settled(), left.settled()
    empty = '""' if right.type.kind == "text" else "[]"
    where = f"({held.at_least(OR)} or {empty})" if held.maybe else held.at_least(SUM)
    if isinstance(node.comparators[0], ast.Tuple):
        where = f"({where[1:-1]}{',' if len(node.comparators[0].elts) == 1 else ''})"
    if right.type.kind == "text" and sought.maybe:
        compiler.rule.refuse(
            node.left,
            "the text that is sought may be null.",
            f"Write `({compiler.rule.of(node.left)} or …)`.",
        )
    code = f"{sought.at_least(SUM)} {sign} {where}"
    return replace(settle(code, BOOLEAN, [left, right], maybe=False, rank=COMPARE), proves=proves)


def _check_alike(
    compiler: Compiler, node: ast.Compare, left: Value, right: Value, why: str = "they are never equal"
) -> None:
    sets = [{part.kind for part in value.type.parts} or {value.type.kind} for value in (left, right)]
    for kinds in sets:
        if kinds & set(NUMERIC):
            kinds.update(NUMERIC)
    if sets[0] & sets[1] or any(kinds & {"null", "unknown", "any", "never"} for kinds in sets):
        return
    here, there = compiler.rule.of(node.left), compiler.rule.of(node.comparators[0])
    remedy = "Bring both to one type, with `| text`, `| number` or another transform."
    if "text" in sets[0] | sets[1] and "boolean" in sets[0] | sets[1]:
        remedy = "Write `(x | yes_no)` for text that says yes or no."
    compiler.rule.refuse(node, f"`{here}` is {left.type} and `{there}` is {right.type}: {why}.", remedy)
