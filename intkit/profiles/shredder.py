"""One pass over records, by columns: a hundred records at a time are taken apart key by key.

Python spends its time on calls, not on values: all values of one path in a hundred records are looked at by
a handful of calls into C, whatever they hold. More than a hundred at a time is slower again: they leave the
cache.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from intkit.errors import ProfileError, shorten
from intkit.paths import EACH, format_path
from intkit.profiles.columns import MAP_KEYS, WORDS, Column, Values
from intkit.profiles.sources import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    _Picked = tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]

CHUNK = 100
_DEEPEST = 100


class Shredder:
    """Counts records into columns.

    Args:
        missing: the source's own words for nothing, `""` or `False`: they count as null.
    """

    def __init__(self, missing: Collection[object] = ()) -> None:
        self.root = Column()
        self.count = 0
        self._missing: dict[type, list[object]] = {}
        for word in missing:
            self._missing.setdefault(type(word), []).append(word)
        self._keys: dict[Column, _Picked] = {}
        self._chunk: Sequence[Any] = ()

    def add(self, records: Sequence[Any]) -> None:
        """Count some records, best a hundred; a record is a dict or any other JSON value.

        Raises:
            ProfileError: a value or a key that JSON has not, or objects nested beyond any use.
        """
        self._chunk = records
        self._add_mixed(records, self.root)
        self.count += len(records)

    def _add_mixed(self, column: Sequence[Any], at: Column) -> None:
        kinds = set(map(type, column))
        if len(kinds) == 1:
            self._add(column, kinds.pop(), at)
            return
        for kind in sorted(kinds, key=lambda kind: kind.__name__):
            self._add([value for value in column if type(value) is kind], kind, at)

    def _add(self, column: Sequence[Any], kind: type, at: Column) -> None:
        """Count a column whose values are all of one type."""
        if kind is dict:
            self._add_objects(column, at)
        elif kind is list:
            self._add_lists(column, at)
        elif kind is type(None):
            self._start("null", at)
            at.nulls += len(column)
        elif kind in WORDS:
            self._add_values(column, kind, at)
        else:
            self._add_mixed([as_json(value, at.steps) for value in column], at)

    def _add_values(self, column: Sequence[Any], kind: type, at: Column) -> None:
        for word in self._missing.get(kind, ()):
            if nothing := column.count(word):
                self._add([None] * nothing, type(None), at)
                column = [value for value in column if value != word]
        if column:
            self._start(WORDS[kind], at)
            if kind not in at.values:
                at.values[kind] = Values()
            at.values[kind].add(column)

    def _add_lists(self, lists: Sequence[list[Any]], at: Column) -> None:
        self._start("list", at)
        at.lists += len(lists)
        lengths = list(map(len, lists))
        at.longest = max(at.longest, *lengths)
        at.empty_lists += lengths.count(0)
        flat = list(chain.from_iterable(lists))
        if flat:
            at.elements += len(flat)
            self._add_mixed(flat, at.each())

    def _add_objects(self, objects: Sequence[dict[str, Any]], at: Column) -> None:
        self._start("object", at)
        at.objects += len(objects)
        if not all(objects):
            at.empty_objects += objects.count({})
            objects = [each for each in objects if each]
        if objects:
            for key, column in self._columns(objects, at).items():
                self._add_field(key, column, at)

    def _columns(self, objects: Sequence[dict[str, Any]], at: Column) -> dict[str, Sequence[Any]]:
        """Return the values of each key: those of objects with the usual keys by C, the others one by one."""
        keys, pick = self._usual_keys(objects[0], at)
        usual = objects
        if set(map(len, objects)) != {len(keys)}:
            usual = [each for each in objects if len(each) == len(keys)]
        try:
            columns: dict[str, Sequence[Any]] = dict(
                zip(keys, zip(*map(pick, usual), strict=True), strict=False)
            )
        except KeyError:
            return _append({}, objects)
        if len(usual) == len(objects):
            return columns
        others = [each for each in objects if len(each) != len(keys)]
        return _append({key: list(column) for key, column in columns.items()}, others)

    def _usual_keys(self, example: dict[str, Any], at: Column) -> _Picked:
        if at not in self._keys:
            keys = tuple(example)
            # itemgetter gives a tuple only for two keys or more
            self._keys[at] = keys, itemgetter(*keys) if len(keys) > 1 else lambda each: (each[keys[0]],)
        return self._keys[at]

    def _add_field(self, key: str, column: Sequence[Any], at: Column) -> None:
        field = at.fields.get(key)
        if field is None:
            field = self._new_field(key, at)
        if at.is_map:
            at.elements += len(column)
        self._add_mixed(column, field)

    def _new_field(self, key: str, at: Column) -> Column:
        if not isinstance(key, str):
            raise ProfileError(
                f"An object at {_place(at)} has the key {shorten(key)}, which is not text.",
                remedy="Keys of JSON objects are text; convert them first.",
            )
        if len(at.fields) >= MAP_KEYS:
            at.become_map()
        return at.field(key)

    def _start(self, kind: str, at: Column) -> None:
        """Note in which record a type shows at a path for the first time."""
        if kind in at.first:
            return
        if len(at.steps) > _DEEPEST:
            raise ProfileError(
                f"Records are nested deeper than {_DEEPEST} levels.",
                f"at {_place(at)}",
                remedy="Profile the inner objects on their own.",
            )
        places = (place for place, record in enumerate(self._chunk) if kind in self._words(record, at.steps))
        at.first[kind] = self.count + next(places, 0)

    def _words(self, record: Any, steps: tuple[str, ...]) -> set[str]:
        """Return the types that a record has at a path."""
        values, place = [as_json(record)], self.root
        for step in steps:
            values = [as_json(inner) for value in values for inner in _inner(value, step, place.is_map)]
            place = place.each() if step == EACH else place.field(step)
        return {self._word(value) for value in values}

    def _word(self, value: Any) -> str:
        kind = type(value)
        if value is None or value in self._missing.get(kind, ()):
            return "null"
        return "object" if kind is dict else "list" if kind is list else WORDS[kind]


def _append(columns: dict[str, list[Any]], objects: Iterable[dict[str, Any]]) -> dict[str, Sequence[Any]]:
    for each in objects:
        for key, value in each.items():
            try:
                columns[key].append(value)
            except KeyError:
                columns[key] = [value]
    return cast("dict[str, Sequence[Any]]", columns)


def _inner(value: Any, step: str, is_map: bool) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values() if is_map else [value[step]] if step in value else []
    return value if isinstance(value, list) and step == EACH else []


def _place(at: Column) -> str:
    return shorten(format_path(at.steps)) if at.steps else "the top"
