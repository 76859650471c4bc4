"""The target side of a mapping: a pydantic model, as the fields that want a rule."""

from __future__ import annotations

import enum
import types
import typing
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from intkit.errors import MappingError, nearest
from intkit.rules.types import ANY, DATE, DATETIME, TEXT, Type, annotation_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

_MISSING: Any = object()
# pydantic's own names for a type with a condition
_NARROWED = {
    "EmailStr": TEXT,
    **dict.fromkeys(("AwareDatetime", "NaiveDatetime", "PastDatetime", "FutureDatetime"), DATETIME),
    **dict.fromkeys(("PastDate", "FutureDate"), DATE),
}
_SHOWN = 12
_BUILT_FROM_TEXT = {"UUID"}


@dataclass(frozen=True)
class TargetField:
    """One field of a target model.

    Attributes:
        name: what rules call it.
        type: what it takes.
        required: the model has no default for it.
        nullable: it takes None.
        default: what the model takes where nothing is given, if that is a plain value.
        model: the model of an object, or of a list's rows.
        listed: it is a list of rows.
        choices: the only values it takes: an enum's or a Literal's.
        wrap: the class that makes its value, or each element of its list, from text: an Enum, a UUID.
        is_float: it takes a float, not a decimal.
        description: what the model says about it.
    """

    name: str
    type: Type
    required: bool
    nullable: bool
    default: Any = _MISSING
    model: TargetModel | None = None
    listed: bool = False
    choices: tuple[Any, ...] | None = None
    wrap: Callable[..., Any] | None = None
    is_float: bool = False
    description: str = ""

    @property
    def has_plain_default(self) -> bool:
        """Whether the default can be written out."""
        return self.default is None or isinstance(self.default, str | int | bool | float | Decimal)

    def __str__(self) -> str:
        word = (self.model.name if self.model else "") or str(self.type)
        if self.choices is not None:
            word = "one of " + ", ".join(repr(getattr(each, "value", each)) for each in self.choices[:8])
        return (f"a list of {word}" if self.listed else word) + (", or null" if self.nullable else "")


@dataclass(frozen=True)
class TargetModel:
    """A pydantic model as a target: its fields by name, in the model's order."""

    cls: type[BaseModel]
    fields: dict[str, TargetField] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.cls.__name__

    @property
    def has_aliases(self) -> bool:
        """Whether data may call a field otherwise than the model does."""
        return any(info.validation_alias is not None for info in self.cls.model_fields.values())

    def walk(self, prefix: str = "") -> Iterator[tuple[str, TargetField]]:
        """Yield every field with its path: `refunds[].amount`; a list of rows comes before its rows' fields."""
        for each in self.fields.values():
            path = f"{prefix}{each.name}" + ("[]" if each.listed else "")
            yield path, each
            if each.model:
                yield from each.model.walk(f"{path}.")

    def models(self) -> Iterator[TargetModel]:
        """Yield this model and all models below it, each once."""
        seen: dict[type, TargetModel] = {self.cls: self}
        for _, each in self.walk():
            if each.model:
                seen.setdefault(each.model.cls, each.model)
        yield from seen.values()

    def written(self, name: str) -> str:
        """Return what a field is called in JSON: its alias, where the model says so."""
        alias = self.cls.model_fields[name].serialization_alias
        return alias if alias and self.cls.model_config.get("serialize_by_alias") else name

    def find(self, path: str) -> TargetField:
        """Return the field at a path.

        Raises:
            MappingError: the model has no such field.
        """
        known = dict(self.walk())
        if path not in known:
            raise MappingError(
                f"{self.name} has no field {path!r}.{nearest(path, known)}",
                f"It has: {_beside(path, known)}.",
                remedy="Give the rule to a field that it has, or add the field to the model; "
                "`lines[]` are the rows of a list, and `lines[].sku` is a field of each.",
            )
        return known[path]


def _beside(path: str, known: Iterable[str]) -> str:
    """Return the fields of the object that a path leads into; of the whole target where it leads nowhere."""
    fields = {each: each.rpartition(".")[0] for each in known}
    within = path.rpartition(".")[0]
    names = [each for each, parent in fields.items() if parent == (within if within in fields else "")]
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")


def read_target(cls: Any) -> TargetModel:
    """Return a pydantic model as a target.

    Raises:
        MappingError: it is no pydantic model, or it holds itself.
    """
    from pydantic import BaseModel

    if not (isinstance(cls, type) and issubclass(cls, BaseModel)):
        raise MappingError(
            f"The target is {cls!r}, which is not a pydantic model.",
            remedy="Write `class Payment(BaseModel): …` and give that class.",
        )
    return _model(cls, ())


def _model(cls: type[BaseModel], above: tuple[type, ...]) -> TargetModel:
    _refuse_nameless(cls)
    if cls in above:
        raise MappingError(
            f"The target model {cls.__name__} holds itself.", remedy="Give the inner one a model of its own."
        )
    try:
        hints = typing.get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise MappingError(
            f"The target model {cls.__name__} names a type that is not defined: {error}."
        ) from None
    fields = {name: _field(cls, name, hints[name], (*above, cls)) for name in cls.model_fields}
    return TargetModel(cls, fields)


def _refuse_nameless(cls: type[BaseModel]) -> None:
    """Refuse a model that has no fields to write rules for, or no name to write in an export."""
    if cls.__pydantic_root_model__:
        raise MappingError(
            f"The target model {cls.__name__} is a RootModel, which has no fields.",
            remedy="Write the type that it stands for in its place, like `list[str]`, in a model with fields.",
        )
    if not cls.__name__.isidentifier():
        raise MappingError(
            f"The target model {cls.__name__} has no name that an export could write.",
            remedy=f"Give it one: `class Named({cls.__name__}): …`.",
        )


def _field(cls: type[BaseModel], name: str, hint: Any, above: tuple[type, ...]) -> TargetField:
    info = cls.model_fields[name]
    annotation, nullable = _without_none(hint)
    listed = typing.get_origin(annotation) is list
    inner = typing.get_args(annotation)[0] if listed and typing.get_args(annotation) else annotation
    inner, _ = _without_none(inner)
    model = _model(inner, above) if _is_model(inner) else None
    type_ = Type("object") if model else _type(annotation)
    return TargetField(
        name=name,
        type=type_,
        required=info.is_required(),
        nullable=nullable,
        default=_default(info),
        model=model,
        listed=listed and model is not None,
        choices=_choices(inner),
        wrap=_wrap(inner),
        is_float=annotation is float,
        description=info.description or "",
    )


def _default(info: FieldInfo) -> Any:
    if info.is_required() or (info.default_factory is not None and info.default_factory is not list):
        return _MISSING
    return [] if info.default_factory is list else getattr(info.default, "value", info.default)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Return an annotation without Annotated, Required and None, and whether None was there."""
    if typing.get_origin(hint) is typing.Annotated:
        return _without_none(typing.get_args(hint)[0])
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        arms = [arm for arm in typing.get_args(hint) if arm is not type(None)]
        if len(arms) < len(typing.get_args(hint)):
            inner = reduce(or_, arms)
            return (_without_none(inner)[0] if len(arms) == 1 else inner), True
    return hint, False


def _is_model(annotation: Any) -> bool:
    from pydantic import BaseModel

    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _type(annotation: Any) -> Type:
    if isinstance(annotation, type) and annotation.__name__ in _NARROWED:
        return _NARROWED[annotation.__name__]
    if isinstance(annotation, type) and annotation.__name__ in _BUILT_FROM_TEXT:
        return TEXT
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        kinds = {type(each.value) for each in annotation}
        return annotation_type(kinds.pop())[0] if len(kinds) == 1 else ANY
    return annotation_type(annotation)[0]


def _choices(annotation: Any) -> tuple[Any, ...] | None:
    if typing.get_origin(annotation) is typing.Literal:
        return typing.get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return tuple(each.value for each in annotation)
    return None


def _wrap(annotation: Any) -> Callable[..., Any] | None:
    if isinstance(annotation, type) and (
        issubclass(annotation, enum.Enum) or annotation.__name__ in _BUILT_FROM_TEXT
    ):
        return annotation
    return None
