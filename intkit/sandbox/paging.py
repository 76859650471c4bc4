"""The ways in which vendors cut a list into pages, as plain functions over lists."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def cut_after(
    records: list[Record], limit: int, *, after: str | None = None, before: str | None = None, key: str = "id"
) -> tuple[list[Record], bool]:
    """Return the page beyond (or just before) a cursor, and whether more follow in that direction.

    Raises:
        LookupError: no record has that id.
    """
    if before is not None:
        end = place(records, before, key)
        start = max(0, end - limit)
        return records[start:end], start > 0
    start = 0 if after is None else place(records, after, key) + 1
    return records[start : start + limit], len(records) > start + limit


def place(records: list[Record], ident: str, key: str = "id") -> int:
    """Return the position of the record with this id.

    Raises:
        LookupError: no record has that id.
    """
    for position, record in enumerate(records):
        if record[key] == ident:
            return position
    raise LookupError(ident)
