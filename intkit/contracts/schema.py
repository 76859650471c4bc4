"""What a JSON Schema says of one place: the schemas that apply there, merged into one shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intkit.contracts.contract import Contract, Promise
from intkit.contracts.spec import Spec
from intkit.errors import ContractError
from intkit.paths import EACH, format_path, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "object": "object",
    "array": "list",
}
FORMATS = {
    "date-time": "datetime", "date": "date", "time": "time", "duration": "duration", "email": "e-mail", "uri": "url",
    "url": "url", "uuid": "uuid", "unix-time": "epoch seconds",
}  # fmt: skip
"""The formats of JSON Schema and OpenAPI that a profile tells, too; a profile's names for them."""

_DEEPEST = 12


@dataclass
class Shape:
    """What may stand at one place.

    Attributes:
        types: as a profile spells them; none means any.
        nullable: whether null may stand there.
        values: the only values; none means any.
        format: as a profile names it, or empty.
        fields: the schemas of each key; several where variants have the same key.
        required: the keys that must be there.
        elements: the schemas of the elements.
        is_open: whether keys that are not named are documented, too, as those of a map.
    """

    types: set[str] = field(default_factory=set)
    nullable: bool = False
    values: list[Any] = field(default_factory=list)
    format: str = ""
    fields: dict[str, list[Any]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    elements: list[Any] = field(default_factory=list)
    is_open: bool = False


def shape_of(spec: Spec, schemas: list[Any], depth: int = 0) -> Shape:
    """Return the shape where one of the schemas applies.

    Args:
        spec: the document that references lead into.
        schemas: the alternatives.
        depth: how far references have been followed already.
    """
    shapes = [_shape(spec, schema, depth) for schema in schemas]
    return shapes[0] if len(shapes) == 1 else _either(shapes)


def _shape(spec: Spec, schema: Any, depth: int) -> Shape:
    found = spec.resolve(schema)
    if not found or depth > _DEEPEST:
        return Shape(is_open=True)
    shape = _own(found)
    for part in found.get("allOf") or ():
        shape = _both(shape, _shape(spec, part, depth + 1))
    for word in ("oneOf", "anyOf"):
        if isinstance(found.get(word), list) and found[word]:
            shape = _both(shape, _either([_shape(spec, each, depth + 1) for each in found[word]]))
    return shape


def _own(schema: dict[str, Any]) -> Shape:
    """Return what a schema says by itself."""
    named = schema.get("type")
    types = set(named) if isinstance(named, list) else {named} if named else set()
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    properties = schema.get("properties") or {}
    if not types and properties:
        types = {"object"}
    additional = schema.get("additionalProperties")
    return Shape(
        types={WORDS[each] for each in types if each in WORDS},
        nullable="null" in types or schema.get("nullable") is True or None in values,
        values=[value for value in values if value is not None],
        format=FORMATS.get(str(schema.get("format", "")), ""),
        fields={key: [inner] for key, inner in properties.items()},
        required=set(schema.get("required") or ()),
        elements=[schema["items"]] if "items" in schema else [],
        is_open=bool(additional) or bool(schema.get("patternProperties")) or not properties,
    )


def _both(one: Shape, other: Shape) -> Shape:
    """Return the shape of what has to fit both."""
    return Shape(
        types=one.types & other.types or one.types or other.types,
        nullable=one.nullable or other.nullable,
        values=one.values or other.values,
        format=one.format or other.format,
        fields={key: one.fields.get(key, []) or other.fields[key] for key in {**one.fields, **other.fields}},
        required=one.required | other.required,
        elements=one.elements or other.elements,
        is_open=one.is_open and other.is_open,
    )


def _either(shapes: list[Shape]) -> Shape:
    """Return the shape of what may fit any; a key is required where every variant that is an object requires it."""
    objects = [each for each in shapes if "object" in each.types or each.fields]
    keys = {key: None for each in objects for key in each.fields}
    limited = all(each.values or not each.types - {"object", "list"} for each in shapes)
    return Shape(
        types=set().union(*(each.types for each in shapes)) if all(each.types for each in shapes) else set(),
        nullable=any(each.nullable or not (each.types or each.fields or each.values) for each in shapes),
        values=[value for each in shapes for value in each.values] if limited else [],
        format=shapes[0].format if len({each.format for each in shapes}) == 1 else "",
        fields={key: [inner for each in objects for inner in each.fields.get(key, [])] for key in keys},
        required=set.intersection(*(each.required for each in objects)) if objects else set(),
        elements=[inner for each in shapes for inner in each.elements],
        is_open=any(each.is_open for each in objects) or not objects,
    )


def contract_of_schema(spec: Spec, schema: Any, name: str, *, at: str = "", deepest: int = 3) -> Contract:
    """Return the contract that a schema describes.

    Args:
        spec: the document that references lead into; `Spec(schema)` for a JSON Schema that stands alone.
        schema: of one record, or of the answer that holds the records.
        name: the contract's name.
        at: where in the answer a record stands, `data[]`.
        deepest: how many keys deep; specs are often endless, as a charge has a customer that has charges.

    Raises:
        ContractError: the schema has nothing there.
    """
    schemas = [schema]
    for step in parse_path(at):
        shape = shape_of(spec, schemas)
        schemas = shape.elements if step == EACH else shape.fields.get(step, [])
        if not schemas:
            known = ", ".join(shape.fields) or "nothing that is named"
            raise ContractError(
                f"The schema has no {at!r}.", f"Before {step!r} it has {known}.", remedy="Mend `at`."
            )
    return Contract(name, dict(_promises(spec, schemas, (), False, deepest)), evidence="a schema")


def _promises(
    spec: Spec, schemas: list[Any], steps: tuple[str, ...], optional: bool, deepest: int
) -> Iterator[tuple[str, Promise]]:
    shape = shape_of(spec, schemas)
    if steps:
        yield format_path(steps), _promise(shape, optional)
    if sum(step != EACH for step in steps) >= deepest:
        return
    for key, inner in shape.fields.items():
        yield from _promises(spec, inner, (*steps, key), key not in shape.required, deepest)
    if shape.elements:
        yield from _promises(spec, shape.elements, (*steps, EACH), False, deepest)


def _promise(shape: Shape, optional: bool) -> Promise:
    return Promise(
        types=tuple(sorted(shape.types)),
        nullable=shape.nullable,
        optional=optional,
        values=tuple(shape.values),
        format=shape.format,
        evidence="documented",
    )
