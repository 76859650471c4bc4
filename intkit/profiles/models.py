"""The records' form as Python classes: a pydantic model, or the msgspec Struct that exports decode with.

Fields have the JSON types that were seen. What may be absent is not therefore null, nor the other way round.
Formats and enums stand beside a field as proposals: which values there may be is the vendor's word, not ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from intkit.codegen import Writer, camel, docstring, format_source, identifier, literal, snake
from intkit.errors import ProfileError, shorten
from intkit.profiles.overrides import Override
from intkit.profiles.shown import format_of

if TYPE_CHECKING:
    from intkit.profiles.fields import Field
    from intkit.profiles.report import Profile

Kind = Literal["pydantic", "struct"]

_SAID = {"decimal": "Decimal", "date": "dt.date", "datetime": "dt.datetime", "uuid": "UUID"}
_TYPES = {"text": "str", "integer": "int", "number": "float", "boolean": "bool"}
_TAKEN = {
    "str", "int", "float", "bool", "list", "dict", "Any", "Annotated", "msgspec", "dt", "Decimal", "UUID", "Strict",
    "BaseModel", "BeforeValidator", "ConfigDict", "Field", "NotNull",
}  # fmt: skip
_WRAPPERS = {"data", "items", "results", "records", "nodes", "edges", "list", "values"}
_MOST_PROPOSED = 8


class ModelSource(str):
    """Python source that a notebook shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def write_model(profile: Profile, name: str, kind: Kind) -> ModelSource:
    """Return the source of the classes, the records' own last.

    Raises:
        ProfileError: the name is no class name, or the records are not objects.
    """
    if not name.isidentifier() or not name[0].isupper():
        raise ProfileError(f"{name!r} is no name for a class.", remedy="Write it like 'Charge'.")
    if kind not in {"pydantic", "struct"}:
        raise ProfileError(f"There is no model of kind {kind!r}.", remedy="Choose 'pydantic' or 'struct'.")
    if profile.root.types.keys() != {"object"}:
        seen = ", ".join(profile.root.types) or "none"
        raise ProfileError(
            f"A model describes objects; the records are {seen}.", remedy="Profile a list of dicts."
        )
    classes = _Classes(profile, name, kind)
    classes.add(profile.root, name)
    return ModelSource(classes.source())


class _Classes:
    """The classes of one source file, those of inner objects first."""

    def __init__(self, profile: Profile, name: str, kind: Kind) -> None:
        self._profile = profile
        self._kind = kind
        self._names = {name} | _TAKEN
        self._body = Writer()

    def add(self, field: Field, name: str) -> str:
        """Write the class of an object and return its name."""
        taken = _TAKEN | _inherited(self._kind)
        attributes: list[tuple[str, Field, str]] = []
        for key, inner in field.fields.items():
            attribute = identifier(snake(key), taken | {each for each, _, _ in attributes})
            attributes.append((attribute, inner, self._type(inner, name)))
        base = "BaseModel" if self._kind == "pydantic" else "msgspec.Struct, kw_only=True"
        with self._body.block(f"class {name}({base}):"):
            self._body.lines(docstring(_told(field)))
            if self._kind == "pydantic":
                self._body.line("model_config = ConfigDict(strict=True, protected_namespaces=())")
            for attribute, inner, typed in attributes:
                if proposal := self._proposal(inner):
                    self._body.comment(proposal)
                self._body.line(f"{attribute}: {self._field(attribute, inner, typed)}")
        return name

    def source(self) -> str:
        """Return the whole file."""
        body = self._body.source()
        checks = [_NOT_NULL] if "NotNull" in body else []
        return format_source("\n".join([_HEADS[self._kind], *checks, body]))

    def _field(self, attribute: str, field: Field, typed: str) -> str:
        key = field.steps[-1]
        write = _pydantic_field if self._kind == "pydantic" else _struct_field
        said = self._said(field).nullable
        nullable = (bool(field.nulls) or not field.types) if said is None else said
        return write(typed, key if key != attribute else None, field.count < field.parents, nullable)

    def _type(self, field: Field, owner: str) -> str:
        """Return the type without null; `None` where nothing but null was seen."""
        if said := self._said(field).type:
            typed = _TYPES.get(said) or _SAID[said]
            return f"Annotated[{typed}, Strict(strict=False)]" if self._is_lax(said) else typed
        kinds = [word for word in field.types if not (word == "integer" and "number" in field.types)]
        types = [self._one_type(word, field, owner) for word in kinds]
        return " | ".join(types) or "None"

    def _one_type(self, word: str, field: Field, owner: str) -> str:
        if word in _TYPES:
            return _TYPES[word]
        inner = self._inner(field, owner) if field.element else "Any"
        if word == "list":
            return f"list[{inner}]"
        if field.is_map:
            return f"dict[str, {inner}]"
        return self.add(field, self._class_name(field, owner)) if field.fields else "dict[str, Any]"

    def _said(self, field: Field) -> Override:
        return self._profile.overrides.get(field.path, Override())

    def _is_lax(self, said: str) -> bool:
        # a strict pydantic model takes a datetime where JSON has only its text
        return self._kind == "pydantic" and said in _SAID

    def _inner(self, field: Field, owner: str) -> str:
        assert field.element is not None
        typed = self._type(field.element, owner)
        return f"{typed} | None" if field.element.nulls and typed != "None" else typed

    def _class_name(self, field: Field, owner: str) -> str:
        keys = [step for step in field.steps if step != "[]" and step not in _WRAPPERS] or [owner]
        word = _singular(keys[-1]) if field.steps[-1] == "[]" else keys[-1]
        plain = identifier(camel(identifier(snake(word))))
        name = plain if plain not in self._names else identifier(f"{owner}{plain}", self._names)
        self._names.add(name)
        return name

    def _proposal(self, field: Field) -> str:
        roles = {role.name for role in self._profile.roles.get(field.path, ())}
        if "enum" in roles and "personal" not in roles and len(field.values) <= _MOST_PROPOSED:
            values = ", ".join(shorten(value, 30) for value in field.values)
            return f"perhaps Literal[{values}], as {field.count} of them showed no other"
        return format_of(field)


def _singular(word: str) -> str:
    for ending, single in (
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("ss", "ss"),
        ("s", ""),
    ):
        if word.endswith(ending):
            return word.removesuffix(ending) + single
    return word


def _told(field: Field) -> str:
    count = field.types["object"]
    if field.steps:
        return f"What {count} objects at {field.path} held."
    few = " One sample only: low confidence." if count == 1 else ""
    return f"What {count} record{'' if count == 1 else 's'} held.{few}"


def _pydantic_field(typed: str, alias: str | None, optional: bool, nullable: bool) -> str:
    given = f"alias={literal(alias)}" if alias is not None else ""
    if optional:
        default = f"Field(default=None, {given})" if given else "None"
        return (
            f"{_or_none(typed)} = {default}"
            if nullable
            else f"Annotated[{typed} | None, NotNull] = {default}"
        )
    typed = _or_none(typed) if nullable else typed
    return f"{typed} = Field({given})" if given else typed


def _struct_field(typed: str, alias: str | None, optional: bool, nullable: bool) -> str:
    typed = _or_none(typed) if nullable else typed
    typed = f"{typed} | msgspec.UnsetType" if optional else typed
    default = "msgspec.UNSET" if optional else ""
    if alias is not None:
        parts = [f"default={default}"] if default else []
        return f"{typed} = msgspec.field({', '.join([*parts, f'name={literal(alias)}'])})"
    return f"{typed} = {default}" if default else typed


def _or_none(typed: str) -> str:
    return typed if typed in {"None", "Any"} else f"{typed} | None"


def _inherited(kind: Kind) -> set[str]:
    """Return names that a field would shadow."""
    if kind == "struct":
        return set()
    from pydantic import BaseModel

    return {name for name in dir(BaseModel) if not name.startswith("_")}


_HEADS = {
    "pydantic": """
from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
""",
    "struct": """
from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
""",
}
_NOT_NULL = """
def _refuse_null(value: Any) -> Any:
    if value is None:
        raise ValueError("may be absent, but not null")
    return value


NotNull = BeforeValidator(_refuse_null)
"""
