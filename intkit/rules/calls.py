"""Calls: the language's own words (`lookup`, `first_of`, `sum`, …), the kit's transforms, and the mapping's own."""

from __future__ import annotations

import ast
import inspect
import types
import typing
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from intkit.codegen import literal
from intkit.errors import nearest
from intkit.rules.operators import NEVER, NUMERIC, exact, join_types
from intkit.rules.types import INTEGER, NUMBER, TEXT, Type, accepts, annotation_type
from intkit.rules.values import ATOM, LOOSE, OR, Value, compose, ordered, settle
from intkit.transforms import TRANSFORMS

if TYPE_CHECKING:
    from intkit.rules.expressions import Compiler
    from intkit.rules.source import SourceField
    from intkit.rules.spec import ValueMap

_BUILTINS = {
    "str": "x | text",
    "int": "x | whole",
    "float": "x | number",
    "Decimal": "x | number",
    "bool": "x | yes_no",
    "round": "x | rounded(2)",
    "list": "[each for each in x]",
    "sorted": "x | sort",
    "datetime": "x | parse_datetime",
    "date": "x | parse_date",
    "any": "len([x for x in xs if …]) > 0",
    "all": "len([x for x in xs if not …]) == 0",
}
_CLOCKS = {"now", "today", "utcnow", "time", "random", "uuid4"}


def compile_call(compiler: Compiler, node: ast.Call, piped: ast.expr | None = None) -> Value:
    """Return a call, with the value that is piped into it as its first argument."""
    if not isinstance(node.func, ast.Name):
        raise TypeError("the parser lets only names be called")
    name = node.func.id
    arguments = ([piped] if piped is not None else []) + node.args
    if name in compiler.own:
        return call_transform(compiler, node, name, arguments, node.keywords)
    if name in _WORDS:
        return _WORDS[name](compiler, node, arguments)
    return call_transform(compiler, node, name, arguments, node.keywords)


def call_transform(
    compiler: Compiler, node: ast.expr, name: str, arguments: list[ast.expr], keywords: list[ast.keyword]
) -> Value:
    """Return a transform's call; a null argument makes it null.

    Raises:
        RuleError: there is no such transform, or it does not take these arguments.
    """
    if name in _WORDS and name not in compiler.own:
        return _WORDS[name](compiler, node, arguments)
    function = compiler.own.get(name) or (TRANSFORMS[name].function if name in TRANSFORMS else None)
    if function is None:
        _no_transform(compiler, node, name)
    compiler.used.add(name)
    signature = inspect.signature(function)
    hints = typing.get_type_hints(function)
    given = _bind(compiler, node, name, signature, arguments, keywords)
    bound: dict[Any, Type] = {}
    codes, parts = [], []
    for parameter, argument in given:
        part, code = _argument(compiler, name, parameter, argument, hints, bound)
        parts.append(part)
        codes.append(f"{parameter.name}={code}" if parameter.kind is parameter.KEYWORD_ONLY else code)
    result, nullable = annotation_type(hints.get("return", Any), bound)
    made = compose(f"{name}({', '.join(codes)})", result, parts, safe=False)
    return replace(made, maybe=nullable, demands=None if nullable else made.demands)


def _no_transform(compiler: Compiler, node: ast.expr, name: str) -> typing.NoReturn:
    if name in _CLOCKS:
        compiler.rule.refuse(
            node,
            f"`{name}()` differs from run to run, so the same record would not give the same target.",
            "Give it as a run parameter: a name in CAPITALS.",
        )
    if name in _BUILTINS:
        compiler.rule.refuse(node, f"`{name}()` is not part of rules.", f"Write `{_BUILTINS[name]}`.")
    known = [*TRANSFORMS, *_WORDS, *compiler.own]
    compiler.rule.refuse(
        node,
        f"there is no transform {name!r}.{nearest(name, known)}",
        "`intkit transforms` lists them all, with examples.",
    )


def _bind(
    compiler: Compiler,
    node: ast.expr,
    name: str,
    signature: inspect.Signature,
    arguments: list[ast.expr],
    keywords: list[ast.keyword],
) -> list[tuple[inspect.Parameter, ast.expr]]:
    """Pair the arguments with the transform's parameters, in the signature's order."""
    try:
        bound = signature.bind(*arguments, **{str(each.arg): each.value for each in keywords})
    except TypeError:
        takes = ", ".join(signature.parameters)
        compiler.rule.refuse(
            node,
            f"`{name}` takes {takes or 'nothing'}, and got {len(arguments) + len(keywords)} values.",
            f"Write `{_example(name, signature)}`.",
        )
    pairs: list[tuple[inspect.Parameter, ast.expr]] = []
    for key, value in bound.arguments.items():
        parameter = signature.parameters[key]
        pairs += [
            (parameter, each) for each in (value if parameter.kind is parameter.VAR_POSITIONAL else (value,))
        ]
    return pairs


def _example(name: str, signature: inspect.Signature) -> str:
    first, *rest = [*signature.parameters] or [""]
    return f"{first} | {name}({', '.join(rest)})" if rest else f"{first} | {name}"


def _argument(
    compiler: Compiler,
    name: str,
    parameter: inspect.Parameter,
    node: ast.expr,
    hints: dict[str, Any],
    bound: dict[Any, Type],
) -> tuple[Value, str]:
    """Return an argument as a part of the call, and its code."""
    annotation = hints.get(parameter.name, Any)
    value = compiler.compile(node)
    wanted, nullable = annotation_type(annotation, bound)
    _learn(annotation, value.type, bound)
    value = _fit(compiler, name, node, value, annotation_type(annotation, bound)[0])
    if nullable:
        settled = value.settled()
        return settle(settled.code, value.type, [value], maybe=False), settled.code
    strict = exact(compiler, compiler.scope.bind(value), wanted)
    return strict, strict.code


def _learn(annotation: Any, type_: Type, bound: dict[Any, Type]) -> None:
    """Bind the type variables of a parameter to what is given for it."""
    if isinstance(annotation, typing.TypeVar):
        bound.setdefault(annotation, type_)
        return
    inner = [each for each in typing.get_args(annotation) if each is not type(None)]
    if type_.kind == "list" and type_.element and len(inner) == 1:
        _learn(inner[0], type_.element, bound)
    elif typing.get_origin(annotation) in (typing.Union, types.UnionType):
        for each in inner:
            _learn(each, type_, bound)


def _fit(compiler: Compiler, name: str, node: ast.expr, value: Value, wanted: Type) -> Value:
    """Return the value in the form that a transform's parameter expects.

    Raises:
        RuleError: it is of another type.
    """
    if name == "id_of" and value.type.place is not None:
        return _with_id(compiler, node, value)
    if (
        value.type.kind == "unknown"
        and value.type.place is not None
        and wanted.kind in ("text", "integer", "number", "boolean")
    ):
        compiler.scope.use.assumed.setdefault(value.type.place.path, wanted)
        return value
    if value.type.kind == "list" and value.type.nulls and wanted.kind == "list" and not wanted.nulls:
        return _without_nulls(compiler, value)
    if accepts(wanted, value.type) or (value.type.kind == "integer" and accepts(wanted, NUMBER)):
        return value
    text = compiler.rule.of(node)
    remedy = "Put another transform before it."
    if wanted.kind == "text" and value.type.kind in (*NUMERIC, "mixed", "boolean"):
        remedy = f"Write `{text} | text | {name}`."
    elif wanted.kind in NUMERIC and value.type.kind == "text":
        remedy = f"Write `{text} | number | {name}`."
    compiler.rule.refuse(node, f"`{name}` takes {wanted}, and `{text}` is {value.type}.", remedy)


def _with_id(compiler: Compiler, node: ast.expr, value: Value) -> Value:
    """Read a reference's `id`, where it comes as an object."""
    place = value.type.place
    kinds = {part.kind for part in value.type.parts} or {value.type.kind}
    if place is None or not kinds <= {"text", "object"}:
        compiler.rule.refuse(
            node, f"`id_of` takes text or an object with an id, not {value.type}.", "Use the path itself."
        )
    if "object" in kinds:
        if "id" not in place.fields:
            compiler.rule.refuse(
                node, f"{place.path} has no field 'id'.", "Use the field that identifies it."
            )
        compiler.scope.use.attribute(place, "id")
        compiler.scope.use.references.add(place.path)
    return value


def _without_nulls(compiler: Compiler, value: Value) -> Value:
    """Return a list that is null as soon as one of its elements is."""
    compiler.used.add("all_or_none")
    strict = compiler.scope.bind(value)
    held = compose(f"all_or_none({strict.code})", replace(value.type, nulls=False), [strict])
    demands = None if value.inner is None or held.demands is None else (*held.demands, *value.inner)
    return compiler.scope.bind(replace(held, maybe=True, demands=demands))


# the language's own words


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
    key = compiler.scope.bind(compiler.compile(arguments[0]))
    _check_key(compiler, arguments[0], key, values)
    compiler.lookups.append((table.code, _plain_place(key), bool(keywords)))
    type_ = values.type
    if not keywords:
        compiler.used.add("lookup")
        found = compose(f"lookup({key.code}, {table.code})", type_, [key], safe=False)
        return replace(found, choices=values.choices)
    with compiler.scope.branch():
        default = compiler.compile(keywords[0].value)
    join_types(compiler, keywords[0].value, [Value("", type_), default])
    made = compose(f"{table.code}.get({key.code}, {default.settled().code})", type_, [key])
    choices = values.choices
    if choices is not None and (default.choices is not None or default.type.kind == "null"):
        made = replace(made, choices=choices | (default.choices or frozenset()))
    return replace(made, maybe=default.nullable, demands=None if default.nullable else made.demands)


def _plain_place(key: Value) -> SourceField | None:
    """Return the place that a value map is asked with, where it is asked with a path as it is."""
    return key.type.place if "(" not in key.code else None


def _check_key(compiler: Compiler, node: ast.expr, key: Value, values: ValueMap) -> None:
    if values.key.kind != "any" and not accepts(values.key, key.type):
        compiler.rule.refuse(
            node,
            f"the value map's keys are {values.key}, and `{compiler.rule.of(node)}` is {key.type}.",
            "Bring the value to the keys' type, with `| text` or `| whole`.",
        )


def _first_of(compiler: Compiler, node: ast.expr, arguments: list[ast.expr]) -> Value:
    if len(arguments) < 2:
        compiler.rule.refuse(node, "`first_of` takes two values or more.", "Write `first_of(a, b)`.")
    values = [compiler.compile(arguments[0])]
    with compiler.scope.branch():
        values += [compiler.compile(each) for each in arguments[1:]]
    type_ = join_types(compiler, node, values)
    parts = [compiler.scope.bind(exact(compiler, value, type_)) for value in values[:-1]]
    last = exact(compiler, values[-1], type_).settled()
    code, maybe = last.at_least(LOOSE), last.maybe
    for part in reversed(parts):
        tests = [guard.test for guard in ordered(part.guards)]
        code = f"{part.at_least(OR)} if {' and '.join(tests)} else {code}" if tests else part.code
        maybe = maybe and bool(tests)
    made = settle(code, type_, values, maybe=maybe, rank=LOOSE + 1)
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
            f"Write `{name}(line.amount | number for line in lines)`.",
        )
    if value.type.nulls:
        return _without_nulls(compiler, value)
    strict = compiler.scope.bind(value)
    demands = None if strict.demands is None or value.inner is None else (*strict.demands, *value.inner)
    bare = generator and strict.code.startswith("[")
    return replace(
        strict, code=strict.code[1:-1] if bare else strict.code, rank=LOOSE if bare else ATOM, demands=demands
    )


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


_WORDS: dict[str, Callable[[Compiler, ast.expr, list[ast.expr]], Value]] = {
    "lookup": _lookup,
    "first_of": _first_of,
    "reject": _reject,
    "sum": _sum,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "len": _len,
}
