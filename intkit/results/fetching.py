"""Fetching a mapping's records again, as its source says where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intkit.connections import connect

if TYPE_CHECKING:
    from intkit.records import Records, Source


def fetch_records(
    source: Source, *, limit: int | None = None, cassette: str | None = None, mode: str | None = None
) -> Records:
    """Return the records of a source, joined with what they were joined with.

    A recording holds no more than its limit let in, and so its replay asks for no more; every other mode asks for all.

    Args:
        source: what was asked for.
        limit: the most records; the joined ones are not limited by it.
        cassette: where they are recorded, if not where the source says.
        mode: `replay`, `record`, `refresh` or `live`; the recording by default.
    """
    client = connect(source.connection, cassette=cassette or source.cassette or None, mode=mode)
    records = client.records(
        source.query or source.path,
        params=source.params or None,
        json=source.json,
        limit=source.limit if limit is None and client.mode == "replay" else limit,
        at=source.at or None,
    )
    for join in source.joins:
        other = fetch_records(join.source, mode=mode)
        records = records.joined(other, join.on, key=join.key, name=join.name, many=join.many)
    return records
