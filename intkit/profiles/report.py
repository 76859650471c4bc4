"""The profile of some records: every path, and how to look at them."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Self

from intkit.errors import ProfileError, nearest, shorten
from intkit.paths import format_path, parse_path
from intkit.profiles.fields import Field
from intkit.profiles.shredder import CHUNK, Shredder
from intkit.profiles.sources import read_chunks
from intkit.tables import Bar, Table, percent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from intkit.profiles.columns import Column
    from intkit.records import Source

_COLUMNS = ["path", "present", "null", "empty", "types", "format", "distinct", "examples"]


def profile(records: object, *, missing: Collection[object] = ()) -> Profile:
    """Return what the records really look like, after one pass over them.

    Args:
        records: Records, any iterable of dicts, a pandas frame, JSON lines as bytes, or a Path to them.
        missing: the source's own words for nothing, `["", False]`: they count as null.

    Raises:
        ProfileError: they cannot be read, or hold what JSON has not.
    """
    shredder = Shredder(missing)
    for chunk in read_chunks(records, CHUNK):
        shredder.add(chunk)
    return Profile(shredder.root, shredder.count, getattr(records, "source", None))


class Profile:
    """What some records look like, path by path.

    Args:
        column: what was counted.
        count: how many records there were.
        source: what the records were fetched by; None where they were given.
    """

    def __init__(self, column: Column, count: int, source: Source | None = None) -> None:
        self._column = column
        self.count = count
        self.source = source
        self.root = Field(column, count)

    def fields(self) -> Iterator[Field]:
        """Yield every path's field, in the records' own order; the record itself is not among them."""
        walk = self.root.walk()
        if self.root.types.keys() <= {"object"}:
            next(walk)
        return walk

    def field(self, path: str) -> Field:
        """Return the field at a path, `lines.data[].amount`; the empty path is the record itself.

        Raises:
            PathError: the text is no path.
            ProfileError: no record had anything there.
        """
        field = self.root
        for step in parse_path(path):
            inner = field.element if step == "[]" else field.fields.get(step)
            if inner is None:
                raise self._no_field(path)
            field = inner
        return field

    def merge(self, other: Profile) -> Profile:
        """Return the profile of these records followed by the other's, without reading any again."""
        column = deepcopy(self._column)
        column.merge(other._column, self.count)
        return Profile(column, self.count + other.count, self.source)

    def rows(self) -> list[dict[str, Any]]:
        """Return one dict a path: its counts, types, format, bounds and examples."""
        return [
            {
                "path": field.path,
                "parents": field.parents,
                "count": field.count,
                "nulls": field.nulls,
                "empty": sum(field.empties.values()),
                "types": field.types,
                "format": field.format,
                "distinct": field.distinct,
                "exact": field.exact,
                "lowest": field.lowest,
                "highest": field.highest,
                "longest": field.longest,
                "examples": field.examples,
            }
            for field in self.fields()
        ]

    def table(self) -> Table:
        """Return one row a path, for a person."""
        return Table(
            _COLUMNS, [_row(field) for field in self.fields()], title=self._title(), note=self._note()
        )

    def frame(self) -> pd.DataFrame:
        """Return `rows()` as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def text(self, width: int | None = None) -> str:
        """Return the table as aligned text."""
        return self.table().text(width)

    def _repr_html_(self) -> str:
        return self.table().html()

    def __repr__(self) -> str:
        return self.text()

    def _title(self) -> str:
        of = f" of {self.source.path}" if self.source and self.source.path else ""
        return f"{self.count} record{'' if self.count == 1 else 's'}{of}"

    def _note(self) -> str:
        if self.count == 0:
            return "No records: nothing can be said about their fields."
        return "One record only: what is optional or null cannot be told yet." if self.count == 1 else ""

    def _no_field(self, path: str) -> ProfileError:
        known = [field.path for field in self.fields()]
        last = parse_path(path)[-1]
        alike = [each for each in known if parse_path(each)[-1:] == (last,)]
        return ProfileError(
            f"No record has anything at {shorten(format_path(parse_path(path)))}.{nearest(path, known)}",
            *([f"The same name stands at {', '.join(alike[:5])}."] if alike else []),
            remedy="The profile's table lists every path.",
        )


def _row(field: Field) -> list[object]:
    return [
        field.path or "(record)",
        Bar(field.count / field.parents) if field.parents else None,
        percent(field.nulls / field.count) if field.nulls else None,
        percent(sum(field.empties.values()) / field.count) if field.empties else None,
        _types(field),
        _format(field),
        About(field.distinct, field.exact) if field.distinct else None,
        ", ".join(shorten(value, 30) for value in field.examples),
    ]


class About(int):
    """A number that is shown with `≈` where it is an estimate."""

    exact: bool

    def __new__(cls, number: int, exact: bool) -> Self:
        """Make the number."""
        made = super().__new__(cls, number)
        made.exact = exact
        return made

    def __str__(self) -> str:
        return int.__str__(self) if self.exact else f"≈{int.__str__(self)}"


def _types(field: Field) -> str:
    counted = len(field.types) > 1
    words = [f"{word} {count}" if counted else word for word, count in field.types.items()]
    return ", ".join(words) or "only null"


def _format(field: Field) -> str:
    found = field.evidence
    if found is None:
        return ""
    share = "" if found.share == 1 else f" {percent(found.share)}"
    return f"{found.name}{share}{f' {found.detail}' if found.detail else ''}"
