"""A compiled mapping: the functions, classes and names of a Python module, before they are written out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intkit.codegen import literal
from intkit.rules.scope import JSON_NUMBER

if TYPE_CHECKING:
    from intkit.rules.scope import SourceUse
    from intkit.rules.source import SourceField
    from intkit.rules.spec import Rule, Spec
    from intkit.rules.targets import TargetModel


@dataclass
class Line:
    """One field of a target."""

    name: str
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
        lines: the model's fields; none where `result` is returned as it is.
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
        structs: the targets are msgspec Structs; otherwise pydantic models.
        may_hold_nan: a decimal may be no number: where it was a float, which in a dict may be NaN, or where a run or
            an own transform gives it.
        choices: by the name of a table, the values that a target takes, where text from the source must be one of them.
        functions: the builders, the record's own first.
        wanted: the filter, if there is one.
        rows: what makes many targets from one record, if anything does.
        calls: the transforms and runtime functions that the functions call.
        literals: by value map, the target's choices where the map must be typed by them.
        need: the paths that required targets cannot do without, and that were always there.
        gaps: required targets, each with the places that were null or missing at times.
        lineage: by target path.
    """

    spec: Spec
    use: SourceUse
    structs: bool = False
    may_hold_nan: bool = False
    choices: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    wanted: Function | None = None
    rows: Function | None = None
    calls: set[str] = field(default_factory=set)
    literals: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    need: set[str] = field(default_factory=set)
    gaps: list[tuple[str, tuple[SourceField, ...]]] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    lineage: dict[str, Lineage] = field(default_factory=dict)

    @property
    def reads_numbers(self) -> bool:
        """Whether decimal numbers are read from the source."""
        read = (
            place.fields[key]
            for place in self.spec.source.walk()
            for key in self.use.reads.get(place.path, {})
        )
        return any(JSON_NUMBER in re.findall(r"\w+", self.use.wire_annotation(place)) for place in read)

    @property
    def when(self) -> str:
        """What the mapping's filter is called beside the target's fields, of which one may be called `when`."""
        return "when, of the mapping" if "when" in self.spec.target.fields else "when"

    def always_given(self, model: str) -> set[str]:
        """Return the fields that every builder of a model gives; the others are left to their defaults at times."""
        given = [{line.name for line in each.lines} for each in self.functions if each.returns == model]
        return set.intersection(*given) if given else set()


def spell_literal(choices: tuple[Any, ...]) -> str:
    """Return a Literal's annotation."""
    return f"Literal[{', '.join(literal(each) for each in choices)}]"
