"""What a profile tells about one path."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from intkit.paths import format_path
from intkit.profiles.columns import WORDS, Column, Values
from intkit.profiles.formats import Format, find_format, find_number_format

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW = 50
"""So many distinct values of a path are listed one by one."""

_EXAMPLES = 5


class Field:
    """One path of the records and everything that was seen there.

    Args:
        column: what was counted.
        parents: how often the object around it was there; for the elements of a list, how many there were.
    """

    def __init__(self, column: Column, parents: int) -> None:
        self._column = column
        self.parents = parents

    @property
    def steps(self) -> tuple[str, ...]:
        """The path as keys and `"[]"`."""
        return self._column.steps

    @property
    def path(self) -> str:
        """The path as it is spelt, `lines.data[].price.id`; empty for the record itself."""
        return format_path(self.steps)

    @property
    def name(self) -> str:
        """The last key of the path, without the `[]` of a list's elements."""
        return next((step for step in reversed(self.steps) if step != "[]"), "")

    @cached_property
    def count(self) -> int:
        """How often the key was there, null included."""
        return self._column.count()

    @property
    def nulls(self) -> int:
        """How often it was null, or a word that the source uses for nothing."""
        return self._column.nulls

    @cached_property
    def types(self) -> dict[str, int]:
        """How often each JSON type was seen, the most frequent first; null is not among them."""
        counts = {"object": self._column.objects, "list": self._column.lists}
        for kind, values in self._column.values.items():
            counts[WORDS[kind]] = counts.get(WORDS[kind], 0) + values.total
        seen = {word: count for word, count in counts.items() if count}
        return dict(sorted(seen.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def empties(self) -> dict[str, int]:
        """How often it was empty, by what stood there: `""`, `[]` or `{}`."""
        seen = {'""': self._empty_texts, "[]": self._column.empty_lists, "{}": self._column.empty_objects}
        return {word: count for word, count in seen.items() if count}

    @cached_property
    def fields(self) -> dict[str, Field]:
        """What the objects hold, by key."""
        column = self._column
        return {key: Field(each, column.objects) for key, each in column.fields.items()}

    @cached_property
    def element(self) -> Field | None:
        """What the lists hold, or a map's values; None where there is none."""
        column = self._column
        return None if column.element is None else Field(column.element, column.elements)

    @property
    def is_map(self) -> bool:
        """Whether the objects are maps: so many different keys that these are values, not fields."""
        return self._column.is_map

    def become_map(self) -> None:
        """Take the objects' keys for values, as their owner says they are; fields made before know nothing of it."""
        self._column.become_map()

    @property
    def longest(self) -> int:
        """The length of the longest list."""
        return self._column.longest

    @cached_property
    def longest_text(self) -> int:
        """The length of the longest text, in characters."""
        values = self._column.values.get(str)
        if values is None:
            return 0
        return values.sketch.longest if values.sketch else max(map(len, values.counts))

    @property
    def exact(self) -> bool:
        """Whether all distinct values are known; otherwise their number is estimated."""
        return all(values.sketch is None for values in self._column.values.values())

    @cached_property
    def distinct(self) -> int:
        """How many different scalar values there were; an estimate where `exact` is false."""
        return sum(
            values.sketch.distinct() if values.sketch else len(values.counts)
            for values in self._column.values.values()
        )

    @property
    def texts(self) -> dict[str, int]:
        """The texts with their counts; of many, a fair sample."""
        values = self._column.values.get(str)
        return {} if values is None else _counts(values)

    @property
    def truths(self) -> tuple[int, int]:
        """How often it was true, and how often false."""
        values = self._column.values.get(bool)
        return (0, 0) if values is None else (values.counts[True], values.counts[False])

    @cached_property
    def unique(self) -> bool:
        """Whether every value came once, none of them null or empty; of very many, as far as a sample shows."""
        if not self.count or self.nulls or self.empties:
            return False
        counts = chain.from_iterable(_counts(each).values() for each in self._column.values.values())
        return all(count == 1 for count in counts)

    @cached_property
    def values(self) -> dict[Any, int]:
        """Every distinct scalar with its count, the most frequent first; nothing beyond 50 of them.

        As everywhere in Python, 1, 1.0 and True are one key.
        """
        return self.top(FEW) if self.exact and self.distinct <= FEW else {}

    @cached_property
    def examples(self) -> list[Any]:
        """A few values: the most frequent, or some of the many."""
        return [value for value in self.top(_EXAMPLES + 1) if value != ""][:_EXAMPLES]

    @property
    def first(self) -> dict[str, int]:
        """The number of the first record that showed each type, null included; counted from 0."""
        return dict(sorted(self._column.first.items(), key=lambda pair: pair[1]))

    @property
    def lowest(self) -> Any:
        """The lowest value of the most frequent type that has an order; None where there is none."""
        return self._ordered[0]

    @property
    def highest(self) -> Any:
        """The highest value of the most frequent type that has an order; None where there is none."""
        return self._ordered[1]

    @cached_property
    def median(self) -> float | None:
        """The middle one of the distinct numbers; None where there are none, or texts beside them."""
        if not self.types or self.types.keys() - {"integer", "number"}:
            return None
        numbers = sorted(chain.from_iterable(map(_counts, self._column.values.values())))
        return float(numbers[len(numbers) // 2]) if numbers else None

    @cached_property
    def evidence(self) -> Format | None:
        """The format, with its share and what does not have it."""
        values = self._column.values
        texts = values.get(str)
        if texts is not None and texts.total > self._empty_texts:
            return find_format(_counts(texts), self.name)
        numbers = [each for kind, each in values.items() if kind is not str and _counts(each)]
        if len(numbers) == 1 and bool not in values:
            return find_number_format(_counts(numbers[0]), _bounds(numbers[0]), self.name)
        return None

    @property
    def format(self) -> str | None:
        """The name of the format, `date` or `e-mail`; None where it has none."""
        return self.evidence.name if self.evidence else None

    def top(self, most: int) -> dict[Any, int]:
        """Return the most frequent scalars with their counts; of many, those of a fair sample."""
        counts: dict[Any, int] = {}
        for value, count in chain.from_iterable(
            _counts(each).items() for each in self._column.values.values()
        ):
            counts[value] = counts.get(value, 0) + count
        return dict(sorted(counts.items(), key=lambda pair: -pair[1])[:most])

    def walk(self) -> Iterator[Field]:
        """Yield this field and all below it, in the records' own order."""
        yield self
        for field in self.fields.values():
            yield from field.walk()
        if self.element is not None:
            yield from self.element.walk()

    @property
    def _empty_texts(self) -> int:
        values = self._column.values.get(str)
        if values is None:
            return 0
        return values.sketch.empty if values.sketch else values.counts[""]

    @cached_property
    def _ordered(self) -> tuple[Any, Any]:
        kinds = [
            values for kind, values in self._column.values.items() if kind is not bool and _counts(values)
        ]
        return _bounds(max(kinds, key=lambda values: values.total)) if kinds else (None, None)

    def __repr__(self) -> str:
        types = ", ".join(f"{word} {count}" for word, count in self.types.items())
        return f"<Field {self.path or '(record)'}: {self.count} of {self.parents}, {types or 'only null'}>"


def _counts(values: Values) -> dict[Any, int]:
    return values.sketch.counts() if values.sketch else values.counts


def _bounds(values: Values) -> tuple[Any, Any]:
    if values.sketch:
        return values.sketch.lowest, values.sketch.highest
    return min(values.counts), max(values.counts)
