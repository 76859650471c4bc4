"""What is counted at one path while records go by: types, values, lengths; never the records themselves."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from decimal import Decimal
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from intkit.paths import EACH
from intkit.profiles.sketches import Sketch

if TYPE_CHECKING:
    from collections.abc import Sequence

EXACT = 4096
"""So many distinct values of a path are counted exactly; beyond them a sketch goes on."""

MAP_KEYS = 1000
"""An object with more different keys is a map: its keys are values, and its values share one path."""

WORDS: dict[type, str] = {str: "text", int: "integer", float: "number", bool: "boolean", Decimal: "number"}
"""The name of each kind of value, as a profile spells it."""


class Values:
    """The values of one Python type at one path."""

    __slots__ = ("counts", "not_a_number", "sketch", "total")

    def __init__(self) -> None:
        self.total = 0
        self.counts: Counter[Any] = Counter()
        self.sketch: Sketch | None = None
        self.not_a_number = 0

    def add(self, column: Sequence[Any]) -> None:
        """Count a column of values."""
        self.total += len(column)
        # a sum of floats is finite unless one of them is not; NaN equals nothing, so it must not be a key
        if isinstance(column[0], float) and not isfinite(sum(column)):
            numbers = [value for value in column if not isnan(value)]
            self.not_a_number += len(column) - len(numbers)
            column = numbers
        if self.sketch is not None:
            if column:
                self.sketch.add(column)
        elif len(alike := set(column)) == 1:
            self.counts[alike.pop()] += len(column)
        else:
            self.counts.update(column)
            self._spill()

    def merge(self, other: Values) -> None:
        """Add what was counted elsewhere of the same type."""
        self.total += other.total
        self.not_a_number += other.not_a_number
        if other.sketch is not None and self.sketch is None:
            self.sketch, counts = deepcopy(other.sketch), self.counts
            self.counts = Counter()
        elif other.sketch is not None and self.sketch is not None:
            self.sketch.merge(other.sketch)
            return
        else:
            counts = other.counts
        if self.sketch is None:
            self.counts.update(counts)
            self._spill()
        elif counts:
            self.sketch.merge(Sketch(counts))

    def _spill(self) -> None:
        if len(self.counts) > EXACT:
            self.sketch = Sketch(self.counts)
            self.counts = Counter()


class Column:
    """Everything that is counted at one path.

    Attributes:
        steps: the path.
        nulls: how often it was null.
        objects: how often it was an object.
        empty_objects: how many of those had no key.
        lists: how often it was a list.
        empty_lists: how many of those had no element.
        longest: the length of the longest list.
        elements: how many elements all lists had together, or values a map had.
        values: the scalars, by Python type.
        fields: a column for each key of the objects.
        element: the column of the lists' elements, or of a map's values.
        is_map: the objects had so many keys that these are not fields.
        first: the number of the first record that showed each type.
    """

    __slots__ = (
        "element",
        "elements",
        "empty_lists",
        "empty_objects",
        "fields",
        "first",
        "is_map",
        "lists",
        "longest",
        "nulls",
        "objects",
        "steps",
        "values",
    )

    def __init__(self, steps: tuple[str, ...] = ()) -> None:
        self.steps = steps
        self.nulls = self.objects = self.empty_objects = self.lists = self.empty_lists = 0
        self.longest = self.elements = 0
        self.values: dict[type, Values] = {}
        self.fields: dict[str, Column] = {}
        self.element: Column | None = None
        self.is_map = False
        self.first: dict[str, int] = {}

    def each(self) -> Column:
        """Return the column of the elements."""
        if self.element is None:
            self.element = Column((*self.steps, EACH))
        return self.element

    def field(self, key: str) -> Column:
        """Return the column of a key; in a map, that of its values."""
        if self.is_map:
            return self.each()
        if key not in self.fields:
            self.fields[key] = Column((*self.steps, key))
        return self.fields[key]

    def merge(self, other: Column, after: int) -> None:
        """Add what another column counted, whose records come after so many others."""
        for name in ("nulls", "objects", "empty_objects", "lists", "empty_lists", "elements"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest = max(self.longest, other.longest)
        for kind, values in other.values.items():
            self.values.setdefault(kind, Values()).merge(values)
        for word, number in other.first.items():
            self.first[word] = min(self.first.get(word, number + after), number + after)
        if other.element is not None:
            self.each().merge(other.element, after)
        for key, field in other.fields.items():
            if self.is_map:
                self.elements += field.count()
            self.field(key).merge(field, after)
        if other.is_map or len(self.fields) > MAP_KEYS:
            self.become_map()

    def become_map(self) -> None:
        """Take the keys for values: from here on all of them share one path."""
        self.is_map = True
        fields, self.fields = self.fields, {}
        for field in fields.values():
            self.elements += field.count()
            self.each().merge(field, 0)

    def count(self) -> int:
        """Return how often there was anything here, null included."""
        return self.nulls + self.objects + self.lists + sum(values.total for values in self.values.values())
