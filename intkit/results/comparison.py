"""What a change of rules does: two mappings over the same records, told by target field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intkit.compiler.rejects import parse_record, record_key
from intkit.errors import shorten
from intkit.paths import parse_path
from intkit.results.loading import load_module
from intkit.results.places import without_index
from intkit.results.reading import number_records
from intkit.tables import Table

if TYPE_CHECKING:
    from types import ModuleType

    from intkit.compiler.program import Program

_ABSENT: Any = object()
_RECORD = "(the record)"
_COLUMNS = ("target", "change", "records", "first", "before", "after")


@dataclass
class Change:
    """One way in which a target field comes out otherwise.

    Attributes:
        target: the target field, or `(the record)` where it is accepted, rejected or left out otherwise.
        kind: `null → text`, `another text`, `accepted → rejected`.
        before: what the first record had.
        after: what it has now.
        keys: of the records that change so, in their order.
    """

    target: str
    kind: str
    before: str
    after: str
    keys: list[str] = field(default_factory=list)

    @property
    def records(self) -> int:
        """How many records change so."""
        return len(self.keys)

    @property
    def first(self) -> str:
        """The key of the first of them."""
        return self.keys[0]


@dataclass
class Comparison:
    """What a change of rules does to records.

    Attributes:
        name: the mapping's.
        rules: by target field the rule before and after, where they differ, and by its name all else that the
            mappings say differently: value maps, `when`, the source, the target; an empty text is nothing.
        changes: what comes out otherwise, the most frequent first.
        records: how many records were compared.
        changed: how many of them come out otherwise.
    """

    name: str
    rules: dict[str, tuple[str, str]]
    changes: list[Change] = field(default_factory=list)
    records: int = 0
    changed: int = 0

    def headline(self) -> str:
        """Return the figures, in one line."""
        return f"{self.changed} of {self.records} records come out otherwise"

    def table(self) -> Table:
        """Return one row a change; what the mappings say differently stands below."""
        note = "\n".join(
            f"{about}: {old or 'nothing'} → {new or 'nothing'}".replace("\n", " ")
            for about, (old, new) in self.rules.items()
        )
        return Table(_COLUMNS, self._rows(), title=f"{self.name}: {self.headline()}", note=note)

    def markdown(self) -> str:
        """Return the same as Markdown, for a pull request."""
        lines = [f"# {self.name}", "", f"{self.headline()}.", ""]
        if self.rules:
            lines += ["| rule | before | after |", "|---|---|---|"]
            lines += [_line([about, *map(_code, pair)]) for about, pair in self.rules.items()] + [""]
        if self.changes:
            lines += [_line(_COLUMNS), "|---|---|--:|---|---|---|"]
            lines += [_line([*row[:4], _code(row[4]), _code(row[5])]) for row in self._rows()]
        return "\n".join(lines).rstrip() + "\n"

    def _rows(self) -> list[list[Any]]:
        return [
            [each.target, each.kind, each.records, each.first, each.before, each.after]
            for each in self.changes
        ]

    def __repr__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()


def compare_programs(
    old: Program, new: Program, records: Any, rules: dict[str, tuple[str, str]]
) -> Comparison:
    """Map every record by both, and return what comes out otherwise.

    Args:
        old: the older mapping.
        new: the newer one.
        records: as `apply` takes them.
        rules: what the two say differently.
    """
    modules = load_module(old), load_module(new)
    comparison = Comparison(new.spec.name, rules)
    found: dict[tuple[str, str], Change] = {}
    for _, raw in number_records(records)[0]:
        comparison.records += 1
        # a field of many rows counts once a record
        changes = {change[:2]: change for change in _differences(raw, *modules)}
        comparison.changed += bool(changes)
        for (path, kind), (_, _, before, after) in changes.items():
            change = found.setdefault((path, kind), Change(path, kind, _shown(before), _shown(after)))
            change.keys.append(_key(raw, new.spec.key))
    comparison.changes = sorted(found.values(), key=lambda change: -change.records)
    return comparison


def _differences(raw: Any, old: ModuleType, new: ModuleType) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield each target field that comes out otherwise: path, kind, before and after."""
    before, after = ({str(n): each for n, each in enumerate(module.map_record(raw))} for module in (old, new))
    for number in dict.fromkeys([*before, *after]):
        one, other = before.get(number), after.get(number)
        states = _state(one), _state(other)
        if states[0] != states[1]:
            yield _RECORD, f"{states[0]} → {states[1]}", _reasons(one), _reasons(other)
        elif states[0] == "rejected" and _reasons(one) != _reasons(other):
            yield _RECORD, "rejected for another reason", _reasons(one), _reasons(other)
        elif states[0] == "accepted" and one is not None and other is not None:
            leaves = [dict(_leaves(each.model_dump(by_alias=False), "")) for each in (one, other)]
            yield from _fields(*leaves)


def _state(outcome: Any) -> str:
    if outcome is None:
        return "left out"
    return "accepted" if hasattr(outcome, "model_dump") else "rejected"


def _reasons(outcome: Any) -> Any:
    """Return why a record was rejected, by target field."""
    if _state(outcome) != "rejected":
        return _ABSENT
    return "; ".join(f"{problem.target or problem.path}: {problem.reason}" for problem in outcome.problems)


def _fields(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    for path in dict.fromkeys([*before, *after]):
        one, other = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if type(one) is not type(other) or one != other:
            yield without_index(path), _kind(one, other), one, other


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the single values of a target with their paths; a list also with its length."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        yield f"{path}[]", len(value)
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, value


def _kind(before: Any, after: Any) -> str:
    words = _word(before), _word(after)
    return f"another {words[0]}" if words[0] == words[1] else f"{words[0]} → {words[1]}"


def _word(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    names = {
        "NoneType": "null",
        "str": "text",
        "int": "whole number",
        "Decimal": "decimal",
        "bool": "yes or no",
    }
    name = type(value).__name__
    return names.get(name, name)


def _shown(value: Any) -> str:
    if value is None or value is _ABSENT:
        return "" if value is _ABSENT else "null"
    return shorten(value) if isinstance(value, str) else shorten(str(value)).strip("'")


def _key(raw: Any, path: str) -> str:
    try:
        return record_key(parse_record(raw), parse_path(path))
    except ValueError:
        return ""


def _code(text: str) -> str:
    if "`" in text:
        return f"`` {text} ``"
    return f"`{text}`" if text else ""


def _line(cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
