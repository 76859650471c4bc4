"""The language's own words: `lookup`, `first_of`, `reject`, and what works on a list."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from intkit.codegen import literal
from intkit.rules.operators import NEVER, NUMERIC, align, expected
from intkit.rules.types import INTEGER, NUMBER, TEXT, Type, accepts
from intkit.rules.values import ATOM, CHOICE, LOOSE, OR, Value, compose, ordered, settle

if TYPE_CHECKING:
    from intkit.rules.expressions import Compiler
    from intkit.rules.source import SourceField


def without_nulls(compiler: Compiler, value: Value) -> Value:
    """Return a list that is null as soon as one of its elements is."""
    compiler.used.add("all_or_none")
    strict = compiler.scope.bind(value)
    held = compose(f"all_or_none({strict.code})", replace(value.type, nulls=False), [strict])
    demands = None if value.inner is None or held.demands is None else (*held.demands, *value.inner)
    return compiler.scope.bind(replace(held, maybe=True, demands=demands))


def _lookup(compiler: Compiler, node: ast.expr, arguments: list[ast.expr]) -> Value:
    keywords = node.keywords if isinstance(node, ast.Call) else []
    if len(arguments) != 2 or any(each.arg != "default" for each in keywords):
        compiler.rule.refuse(
            node,
            "`lookup` takes a value map, and perhaps a default.",
            "Write `status | lookup(STATUS, default=None)`.",
        )
    table_node = arguments[1]
    table = compiler.compile(table_node)
    if table.type.kind != "map":
        declared = ", ".join(compiler.maps) or "none yet"
        compiler.rule.refuse(
            table_node,
            f"{compiler.rule.of(table_node)!r} is no value map; declared: {declared}.",
            'Declare it with `mapping.value_map("STATUS", {…})`.',
        )
    values = compiler.maps[table.code]
    asked = compiler.compile(arguments[0])
    wanted = values.key if values.entries else _given_key(compiler, arguments[0], values.name, asked)
    compiler.scope.use.assume(asked.type, wanted)
    key = compiler.scope.bind(expected(compiler, asked, wanted))
    _check_key(compiler, arguments[0], key, wanted)
    compiler.lookups.append((table.code, _plain_place(key), bool(keywords)))
    type_ = values.type
    if not keywords:
        found = compose(f"{table.code}[{key.code}]", type_, [key], safe=False)
        found = replace(found, maybe=values.has_null, demands=None if values.has_null else found.demands)
        return replace(found, choices=values.choices)
    with compiler.scope.branch():
        default = compiler.compile(keywords[0].value)
    type_, (_, default) = align(compiler, keywords[0].value, [Value("", type_), default])
    otherwise = default.settled()
    if default.safe:
        last = "" if default.type.kind == "null" else f", {otherwise.code}"
        made = compose(f"{table.code}.get({key.code}{last})", type_, [key])
    else:  # what can fail is only asked on a miss
        key = key if re.fullmatch(r"[\w.]+", key.code) else compiler.scope.bind(key, always=True)
        code = f"{table.code}[{key.code}] if {key.code} in {table.code} else {otherwise.at_least(CHOICE)}"
        made = compose(code, type_, [key], safe=False, rank=CHOICE)
    made = replace(made, loops=made.loops | default.loops)
    choices = values.choices
    if choices is not None and (default.choices is not None or default.type.kind == "null"):
        made = replace(made, choices=choices | (default.choices or frozenset()))
    maybe = default.nullable or values.has_null
    return replace(made, maybe=maybe, demands=None if maybe else made.demands)


def _plain_place(key: Value) -> SourceField | None:
    """Return the place that a value map is asked with, where it is asked with a path as it is."""
    return key.type.place if "(" not in key.code else None


def _given_key(compiler: Compiler, node: ast.expr, name: str, asked: Value) -> Type:
    """Return the type of the keys of a map that each run gives: that of the first value it is asked with."""
    if asked.type.kind == "mixed":
        text = compiler.rule.of(node)
        compiler.rule.refuse(
            node,
            f"`{text}` is {asked.type}, and {name} is given at run time, so its keys are of one type.",
            f"Write `{text} | whole | lookup({name})`, or `{text} | text | lookup({name})`.",
        )
    seen = asked.type if asked.type.kind in ("text", "integer") else TEXT
    return compiler.scope.use.given_keys.setdefault(name, seen)


def _check_key(compiler: Compiler, node: ast.expr, key: Value, wanted: Type) -> None:
    if wanted.kind != "any" and not accepts(wanted, key.type):
        compiler.rule.refuse(
            node,
            f"the value map's keys are {wanted}, and `{compiler.rule.of(node)}` is {key.type}.",
            "Bring the value to the keys' type, with `| text` or `| whole`.",
        )


def _first_of(compiler: Compiler, node: ast.expr, arguments: list[ast.expr]) -> Value:
    if len(arguments) < 2:
        compiler.rule.refuse(node, "`first_of` takes two values or more.", "Write `first_of(a, b)`.")
    values = [compiler.compile(arguments[0])]
    with compiler.scope.branch():
        values += [compiler.compile(each) for each in arguments[1:]]
    type_, values = align(compiler, node, values)
    certain = next((place for place, value in enumerate(values) if not value.nullable), len(values) - 1)
    values = values[: certain + 1]  # what stands behind a value that is always there is never asked
    parts = [compiler.scope.bind(value) for value in values[:-1]]
    last = values[-1].settled()
    code, maybe = last.at_least(LOOSE), last.maybe
    for part in reversed(parts):
        tests = [guard.test for guard in ordered(part.guards)]
        code = f"{part.at_least(OR)} if {' and '.join(tests)} else {code}" if tests else part.code
        maybe = maybe and bool(tests)
    made = settle(code, type_, [*parts, values[-1]], maybe=maybe, rank=LOOSE + 1)
    return replace(made, demands=values[-1].demands if maybe else ())


def _reject(compiler: Compiler, node: ast.expr, arguments: list[ast.expr]) -> Value:
    reason = arguments[0].value if len(arguments) == 1 and isinstance(arguments[0], ast.Constant) else None
    if not isinstance(reason, str) or not reason:
        compiler.rule.refuse(node, "`reject` takes a reason, as text.", 'Write `x if c else reject("why")`.')
    compiler.used.add("reject")
    return Value(f"reject({literal(reason)})", NEVER, safe=False)


def _numbers(compiler: Compiler, node: ast.expr, arguments: list[ast.expr], name: str) -> Value:
    """Return the list that an aggregate works on, null as soon as an element is null."""
    if len(arguments) != 1:
        compiler.rule.refuse(
            node, f"`{name}` takes one list.", f"Write `{name}(line.amount for line in lines)`."
        )
    generator = isinstance(arguments[0], ast.GeneratorExp | ast.ListComp)
    value = compiler.compile(arguments[0])
    element = value.type.element
    if value.type.kind != "list" or element is None:
        compiler.rule.refuse(
            arguments[0],
            f"`{name}` takes a list, not {value.type}.",
            f"Write `{name}(line.amount for line in lines)`.",
        )
    wanted = NUMERIC if name == "sum" else (*NUMERIC, "text", "date", "datetime")
    if element.kind not in wanted:
        compiler.rule.refuse(
            arguments[0],
            f"`{name}` takes a list of numbers, not of {element}.",
            f"Write `{_as_numbers(compiler, name, arguments[0])}`.",
        )
    if value.type.nulls:
        return without_nulls(compiler, value)
    strict = compiler.scope.bind(value)
    demands = None if strict.demands is None or value.inner is None else (*strict.demands, *value.inner)
    bare = generator and strict.code.startswith("[")
    return replace(
        strict, code=strict.code[1:-1] if bare else strict.code, rank=LOOSE if bare else ATOM, demands=demands
    )


def _as_numbers(compiler: Compiler, name: str, node: ast.expr) -> str:
    """Return the aggregate with its elements read as numbers."""
    if not isinstance(node, ast.GeneratorExp | ast.ListComp):
        return f"{name}(each | number for each in {compiler.rule.of(node)})"
    element, whole = compiler.rule.of(node.elt), compiler.rule.of(node)
    loop = whole[whole.index(element) + len(element) :].rstrip(")]")
    return f"{name}(({element}) | number{loop})" if " " in element else f"{name}({element} | number{loop})"


def _sum(compiler: Compiler, node: ast.expr, arguments: list[ast.expr]) -> Value:
    numbers = _numbers(compiler, node, arguments, "sum")
    type_ = numbers.type.element or INTEGER
    if type_.kind == "integer":
        return compose(f"sum({numbers.code})", INTEGER, [numbers])
    compiler.used.add("Decimal")
    listed = f"({numbers.code})" if numbers.rank == LOOSE else numbers.code
    return compose(f"sum({listed}, Decimal(0))", NUMBER, [numbers])


def _extreme(name: str) -> Callable[[Compiler, ast.expr, list[ast.expr]], Value]:
    def compile_extreme(compiler: Compiler, node: ast.expr, arguments: list[ast.expr]) -> Value:
        numbers = _numbers(compiler, node, arguments, name)
        listed = f"({numbers.code})" if numbers.rank == LOOSE else numbers.code
        made = compose(f"{name}({listed}, default=None)", numbers.type.element or INTEGER, [numbers])
        return replace(made, maybe=True, demands=None)

    return compile_extreme


def _len(compiler: Compiler, node: ast.expr, arguments: list[ast.expr]) -> Value:
    value = compiler.compile(arguments[0]) if len(arguments) == 1 else Value("", TEXT)
    if len(arguments) != 1 or value.type.kind not in ("list", "text"):
        compiler.rule.refuse(node, f"`len` takes one list or text, not {value.type}.", "Write `len(lines)`.")
    strict = compiler.scope.bind(value)
    return compose(f"len({strict.code})", INTEGER, [strict])


WORDS: dict[str, Callable[[Compiler, ast.expr, list[ast.expr]], Value]] = {
    "lookup": _lookup,
    "first_of": _first_of,
    "reject": _reject,
    "sum": _sum,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "len": _len,
}
