"""Records: what an API gave, as a sequence of dicts in which each record knows the exchange it came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import TYPE_CHECKING, Any, overload

from intkit.errors import RecordsError, shorten
from intkit.paths import EACH, has_step, parse_place
from intkit.progress import track
from intkit.tables import Table

if TYPE_CHECKING:
    from pandas import DataFrame

_SHOWN_ROWS = 10
_SHOWN_COLUMNS = 8


@dataclass(frozen=True)
class Origin:
    """Where a record came from.

    Attributes:
        exchange: the cassette and the number of the exchange in it, `stripe/charges#3`; empty when live.
        request: what was asked, `GET /v1/charges`.
    """

    exchange: str = ""
    request: str = ""

    def __str__(self) -> str:
        return self.exchange or self.request


@dataclass(frozen=True)
class Source:
    """What was asked for, enough to ask for it again.

    Attributes:
        connection: the connection's name.
        cassette: the cassette's name, empty when live.
        path: the request's path, `/v1/charges`.
        params: what the caller added to the query, or a GraphQL query's variables; not what paging adds.
        json: the body of a search that is a POST; None is a GET.
        limit: the most records asked for; None is all.
        at: where the records stand in each answer; empty is the connection's own place.
        query: the text of a GraphQL query; empty for REST.
        joins: the records of other sources that were laid beside each.
    """

    connection: str = ""
    cassette: str = ""
    path: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    limit: int | None = None
    at: str = ""
    query: str = ""
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True)
class Join:
    """How the records of another source were laid beside these.

    Attributes:
        source: where the other records come from.
        on: the path in these records that names the other.
        key: the path in the other records that it names.
        name: the field that holds the other record.
        many: the field holds a list of all that fit, and not the only one.
    """

    source: Source
    on: str
    key: str
    name: str
    many: bool = False


@dataclass(frozen=True)
class Batch:
    """The records of one answer.

    Attributes:
        records: in the answer's order.
        origin: the exchange that they came from.
        note: how the fetch has gone so far, for people.
        last: nothing comes after this one.
    """

    records: Sequence[dict[str, Any]]
    origin: Origin
    note: str = ""
    last: bool = False


class Records(Sequence[dict[str, Any]]):
    """A sequence of records that are fetched as they are read, kept, and so read again for free.

    A fetch that breaks off raises where it broke; reading again goes on from there.

    Args:
        fetch: gives the next batch at each call; when it raises, the next call tries the same batch again.
        source: what was asked for.
    """

    def __init__(self, fetch: Callable[[], Batch], source: Source | None = None) -> None:
        self.source = source or Source()
        self._fetch = fetch
        self._read: list[dict[str, Any]] = []
        self._starts: list[int] = []
        self._origins: list[Origin] = []
        self._note = ""
        self._complete = False
        self._lock = RLock()

    @classmethod
    def of(
        cls, records: Iterable[dict[str, Any]], *, source: Source | None = None, origin: Origin | None = None
    ) -> Records:
        """Return Records of plain dicts.

        Raises:
            RecordsError: one of them is not a dict.
        """
        rows = list(records)
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                raise RecordsError(
                    f"Record {number} is {type(row).__name__}, not an object.",
                    remedy="Give a list of dicts, one for each record.",
                )
        made = cls(lambda: Batch(rows, origin or Origin(request="given in code"), last=True), source)
        made.read_next()
        return made

    @property
    def note(self) -> str:
        """How they were paged, and whether the limit was hit; it grows as pages are read."""
        return self._note

    @property
    def complete(self) -> bool:
        """Whether all of them have been read."""
        return self._complete

    def read_next(self) -> None:
        """Read one more batch, where there is one."""
        with self._lock:
            if self._complete:
                return
            batch = self._fetch()
            self._starts.append(len(self._read))
            self._origins.append(batch.origin)
            self._read.extend(batch.records)
            self._note, self._complete = batch.note, batch.last

    def origin(self, index: int) -> Origin:
        """Return where the record at this index came from."""
        if index < 0:
            index += len(self)
        self._read_to(index + 1)
        if not 0 <= index < len(self._read):
            raise IndexError(index)
        return self._origins[bisect_right(self._starts, index) - 1]

    def joined(self, other: Records, on: str, *, key: str = "id", name: str, many: bool = False) -> Records:
        """Return these records, each with the record of another source that it names in a field of its own.

        Args:
            other: the other records; they are all read when the first joined record is.
            on: the path in these records that names the other: `customer`, `order.id`, or `partner_id[0]`.
            key: the path in the other records that it names.
            name: the field to add; null where there is no such record.
            many: add a list of all that fit; empty where none does.

        Raises:
            RecordsError: a path leads to many values; or on reading, where a record has such a field already, or
                several fit and not `many`.
        """
        for path in (on, key):
            if EACH in parse_place(path):
                raise RecordsError(
                    f"{path} is each element of a list, and records are joined by one value.",
                    remedy=f"Name one, {path.replace(EACH, '[0]')}, or join the other way round with `many=True`.",
                )
        join = Join(other.source, on, key, name, many)
        made = replace(self.source, joins=(*self.source.joins, join))
        return Records(_Joining(self, other, join), made)

    def frame(self) -> DataFrame:
        """Return a pandas frame: a column for each path of objects, lists left as they are.

        Columns hold Python's own values where pandas would change them: long ids stay exact beside nulls.
        """
        import pandas as pd

        return pd.DataFrame([_flat(record) for record in self], dtype=object).infer_objects()

    def __len__(self) -> int:
        self._read_to(None)
        return len(self._read)

    def __bool__(self) -> bool:
        self._read_to(1)
        return bool(self._read)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        index = 0
        while True:
            self._read_to(index + 1)
            if index >= len(self._read):
                return
            yield self._read[index]
            index += 1

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Records: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | Records:
        if isinstance(index, slice):
            return self._part(index)
        self._read_to(index + 1 if index >= 0 else None)
        return self._read[index]

    def __repr__(self) -> str:
        return self._table().text()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Show a notebook all of them: what is shown last in a cell is read to the end first."""
        self._read_to(None)
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        return self._table().html()

    def _part(self, wanted: slice) -> Records:
        backwards = any(edge is not None and edge < 0 for edge in (wanted.start, wanted.stop, wanted.step))
        self._read_to(None if backwards else wanted.stop)
        numbers = range(len(self._read))[wanted]
        batches = iter([Batch([self._read[n]], self.origin(n), self.note, n == numbers[-1]) for n in numbers])
        part = Records(lambda: next(batches, Batch([], Origin(), self.note, last=True)), self.source)
        part._read_to(None)
        return part

    def _read_to(self, wanted: int | None) -> None:
        """Read until there are this many, or all."""
        if wanted is None and not self._complete:
            for _ in track(iter(self._read_one, False), f"{self._name()}: pages"):
                pass
        while wanted is not None and len(self._read) < wanted and not self._complete:
            self.read_next()

    def _read_one(self) -> bool:
        self.read_next()
        return not self._complete

    def _name(self) -> str:
        """Return the path, or of a GraphQL query the connection."""
        return (self.source.at if self.source.query else self.source.path) or "records"

    def _table(self) -> Table:
        rows = [_flat(record) for record in self._read[:_SHOWN_ROWS]]
        named = dict.fromkeys(name for row in rows for name in row)
        # what is empty in all that is shown stands last, and so is what is left out first
        columns = sorted(named, key=lambda name: all(row.get(name) in (None, "", [], {}) for row in rows))
        shown = columns[:_SHOWN_COLUMNS]
        return Table(
            shown or ["(no records)"],
            [[row.get(name, "") for name in shown] for row in rows],
            title=f"{self._name()}: {len(self._read)} record(s)" + ("" if self._complete else " read so far"),
            note=" ".join(filter(None, [_unseen(len(self._read), columns[_SHOWN_COLUMNS:]), self.note])),
        )


class _Joining:
    """Gives the records one by one, each with what it is joined with; a call that fails can be made again."""

    def __init__(self, records: Records, other: Records, join: Join) -> None:
        self._records, self._other, self._join = records, other, join
        self._index: dict[str | int | None, list[int]] = {}
        self._count = self._named = self._found = 0
        self._lost: list[str | int] = []

    def __call__(self) -> Batch:
        """Return the next record, or at the end how many found something."""
        if not self._index:
            self._index = self._indexed()
        try:
            record = self._records[self._count]
        except IndexError:
            note = " ".join(filter(None, [self._records.note, *self._told()]))
            return Batch([], Origin(), note, last=True)
        value = _key(record, self._join.on)
        fits = self._fits(record, value)
        origins = dict.fromkeys([self._records.origin(self._count), *map(self._other.origin, fits)])
        self._count, self._named = self._count + 1, self._named + (value is not None)
        self._found += bool(fits)
        self._lost += [value] if value is not None and not fits else []
        beside = [self._other[number] for number in fits]
        joined = beside if self._join.many else next(iter(beside), None)
        return Batch([{**record, self._join.name: joined}], _together(list(origins)), self._records.note)

    def _indexed(self) -> dict[str | int | None, list[int]]:
        index: dict[str | int | None, list[int]] = {}
        for number, record in enumerate(self._other):
            index.setdefault(_key(record, self._join.key), []).append(number)
        return index

    def _fits(self, record: Mapping[str, Any], value: str | int | None) -> list[int]:
        """Return the numbers of the other records that a record names."""
        name, key = self._join.name, self._join.key
        if name in record:
            raise RecordsError(
                f"Record {self._count} has a field {name!r} already.",
                remedy="Give the joined records another name.",
            )
        fits = self._index.get(value, []) if value is not None else []
        if len(fits) > 1 and not self._join.many:
            raise RecordsError(
                f"{len(fits)} records have the {key} {value!r}, which record {self._count} names.",
                remedy="Give `many=True` to have them all as a list.",
            )
        return fits

    def _told(self) -> Iterator[str]:
        join, lost = self._join, self._lost
        yield f"{self._found} of {self._count} records found their {join.name} by {join.on} = {join.key}."
        if self._named < self._count:
            yield f"{self._count - self._named} have no {join.on}."
        if lost:
            yield f"{len(lost)} have one that nothing has as {join.key}, first {shorten(lost[0])}."


def _key(record: Mapping[str, Any], path: str) -> str | int | None:
    """Return the value at a path by which records are joined; an empty text and `false` name nothing.

    Raises:
        RecordsError: it is an object or a list.
    """
    value: Any = record
    for step in parse_place(path):
        value = value[step] if has_step(value, step) else None
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, str | int):
        return value
    raise RecordsError(
        f"{path} holds {shorten(value)}, and records are joined by a text or a whole number.",
        remedy=f"Name a field of it, like {path}.id, or the first of it, {path}[0].",
    )


def _together(origins: list[Origin]) -> Origin:
    """Return several origins as one, the joined record's own first."""
    words = [[each.exchange for each in origins], [each.request for each in origins]]
    return Origin(*(" + ".join(dict.fromkeys(filter(None, each))) for each in words))


def _flat(record: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return one level of keys, `billing_details.email`, for a look at the record."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            flat.update(_flat(value, f"{before}{key}."))
        else:
            flat[f"{before}{key}"] = value
    return flat


def _unseen(rows: int, columns: Sequence[str]) -> str:
    """Say what a short table leaves out."""
    more = [f"{rows - _SHOWN_ROWS} more record(s)"] if rows > _SHOWN_ROWS else []
    more += [f"{len(columns)} more column(s)"] if columns else []
    return f"Not shown: {' and '.join(more)}." if more else ""
