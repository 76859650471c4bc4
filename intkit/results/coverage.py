"""How each target field came out: filled, null, with which values, failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from intkit.errors import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intkit.rules.targets import TargetModel

MOST_DISTINCT = 1_000
_LONGEST_EXAMPLE = 40


@dataclass
class Coverage:
    """How one target field came out.

    Attributes:
        filled: in how many targets it has a value.
        null: in how many it is null.
        values: its values with their counts, up to about a thousand of them.
        failed: how many records failed at it.
        first: the key of the first record that failed at it.
    """

    filled: int = 0
    null: int = 0
    values: Counter[Any] = field(default_factory=Counter)
    failed: int = 0
    first: str = ""

    @property
    def share(self) -> float:
        """The share of targets that have a value here; all of none."""
        return self.filled / (self.filled + self.null) if self.filled + self.null else 1.0

    def count(self, column: Sequence[Any]) -> list[Any]:
        """Count a column of values, and return those that are not null."""
        there = [value for value in column if value is not None]
        self.filled += len(there)
        self.null += len(column) - len(there)
        return there

    def keep(self, values: Sequence[Any]) -> None:
        """Keep values as examples, until there are enough."""
        if len(self.values) >= MOST_DISTINCT:
            return
        try:
            self.values.update(values)
        except TypeError:  # a list, or an object of any kind
            self.values.update(map(repr, values))


def count_columns(
    model: TargetModel, targets: Sequence[Any], prefix: str, fields: Mapping[str, Coverage]
) -> None:
    """Count the targets of one model, field by field, and what they hold below."""
    for each in model.fields.values():
        path = f"{prefix}{each.name}" + ("[]" if each.listed else "")
        there = fields[path].count(list(map(attrgetter(each.name), targets)))
        if each.model is None:
            fields[path].keep(there)
        elif each.listed:
            fields[path].keep(list(map(len, there)))
            count_columns(each.model, list(chain.from_iterable(there)), f"{path}.", fields)
        else:
            count_columns(each.model, there, f"{path}.", fields)


def show_example(value: Any, path: str) -> str:
    """Return a value as an example: text in quotes, rows by their number, all else as people write it."""
    if isinstance(value, str):
        return shorten(value, _LONGEST_EXAMPLE)
    return f"{value} rows" if path.endswith("[]") else shorten(str(value), _LONGEST_EXAMPLE).strip("'")
