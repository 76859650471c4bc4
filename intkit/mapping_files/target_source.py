"""A target model out of what the receiving system gives: a JSON Schema, an OpenAPI component, an import format.

It is written as Python into `mappings/NAME_models.py`, where it can be read, and edited by hand from then on.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intkit.codegen import Writer, camel, docstring, format_source, identifier, literal, snake
from intkit.compiler.names import exported_names
from intkit.contracts.spec import Spec, read_spec
from intkit.errors import MappingError, nearest
from intkit.files import read_text, write_atomic
from intkit.mapping_files.column_types import Column, read_columns
from intkit.mapping_files.definitions import load_definitions
from intkit.project import named_path

if TYPE_CHECKING:
    from pydantic import BaseModel

_HEAD = """
from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
"""
_TYPES = {"string": "str", "integer": "int", "number": "Decimal", "boolean": "bool", "null": "None"}
_FORMATS = {"date-time": "AwareDatetime", "date": "date", "time": "time", "uuid": "UUID"}
_LIMITS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "minItems": "min_length",
    "maxItems": "max_length",
}
# names that a pydantic model has of its own, and those of the head above
_TAKEN = {
    "Any", "AwareDatetime", "BaseModel", "ConfigDict", "Decimal", "Field", "Literal", "UUID",
    "bool", "date", "datetime", "dict", "int", "list", "str", "time",
}  # fmt: skip


def target_from(path: str | Path, name: str, mapping: str) -> type[BaseModel]:
    """Write a target model into `mappings/MAPPING_models.py`, and return it.

    Args:
        path: as `write_target` takes it.
        name: of the class, `Invoice`.
        mapping: the mapping that it is the target of, `odoo_invoices`.

    Raises:
        MappingError: it cannot be made from that file, or the models file is there and says otherwise.
    """
    models = write_target(Path(path), name, named_path("mappings", f"{mapping}_models", ".py"))
    model: type[BaseModel] = getattr(load_definitions(models), name)
    return model


def write_target(path: Path, name: str, models: Path) -> Path:
    """Write a target model into a models file, and return its path.

    Args:
        path: a JSON Schema or an OpenAPI document, or an import format: a header with sample rows, CSV or Excel.
        name: the class to write; in an OpenAPI document also the component, which may be spelt `invoice`.
        models: the file to write.

    Raises:
        MappingError: it cannot be made from that file, or the models file is there and says otherwise.
    """
    if not name.isidentifier() or not name[0].isupper() or name in _taken():
        raise MappingError(f"{name!r} is no name for a target model.", remedy="Write it like 'Payment'.")
    if path.suffix in (".csv", ".xlsx"):
        text = _table_source(read_columns(path), name, path.name)
    else:
        text = _schema_source(_read_document(path), name, path.name)
    if models.is_file() and read_text(models) != text:
        raise MappingError(
            f"{models.name} is there already, and says otherwise.",
            remedy="Delete it to have it written again; edits by hand are lost then.",
        )
    return write_atomic(models, text)


def _table_source(columns: list[Column], name: str, file: str) -> str:
    body = Writer()
    taken = _inherited()
    with body.block(f"class {name}(BaseModel):"):
        body.lines(docstring(f"One row of {file}."))
        body.line()
        _write_config(body)
        for column in columns:
            attribute = _attribute(column.header, taken)
            more = {"description": f"like {column.example!r}"} if column.example else {}
            _write_field(body, attribute, column.header, column.type, column.is_required, more)
    return _finish(f"The target that {file} shows.", body)


def _read_document(path: Path) -> Spec:
    """Read an OpenAPI document, or a JSON Schema as one."""
    text = read_text(path)
    if path.suffix != ".json" or '"openapi"' in text[:2_000]:
        return read_spec(path)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise MappingError(
            f"{path.name}, line {error.lineno}: {error.msg}.", remedy="Mend that line."
        ) from None
    return Spec(document if isinstance(document, dict) else {})


def _schema_source(spec: Spec, name: str, file: str) -> str:
    schema: Any = spec.document
    if "openapi" in spec.document:
        components = (spec.document.get("components") or {}).get("schemas") or {}
        component = next((each for each in components if name in (each, camel(each))), None)
        if component is None:
            raise MappingError(
                f"{file} has no component {name!r}.{nearest(name, components)}",
                f"It has {len(components)}.",
                remedy="Give the name of a component, as it stands below `components: schemas:`.",
            )
        schema = {"$ref": f"#/components/schemas/{component}"}
    classes, known = _Classes(spec), len(spec.faults)
    try:
        annotation = classes.of(schema, name)
    except RecursionError:
        raise MappingError(
            f"{file} describes {name} by itself, without end.", remedy="Mend its `allOf`."
        ) from None
    if spec.faults[known:]:
        raise MappingError(
            f"{file} is broken where it describes {name}.", *spec.faults[known:], remedy="Mend it."
        )
    if annotation != name:
        raise MappingError(
            f"{file} describes no object of known properties as {name!r}.",
            remedy="Give a schema of type object with `properties`.",
        )
    return _finish(f"The target that {file} describes.", classes.body)


class _Classes:
    """The classes of a schema, inner ones first."""

    def __init__(self, spec: Spec) -> None:
        self.body = Writer()
        self._spec = spec
        self._names = _taken()
        self._known = {"#": "dict[str, Any]"}  # what holds itself ends there

    def of(self, schema: Any, wish: str) -> str:
        """Return the annotation of a schema, without null; its class is written where it has one."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if reference in self._known:
            return self._known[reference]
        if reference:
            self._known[reference] = "dict[str, Any]"
        annotation = self._annotation(self._merged(schema), wish)
        if reference:
            self._known[reference] = annotation
        return annotation

    def _merged(self, schema: Any) -> dict[str, Any]:
        """Return a schema with its `allOf` put together."""
        resolved = self._spec.resolve(schema)
        merged: dict[str, Any] = {key: value for key, value in resolved.items() if key != "allOf"}
        for part in map(self._merged, reversed(resolved.get("allOf") or [])):
            merged = {
                **part,
                **merged,
                "properties": {**part.get("properties", {}), **merged.get("properties", {})},
                "required": [*part.get("required", []), *merged.get("required", [])],
            }
        return self._without_null(merged)

    def _without_null(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return a schema of one thing or null as the schema of that thing; a named one keeps its name."""
        arms = schema.get("anyOf") or schema.get("oneOf") or []
        things = [arm for arm in arms if not self._is_null(arm)]
        if len(things) != 1 or len(arms) == 1 or "$ref" in things[0]:
            return schema
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
        return {**self._merged(things[0]), **rest, "nullable": True}

    def _annotation(self, schema: dict[str, Any], wish: str) -> str:
        if "const" in schema or schema.get("enum"):
            return _choices(schema["enum"] if "enum" in schema else [schema["const"]])
        arms = schema.get("anyOf") or schema.get("oneOf")
        if arms:
            return _union([self.of(arm, wish) for arm in arms if not self._is_null(arm)])
        if schema.get("properties"):
            return self._write_class(schema, wish)
        kinds = schema.get("type") or ("object" if "additionalProperties" in schema else [])
        return _union(
            [self._kind(kind, schema, wish) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
        )

    def _kind(self, kind: str, schema: dict[str, Any], wish: str) -> str:
        if kind == "array":
            inner = schema.get("items") or {}
            return f"list[{self.of(inner, _singular(wish))}{' | None' if self._takes_null(inner) else ''}]"
        if kind == "object":
            return "dict[str, Any]"
        return _FORMATS.get(schema.get("format", ""), "str") if kind == "string" else _TYPES.get(kind, "Any")

    def _write_class(self, schema: dict[str, Any], wish: str) -> str:
        name = self._class_name(wish)
        taken, fields = _inherited(), []
        for key, inner in schema["properties"].items():
            merged = self._merged(inner)
            if merged.get("readOnly"):
                continue  # the vendor's to set
            attribute = _attribute(key, taken)
            fields.append((attribute, key, self.of(inner, camel(key)), merged))
        with self.body.block(f"class {name}(BaseModel):"):
            self.body.lines(docstring(schema.get("description") or schema.get("title") or f"One {name}."))
            self.body.line()
            _write_config(self.body)
            for attribute, key, annotation, inner in fields:
                typed = _or_null(annotation) if self._takes_null(inner) else annotation
                required = key in schema.get("required", [])
                _write_field(self.body, attribute, key, typed, required, _arguments(inner))
        self.body.lines("\n\n")
        return name

    def _class_name(self, wish: str) -> str:
        """Return a class name that is free; the outermost class has the name that was asked for."""
        name = wish if self._names == _taken() else identifier(camel(wish), self._names)
        self._names.add(name)
        return name

    def _is_null(self, schema: Any) -> bool:
        return self._merged(schema).get("type") in ("null", ["null"])

    def _takes_null(self, schema: Any) -> bool:
        merged = self._merged(schema)
        kinds = merged.get("type") or []
        arms = merged.get("anyOf") or merged.get("oneOf") or []
        return bool(
            merged.get("nullable")
            or "null" in ([kinds] if isinstance(kinds, str) else kinds)
            or None in (merged.get("enum") or [])
            or any(self._takes_null(arm) for arm in arms)
        )


def _choices(values: list[Any]) -> str:
    listed = [literal(value) for value in values if isinstance(value, str | int) and value is not None]
    return f"Literal[{', '.join(listed)}]" if listed else "Any"


def _union(annotations: list[str]) -> str:
    arms = [each for each in dict.fromkeys(annotations) if each != "None"]
    return "Any" if not arms or "Any" in arms else " | ".join(arms)


def _or_null(annotation: str) -> str:
    return annotation if annotation == "Any" or annotation.endswith(" | None") else f"{annotation} | None"


def _arguments(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what `Field` is given of a schema."""
    found: dict[str, Any] = {}
    if (default := _default(schema)) is not None:
        found["default"] = default
    plain = not any(schema.get(word) for word in ("enum", "anyOf", "oneOf", "format"))
    for word, argument in _LIMITS.items():
        if plain and isinstance(schema.get(word), int | float) and not isinstance(schema[word], bool):
            found[argument] = schema[word]
    if plain and isinstance(schema.get("pattern"), str):
        found["pattern"] = schema["pattern"]
    text = schema.get("description") or schema.get("title")
    return found | ({"description": " ".join(text.split())[:200]} if isinstance(text, str) and text else {})


def _default(schema: dict[str, Any]) -> Any:
    """Return the default that a schema gives, in the type that its field has; None where it is of another."""
    value, kinds = schema.get("default"), schema.get("type")
    if schema.get("enum"):
        return value if value in schema["enum"] and isinstance(value, str | int) else None
    named = [kinds] if isinstance(kinds, str) else [kind for kind in kinds or [] if kind != "null"]
    if named == ["number"]:
        return Decimal(str(value)) if type(value) in (int, float) else None
    wanted = {"integer": int, "boolean": bool, "string": str}.get(named[0]) if len(named) == 1 else None
    return value if type(value) is wanted and schema.get("format") not in _FORMATS else None


def _write_config(body: Writer) -> None:
    body.line("model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)")
    body.line()


def _write_field(
    body: Writer, attribute: str, key: str, annotation: str, required: bool, more: dict[str, Any]
) -> None:
    """Write one field; what is not required has a default, null where none is known."""
    arguments = dict(more)
    if not required and "default" not in arguments:
        annotation = _or_null(annotation)
        arguments = {"default": None, **arguments}
    if key != attribute:
        arguments["alias"] = key
    if list(arguments) == ["default"]:
        body.line(f"{attribute}: {annotation} = {literal(arguments['default'])}")
    elif arguments:
        given = ", ".join(f"{word}={literal(value)}" for word, value in arguments.items())
        body.line(f"{attribute}: {annotation} = Field({given})")
    else:
        body.line(f"{attribute}: {annotation}")


def _finish(purpose: str, body: Writer) -> str:
    return format_source(f"{docstring(purpose)}\n{_HEAD}\n\n{body.source()}")


def _attribute(key: str, taken: set[str]) -> str:
    """Return the name of a field, and take it; what pydantic or the file has of that name gets a `_`."""
    name = identifier(snake(key))
    free = [each for each in (name, f"{name}_") if each not in taken]
    attribute = free[0] if free else identifier(name, taken)
    taken.add(attribute)
    return attribute


def _taken() -> set[str]:
    """Return the names that no class of a target can have."""
    return _TAKEN | exported_names()


def _inherited() -> set[str]:
    """Return the names that a field would shadow."""
    from pydantic import BaseModel

    return {name for name in dir(BaseModel) if not name.startswith("_")} | _TAKEN


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search("(ss|x|ch|sh)es$", word):
        return word[:-2]
    return word if word.endswith("ss") else word.removesuffix("s") or word
