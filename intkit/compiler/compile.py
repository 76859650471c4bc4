"""The compiler of mappings: a mapping to the functions, classes and names of a Python module.

It runs twice. The first time every source field may be null; that tells which fields a required target cannot do
without. Where the source always had them, the second time they are declared as always there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from intkit.codegen import identifier, literal, snake
from intkit.compiler.bounds import checked
from intkit.compiler.filling import fill, fit
from intkit.compiler.names import check_names, reserved_names
from intkit.compiler.program import Function, Line, Lineage, Lookup, Program
from intkit.compiler.sharing import share_factors
from intkit.errors import MappingError
from intkit.rules.expressions import Compiler
from intkit.rules.filled import compile_filled
from intkit.rules.parse import parse_expression, parse_tail
from intkit.rules.parts import add_part, expand, telling_part
from intkit.rules.scope import Scope, SourceUse
from intkit.rules.types import BOOLEAN, Type, annotation_type
from intkit.rules.values import ATOM, CHOICE, Guard, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.rules.parse import RuleText
    from intkit.rules.source import SourceField
    from intkit.rules.spec import Rule, Spec
    from intkit.rules.targets import TargetField, TargetModel


def compile_mapping(spec: Spec, *, structs: bool = False) -> Program:
    """Return a mapping as Python.

    Args:
        spec: the mapping.
        structs: its targets are msgspec Structs.

    Raises:
        RuleError: a rule that cannot work with this source and this target.
        MappingError: the mapping has no rules, or a required target has none.
    """
    spec = expand(spec)
    check_names(spec)
    for target in spec.rules:
        spec.target.find(target)
    first = _Builder(spec, SourceUse(spec.record))
    with telling_part(spec):
        first.build()
    seen = first.program.use
    use = SourceUse(
        spec.record,
        need=frozenset(first.program.need),
        assumed=seen.assumed,
        references=set(seen.references),
    )
    second = _Builder(spec, use, structs=structs)
    second.program.may_hold_nan = bool(spec.own or spec.asks or "exact" in first.program.calls)
    program = second.build()
    share_factors(program)
    return program


def check_rule(spec: Spec, rule: Rule) -> None:
    """Compile one rule on its own, with the rules of the part that it uses.

    Raises:
        RuleError: it cannot work with this source and this target.
    """
    spec.target.find(rule.target)
    whole = add_part(replace(spec, rules={**spec.rules, rule.target: rule}), rule)
    for target in [rule.target, *(each for each in whole.rules if each not in spec.rules)]:
        check_target(whole, target)


def check_target(spec: Spec, target: str) -> None:
    """Compile the rule of one target field on its own.

    Raises:
        RuleError: it cannot work with this source and this target.
    """
    spec.target.find(target)
    with telling_part(spec):
        _Builder(spec, SourceUse(spec.record)).build(only=target)


def check_filter(spec: Spec) -> None:
    """Compile the mapping's `when` and `each` on their own.

    Raises:
        RuleError: one of them cannot work with this source.
    """
    _Builder(spec, SourceUse(spec.record)).check_filter()


class _Builder:
    """Builds one program."""

    def __init__(self, spec: Spec, use: SourceUse, *, structs: bool = False) -> None:
        self.spec = spec
        self.program = Program(spec, use, structs, calls=use.calls)
        self.reserved = reserved_names(spec)
        use.taken |= self.reserved
        self.names_of_functions: set[str] = set()
        self.only = ""

    def build(self, only: str = "") -> Program:
        """Compile everything, or only what one target field needs."""
        self.only = only
        names = self._root()
        if self.spec.when and not only:
            self.program.wanted = self._filter(names)
        if self.spec.each:
            names = self._rows(names)
        self._model(self.spec.target, "", names, top=True)
        return self.program

    def check_filter(self) -> None:
        """Compile `when` and `each` alone."""
        names = self._root()
        if self.spec.when:
            self._filter(names)
        if self.spec.each:
            self._rows(names)

    def _root(self) -> dict[str, Value]:
        root = identifier(self.spec.record, self.reserved)
        value = Value(root, Type("object", place=self.spec.source))
        self.program.use.class_name(self.spec.source)
        return {"": value, self.spec.record: value}

    # functions

    def _scope(self, names: dict[str, Value], wish: str = "value") -> Scope:
        taken = self.reserved | {value.code for value in names.values()}
        return Scope(self.program.use, names=dict(names), taken=taken, wish=wish)

    def _compiler(self, rule: RuleText, scope: Scope) -> Compiler:
        constants = {name: _constant(name, value) for name, value in self.spec.constants.items()}
        spec = self.spec
        return Compiler(rule, scope, spec.maps, constants, spec.own, used=self.program.calls)

    def _finish(self, compiler: Compiler, target: str, text: str) -> None:
        paths = [
            path
            for path in compiler.paths
            if path in self.program.use.references
            or not any(other.startswith((f"{path}.", f"{path}[")) for other in compiler.paths)
        ]
        self.program.lineage[target] = Lineage(text, tuple(paths))
        self.program.lookups += [
            Lookup(target, table, place, has_default) for table, place, has_default in compiler.lookups
        ]

    def _parameters(self, scope: Scope) -> list[tuple[str, str]]:
        used = {value.code for value in scope.used.values()}
        found: dict[str, str] = {}
        for value in scope.names.values():
            if value.code in used and value.code.isidentifier():
                none = " | None" if value.guards else ""
                found[value.code] = f"{self.program.use.annotation(value.type)}{none}"
        return list(found.items())

    def _filter(self, names: dict[str, Value]) -> Function:
        scope = self._scope(names, "wanted")
        rule, tree = parse_expression("when", self.spec.when)
        compiler = self._compiler(rule, scope)
        code, _, value = compiler.truth(tree)
        scope.find("")
        plain = value.type == BOOLEAN and not value.nullable
        self._finish(compiler, self.program.when, self.spec.when)
        return Function(
            "is_wanted",
            self._parameters(scope),
            "bool",
            scope.locals,
            result=code if plain else f"bool({code})",
            document=f"Tell whether the {self.spec.record} is mapped at all.",
        )

    def _rows(self, names: dict[str, Value]) -> dict[str, Value]:
        """Compile the mapping's `each`, and return the names that its rows' rules see."""
        scope = self._scope(names, "rows")
        rule, tail = parse_tail("each", self.spec.each)
        compiler = self._compiler(rule, scope)
        source, variable, element, conditions = compiler.tail(tail)
        scope.find("")
        listed = f"[{variable} for {variable} in {source.code}{conditions}]" if conditions else source.code
        settled = replace(source, code=listed).settled()
        needed = source.demands or ()
        if not any(place.absent or place.words for place in needed):  # rows that were always there are missed
            self.program.need.update(place.path for place in needed)
        code = f"{settled.at_least(CHOICE + 1)} or []" if settled.maybe else settled.code
        annotation = self.program.use.annotation(source.type)
        self._finish(compiler, "each", self.spec.each)
        self.program.rows = Function(
            "rows_of",
            self._parameters(scope),
            annotation,
            scope.locals,
            result=code,
            document=f"Return what one {self.spec.record} is mapped row by row.",
        )
        return {**names, tail.name: replace(element, loops=frozenset())}

    def _model(
        self, model: TargetModel, prefix: str, names: dict[str, Value], *, top: bool = False
    ) -> tuple[Function, dict[str, Value]]:
        """Compile the rules of one model; return its function, and the words that its rules used."""
        scope = self._scope(names)
        name = self._function_name(model, prefix)
        returns = model.name if self.program.structs else "dict[str, Any]"
        function = Function(name, [], returns, scope.locals, model=model)
        self.program.functions.append(function)
        for each in model.fields.values():
            line = self._line(each, f"{prefix}{each.name}", scope)
            if line and self.program.structs:
                line.code = checked(line.code, self.program, model, each.name, scope)
            if line:
                function.lines.append(line)
        if top:
            for word in ("", *(w for w in names if names[w].code != names[""].code)):
                scope.find(word)
        function.parameters = self._parameters(scope)
        mapped = "row" if prefix.endswith("[].") else self.spec.record
        become = "" if function.returns == model.name else "the fields of "
        which = "one" if top or mapped == "row" else "its"
        function.document = f"Map one {mapped} to {become}{which} {model.name}."
        return function, scope.used

    def _function_name(self, model: TargetModel, prefix: str) -> str:
        taken = self.names_of_functions | self.reserved
        name = identifier(f"to_{snake(model.name)}")
        if name in taken:
            name = f"to_{snake(prefix.rstrip('.').replace('[]', '')) or 'target'}"
        name = identifier(name, taken)
        self.names_of_functions.add(name)
        return name

    # one field

    def _line(self, each: TargetField, path: str, scope: Scope) -> Line | None:
        if self.only and not (self.only == path or self.only.startswith((f"{path}.", f"{path}[]"))):
            return None
        scope.wish = snake(each.name) or "value"
        if each.listed:
            return self._list_line(each, path, scope)
        if each.model:
            return self._object_line(each, path, scope)
        rule = self.spec.rules.get(path)
        if rule is None:
            return self._no_rule(each, path)
        text, tree = parse_expression(path, rule.text)
        compiler = self._compiler(text, scope)
        value = fit(compiler, self.program, each, compiler.compile(tree), path)
        self._finish(compiler, path, rule.text)
        return Line(each.name, fill(self.program, each, value, path), rule)

    def _no_rule(self, each: TargetField, path: str) -> Line | None:
        """Leave a field to its default, where it has one."""
        if each.required and not self.only:
            raise MappingError(
                f"The target field {path!r} is required and has no rule.",
                remedy=f"Write `mapping.set({path!r}, …)`, or give the field a default in the model.",
            )
        return None

    def _list_line(self, each: TargetField, path: str, scope: Scope) -> Line | None:
        rule = self.spec.rules.get(f"{path}[]")
        inner = [target for target in self.spec.rules if target.startswith(f"{path}[].")]
        if rule is None:
            if inner:
                raise MappingError(
                    f"{inner[0]!r} has a rule, but what its rows are made from is not said.",
                    remedy=f'Write `mapping.set({path + "[]"!r}, "for line in lines.data")`.',
                )
            return self._no_rule(each, path)
        text, tail = parse_tail(f"{path}[]", rule.text)
        if tail.source is None or each.model is None:
            text.refuse(
                None, "a list's rows want a `for`.", "Write `for line in lines.data if line.amount > 0`."
            )
        compiler = self._compiler(text, scope)
        source, variable, element, conditions = compiler.tail(tail)
        self._finish(compiler, f"{path}[]", rule.text)
        names = {**scope.names, tail.name: replace(element, loops=frozenset())}
        function, used = self._model(each.model, f"{path}[].", names)
        call = self._call(function, used, scope, tail.name)
        value = replace(source, code=f"[{call} for {variable} in {source.code}{conditions}]", rank=ATOM)
        return Line(each.name, fill(self.program, each, value, path), rule)

    def _object_line(self, each: TargetField, path: str, scope: Scope) -> Line | None:
        inner = [target for target in self.spec.rules if target.startswith(f"{path}.")]
        rule = self.spec.rules.get(path)
        if each.model is None or not (inner or rule):
            return self._no_rule(each, path)
        if not inner and not self.only:
            raise MappingError(
                f"{path!r} has a condition, but none of its fields has a rule.",
                remedy=f"Write `mapping.set({f'{path}.{next(iter(each.model.fields))}'!r}, …)`.",
            )
        guards: tuple[Guard, ...] = ()
        demands: tuple[SourceField, ...] | None = ()
        if rule is not None:
            text, tail = parse_tail(path, rule.text)
            if tail.source is not None:
                text.refuse(None, "an object has an `if`, not a `for`.", "Write `if shipping`.")
            compiler = self._compiler(text, scope)
            filled = tail.filled
            guards, demands = compile_filled(compiler, filled) if filled else compiler.condition(tail, path)
            self._finish(compiler, path, rule.text)
        before = len(self.program.gaps)
        function, used = self._model(each.model, f"{path}.", scope.names)
        self._close_gaps(before, demands)
        call = self._call(function, used, scope, "")
        value = Value(call, Type("object"), guards, demands=demands)
        return Line(each.name, fill(self.program, each, value, path), rule)

    def _close_gaps(self, before: int, there: tuple[SourceField, ...] | None) -> None:
        """Take the places that were tested out of the gaps that came since: where they are null, no one asks."""
        gaps = [
            (target, tuple(place for place in places if place not in (there or ())))
            for target, places in self.program.gaps[before:]
        ]
        self.program.gaps[before:] = [(target, places) for target, places in gaps if places]

    def _call(self, function: Function, used: dict[str, Value], scope: Scope, row: str) -> str:
        for word in used:
            if word != row:
                scope.find(word)
        return f"{function.name}({', '.join(name for name, _ in function.parameters)})"


def _constant(name: str, value: Any) -> Value:
    if isinstance(value, type):
        return Value(name, annotation_type(value)[0])
    return Value(literal(value), annotation_type(type(value))[0], choices=frozenset({value}))


def walk_rules(spec: Spec) -> Iterator[Rule]:
    """Yield the rules in the order of the target's fields."""
    for path, _ in spec.target.walk():
        if path in spec.rules:
            yield spec.rules[path]
