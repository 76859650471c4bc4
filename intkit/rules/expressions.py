"""The compiler of expressions: a syntax tree and what is known of the source, to Python with its type and nulls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from intkit.codegen import literal
from intkit.errors import nearest
from intkit.rules.calls import call_transform, compile_call
from intkit.rules.equality import compile_comparison
from intkit.rules.holes import compile_text
from intkit.rules.operators import (
    align,
    compile_arithmetic,
    compile_choice,
    compile_either,
    compile_negation,
    negated,
    truth,
)
from intkit.rules.types import BOOLEAN, INTEGER, NULL, NUMBER, TEXT, Type
from intkit.rules.values import AND, ATOM, CHOICE, OR, Guard, Value, compose, naming, settle

if TYPE_CHECKING:
    from intkit.rules.parse import RuleText, Tail
    from intkit.rules.scope import Scope
    from intkit.rules.source import SourceField
    from intkit.rules.spec import ValueMap


@dataclass
class Compiler:
    """Compiles the expressions of one rule.

    Attributes:
        rule: the rule's text, for messages.
        scope: what the rule sees.
        maps: the mapping's value maps by name.
        constants: its named values.
        own: the mapping's own transforms by name.
        used: the names of transforms and runtime functions that the code calls.
        paths: the source paths that the rule reads.
        lookups: value map, the place whose value it is asked with, and whether a miss has a default.
    """

    rule: RuleText
    scope: Scope
    maps: Mapping[str, ValueMap] = field(default_factory=dict)
    constants: Mapping[str, Value] = field(default_factory=dict)
    own: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    paths: dict[str, None] = field(default_factory=dict)
    lookups: list[tuple[str, SourceField | None, bool]] = field(default_factory=list)

    def compile(self, node: ast.expr) -> Value:
        """Return the value of any expression of the language.

        Raises:
            RuleError: the source, the types or the form do not allow it.
        """
        return self.scope.recall(self._form(node))

    def _form(self, node: ast.expr) -> Value:  # noqa: C901, PLR0912 - one line a form
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._field(node, self.compile(node.value), node.attr)
            case ast.Subscript():
                return self._subscript(node)
            case ast.Constant():
                return self._constant(node)
            case ast.JoinedStr():
                return compile_text(self, node)
            case ast.BinOp(op=ast.BitOr()):
                return self._pipe(node)
            case ast.BinOp():
                return compile_arithmetic(self, node)
            case ast.UnaryOp():
                return compile_negation(self, node)
            case ast.BoolOp():
                return compile_either(self, node)
            case ast.Compare():
                return compile_comparison(self, node)
            case ast.IfExp():
                return compile_choice(self, node)
            case ast.Call():
                return compile_call(self, node)
            case ast.ListComp() | ast.GeneratorExp():
                return self.comprehension(node)
            case ast.List() | ast.Tuple():
                return self._list(node)
        self.rule.refuse(
            node,
            f"{type(node).__name__} is not part of rules.",
            "See the rule language in the documentation.",
        )

    def truth(self, node: ast.expr) -> tuple[str, int, Value]:
        """Return an expression as a condition: its code, how tightly it binds, and the value behind it."""
        if isinstance(node, ast.BoolOp):
            return self._both(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            code, rank, value = self.truth(node.operand)
            return *negated(code, rank), settle("", BOOLEAN, [value], maybe=False)
        value = self.compile(node)
        return truth(self, node, value)

    def _both(self, node: ast.BoolOp) -> tuple[str, int, Value]:
        """Return `a and b` as a condition, where the two need not be of one type."""
        word, rank = ("or", OR) if isinstance(node.op, ast.Or) else ("and", AND)
        sides = self._in_turn(node.values, proving=rank == AND)
        code = f" {word} ".join(code if binds > rank else f"({code})" for code, binds, _ in sides)
        values = [value for _, _, value in sides]
        unsure = any(value.nullable or value.type.kind != "boolean" for value in values)
        made = settle("", BOOLEAN, values, maybe=unsure)
        proves = tuple(guard for value in values for guard in value.proves) if rank == AND else ()
        denies = frozenset().union(*(value.denies for value in values if rank == AND))
        return code, rank, replace(made, proves=proves, denies=denies)

    def _in_turn(self, nodes: Sequence[ast.expr], *, proving: bool) -> list[tuple[str, int, Value]]:
        """Return conditions in their order; each may take for granted what those before it prove."""
        sides: list[tuple[str, int, Value]] = []
        for node in nodes:
            proved = [value for _, _, value in sides if proving]
            with self.scope.branch() if sides else nullcontext(), self.scope.granting(proved) as mark:
                code, rank, value = self.truth(node)
                self._check_possible(node, value)
            sides = [(naming(each.proves, before, code), binds, each) for before, binds, each in sides]
            sides.append((code, rank, replace(value, loops=value.loops - mark)))
        return sides

    def _check_possible(self, node: ast.expr, value: Value) -> None:
        """Refuse a condition that cannot hold where those around it do: `a is None and a > 5`."""
        if self.scope.denied & {guard.key for guard in value.proves}:
            text = self.rule.of(node)
            what = f"`{text}` never holds where a condition before it holds, which asks for null."
            self.rule.refuse(node, what, "Leave one of the two out, or write `or` between them.")

    # paths

    def _name(self, node: ast.Name) -> Value:
        known = self.scope.find(node.id)
        root = self.scope.names[""]
        if known is not None:
            if known is root and root.type.place and node.id in root.type.place.fields:
                what = f"`{node.id}` is both the record and its field {node.id!r}."
                self.rule.refuse(node, what, "Give the record another name: `Mapping(…, record=…)`.")
            return known
        if node.id in self.maps:
            return Value(node.id, Type("map"))
        if node.id in self.constants:
            return self.constants[node.id]
        return self._field(node, root, node.id)

    def _field(self, node: ast.expr, parent: Value, key: str) -> Value:
        place = self._object_at(node, parent, key)
        if place.is_map and key not in place.fields:
            place.fields[key] = place.under(key)
        if key not in place.fields:
            self._no_such_field(node, place, key)
        if any(letter in '"\\' or letter < " " for letter in key):
            what = f"the key {key!r} holds a quote, a backslash or a control character, which no export can read."
            self.rule.refuse(node, what, "Rename it in the records before the mapping.")
        kid = place.fields[key]
        if parent is self.scope.names.get(""):
            self.scope.find("")
        self.paths[kid.path] = None
        return self.scope.child(parent, place, key)

    def _object_at(self, node: ast.expr, parent: Value, key: str) -> SourceField:
        place = parent.type.place
        kinds = {part.kind for part in parent.type.parts} or {parent.type.kind}
        if place is not None and "object" in kinds:
            return place
        path = place.path if place is not None else "this value"
        if "list" in kinds:
            inside = parent.type.element.place if parent.type.element else None
            held = inside is not None and key in inside.fields
            remedy = (
                f"Write `[each.{key} for each in {path}]`, or `{path}[0].{key}` for the first."
                if held
                else f"Write `{path}[0]` for its first element, or check the path against the profile."
            )
            self.rule.refuse(node, f"{path} is {parent.type}, so it has no field {key!r}.", remedy)
        what, remedy = f"is {parent.type}", "Check the path against the profile."
        if parent.type.kind == "unknown":
            what, remedy = "was null in every record", f"Record records that have an object at {path}."
        self.rule.refuse(node, f"{path} {what}, so it has no field {key!r}.", remedy)

    def _no_such_field(self, node: ast.expr, place: SourceField, key: str) -> NoReturn:
        if key in self.own or self.is_transform(key):
            self.rule.refuse(
                node,
                f"{key!r} is a transform, not a field.{nearest(key, place.fields)}",
                f"Write `value | {key}`.",
            )
        if key.isupper() and not place.steps and key not in place.fields:
            declared = ", ".join([*self.maps, *self.constants]) or "none yet"
            self.rule.refuse(
                node,
                f"there is no value map, constant or field {key!r}.{nearest(key, [*self.maps, *place.fields])}",
                f"Declared: {declared}. Declare one with `mapping.value_map({key!r}, {{…}})`.",
            )
        missed = f"{place.path} has no field {key!r} in {place.present} records."
        if not place.steps:
            missed = f"none of {place.present} records has a field {key!r}."
        known = ", ".join(list(place.fields)[:12]) + (", …" if len(place.fields) > 12 else "")
        self.rule.refuse(
            node,
            f"{missed}{nearest(key, place.fields)}",
            f"It has: {known}." if known else "It was empty in every record.",
        )

    def is_transform(self, name: str) -> bool:
        """Whether a rule can call this name."""
        from intkit.transforms import TRANSFORMS

        return name in self.own or name in TRANSFORMS

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.compile(node.value)
        if isinstance(node.slice, ast.Slice):
            return self._slice(node, value, node.slice)
        index = _whole(node.slice)
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            if value.type.kind == "map":
                self.rule.refuse(node, "a value map is not indexed.", f"Write `x | lookup({value.code})`.")
            return self._field(node, value, node.slice.value)
        if index is None or value.type.kind not in ("list", "text"):
            self.rule.refuse(
                node,
                f"this takes one element of {value.type}.",
                'Write a list with a whole number, `lines.data[0]`, or a key in quotes, metadata["order-id"].',
            )
        strict = self.scope.bind(value)
        self.used.add("at")
        element = (value.type.element if value.type.kind == "list" else TEXT) or TEXT
        found = compose(f"at({strict.code}, {index})", replace(element, either=bool(element.parts)), [strict])
        return self.scope.exact(replace(found, maybe=True, demands=None))

    def _slice(self, node: ast.Subscript, value: Value, part: ast.Slice) -> Value:
        ends = [_whole(each) if each is not None else "" for each in (part.lower, part.upper)]
        if value.type.kind not in ("text", "list") or None in ends or part.step is not None:
            self.rule.refuse(
                node, "a part is cut out of text or a list, by whole numbers.", "Write `title[:40]`."
            )
        strict = self.scope.bind(value)
        cut = compose(f"{strict.at_least(ATOM)}[{ends[0]}:{ends[1]}]", value.type, [strict])
        return replace(cut, inner=value.inner)

    # values

    def _constant(self, node: ast.Constant) -> Value:
        value = node.value
        if value is None:
            return Value("None", NULL, maybe=True, demands=None)
        if isinstance(value, bool):
            return Value(repr(value), BOOLEAN, choices=frozenset({value}))
        if isinstance(value, int):
            return Value(repr(value), INTEGER, choices=frozenset({value}))
        if isinstance(value, float):
            self.used.add("Decimal")
            return Value(f'Decimal("{self.rule.of(node).replace("_", "")}")', NUMBER)
        return Value(literal(value), TEXT, choices=frozenset({value}))

    def _list(self, node: ast.List | ast.Tuple) -> Value:
        if not node.elts:
            return Value("[]", Type("list"))
        element, values = align(self, node, [self.compile(each) for each in node.elts])
        parts = [value.settled() for value in values]
        nulls = any(part.maybe for part in parts)
        inner = ", ".join(part.code for part in parts)
        return settle(f"[{inner}]", Type("list", element=element, nulls=nulls), parts, maybe=False)

    def _pipe(self, node: ast.BinOp) -> Value:
        match node.right:
            case ast.Name():
                return call_transform(self, node.right, node.right.id, [node.left], [])
            case ast.Call(func=ast.Name()):
                return compile_call(self, node.right, piped=node.left)
        self.rule.refuse(
            node.right,
            "what stands behind `|` is a transform.",
            f"Write `{self.rule.of(node.left)} | transform`, with parentheses around arithmetic: `(a | number) * 2`.",
        )

    # loops

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp, *, brackets: bool = True) -> Value:
        """Return the list that a comprehension makes."""
        loop = node.generators[0]
        name = self.rule.of(loop.target)
        source = self.listed(loop.iter)
        variable, element = self.element(name, source)
        with self.scope.loop(name, element):
            conditions, tested = self._conditions(loop.ifs)
            with self.scope.granting(tested) as mark:
                made = self.compile(node.elt).settled()
            conditions = naming((guard for each in tested for guard in each.proves), conditions, made.code)
        code = f"{made.code} for {variable} in {source.code}{conditions}"
        list_type = Type("list", element=made.type, nulls=made.maybe)
        safe = made.safe and all(each.safe for each in tested)
        result = compose(f"[{code}]" if brackets else code, list_type, [source], safe=safe)
        outer = made.loops.union(*(each.loops for each in tested)) - {variable} - mark
        return replace(result, inner=made.demands, loops=result.loops | outer)

    def listed(self, node: ast.expr) -> Value:
        """Return a list to loop over; where it is null, nothing is looped.

        Raises:
            RuleError: it is no list.
        """
        value = self.compile(node)
        if value.type.kind != "list":
            place = value.type.place
            name = place.path if place is not None else self.rule.of(node)
            inside = [key for key, kid in (place.fields if place else {}).items() if "list" in kid.kinds]
            remedy = f"Write `{name}.{inside[0]}`." if inside else "Loop over a list."
            if value.type.kind == "unknown":
                remedy = f"Record records that have a list at {name}."
            self.rule.refuse(node, f"{name} is {value.type}, not a list.", remedy)
        # Python gives no names inside of what is looped over
        return self.scope.bind(value, always=":=" in value.code)

    def element(self, name: str, source: Value) -> tuple[str, Value]:
        """Return the Python name of a loop variable, and the value that it stands for."""
        variable = self.scope.fresh(name)
        type_ = source.type.element or TEXT
        guards = (Guard(variable, f"{variable} is not None"),) if source.type.nulls else ()
        demands = source.inner or None if guards else ()
        value = Value(variable, type_, guards, demands=demands, loops=frozenset({variable}))
        return variable, self.scope.exact(value)

    def _conditions(self, nodes: Sequence[ast.expr]) -> tuple[str, list[Value]]:
        """Return a loop's conditions as code, and the values that they test."""
        tests = self._in_turn(nodes, proving=True)
        code = "".join(f" if {code}" if rank > CHOICE else f" if ({code})" for code, rank, _ in tests)
        return code, [value for _, _, value in tests]

    def condition(self, tail: Tail, key: str) -> tuple[tuple[Guard, ...], tuple[SourceField, ...] | None]:
        """Return the condition of an object, and the places that make it true where it asks for an object alone."""
        code, rank, value = self.truth(tail.conditions[0])
        if value.type.kind == "object":
            return self.scope.bind(value).guards, value.demands
        return (Guard(key, code if rank >= AND else f"({code})"),), ()

    def tail(self, tail: Tail) -> tuple[Value, str, Value, str]:
        """Return what a list's tail loops over, its variable, its element and its conditions.

        The caller lets the element be seen in the rules of the list.
        """
        if tail.source is None:
            self.rule.refuse(None, "rows want a `for`.", "Write `for line in lines.data if line.amount > 0`.")
        source = self.listed(tail.source)
        variable, element = self.element(tail.name, source)
        with self.scope.loop(tail.name, element):
            conditions, _ = self._conditions(tail.conditions)
        return source, variable, element, conditions


def _whole(node: ast.expr) -> int | None:
    """Return the whole number that a constant says, or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _whole(node.operand)
        return -inner if inner is not None else None
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None
