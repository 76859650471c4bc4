"""Two profiles side by side: what changed in the form of the records, not in their values.

A change is told only where the records give reason to: a field that one record in ten has may well be in none of
five. Ids, times and other values that differ from record to record are no change.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from intkit.errors import shorten
from intkit.profiles.patterns.pattern import named
from intkit.profiles.roles import TIMES
from intkit.profiles.shown import types_of
from intkit.tables import Table, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intkit.profiles.fields import Field
    from intkit.profiles.report import Profile

SEVERITIES = ("low", "medium", "high")

_EXPECTED = 5
"""A field is missed when so many records should have had it, by how often they had it before."""

_FEW = 20
"""Fewer records than this say little about what never happens."""

_MAGNITUDE = 20
_CLOSED = {None, "boolean text", "currency code", "country code", "language code", "mime type"}
_speaks_of_id = named("id", "ids", "number", "nr", "no", "code", "ref", "reference", "position", "version")


@dataclass(frozen=True)
class Change:
    """One change between two profiles.

    Attributes:
        kind: `removed`, `added`, `renamed`, `type`, `precision`, `null`, `optional`, `format`, `values`, `key`,
            `magnitude`, `volume` or `silence`.
        path: where; for `renamed` the old path, for the volume of all records the empty path.
        severity: `low`, `medium` or `high`.
        text: what happened, for people.
        values: the new values of an enum, with their counts; the new path of a renamed field.
    """

    kind: str
    path: str
    severity: str
    text: str
    values: tuple[Any, ...] = ()


class Comparison(list[Change]):
    """The changes between two profiles, the gravest first."""

    def table(self) -> Table:
        """Return one row a change."""
        rows = [[change.severity, change.kind, change.path or "(records)", change.text] for change in self]
        note = "" if self else "No change of form: the same paths, types, formats and kinds of values."
        return Table(["severity", "change", "path", "what happened"], rows, note=note, wraps=True)

    def _repr_html_(self) -> str:
        return self.table().html()

    def __repr__(self) -> str:
        return self.table().text()


def compare(before: Profile, after: Profile) -> Comparison:
    """Return what changed in the form of records."""
    changes = [*_volume(before, after), *_fields(before.root, after.root), *_keys(before, after)]
    for path in _enums(before):
        changes += _new_values(path, before, after)
    return Comparison(sorted(changes, key=lambda change: (-SEVERITIES.index(change.severity), change.path)))


def _volume(before: Profile, after: Profile) -> Iterator[Change]:
    if before.count and not after.count:
        yield Change("silence", "", "high", f"no records; there were {before.count}")
    elif after.count * 10 < before.count:
        yield Change("volume", "", "medium", f"{after.count} records; there were {before.count}")


def _fields(before: Field, after: Field) -> Iterator[Change]:
    """Compare two fields and all below them."""
    if before.steps:
        yield from _same(before, after)
    gone = [
        field for key, field in before.fields.items() if key not in after.fields and _is_missed(field, after)
    ]
    new = [
        field for key, field in after.fields.items() if key not in before.fields and _is_missed(field, before)
    ]
    for old in list(gone):
        if (heir := _heir(old, new)) is not None:
            gone.remove(old)
            new.remove(heir)
            yield Change("renamed", old.path, "high", f"is called {heir.path} now", (heir.path,))
    for field in gone:
        yield Change(
            "removed", field.path, "high", f"was in {percent(field.count / field.parents)}, is in none"
        )
    for field in new:
        yield Change(
            "added", field.path, "low", f"{types_of(field)}, in {percent(field.count / field.parents)}"
        )
    for key, field in before.fields.items():
        if key in after.fields:
            yield from _fields(field, after.fields[key])
    if before.element is not None and after.element is not None:
        yield from _fields(before.element, after.element)


def _is_missed(field: Field, elsewhere: Field) -> bool:
    """Tell whether a field would have been seen elsewhere, by how often it is here."""
    there = elsewhere.types.get("object", 0)
    return (there > 0 and field.count * there >= _EXPECTED * field.parents) or (
        there > 0 and field.count == field.parents
    )


def _heir(old: Field, new: Sequence[Field]) -> Field | None:
    """Return the new field that holds what the old one held: alike in type, format, and values or name."""
    alike = [each for each in new if each.types.keys() == old.types.keys() and each.format == old.format]
    scored = [(_likeness(old, each), each) for each in alike]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= 0.6 else None


def _likeness(old: Field, new: Field) -> float:
    ours, theirs = set(old.top(1024)), set(new.top(1024))
    values = len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0
    keys = len(old.fields.keys() & new.fields.keys()) / len(old.fields) if old.fields else 0.0
    name = SequenceMatcher(None, old.name.lower(), new.name.lower()).ratio()
    return max(name, keys, values if old.distinct > 2 else 0.0)


def _same(before: Field, after: Field) -> Iterator[Change]:
    """Compare two fields of one path."""
    if not after.count:
        return
    fresh = [word for word in after.types if word not in before.types]
    if before.types and fresh == ["number"] and "integer" in before.types:
        yield Change("precision", before.path, "medium", "was a whole number, has decimals now")
    elif before.types and fresh and not (fresh == ["integer"] and "number" in before.types):
        yield Change("type", before.path, "high", f"was {', '.join(before.types)}, is {types_of(after)}")
    severity = "medium" if before.count >= _FEW else "low"
    if before.types and not before.nulls and after.nulls:
        yield Change("null", before.path, severity, f"never null in {before.count}, now in {after.nulls}")
    if before.count == before.parents and after.count < after.parents:
        missing = after.parents - after.count
        yield Change(
            "optional", before.path, severity, f"always there in {before.count}, now missing in {missing}"
        )
    if not fresh:
        yield from _form(before, after)


def _surprise(rate: float, before: int) -> str:
    """Return how grave it is that something happens at a rate that never happened so many times before.

    What never happened in n cases may still happen in 3 of n (the rule of three, at 95 % confidence).
    """
    return "medium" if rate > 3 / before else "low"


def _form(before: Field, after: Field) -> Iterator[Change]:
    enough = min(before.distinct, after.distinct) >= 3
    if (
        enough
        and before.format
        and before.format != after.format
        and before.evidence
        and before.evidence.share == 1
    ):
        yield Change(
            "format", before.path, "medium", f"was {before.format}, is {after.format or 'of no format'}"
        )
    if (
        before.median
        and after.median
        and enough
        and before.format not in TIMES
        and not _speaks_of_id(before.name)
    ):
        times = abs(after.median / before.median)
        if times >= _MAGNITUDE or times <= 1 / _MAGNITUDE:
            text = f"its middle value was {before.median}, is {after.median}"
            yield Change("magnitude", before.path, "medium", text)


def _keys(before: Profile, after: Profile) -> Iterator[Change]:
    for path in before.keys[:1]:
        field = after.find(path)
        if field is not None and field.count and before.count >= _FEW and not field.unique:
            yield Change(
                "key", path, "high", f"was unique in {before.count} records, is not in {after.count}"
            )


def _enums(profile: Profile) -> list[str]:
    names = {"enum", "constant"}
    return [path for path, roles in profile.roles.items() if any(role.name in names for role in roles)]


def _new_values(path: str, before: Profile, after: Profile) -> Iterator[Change]:
    known, field = before.field(path), after.find(path)
    if field is None or known.count < _FEW or known.types.keys() != field.types.keys():
        return
    if known.format not in _CLOSED or _speaks_of_id(known.name):
        return  # a time, a link or an id that happened to be the same in one recording
    new = {value: count for value, count in field.top(50).items() if value not in known.values}
    if new:
        told = ", ".join(f"{shorten(value, 30)} ({count}×)" for value, count in list(new.items())[:5])
        yield Change("values", path, "medium", f"new: {told}", tuple(new.items()))
