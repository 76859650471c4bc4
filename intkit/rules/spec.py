"""A mapping as it is written down: source, target, rules, value maps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from intkit.codegen import identifier, snake
from intkit.errors import MappingError, nearest, shorten
from intkit.rules.source import SourceField
from intkit.rules.types import TEXT, Type, annotation_type
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
class Use:
    """Where a rule that comes from a part is written.

    Attributes:
        part: the part's name.
        target: the field as the part calls it.
        text: the rule as the part has it.
    """

    part: str
    target: str
    text: str


@dataclass(frozen=True)
class Rule:
    """One target field's rule.

    Attributes:
        target: the field's path, `refunds[].amount`; `refunds[]` for the rows themselves.
        text: the expression, or the tail of a list or an object.
        note: why it is so, for the sheet and the export.
        use: where it is written, if that is in a part.
    """

    target: str
    text: str
    note: str = ""
    use: Use | None = None


@dataclass(frozen=True)
class Part:
    """Rules for an object, written once and used by mappings wherever such an object comes.

    Attributes:
        name: `address`, of mappings/address.part.yaml; rules also call the object so.
        rules: by target path, from the object that is filled on.
        maps: value maps by name.
        notes: what it is about.
        digest: the SHA-256 of its file.
    """

    name: str
    rules: dict[str, Rule]
    maps: dict[str, ValueMap] = field(default_factory=dict)
    notes: str = ""
    digest: str = ""


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
        omit_null: what is null is left out of a target's JSON, as a call that changes only what it names wants it.
        maps: value maps by name.
        constants: named values by name; a type stands for a run parameter, which each run gives.
        own: the mapping's own transforms by name.
        parts: the parts that rules can use, by name.
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
    omit_null: bool = False
    maps: dict[str, ValueMap] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Callable[..., Any]] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    notes: str = ""

    @property
    def asks(self) -> list[str]:
        """The names that each run has to give."""
        maps = [name for name, table in self.maps.items() if table.given]
        return maps + [name for name, value in self.constants.items() if isinstance(value, type)]

    def table(self) -> Table:
        """Return one row a target field: its type, rule and note."""
        rows = []
        for path, each in self.target.walk():
            rule = self.rules.get(path)
            note = rule.note if rule else "required" if each.required else ""
            if rule is not None and rule.use is not None:
                note = f"part {rule.use.part}: {note}" if note else f"part {rule.use.part}"
            rows.append([path, str(each), rule.text if rule else "", note])
        title = f"{self.name}: {self.record} → {self.target.name}"
        note = f"Only where {self.when}." if self.when else ""
        return Table(["target", "type", "rule", "note"], rows, title=title, note=note)


RUN_KINDS: dict[str, type] = {
    **{kind.__name__: kind for kind in (str, int, bool, date, datetime)},
    "Decimal": Decimal,
}
"""The types that a run parameter can have, as the mapping file names them."""


def check_name(name: str) -> None:
    """Refuse what cannot name a mapping.

    Raises:
        MappingError: it is no name for a module, in lower case.
    """
    if name != snake(name) or name != identifier(name):
        raise MappingError(
            f"{name!r} cannot name a mapping: it becomes the name of a module.",
            remedy=f"Write it like {identifier(snake(name) or 'stripe_payments')!r}.",
        )


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


def check_parameter(name: str, kind: type) -> None:
    """Refuse what cannot be a run parameter.

    Raises:
        MappingError: the name is not in capitals, or the kind is none of `RUN_KINDS`.
    """
    check_constant(name)
    if kind not in RUN_KINDS.values():
        raise MappingError(
            f"The run parameter {name} cannot be {kind!r}.", remedy=f"Give one of {', '.join(RUN_KINDS)}."
        )


def check_given(spec: Spec, names: Iterable[str]) -> None:
    """Refuse what the mapping asks no run for.

    Raises:
        MappingError: it asks for no such name.
    """
    for name in names:
        if name not in spec.asks:
            raise MappingError(
                f"The mapping asks no run for {name!r}.{nearest(name, spec.asks)}",
                remedy="Declare it first: `mapping.value_map(NAME)` or `mapping.parameter(NAME, date)`.",
            )


def check_transform(function: Callable[..., Any]) -> None:
    """Refuse a transform from which rules cannot learn what it takes and gives.

    Raises:
        MappingError: it has no annotations, or is called `part`.
    """
    if function.__name__ == "part":
        raise MappingError(
            "A transform cannot be called 'part': in rules that is a part, like `shipping | part(address)`.",
            remedy="Give it another name.",
        )
    if "return" not in function.__annotations__:
        raise MappingError(
            f"The transform {function.__name__!r} does not say what it takes and gives.",
            remedy="Annotate it: `def shorten(value: str) -> str:`.",
        )
