"""Calls: the kit's transforms and the mapping's own, and the way to the language's own words."""

from __future__ import annotations

import ast
import inspect
import types
import typing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from intkit.errors import nearest
from intkit.rules.advice import advise_call, as_operand, bridge
from intkit.rules.operators import exact, expected
from intkit.rules.types import NUMBER, Type, accepts, annotation_type
from intkit.rules.values import ATOM, PRODUCT, Value, compose, settle
from intkit.rules.words import WORDS, without_nulls
from intkit.transforms import LITERAL_ONLY, TRANSFORMS, check_argument

if TYPE_CHECKING:
    from intkit.rules.expressions import Compiler

_BUILTINS = {
    "str": "x | text",
    "int": "x | whole",
    "float": "x | number",
    "Decimal": "x | number",
    "bool": "x | yes_no",
    "round": "x | round_half_up(2)",
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
    if name in WORDS:
        return WORDS[name](compiler, node, arguments)
    return call_transform(compiler, node, name, arguments, node.keywords)


def call_transform(
    compiler: Compiler, node: ast.expr, name: str, arguments: list[ast.expr], keywords: list[ast.keyword]
) -> Value:
    """Return a transform's call; a null argument makes it null.

    Raises:
        RuleError: there is no such transform, or it does not take these arguments.
    """
    if name in WORDS and name not in compiler.own:
        return WORDS[name](compiler, node, arguments)
    function = compiler.own.get(name) or (TRANSFORMS[name].function if name in TRANSFORMS else None)
    if function is None:
        _no_transform(compiler, node, name)
    signature = inspect.signature(function)
    hints = typing.get_type_hints(function)
    given = _bind(compiler, node, name, signature, arguments, keywords)
    named = {str(each.arg) for each in keywords}
    bound: dict[Any, Type] = {}
    codes, parts = [], []
    for parameter, argument in given:
        call = "" if argument in getattr(node, "args", []) else compiler.rule.of(node)
        part, code = _argument(compiler, name, parameter, argument, hints, bound, call)
        parts.append(part)
        codes.append(f"{parameter.name}={code}" if parameter.name in named else code)
    for (parameter, _), part in zip(given, parts, strict=True):
        compiler.scope.use.assume(part.type, annotation_type(hints.get(parameter.name, Any), bound)[0])
    result, nullable = annotation_type(hints.get("return", Any), bound)
    written = TRANSFORMS[name].written if name not in compiler.own else ""
    if written:
        made = _write_out(compiler, written, result, parts)
    else:
        compiler.used.add(name)
        made = compose(f"{name}({', '.join(codes)})", result, parts, safe=False)
    place = parts[0].type.place if name == "id_of" else None
    if place is not None and "id" in place.fields:
        return compiler.scope.without_words(made, place.fields["id"])
    return replace(made, maybe=nullable, demands=None if nullable else made.demands)


def _write_out(compiler: Compiler, written: str, result: Type, parts: list[Value]) -> Value:
    """Return a plain transform as the expression that it is: a method of its value, or a factor out of a table."""
    value, *others = parts
    if not others:
        return compose(written.format(value=value.at_least(ATOM)), result, parts, safe=False)
    table = written.partition(" * ")[2].partition("[")[0]
    compiler.used.add(table)
    code = written.format(value=value.at_least(PRODUCT), currency=others[0].code)
    return compose(code, result, parts, safe=False, rank=PRODUCT)


def _no_transform(compiler: Compiler, node: ast.expr, name: str) -> typing.NoReturn:
    if name in _CLOCKS:
        compiler.rule.refuse(
            node,
            f"`{name}()` differs from run to run, so the same record would not give the same target.",
            "Give it as a run parameter: a name in CAPITALS.",
        )
    if name in _BUILTINS:
        compiler.rule.refuse(node, f"`{name}()` is not part of rules.", f"Write `{_BUILTINS[name]}`.")
    if name == "part":
        what = "a part fills an object or the rows of a list, and this is neither."
        compiler.rule.refuse(node, what, "Name the field of the object: `shipping.address.city`.")
    known = [*TRANSFORMS, *WORDS, *compiler.own]
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
    call: str,
) -> tuple[Value, str]:
    """Return an argument as a part of the call, and its code.

    `call` is the transform as the rule has it, where the argument is piped into it.
    """
    annotation = hints.get(parameter.name, Any)
    _check_literal(compiler, name, parameter, node)
    value = compiler.compile(node)
    wanted, nullable = annotation_type(annotation, bound)
    _learn(annotation, value.type, bound)
    _check_bound(compiler, name, node, bound)
    value = _fit(compiler, name, node, value, annotation_type(annotation, bound)[0], call)
    if nullable:
        settled = value.settled()
        return settle(settled.code, value.type, [value], maybe=False), settled.code
    strict = exact(compiler, compiler.scope.bind(value), wanted)
    return strict, strict.code


def _check_literal(compiler: Compiler, name: str, parameter: inspect.Parameter, node: ast.expr) -> None:
    """Refuse an argument that could not work with any record, or whose cost cannot be told beforehand."""
    if name in compiler.own:
        return
    written = node.value if isinstance(node, ast.Constant) else None
    if parameter.name in LITERAL_ONLY and not isinstance(written, str):
        compiler.rule.refuse(
            node,
            f"`{name}` takes its {parameter.name} as text, not from a field.",
            f'Write `x | {name}("…")`.',
        )
    problem = check_argument(parameter.name, written) if written is not None else ""
    if problem:
        compiler.rule.refuse(node, problem, f"`intkit transforms {name}` shows examples.")


def _check_bound(compiler: Compiler, name: str, node: ast.expr, bound: dict[Any, Type]) -> None:
    """Refuse what a type variable's constraints leave out: objects have no order and no hash."""
    for variable, type_ in bound.items():
        allowed = [annotation_type(each)[0] for each in variable.__constraints__]
        hashable = variable.__bound__ is None or type_.kind not in ("object", "list", "mixed")
        if not hashable or (allowed and not any(accepts(each, type_) for each in allowed)):
            takes = " or ".join(str(each) for each in allowed) or "single values"
            text = compiler.rule.of(node)
            remedy = (
                f"Write `[each.id for each in {text}] | {name}`."
                if type_.kind == "object"
                else "Use one of its fields."
            )
            compiler.rule.refuse(node, f"`{name}` works on {takes}, and `{text}` holds {type_}.", remedy)


def _learn(annotation: Any, type_: Type, bound: dict[Any, Type]) -> None:
    """Bind the type variables of a parameter to what is given for it."""
    if isinstance(annotation, typing.TypeVar):
        if type_.kind not in ("unknown", "null"):
            bound.setdefault(annotation, type_)
        return
    inner = [each for each in typing.get_args(annotation) if each is not type(None)]
    if type_.kind == "list" and type_.element and len(inner) == 1:
        _learn(inner[0], type_.element, bound)
    elif typing.get_origin(annotation) in (typing.Union, types.UnionType):
        for each in inner:
            _learn(each, type_, bound)


def _fit(compiler: Compiler, name: str, node: ast.expr, value: Value, wanted: Type, call: str) -> Value:
    """Return the value in the form that a transform's parameter expects.

    Raises:
        RuleError: it is of another type.
    """
    if name == "id_of" and value.type.place is not None:
        return _with_id(compiler, node, value)
    compiler.scope.use.assume(value.type, wanted)
    if value.type.kind == "unknown":
        return value
    value = expected(compiler, value, wanted)
    listed = [part for part in wanted.parts or (wanted,) if part.kind == "list"]
    if value.type.kind == "list" and value.type.nulls and listed and not any(part.nulls for part in listed):
        return without_nulls(compiler, value)
    if accepts(wanted, value.type) or (value.type.kind == "integer" and accepts(wanted, NUMBER)):
        return value
    text = compiler.rule.of(node)
    operand, steps = as_operand(node, text), bridge(value.type, wanted)
    if call:
        remedy = advise_call(value.type, wanted, name, operand, call)
    else:
        remedy = f"Write `({operand} | {steps})`." if steps else "Put another transform before it."
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
