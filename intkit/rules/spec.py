"""A mapping as it is written down: source, target, rules, value maps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from intkit.codegen import identifier, snake
from intkit.errors import MappingError, shorten
from intkit.rules.source import SourceField
from intkit.rules.types import TEXT, Type, annotation_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from intkit.rules.targets import TargetModel


@dataclass(frozen=True)
class ValueMap:
    """What each source value becomes.

    Attributes:
        name: in CAPITALS, as rules name it.
        entries: source value to target value; empty for a map that is given at run time.
        given: it is filled at run time, from a file or by the caller.
        note: why.
    """

    name: str
    entries: dict[Any, Any]
    given: bool = False
    note: str = ""

    @property
    def key(self) -> Type:
        """The type of its keys."""
        return _one_type(self.entries) if self.entries else TEXT

    @property
    def type(self) -> Type:
        """The type of what it gives."""
        return _one_type(self.entries.values()) if self.entries else TEXT

    @property
    def choices(self) -> frozenset[Any] | None:
        """The values that it can give, unless it is given at run time."""
        return None if self.given else frozenset(self.entries.values()) - {None}

    @property
    def has_null(self) -> bool:
        """Whether it says null for a value."""
        return None in self.entries.values()


def _one_type(values: Any) -> Type:
    types = list(dict.fromkeys(annotation_type(type(value))[0] for value in values if value is not None))
    if not types:
        return TEXT
    return types[0] if len(types) == 1 else Type("mixed", parts=tuple(types))


@dataclass(frozen=True)
class Rule:
    """One target field's rule.

    Attributes:
        target: the field's path, `refunds[].amount`; `refunds[]` for the rows themselves.
        text: the expression, or the tail of a list or an object.
        note: why it is so, for the sheet and the export.
    """

    target: str
    text: str
    note: str = ""


@dataclass
class Spec:
    """A whole mapping.

    Attributes:
        name: of the mapping, its file and its export.
        record: what one source record is called in rules and in the export, `charge`.
        source: what the records hold.
        records: how many records that was seen on.
        target: the model to fill.
        rules: by target path.
        when: the condition under which a record is mapped at all.
        each: the tail that makes many targets from one record.
        maps: value maps by name.
        constants: named values by name; a type stands for a run parameter, which each run gives.
        own: the mapping's own transforms by name.
        given: what this run gives: run parameters and value maps by name.
        key: the path that identifies a record.
        notes: what the mapping is about, for its header.
    """

    name: str
    record: str
    source: SourceField
    target: TargetModel
    records: int = 0
    rules: dict[str, Rule] = field(default_factory=dict)
    when: str = ""
    each: str = ""
    maps: dict[str, ValueMap] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Callable[..., Any]] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    notes: str = ""

    @property
    def asks(self) -> list[str]:
        """The names that each run has to give."""
        maps = [name for name, table in self.maps.items() if table.given]
        return maps + [name for name, value in self.constants.items() if isinstance(value, type)]


RUN_KINDS: dict[str, type] = {
    **{kind.__name__: kind for kind in (str, int, bool, date, datetime)},
    "Decimal": Decimal,
}
"""The types that a run parameter can have, as the mapping file names them."""


def check_constant(name: str, *values: Any) -> None:
    """Refuse a name or a value that a value map or a constant cannot have.

    Raises:
        MappingError: the name is not in capitals, or a value is none that a file can hold.
    """
    if not (name.isidentifier() and name.isupper()):
        raise MappingError(
            f"{name!r} cannot name a value map or a constant: those are in capitals.",
            remedy=f"Write it like {identifier(snake(name)).upper()!r}.",
        )
    for value in values:
        if value is not None and not isinstance(value, str | int):
            raise MappingError(
                f"{name} holds {shorten(value)}, which is no text, whole number, true, false or null.",
                remedy="Write an exact number as text and put `| number` behind it in the rule.",
            )
