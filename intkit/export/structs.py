"""Targets as msgspec Structs: the same fields and conditions as the pydantic models, without pydantic at run time."""

from __future__ import annotations

import ast
import enum
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from intkit.codegen import Writer, docstring, literal
from intkit.errors import ExportError
from intkit.rules.program import spell_literal
from intkit.rules.render import Definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from intkit.rules.program import Program
    from intkit.rules.targets import TargetModel

_PLAIN = {str, int, float, bool, Decimal, datetime, date, UUID}
# pydantic's conditions: the comparison that breaks them, and what is expected
_CONDITIONS = {
    "ge": ("{0} < {1}", "at least"),
    "gt": ("{0} <= {1}", "more than"),
    "le": ("{0} > {1}", "at most"),
    "lt": ("{0} >= {1}", "less than"),
    "min_length": ("len({0}) < {1}", "a length of at least"),
    "max_length": ("len({0}) > {1}", "a length of at most"),
}


def struct_definitions(program: Program, definitions: Definitions) -> Definitions:
    """Return the definitions with a Struct in each model's place.

    Raises:
        ExportError: a model does more than a Struct can: validators, computed fields, aliases, other types.
    """
    models = list(program.spec.target.models())
    if program.spec.omit_null:
        raise _cannot(models[0], "leaving out what is null")
    names = {model.name for model in models}
    kept = [
        ast.get_source_segment(definitions.code, node) or ""
        for node in ast.parse(definitions.code).body
        if not (isinstance(node, ast.ClassDef) and node.name in names)
    ]
    imports = "from datetime import date, datetime\nfrom decimal import Decimal\nfrom uuid import UUID\n"
    imported = [line for line in definitions.imports.splitlines() if not _names_model(line, names)]
    code = "\n\n\n".join([*kept, *(_struct(model, program) for model in reversed(models))])
    return Definitions("\n".join(imported) + "\n" + imports, code + "\n")


def _names_model(line: str, names: set[str]) -> bool:
    return line.rpartition(" ")[2] in names


def _may_hold_nan(program: Program) -> bool:
    """Whether a decimal may be no number: msgspec reads "NaN" as one, and what a mapping brings along is not known."""
    use, spec = program.use, program.spec
    read = [place.fields[key] for place in spec.source.walk() for key in use.reads.get(place.path, {})]
    return bool(spec.own or spec.asks) or any("Decimal" in use.wire_annotation(place) for place in read)


def _struct(model: TargetModel, program: Program) -> str:
    """Return a model as a Struct; what its builders always give comes first, for they give it by its place."""
    _refuse_more(model)
    given = program.always_given(model.name)
    writer = Writer()
    hints = typing.get_type_hints(model.cls, include_extras=True)
    with writer.block(f"class {model.name}(msgspec.Struct, gc=False):"):
        writer.lines(docstring(model.cls.__doc__ or f"A {model.name}.") + "\n")
        for name in sorted(model.cls.model_fields, key=lambda name: name not in given):
            default = "" if name in given else _default(model, name)
            writer.line(f"{name}: {_spell(hints[name], model)}{default}")
        decimals = model.fields if _may_hold_nan(program) else ()
        checks = [check for name in decimals for check in _finite_checks(name, hints[name])]
        checks += [
            check for name, info in model.cls.model_fields.items() for check in _checks(model, name, info)
        ]
        for name in [name for name in hints if name in model.fields]:
            checks += _zone_checks(name, hints[name])
        if checks:
            writer.line()
            with writer.block("def __post_init__(self) -> None:"):
                for broken, expected in checks:
                    with writer.block(f"if {broken}:"):
                        writer.line(f"raise ValueError({literal(expected)})")
    return writer.source().rstrip()


def _refuse_more(model: TargetModel) -> None:
    decorated = model.cls.__pydantic_decorators__
    more = [*decorated.validators, *decorated.field_validators, *decorated.root_validators]
    more += [*decorated.model_validators, *decorated.computed_fields, *decorated.field_serializers]
    renamed = [name for name, info in model.cls.model_fields.items() if info.validation_alias is not None]
    if more or renamed:
        raise ExportError(
            f"{model.name} cannot become a Struct: {', '.join(more + renamed)} does what Structs do not.",
            remedy="Export with pydantic targets, or take validators and aliases out of the model.",
        )


def _default(model: TargetModel, name: str) -> str:
    each = model.fields[name]
    if each.required:
        return ""
    if each.default == []:
        return " = msgspec.field(default_factory=list)"
    if not each.has_plain_default or each.wrap is not None:
        raise _cannot(model, f"the default of {name}")
    return f" = {literal(each.default)}"


def _spell(hint: Any, model: TargetModel) -> str:
    """Return an annotation as source."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _spell(arguments[0], model)
    if origin is typing.Literal:
        return spell_literal(arguments)
    if origin is list:
        return f"list[{_spell(arguments[0], model)}]"
    if origin in (typing.Union, types.UnionType):
        return " | ".join(_spell(each, model) for each in arguments)
    if hint is type(None):
        return "None"
    if getattr(hint, "__name__", "") == "AwareDatetime":
        return "datetime"
    own = isinstance(hint, type) and (hasattr(hint, "model_fields") or issubclass(hint, enum.Enum))
    if hint in _PLAIN or own:
        return str(hint.__name__)
    raise _cannot(model, f"the type {getattr(hint, '__name__', hint)}")


def _checks(model: TargetModel, name: str, info: FieldInfo) -> Iterator[tuple[str, str]]:
    """Yield the test that breaks each condition of a field, and what to say then."""
    place = f"self.{name}"
    guard = f"{place} is not None and " if model.fields[name].nullable else ""
    for condition in info.metadata:
        known = [word for word in _CONDITIONS if hasattr(condition, word)]
        if not known:
            raise _cannot(model, f"the condition {condition!r} of {name}")
        for word in known:
            bound = getattr(condition, word)
            test, words = _CONDITIONS[word]
            yield guard + test.format(place, literal(bound)), f"{name}: expected {words} {bound}"


def _finite_checks(name: str, hint: Any) -> Iterator[tuple[str, str]]:
    """Yield the test of a decimal number that is none, which msgspec reads from text, and pydantic refuses."""
    listed = typing.get_origin(hint) is list
    arms = _arms(typing.get_args(hint)[0] if listed else hint)
    if Decimal in arms:
        guard = "{0} is not None and " if type(None) in arms else ""
        test = f"{guard}not {{0}}.is_finite()".format("each" if listed else f"self.{name}")
        yield (
            (f"any({test} for each in self.{name})" if listed else test),
            f"{name}: expected a finite number",
        )


def _arms(hint: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows."""
    if typing.get_origin(hint) is typing.Annotated:
        return _arms(typing.get_args(hint)[0])
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return typing.get_args(hint) if is_union else (hint,)


def _zone_checks(name: str, hint: Any) -> Iterator[tuple[str, str]]:
    """Yield the test of a time's zone, which its type does not prove."""
    arms = _arms(hint)
    guard = f"self.{name} is not None and " if type(None) in arms else ""
    if any(getattr(arm, "__name__", "") == "AwareDatetime" for arm in arms):
        yield f"{guard}self.{name}.tzinfo is None", f"{name}: expected a time with its zone"


def _cannot(model: TargetModel, what: str) -> ExportError:
    return ExportError(
        f"{model.name} cannot become a Struct: {what} is not known there.",
        remedy="Export with pydantic targets, or simplify the model.",
    )
