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
from intkit.compiler.bounds import cannot, conditions_of
from intkit.compiler.program import spell_literal
from intkit.compiler.render import Definitions
from intkit.errors import ExportError

if TYPE_CHECKING:
    from intkit.compiler.program import Program
    from intkit.rules.targets import TargetModel

_PLAIN = {str, int, float, bool, Decimal, datetime, date, UUID}


def struct_definitions(program: Program, definitions: Definitions) -> Definitions:
    """Return the definitions with a Struct in each model's place.

    Raises:
        ExportError: a model does more than a Struct can: validators, computed fields, aliases, other types.
    """
    models = list(program.spec.target.models())
    if program.spec.omit_null:
        raise cannot(models[0], "leaving out what is null")
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
            bounds = conditions_of(model, name)
            comment = f"  # {bounds}" if bounds else ""
            writer.line(f"{name}: {_spell(hints[name], model)}{default}{comment}")
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
        raise cannot(model, f"the default of {name}")
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
    raise cannot(model, f"the type {getattr(hint, '__name__', hint)}")
