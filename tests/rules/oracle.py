"""A small interpreter of the rule language, written from its description: what the compiler must agree with."""

import ast
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from intkit.transforms import TRANSFORMS


class Failure(Exception):
    """The record would be rejected."""


class Unclear(Exception):
    """One operand is null and another fails: null and a reject are both right."""


MISSING = object()


def evaluate(rule: str, record: dict[str, Any], maps: dict[str, dict[Any, Any]] | None = None) -> Any:
    """Return what a rule gives for a record."""
    return _Oracle(record, maps or {}).value(ast.parse(rule, mode="eval").body)


def evaluate_in(
    rule: str, record: dict[str, Any], loops: dict[str, Any], maps: dict[str, dict[Any, Any]]
) -> Any:
    """Return what a rule gives for a record inside of loops."""
    oracle = _Oracle(record, maps)
    oracle.loops = dict(loops)
    return oracle.value(ast.parse(rule, mode="eval").body)


def has_null(value: Any) -> bool:
    """Whether a list has a null among its elements, which no transform takes."""
    return isinstance(value, list) and None in value


def exact(value: Any) -> Any:
    """Read JSON's floats as the decimals that they were written as."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: exact(each) for key, each in value.items()}
    return [exact(each) for each in value] if isinstance(value, list) else value


def reads_text(rules: str, record: Any, numbers: set[str]) -> bool:
    """Whether rules read one of the fields that only ever held numbers, and text stands in it somewhere."""
    return _holds_text(record, numbers.intersection(re.findall(r"\w+", rules)))


def _holds_text(value: Any, names: set[str]) -> bool:
    if isinstance(value, dict):
        return any(
            (isinstance(each, str) and key in names) or _holds_text(each, names)
            for key, each in value.items()
        )
    return isinstance(value, list) and any(_holds_text(each, names) for each in value)


class _Oracle:
    def __init__(self, record: dict[str, Any], maps: dict[str, dict[Any, Any]]) -> None:
        self.record = exact(record)
        self.maps = maps
        self.loops: dict[str, Any] = {}

    def value(self, node: ast.expr) -> Any:
        return getattr(self, type(node).__name__)(node)

    def strict(self, nodes: list[ast.expr], work: Callable[..., Any]) -> Any:
        """Apply work to values; a null makes it null."""
        values, failed = [], False
        for node in nodes:
            try:
                values.append(self.value(node))
            except Failure:
                failed = True
        if any(value is None for value in values):
            if failed:
                raise Unclear
            return None
        if failed:
            raise Failure
        try:
            return work(*values)
        except (ValueError, ArithmeticError):
            raise Failure from None

    def yes(self, node: ast.expr) -> bool:
        return bool(self.value(node))

    # forms

    def Name(self, node: ast.Name) -> Any:
        if node.id in self.loops:
            return self.loops[node.id]
        return self.maps[node.id] if node.id in self.maps else self.record.get(node.id)

    def Attribute(self, node: ast.Attribute) -> Any:
        parent = self.value(node.value)
        return parent.get(node.attr) if isinstance(parent, dict) else None

    def Subscript(self, node: ast.Subscript) -> Any:
        parent = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            return (
                parent if parent is None else parent[self.end(node.slice.lower) : self.end(node.slice.upper)]
            )
        key = ast.literal_eval(node.slice)
        if isinstance(key, str):
            return parent.get(key) if isinstance(parent, dict) else None
        return parent[key] if parent is not None and -len(parent) <= key < len(parent) else None

    def end(self, node: ast.expr | None) -> int | None:
        return None if node is None else ast.literal_eval(node)

    def Constant(self, node: ast.Constant) -> Any:
        return exact(node.value)

    def Tuple(self, node: ast.Tuple) -> Any:
        return [self.value(each) for each in node.elts]

    List = Tuple

    def JoinedStr(self, node: ast.JoinedStr) -> Any:
        holes = [each for each in node.values if isinstance(each, ast.FormattedValue)]
        fixed = [each.value if isinstance(each, ast.Constant) else None for each in node.values]

        def write(*values: Any) -> str:
            filled = iter(values)
            specs = iter(
                ["".join(each.value for each in h.format_spec.values) if h.format_spec else "" for h in holes]
            )
            return "".join(each if each is not None else format(next(filled), next(specs)) for each in fixed)

        return self.strict([hole.value for hole in holes], write)

    def BinOp(self, node: ast.BinOp) -> Any:
        if isinstance(node.op, ast.BitOr):
            call = node.right if isinstance(node.right, ast.Call) else ast.Call(node.right, [], [])
            return self.Call(ast.Call(call.func, [node.left, *call.args], call.keywords))
        work = {
            ast.Add: lambda a, b: a + b,
            ast.Sub: lambda a, b: a - b,
            ast.Mult: lambda a, b: a * b,
            ast.Div: lambda a, b: Decimal(a) / Decimal(b),
        }[type(node.op)]
        return self.strict([node.left, node.right], work)

    def UnaryOp(self, node: ast.UnaryOp) -> Any:
        if isinstance(node.op, ast.Not):
            return not self.yes(node.operand)
        return self.strict([node.operand], lambda value: -value)

    def BoolOp(self, node: ast.BoolOp) -> Any:
        wanted = isinstance(node.op, ast.Or)
        for each in node.values[:-1]:
            value = self.value(each)
            if bool(value) is wanted:
                return value
        return self.value(node.values[-1])

    def IfExp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.yes(node.test) else node.orelse)

    def Compare(self, node: ast.Compare) -> Any:
        operator, other = node.ops[0], node.comparators[0]
        if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            work = {
                ast.Lt: lambda a, b: a < b,
                ast.LtE: lambda a, b: a <= b,
                ast.Gt: lambda a, b: a > b,
                ast.GtE: lambda a, b: a >= b,
            }[type(operator)]
            return self.strict([node.left, other], work)
        left, right = self.value(node.left), self.value(other)
        match operator:
            case ast.Eq():
                return left == right
            case ast.NotEq():
                return left != right
            case ast.Is():
                return left is None
            case ast.IsNot():
                return left is not None
            case ast.In():
                return left in (right or [])
        return left not in (right or [])

    def ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> Any:
        loop = node.generators[0]
        assert isinstance(loop.target, ast.Name)
        values = self.value(loop.iter)
        if values is None:
            return None
        before, made = dict(self.loops), []
        for value in values:
            self.loops[loop.target.id] = value
            if all(self.yes(each) for each in loop.ifs):
                made.append(self.value(node.elt))
        self.loops = before
        return made

    GeneratorExp = ListComp

    def Call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name == "lookup":
            return self.lookup(node)
        if name == "first_of":
            return next((value for each in node.args if (value := self.value(each)) is not None), None)
        if name == "reject":
            raise Failure
        if name in ("sum", "min", "max"):
            return self.strict(node.args, lambda values: self.aggregate(name, values))
        if name == "len":
            return self.strict(node.args, len)
        if name == "id_of":
            return self.strict(node.args, lambda value: value["id"] if isinstance(value, dict) else value)
        work = TRANSFORMS[name].function
        return self.strict(node.args, lambda *values: None if any(map(has_null, values)) else work(*values))

    def aggregate(self, name: str, values: list[Any]) -> Any:
        if any(value is None for value in values):
            return None
        if name == "sum":
            return sum(values)
        return {"min": min, "max": max}[name](values) if values else None

    def lookup(self, node: ast.Call) -> Any:
        table = self.value(node.args[1])
        key = self.value(node.args[0])
        if key is None:
            return None
        if key in table:
            return table[key]
        if node.keywords:
            return self.value(node.keywords[0].value)
        raise Failure
