"""The source side of a mapping: which paths the records have, and how often, as a profile saw it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from intkit.codegen import snake
from intkit.errors import MappingError, nearest
from intkit.paths import EACH, format_path, parse_path
from intkit.profiles.formats import find_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.profiles import Field, Profile
    from intkit.profiles.formats import Format

KINDS = ("text", "integer", "number", "boolean", "object", "list")
_KEPT_VALUES = 30
_LONGEST_VALUE = 40
_LEAST_REPEATS = 4
# values of these are people's, and have no place in a mapping file
_PERSONAL = re.compile(
    r"name|mail|phone|mobile|street|address|line\d|city|zip|postal|iban|birth", re.IGNORECASE
)


@dataclass(eq=False)
class SourceField:
    """One place in the source records.

    Attributes:
        steps: its path, as keys and `"[]"`.
        parents: how many parent objects or list elements were seen.
        types: how often each JSON type stood there; null and missing are what is left of `parents`.
        values: how often each value stood there, where there were few.
        fields: what an object holds, by key.
        element: what a list holds.
        words: the source's own words for nothing at this place, `""` or `False`.
        empty: how many of the texts are `""`, as far as they still count as values.
        seen: the profile's field, where the place comes from a profile.
    """

    steps: tuple[str, ...] = ()
    parents: int = 0
    types: dict[str, int] = field(default_factory=dict)
    values: dict[Any, int] = field(default_factory=dict)
    fields: dict[str, SourceField] = field(default_factory=dict)
    element: SourceField | None = None
    words: tuple[str | bool, ...] = ()
    empty: int = 0
    seen: Field | None = field(default=None, repr=False)

    @property
    def format(self) -> Format | None:
        """What its values look like, as far as they are known."""
        if self.seen is not None:
            return self.seen.evidence
        texts = {value: count for value, count in self.values.items() if isinstance(value, str)}
        return find_format(texts, self.steps[-1] if self.steps else "")

    @property
    def path(self) -> str:
        """The path as it is written in rules and messages."""
        return format_path(self.steps)

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON types that were seen, the words for nothing left out."""
        return frozenset(self.types)

    @property
    def present(self) -> int:
        """How many parents had a value here that is not null."""
        return sum(self.types.values())

    @property
    def absent(self) -> int:
        """How many parents had no value here: null, missing, or a word for nothing."""
        return self.parents - self.present

    def inside(self) -> SourceField:
        """Return what a list holds; of one that was always empty, nothing is known."""
        if self.element is None:
            self.element = SourceField((*self.steps, EACH))
        return self.element

    @property
    def is_map(self) -> bool:
        """Whether it holds objects whose keys are values, so many that only what they hold was counted."""
        return "object" in self.types and "list" not in self.types and self.element is not None

    def under(self, key: str) -> SourceField:
        """Return the place under a key of a map: any record may have the key, and may not."""
        element = self.inside()
        steps = (*self.steps, key)
        place = _moved(element, steps)
        place.parents, place.types = self.present, dict.fromkeys(element.types, 0)
        return place

    def walk(self) -> Iterator[SourceField]:
        """Yield this place and everything below it."""
        yield self
        for child in self.fields.values():
            yield from child.walk()
        if self.element:
            yield from self.element.walk()


def _moved(place: SourceField, steps: tuple[str, ...]) -> SourceField:
    """Return a copy of a place with all below it, under another path."""
    copied = replace(place, steps=steps)
    copied.fields = {key: _moved(kid, (*steps, key)) for key, kid in place.fields.items()}
    copied.element = _moved(place.element, (*steps, EACH)) if place.element else None
    return copied


def source_of_profile(profile: Profile) -> SourceField:
    """Return the source side that a profile shows."""
    root = _copy(profile.root, ())
    root.parents = profile.count
    return root


def _copy(seen: Field, steps: tuple[str, ...]) -> SourceField:
    place = SourceField(steps, seen.parents, {kind: count for kind, count in seen.types.items() if count})
    place.values, place.seen = _few(dict(seen.values or {}), place), seen
    place.empty = seen.empties.get('""', 0)
    place.fields = {key: _copy(child, (*steps, key)) for key, child in seen.fields.items()}
    place.element = _copy(seen.element, (*steps, EACH)) if seen.element else None
    return place


def _few(values: dict[Any, int], place: SourceField) -> dict[Any, int]:
    """Keep what may be an enumeration: few short values that come again and again, and are not a person's."""
    short = all(len(str(value)) <= _LONGEST_VALUE for value in values)
    again = sum(values.values()) >= _LEAST_REPEATS * len(values) or len(values) <= 2
    personal = any(_PERSONAL.search(step) for step in place.steps)
    return values if short and again and not personal and len(values) <= _KEPT_VALUES else {}


def source_rows(root: SourceField) -> dict[str, dict[str, Any]]:
    """Return the mapping file's form: a row a path, with the counts that are its evidence."""
    known = (place for place in root.walk() if place.steps and (place.parents or place.types))
    return {place.path: _row(place) for place in known}


def _row(place: SourceField) -> dict[str, Any]:
    row: dict[str, Any] = {kind: place.types[kind] for kind in KINDS if kind in place.types}
    if place.absent or not row:
        row["of"] = place.parents
    if place.values and place.kinds & {"text", "boolean", "integer"}:
        row["values"] = dict(place.values)
    return row


def source_of_rows(rows: Mapping[str, Any], records: int) -> SourceField:
    """Return the source side that a mapping file holds.

    Raises:
        MappingError: a row is not of the form that `source_rows` writes.
    """
    root = SourceField(parents=records, types={"object": records})
    for path, row in rows.items():
        _read_row(root, path, row)
    return root


def _read_row(root: SourceField, path: str, row: Any) -> None:
    known = {*KINDS, "of", "values"}
    if not isinstance(row, Mapping) or set(row) - known:
        wrong = ", ".join(map(repr, set(row) - known)) if isinstance(row, Mapping) else repr(row)
        raise MappingError(
            f"The source field {path!r} cannot be read: {wrong}.",
            f"It knows: {', '.join(sorted(known))}.",
            remedy="Profile the records again, or mend the row.",
        )
    types = {kind: int(row[kind]) for kind in KINDS if kind in row}
    place = _reach(root, parse_path(path))
    place.types = types
    place.parents = int(row.get("of", sum(types.values())))
    place.values = dict(row.get("values", {}))


def _reach(root: SourceField, steps: tuple[str, ...]) -> SourceField:
    place = root
    for index, step in enumerate(steps):
        if step == EACH:
            place.element = place.element or SourceField(steps[: index + 1])
            place = place.element
        else:
            place = place.fields.setdefault(step, SourceField(steps[: index + 1]))
    return place


def apply_missing(root: SourceField, words: tuple[str | bool, ...], overrides: Mapping[str, Any]) -> None:
    """Let the source's words for nothing count as nothing, where they can stand and cannot be a value.

    A path that always held other types than a word's never holds the word, and `False` is a value at a path that
    only ever held booleans. An override gives a path words of its own.

    Raises:
        MappingError: an override names a path that the source has not.
    """
    paths = {place.path: place for place in root.walk() if place.steps}
    for path in overrides:
        if path not in paths:
            raise MappingError(f"`missing` names {path!r}, which the source has not.{nearest(path, paths)}")
    for path, place in paths.items():
        if place.steps[-1] == EACH:
            continue  # a word in a list of words is a value
        own = overrides.get(path)
        place.words = tuple(own) if own is not None else _fitting(place, words)
        _drop(place)


def _fitting(place: SourceField, words: tuple[str | bool, ...]) -> tuple[str | bool, ...]:
    return tuple(word for word in words if _can_stand(word, place))


def _can_stand(word: str | bool, place: SourceField) -> bool:
    """Whether the word for nothing may stand at a place: where its type, nothing, or null was seen."""
    if word is False and place.kinds <= {"boolean"}:
        return False
    return _kind(word) in place.kinds or bool(place.absent) or not place.kinds


def _kind(word: str | bool) -> str:
    return "boolean" if word is False else "text"


def _drop(place: SourceField) -> None:
    """Take the words out of the counts, as far as the counts tell how many they were."""
    for word in place.words:
        rest = {_kind(word): place.types.get(_kind(word), 0) - _times(word, place)}
        place.types = {kind: left for kind, n in place.types.items() if (left := rest.get(kind, n)) > 0}
        place.values = {
            value: n for value, n in place.values.items() if value != word or type(value) is not type(word)
        }


def _times(word: str | bool, place: SourceField) -> int:
    """Return how often a word stood at a place, as far as it was counted."""
    counted = place.types.get("boolean", 0) if word is False else place.empty if word == "" else 0
    return int(place.values.get(word, counted))


def find_place(root: SourceField, steps: tuple[str, ...]) -> SourceField | None:
    """Return the place that a path names, or None."""
    place: SourceField | None = root
    for step in steps:
        if place is None:
            return None
        place = place.element if step == EACH else place.fields.get(step)
    return place


def name_of_records(request: str, source: SourceField) -> str:
    """Return what a record of `/v1/charges` is called: a charge, unless a charge has a field of that name."""
    last = snake(request.rstrip("/").rsplit("/", 1)[-1].split(".")[0])
    name = last[:-3] + "y" if last.endswith("ies") else last.removesuffix("s")
    names = (name, "record", "source_record", "one_source_record")
    return next(each for each in names if each.isidentifier() and each not in source.fields)


def key_of_profile(seen: Profile) -> str:
    """Return the path at the record's top that is never twice and always there, `id` before others."""
    top = {name: each for name, each in seen.root.fields.items() if each.types.keys() <= {"text", "integer"}}
    there = [name for name, each in top.items() if each.count - each.nulls == seen.count]
    unique = [name for name in there if top[name].distinct == seen.count]
    return next(iter([*(name for name in there if name == "id"), *unique]), "")
