"""The profile of some records: every path, and how to look at them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from intkit.errors import ProfileError, nearest, shorten
from intkit.paths import EACH, format_path, parse_path
from intkit.profiles.comparison import Comparison, compare
from intkit.profiles.fields import Field
from intkit.profiles.models import Kind, ModelSource, write_model
from intkit.profiles.overrides import Override, change_roles, check_overrides, read_overrides
from intkit.profiles.questions import answer_questions, find_words_for_nothing
from intkit.profiles.roles import Role, find_links, find_roles, speaks_of_key
from intkit.profiles.shown import COLUMNS, examples_of, row_of
from intkit.profiles.shredder import CHUNK, Shredder
from intkit.profiles.sources import read_chunks
from intkit.profiles.tree import tree_html
from intkit.tables import Bar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from intkit.profiles.columns import Column
    from intkit.records import Source


def profile(records: object, *, missing: Collection[object] = ()) -> Profile:
    """Return what the records really look like, after one pass over them.

    Args:
        records: Records, any iterable of dicts, a pandas frame, JSON lines as bytes, or a Path to them.
        missing: the source's own words for nothing, `["", False]`: they count as null.

    Raises:
        ProfileError: they cannot be read, or hold what JSON has not.
    """
    if isinstance(missing, str | bytes) or not isinstance(missing, Collection):
        raise ProfileError(
            f"missing is {shorten(missing)}, not a list.", remedy=f"Write missing=[{missing!r}]."
        )
    shredder = Shredder(missing)
    for chunk in read_chunks(records, CHUNK):
        shredder.add(chunk)
    return Profile(shredder.root, shredder.count, getattr(records, "source", None), tuple(missing))


class Profile:
    """What some records look like, path by path.

    Args:
        column: what was counted.
        count: how many records there were.
        source: what the records were fetched by; None where they were given.
        missing: the words for nothing that were counted as null.
        overrides: what people know better, by path.
    """

    def __init__(
        self,
        column: Column,
        count: int,
        source: Source | None = None,
        missing: tuple[object, ...] = (),
        overrides: Mapping[str, Override] = MappingProxyType({}),
    ) -> None:
        self._column = column
        self.count = count
        self.source = source
        self.missing = missing
        self.overrides = overrides
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
        found = self.find(path)
        if found is None:
            raise self._no_field(path)
        return found

    def find(self, path: str) -> Field | None:
        """Return the field at a path, or None where no record had anything there."""
        field: Field | None = self.root
        for step in parse_path(path):
            if field is not None:
                field = field.element if step == EACH else field.fields.get(step)
        return field

    def override(self, overrides: Mapping[str, Override] | Path) -> Profile:
        """Return the profile with what people know better.

        Args:
            overrides: by path, or the YAML file that holds them.

        Raises:
            ProfileError: the file cannot be read, or the records speak against it; every conflict is named.
        """
        known = read_overrides(overrides) if isinstance(overrides, Path) else dict(overrides)
        made = Profile(deepcopy(self._column), self.count, self.source, self.missing, known)
        check_overrides(known, made.root)
        for path, override in known.items():
            field = made.find(path)
            if override.map and field is not None and not field.is_map:
                field.become_map()
        return Profile(made._column, self.count, self.source, self.missing, known)

    def diff(self, other: Profile) -> Comparison:
        """Return what changed in the form of the records from these to the other's."""
        return compare(self, other)

    def links(self, other: Profile) -> Table:
        """Return where these records could refer to the others': by values that are keys there.

        Of paths with very many values a fair sample is compared, the same one on both sides.
        """
        rows = [
            [field.path, key, Bar(share), ", ".join(examples_of(field, self.roles.get(field.path, ())))]
            for field, key, share in find_links(self, other)
        ]
        return Table(["path", "key of the others", "found there", "examples"], rows)

    def model(self, name: str, kind: Kind = "pydantic") -> ModelSource:
        """Return Python source for these records: a pydantic model, or a msgspec Struct as exports have it.

        Args:
            name: the class of a record, `Charge`.
            kind: `pydantic` or `struct`.

        Raises:
            ProfileError: the name is no class name, or the records are not objects.
        """
        return write_model(self, name, kind)

    def merge(self, other: Profile) -> Profile:
        """Return the profile of these records followed by the other's, without reading any again."""
        column = deepcopy(self._column)
        column.merge(other._column, self.count)
        return Profile(column, self.count + other.count, self.source, self.missing, self.overrides)

    @cached_property
    def roles(self) -> dict[str, list[Role]]:
        """What each path seems to be for: key, reference, enum, money, created, personal."""
        return change_roles(find_roles(self.root), self.overrides)

    @property
    def keys(self) -> list[str]:
        """The paths that could be a record's key, those called so first."""
        keys = [path for path, roles in self.roles.items() if any(role.name == "key" for role in roles)]
        return sorted(keys, key=lambda path: (path != "id", not speaks_of_key(path), path.count(".")))

    @cached_property
    def words_for_nothing(self) -> dict[Any, list[str]]:
        """Words that the source seems to use for nothing, with their paths; `missing` takes the words."""
        return find_words_for_nothing(self.fields())

    def questions(self) -> Table:
        """Return five questions to answer before mapping, with what the records say to them."""
        return answer_questions(self.root, self.roles, self.source, self.words_for_nothing)

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
                "roles": [role.name for role in self.roles.get(field.path, ())],
                "examples": field.examples,
            }
            for field in self.fields()
        ]

    def table(self) -> Table:
        """Return one row a path, for a person; what is personal or secret is not shown in full."""
        rows = [row_of(field, roles) for field, roles in self._shown()]
        return Table(COLUMNS, rows, title=self._title(), note=self._note())

    def frame(self) -> pd.DataFrame:
        """Return `rows()` as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def text(self, width: int | None = None) -> str:
        """Return the table and the five questions as aligned text."""
        return f"{self.table().text(width)}\n\n{self.questions().text(width)}"

    def _repr_html_(self) -> str:
        return tree_html(self._title(), list(self._shown()), self._note(), self.questions())

    def __repr__(self) -> str:
        return self.text()

    def _shown(self) -> Iterator[tuple[Field, list[Role]]]:
        return ((field, self.roles.get(field.path, [])) for field in self.fields())

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
