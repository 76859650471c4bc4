"""The object that a part fills: when there is one, and, of several, which of them it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from intkit.rules.values import AND, ATOM, Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.rules.expressions import Compiler
    from intkit.rules.source import SourceField


def compile_filled(
    compiler: Compiler, node: ast.expr
) -> tuple[tuple[Guard, ...], tuple[SourceField, ...] | None]:
    """Return what must hold for an object to be there that a part takes, and the places that this needs.

    Raises:
        RuleError: it is never an object.
    """
    if isinstance(node, ast.IfExp | ast.BoolOp):
        return _either_filled(compiler, node)
    value = compiler.compile(node)
    place, kinds = value.type.place, {part.kind for part in value.type.parts} or {value.type.kind}
    if place is None or "object" not in kinds:
        what = f"a part takes an object, and `{compiler.rule.of(node)}` is {value.type}."
        remedy = "Record records that have one." if "unknown" in kinds else "Name the object before `|`."
        compiler.rule.refuse(node, what, remedy)
    bound = compiler.scope.bind(value)
    if value.type.kind == "object":
        return bound.guards, value.demands
    name = compiler.scope.use.class_name(place)
    is_object = Guard(f"{bound.code}: {name}", f"isinstance({bound.at_least(ATOM)}, {name})")
    return (*(guard for guard in bound.guards if guard.key != bound.code or guard.binds), is_object), None


def _either_filled(
    compiler: Compiler, node: ast.IfExp | ast.BoolOp
) -> tuple[tuple[Guard, ...], tuple[SourceField, ...] | None]:
    """Return what must hold for one of several objects to be there that a part takes, and what the last one needs."""
    code, rank, _ = compiler.truth(_any_there(compiler, node))
    needed = tuple(_way(compiler, node.values[-1])) if isinstance(node, ast.BoolOp) else ()
    guard = Guard(compiler.rule.of(node), code if rank >= AND else f"({code})")
    return (guard,), needed if any(place.absent for place in needed) else None


def _way(compiler: Compiler, node: ast.expr) -> Iterator[SourceField]:
    """Yield the places on the way to a place, from the record or from a loop's name on."""
    if isinstance(node, ast.Attribute | ast.Subscript):
        yield from _way(compiler, node.value)
    place = _plain_place(compiler, node)
    if place is not None and not (isinstance(node, ast.Name) and node.id in compiler.scope.names):
        yield place


def _any_there(compiler: Compiler, node: ast.expr) -> ast.expr:
    """Return the condition that is true where what a part takes is there."""
    match node:
        case ast.BoolOp(op=ast.Or(), values=values):
            there: ast.expr = ast.BoolOp(ast.Or(), [_any_there(compiler, each) for each in values])
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            no = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
            sides = [[test, _any_there(compiler, body)], [no, _any_there(compiler, otherwise)]]
            both: list[ast.expr] = [ast.copy_location(ast.BoolOp(ast.And(), each), node) for each in sides]
            there = ast.BoolOp(ast.Or(), both)
        case _:
            _check_object(compiler, node)
            return node
    return ast.copy_location(there, node)


def _check_object(compiler: Compiler, node: ast.expr) -> None:
    """Refuse what is not always an object: beside others, nothing tells which of them a part then reads."""
    place = _plain_place(compiler, node)
    if place is None or place.kinds != {"object"}:
        given = compiler.compile(node).type
        what = f"of several objects a part takes one, and `{compiler.rule.of(node)}` is {given}."
        compiler.rule.refuse(
            node, what, "Name objects alone before `|`, or give each field a rule of its own."
        )


def _plain_place(compiler: Compiler, node: ast.expr) -> SourceField | None:
    """Return the place that a path names, before anything is made of it."""
    match node:
        case ast.Name(id=name):
            known = compiler.scope.names.get(name)
            root = compiler.scope.names[""].type.place
            return known.type.place if known else root.fields.get(name) if root else None
        case (
            ast.Attribute(value=parent, attr=key)
            | ast.Subscript(value=parent, slice=ast.Constant(value=str(key)))
        ):
            above = _plain_place(compiler, parent)
            return above.fields.get(key) if above else None
    return None
