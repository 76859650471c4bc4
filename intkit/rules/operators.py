"""Operators, conditions and text with holes: what they take, and what they say about null."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from intkit.codegen import literal
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
    Guard,
    Value,
    all_demands,
    compose,
    ordered,
    settle,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_BOOLEAN_WORDS = {"true", "false", "yes", "no", "0", "1", ""}
_FORMATS = {
    "text": (re.compile(r"[<>^]?\d{0,2}(\.\d{1,3})?"), "{name:.10} cuts, {name:>8} pads"),
    "integer": (re.compile(r"0?\d{0,2},?d?"), "{number:05d} pads with zeros"),
    "number": (re.compile(r",?(\.\d{1,2}f)?"), "{amount:.2f} has two decimals"),
    "date": (re.compile(r"(%[YmdHMSyjB]|[-/.: T])*"), "{day:%d-%m-%Y}"),
    "datetime": (re.compile(r"(%[YmdHMSyjBzf]|[-/.: TZ])*"), "{time:%Y-%m-%d %H:%M}"),
}


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
        return settle(f"not {code if rank >= NOT else f'({code})'}", BOOLEAN, [value], maybe=False, rank=NOT)
    operand = compiler.scope.bind(expected(compiler, compiler.compile(node.operand), _ANY_NUMBER))
    _check_number(compiler, node.operand, operand, "-")
    made = compose(f"-{operand.at_least(UNARY)}", operand.type, [operand], rank=UNARY)
    match node.operand:
        case ast.Constant(value=int(written)):
            return replace(made, choices=frozenset({-written}))
    return made


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
        with compiler.scope.granting(tested.proves) as mark:
            values = [compiler.compile(node.body)]
        values.append(compiler.compile(node.orelse))
    type_, values = align(compiler, node, values)
    body, otherwise = (value.settled() for value in values)
    test = naming(tested.proves, condition if rank >= OR else f"({condition})", body.code)
    code = f"{body.at_least(OR)} if {test} else {otherwise.at_least(CHOICE)}"
    made = settle(code, type_, [tested, *values], maybe=body.maybe or otherwise.maybe, rank=CHOICE)
    made = replace(made, loops=made.loops - mark)
    return replace(made, choices=_choices([v for v in values if v.type.kind not in ("never", "null")]))


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
    tests = [_unbound(guard) if guard.key == value.code else guard.test for guard in ordered(value.guards)]
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


def naming(guards: Iterable[Guard], condition: str, code: str) -> str:
    """Return a condition that gives a name to what it proves, where the code behind it uses that name."""
    for guard in guards:
        if guard.binds and re.search(rf"\b{guard.key}\b", code):
            condition = condition.replace(_unbound(guard), guard.test)
    return condition


def _unbound(guard: Guard) -> str:
    """Return a guard's test without the name that it gives."""
    if not guard.binds:
        return guard.test
    code = guard.test.removeprefix(f"({guard.key} := ").removesuffix(") is not None")
    return f"{code} is not None" if re.fullmatch(r"[\w.]+\([^()]*\)", code) else f"({code}) is not None"


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


def compile_text(compiler: Compiler, node: ast.JoinedStr) -> Value:
    """Return text with holes; a null in any hole makes the whole null."""
    pieces: list[str] = []
    parts: list[Value] = []
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            pieces.append(literal(str(piece.value))[1:-1].replace("{", "{{").replace("}", "}}"))
        elif isinstance(piece, ast.FormattedValue):
            part = _hole(compiler, piece)
            spec = _format(compiler, piece, part)
            parts.append(part)
            pieces.append("{" + part.code + spec + "}")
    if not parts:
        return Value(
            literal("".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))), TEXT
        )
    return compose(f'f"{"".join(pieces)}"', TEXT, parts)


def _hole(compiler: Compiler, piece: ast.FormattedValue) -> Value:
    value = compiler.compile(piece.value)
    wanted = {part.kind for part in value.type.parts} & {"text", "integer"}
    if wanted and piece.format_spec is None and value.type.either:
        value = replace(value, type=TEXT)  # both are written as they are
    value = compiler.scope.bind(value)
    # Python 3.11 takes neither the f-string's own quotes nor a backslash in a hole
    awkward = set(value.code) & set("\"'\\{}") or value.rank <= CHOICE or ":=" in value.code
    return compiler.scope.bind(value, always=True) if awkward else value


def _format(compiler: Compiler, piece: ast.FormattedValue, part: Value) -> str:
    kind = part.type.kind
    text = compiler.rule.of(piece.value)
    if kind not in _FORMATS:
        remedy = {
            "boolean": f'Write `"yes" if {text} else "no"`.',
            "list": f'Write `{text} | join(", ")`.',
            "object": "Write one of its fields.",
        }.get(kind, f"Write `{text} | text`.")
        what = f"`{text}` is {part.type}, which is not written into text as it is."
        compiler.rule.refuse(piece.value, what, remedy)
    if piece.format_spec is None:
        if kind in ("date", "datetime"):
            what = f"`{text}` is {part.type}, which needs a format."
            compiler.rule.refuse(piece.value, what, f"Write it like `{_FORMATS[kind][1]}`.")
        return ""
    pattern, example = _FORMATS[kind]
    inner = piece.format_spec.values if isinstance(piece.format_spec, ast.JoinedStr) else []
    spec = "".join(
        each.value for each in inner if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    if not all(isinstance(each, ast.Constant) for each in inner) or not pattern.fullmatch(spec):
        compiler.rule.refuse(
            piece.value, f"{spec!r} is no format for {part.type}.", f"Formats look like {example}."
        )
    return f":{spec}"
