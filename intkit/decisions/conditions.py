"""What a mapping's conditions say of records of which one value is known: left out, mapped, or it depends."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intkit.paths import EACH
from intkit.rules.parse import parse_expression, parse_tail

if TYPE_CHECKING:
    from intkit.rules.source import SourceField
    from intkit.rules.spec import Spec

Steps = tuple[str, ...]
_UNKNOWN = object()
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda value, values: value in (values or ()),
    ast.NotIn: lambda value, values: value not in (values or ()),
}


@dataclass
class Conditions:
    """The conditions under which a target field's rule is asked at all.

    Attributes:
        names: what the names of the record and of the loops stand for.
        tests: the conditions, each of which must hold.
        maps: the value maps whose keys are known, by name.
    """

    names: dict[str, Steps]
    tests: list[ast.expr] = field(default_factory=list)
    maps: Mapping[str, Any] = field(default_factory=dict)

    def hold(self, place: SourceField, value: Any) -> bool | None:
        """Tell whether they hold where a value stands at a place; None where other fields decide."""
        verdicts = [_Known(self, place.steps, value).truth(test) for test in self.tests]
        return False if False in verdicts else None if None in verdicts else True


def conditions_of(spec: Spec, target: str) -> Conditions:
    """Return what `when`, `each` and the tails around a target field ask."""
    maps = {name: table.entries for name, table in spec.maps.items() if not table.given}
    found = Conditions({spec.record: ()}, maps=maps)
    if spec.when:
        found.tests.append(parse_expression("when", spec.when)[1])
    around = [rule for path, rule in spec.rules.items() if target.startswith((f"{path}.", f"{path}[]."))]
    tails = [spec.each] * bool(spec.each) + [
        rule.text for rule in sorted(around, key=lambda rule: rule.target)
    ]
    for text in tails:
        _, tail = parse_tail(target, text)
        over = _steps(tail.source, found.names) if tail.source is not None else None
        if over is not None:
            found.names[tail.name] = (*over, EACH)
        found.tests += tail.conditions
    return found


def _steps(node: ast.expr, names: Mapping[str, Steps]) -> Steps | None:
    """Return the path that a node is, from the record down; None where it is something else."""
    match node:
        case ast.Name(id=name):
            return names.get(name, (name,))
        case (
            ast.Attribute(value=parent, attr=key)
            | ast.Subscript(value=parent, slice=ast.Constant(value=str(key)))
        ):
            above = _steps(parent, names)
            return None if above is None else (*above, key)
    return None


@dataclass
class _Known:
    """One value that is known."""

    conditions: Conditions
    steps: Steps
    value: Any

    def truth(self, node: ast.expr) -> bool | None:
        match node:
            case ast.BoolOp(op=word, values=nodes):
                decisive = isinstance(word, ast.Or)
                verdicts = [self.truth(each) for each in nodes]
                return decisive if decisive in verdicts else None if None in verdicts else not decisive
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                verdict = self.truth(inner)
                return None if verdict is None else not verdict
            case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _COMPARISONS:
                sides = [self.read(left), self.read(right)]
                return None if _UNKNOWN in sides else bool(_COMPARISONS[type(sign)](*sides))
        value = self.read(node)
        return None if value is _UNKNOWN else bool(value)

    def read(self, node: ast.expr) -> Any:
        """Return what a node gives, as far as that is known."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Tuple(elts=nodes) | ast.List(elts=nodes):
                values = [self.read(each) for each in nodes]
                return _UNKNOWN if _UNKNOWN in values else values
            case ast.Name(id=name) if name in self.conditions.maps:
                return self.conditions.maps[name]
        steps = _steps(node, self.conditions.names)
        below_null = self.value is None and steps is not None and steps[: len(self.steps)] == self.steps
        return self.value if steps == self.steps or below_null else _UNKNOWN
