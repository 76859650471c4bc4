"""The compiler of mappings: a mapping to the functions, classes and names of a Python module.

It runs twice. The first time every source field may be null; that tells which fields a required target cannot do
without. Where the source always had them, the second time they are declared as always there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from intkit.codegen import identifier, literal, snake
from intkit.errors import MappingError, RuleError, nearest
from intkit.rules.expressions import Compiler
from intkit.rules.operators import exact
from intkit.rules.parse import parse_expression, parse_tail
from intkit.rules.scope import Scope, SourceUse, reserved_names
from intkit.rules.types import BOOLEAN, NUMBER, TEXT, Type, accepts
from intkit.rules.values import ATOM, CHOICE, LOOSE, Guard, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intkit.rules.parse import RuleText
    from intkit.rules.source import SourceField
    from intkit.rules.spec import Rule, Spec
    from intkit.rules.targets import TargetField, TargetModel


@dataclass
class Line:
    """One argument of a target's constructor."""

    argument: str
    code: str
    rule: Rule | None


@dataclass
class Function:
    """A function that builds one model, or that answers a question about a record.

    Attributes:
        name: `to_payment`.
        parameters: Python name and annotation, in order.
        returns: its return annotation.
        locals: what it computes first.
        lines: the constructor's arguments; none where `result` is returned as it is.
        result: an expression to return.
        model: the model that it builds.
        document: its docstring.
    """

    name: str
    parameters: list[tuple[str, str]]
    returns: str
    locals: dict[str, str]
    lines: list[Line] = field(default_factory=list)
    result: str = ""
    model: TargetModel | None = None
    document: str = ""


@dataclass
class Lineage:
    """Where a target field comes from."""

    rule: str
    paths: tuple[str, ...]


@dataclass
class Lookup:
    """A value map at work: what it is asked with, for which target."""

    target: str
    table: str
    place: SourceField | None
    has_default: bool


@dataclass
class Program:
    """A compiled mapping.

    Attributes:
        functions: the builders, the record's own first.
        wanted: the filter, if there is one.
        rows: what makes many targets from one record, if anything does.
        calls: the transforms and runtime functions that the functions call.
        literals: by value map, the target's choices where the map must be typed by them.
        gaps: required targets, each with the places that were null or missing at times.
        lineage: by target path.
    """

    spec: Spec
    use: SourceUse
    functions: list[Function] = field(default_factory=list)
    wanted: Function | None = None
    rows: Function | None = None
    calls: set[str] = field(default_factory=set)
    literals: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    gaps: list[tuple[str, tuple[SourceField, ...]]] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    lineage: dict[str, Lineage] = field(default_factory=dict)


def compile_mapping(spec: Spec) -> Program:
    """Return a mapping as Python.

    Raises:
        RuleError: a rule that cannot work with this source and this target.
        MappingError: the mapping has no rules, or a required target has none.
    """
    first = _Builder(spec, SourceUse(spec.record))
    first.build()
    use = SourceUse(spec.record, need=frozenset(first.need), references=set(first.program.use.references))
    second = _Builder(spec, use)
    return second.build()


def check_rule(spec: Spec, rule: Rule) -> None:
    """Compile one rule on its own.

    Raises:
        RuleError: it cannot work with this source and this target.
    """
    _Builder(replace(spec, rules={**spec.rules, rule.target: rule}), SourceUse(spec.record)).build(
        only=rule.target
    )


class _Builder:
    """Builds one program."""

    def __init__(self, spec: Spec, use: SourceUse) -> None:
        self.spec = spec
        self.program = Program(spec, use)
        self.need: set[str] = set()
        models = {model.name for model in spec.target.models()}
        self.reserved = reserved_names(spec.maps) | set(spec.own) | models | set(spec.constants)
        use.taken |= self.reserved
        self.names_of_functions: set[str] = set()
        self.only = ""

    def build(self, only: str = "") -> Program:
        """Compile everything, or only what one target field needs."""
        self.only = only
        root = identifier(self.spec.record, self.reserved)
        kind = Type("object", place=self.spec.source)
        value = Value(root, kind)
        names = {"": value, self.spec.record: value}
        self.program.use.class_name(self.spec.source)
        if self.spec.when and not only:
            self.program.wanted = self._filter(names)
        if self.spec.each:
            names = self._rows(names)
        self._model(self.spec.target, "", names, top=True)
        return self.program

    # functions

    def _scope(self, names: dict[str, Value], wish: str = "value") -> Scope:
        taken = self.reserved | {value.code for value in names.values()}
        return Scope(self.program.use, names=dict(names), taken=taken, wish=wish)

    def _compiler(self, rule: RuleText, scope: Scope) -> Compiler:
        constants = {name: _constant(value) for name, value in self.spec.constants.items()}
        spec = self.spec
        return Compiler(rule, scope, spec.maps, constants, spec.own, used=self.program.calls)

    def _finish(self, compiler: Compiler, target: str, text: str) -> None:
        paths = [
            path
            for path in compiler.paths
            if not any(other.startswith((f"{path}.", f"{path}[")) for other in compiler.paths)
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
        code, rank, value = compiler.truth(tree)
        scope.find("")
        plain = value.type.kind == "boolean" and not value.nullable or rank > 4  # noqa: RUF021
        self._finish(compiler, "when", self.spec.when)
        return Function(
            "is_wanted",
            self._parameters(scope),
            "bool",
            scope.locals,
            result=code if plain and value.type == BOOLEAN else f"bool({code})",
            document=f"Tell whether a {self.spec.record} is mapped at all.",
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
        function = Function(name, [], model.name, scope.locals, model=model)
        self.program.functions.append(function)
        for each in model.fields.values():
            line = self._line(each, f"{prefix}{each.name}", scope)
            if line:
                function.lines.append(line)
        if top:
            for word in ("", *(w for w in names if names[w].code != names[""].code)):
                scope.find(word)
        function.parameters = self._parameters(scope)
        function.document = (
            f"Map one {self.spec.record} to one {model.name}." if top else f"Map one row to one {model.name}."
        )
        return function, scope.used

    def _function_name(self, model: TargetModel, prefix: str) -> str:
        name = f"to_{snake(model.name)}"
        if name in self.names_of_functions:
            name = f"to_{snake(prefix.rstrip('.').replace('[]', ''))}"
        name = identifier(name, self.names_of_functions)
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
        value = self._fit(compiler, each, compiler.compile(tree), path)
        self._finish(compiler, path, rule.text)
        return Line(each.argument, self._filled(each, value, path), rule)

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
        return Line(each.argument, self._filled(each, value, path), rule)

    def _object_line(self, each: TargetField, path: str, scope: Scope) -> Line | None:
        inner = [target for target in self.spec.rules if target.startswith(f"{path}.")]
        rule = self.spec.rules.get(path)
        if not inner or each.model is None:
            if rule is not None:
                raise MappingError(
                    f"{path!r} has a condition, but none of its fields has a rule.",
                    remedy=f"Write `mapping.set({path + '.'!r} …)` for its fields.",
                )
            return self._no_rule(each, path)
        condition = ""
        if rule is not None:
            text, tail = parse_tail(path, rule.text)
            if tail.source is not None:
                text.refuse(None, "an object has an `if`, not a `for`.", "Write `if shipping`.")
            compiler = self._compiler(text, scope)
            condition, _, _ = compiler.truth(tail.conditions[0])
            self._finish(compiler, path, rule.text)
        function, used = self._model(each.model, f"{path}.", scope.names)
        call = self._call(function, used, scope, "")
        value = Value(call, Type("object"), (Guard(call + "?", condition),) if condition else ())
        return Line(each.argument, self._filled(each, value, path), rule)

    def _call(self, function: Function, used: dict[str, Value], scope: Scope, row: str) -> str:
        for word in used:
            if word != row:
                scope.find(word)
        return f"{function.name}({', '.join(name for name, _ in function.parameters)})"

    # into the target

    def _fit(self, compiler: Compiler, each: TargetField, value: Value, path: str) -> Value:
        """Return a value in the form that the target field takes.

        Raises:
            RuleError: it is of another type, or a written value is none of the target's choices.
        """
        if value.type.kind in ("null", "never"):
            return value
        if value.type.kind == "unknown" and value.type.place is not None:
            assumed = each.type if each.type.kind in ("text", "integer", "number", "boolean") else TEXT
            compiler.scope.use.assumed.setdefault(value.type.place.path, assumed)
            value = replace(value, type=assumed)
        if each.choices is not None:
            return self._choose(compiler, each, value)
        if each.is_float and value.type.kind in ("number", "integer"):
            strict = compiler.scope.bind(value)
            return replace(strict, code=f"float({strict.code})", rank=ATOM)
        if each.wrap is not None and value.type.kind == "text":
            return self._wrapped(compiler, each.wrap, value)
        if value.type.kind == "integer" and each.type == NUMBER:
            return exact(compiler, value, NUMBER)
        if not accepts(each.type, value.type):
            self._refuse_type(compiler.rule, each, value, path)
        if (
            value.type.kind == "list"
            and value.type.nulls
            and each.type.kind == "list"
            and not each.type.nulls
        ):
            return self._without_nulls(compiler, value, path)
        return value

    def _refuse_type(self, rule: RuleText, each: TargetField, value: Value, path: str) -> None:
        text = rule.text
        piped = f"({text})" if any(word in text for word in (" if ", " or ", " and ")) else text
        known = {
            ("text", "number"): "number",
            ("text", "integer"): "whole",
            ("text", "datetime"): "parse_datetime",
            ("text", "date"): "parse_date",
            ("text", "boolean"): "yes_no",
            ("integer", "datetime"): "from_epoch",
            ("datetime", "date"): "date_only",
            ("number", "integer"): "whole",
        }
        wanted = "text" if each.type == TEXT else known.get((value.type.kind, each.type.kind), "")
        remedy = (
            f"Write `{piped} | {wanted}`."
            if wanted
            else "Put a transform behind it, or change the target's type."
        )
        if value.type.kind == "object" and value.type.place is not None:
            remedy = f"Write one of its fields: {', '.join(value.type.place.fields)}."
        raise RuleError(
            f"{path}: the rule gives {value.type}, and the target takes {each}.", text, remedy=remedy
        )

    def _choose(self, compiler: Compiler, each: TargetField, value: Value) -> Value:
        """Return a value for an Enum or a Literal."""
        choices = each.choices or ()
        wrong = sorted((value.choices or frozenset()) - set(choices), key=str)
        if wrong:
            hint = nearest(str(wrong[0]), map(str, choices))
            raise RuleError(
                f"{each.name}: the rule can give {wrong[0]!r}, and the target takes {each}.{hint}",
                compiler.rule.text,
                remedy="Change the value in the rule or in its value map, or add it to the target.",
            )
        if each.wrap is not None:
            return self._wrapped(compiler, each.wrap, value)
        tables = [table for table, _, _ in compiler.lookups]
        if value.choices is not None and all(
            self.program.literals.setdefault(t, choices) == choices for t in tables
        ):
            return value
        compiler.used.add("cast")
        strict = compiler.scope.bind(value)
        return replace(strict, code=f'cast("{spell_literal(choices)}", {strict.code})', rank=ATOM)

    def _wrapped(self, compiler: Compiler, wrap: Callable[..., Any], value: Value) -> Value:
        compiler.used.add(wrap.__name__)
        strict = compiler.scope.bind(value)
        return replace(strict, code=f"{wrap.__name__}({strict.code})", rank=ATOM, safe=False)

    def _without_nulls(self, compiler: Compiler, value: Value, path: str) -> Value:
        if value.inner is not None:
            self._demand(path, value.inner)
        compiler.used.add("all_present")
        strict = compiler.scope.bind(value)
        return replace(
            strict, code=f"all_present({strict.code})", type=replace(value.type, nulls=False), rank=ATOM
        )

    def _filled(self, each: TargetField, value: Value, path: str) -> str:
        """Return the code of an argument; where the target takes no null, a null fails or becomes the default."""
        if value.type.kind == "null" and not each.nullable:
            raise RuleError(
                f"{path}: the rule is None, and the target takes {each}.", remedy="Give it a value."
            )
        if not value.nullable or each.nullable:
            return value.settled().code
        settled = value.settled()
        if not each.required and (each.has_plain_default or each.default == []):
            default = literal(each.default)
            if value.guards and not value.maybe:
                tests = [guard.test for guard in value.guards]
                return f"{value.at_least(CHOICE + 1)} if {' and '.join(dict.fromkeys(tests))} else {default}"
            self.program.calls.add("first_of")
            return f"required(first_of({settled.code}, {default}))"
        self._demand(path, value.demands)
        self.program.calls.add("required")
        return f"required({settled.at_least(LOOSE)})"

    def _demand(self, path: str, places: tuple[SourceField, ...] | None) -> None:
        if places is None:
            return
        missing = tuple(place for place in places if place.absent)
        if missing:
            self.program.gaps.append((path, missing))
        else:
            self.need.update(place.path for place in places)


def _constant(value: Any) -> Value:
    from intkit.rules.types import annotation_type

    return Value(literal(value), annotation_type(type(value))[0], choices=frozenset({value}))


def spell_literal(choices: tuple[Any, ...]) -> str:
    """Return a Literal's annotation."""
    return f"Literal[{', '.join(literal(each) for each in choices)}]"


def walk_rules(spec: Spec) -> Iterator[Rule]:
    """Yield the rules in the order of the target's fields."""
    for path, _ in spec.target.walk():
        if path in spec.rules:
            yield spec.rules[path]
