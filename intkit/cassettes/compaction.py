"""From journal to cassette: what a session recorded takes its place among what was there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from intkit.cassettes.file import read_cassette, write_cassette
from intkit.cassettes.journal import abandoned, journals_of, read_journal
from intkit.cassettes.matching import match_key
from intkit.errors import CassetteMissing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from intkit.cassettes.exchange import Exchange
    from intkit.cassettes.journal import Entry


def in_logical_order(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries in the order of the calls.

    Calls that were under way together have no order of their own; they stand by method, address and body, so
    that the file does not depend on who was first.
    """
    return sorted(entries, key=lambda entry: (entry.group, _natural(entry.exchange), entry.start))


def merge(old: Sequence[Exchange], new: Sequence[Exchange], mode: str, *, complete: bool) -> list[Exchange]:
    """Return the exchanges of the file after a session.

    A session that records adds to what was there. One that refreshes takes its place; where it ended early it
    replaces what it reached and leaves the rest. Merging twice is as merging once: a process may be killed
    between writing the cassette and deleting the journal.
    """
    if not new:
        return list(old)
    if mode == "refresh":
        return list(new) if complete else _replace(old, new)
    return list(old) if list(old[-len(new) :]) == list(new) else [*old, *new]


def merged_metadata(
    old: dict[str, Any], entries: Sequence[Entry], count: int, *, fresh: bool
) -> dict[str, Any]:
    """Return the metadata of the file after a session.

    Args:
        old: what stood there.
        entries: what the session recorded.
        count: exchanges in the new file.
        fresh: nothing of what was there is left.
    """
    kept = {} if fresh else old
    origins = set(str(kept.get("recorded_from", "")).split(", ")) | {entry.origin for entry in entries}
    last = max(entries, key=lambda entry: sum(entry.redactions.values()) + sum(entry.people.values()))
    redactions = Counter(kept.get("redactions") or {}) + Counter(last.redactions)
    people = Counter(kept.get("personal_data") or {}) + Counter(last.people)
    return {
        "recorded_at": kept.get("recorded_at") or min(entry.date for entry in entries),
        "recorded_from": ", ".join(sorted(origins - {""})),
        "recorded_by": f"intkit {version('intkit')}",
        "exchanges": count,
        "redactions": dict(sorted(redactions.items())),
        "personal_data": dict(sorted(people.items())),
    }


def fold(path: Path, entries: list[Entry], mode: str, *, complete: bool) -> None:
    """Write what a session recorded into the cassette's file."""
    if not entries:
        return
    old, metadata = _read_if_there(path)
    ordered = in_logical_order(entries)
    merged = merge(old, [entry.exchange for entry in ordered], mode, complete=complete)
    fresh = not old or (mode == "refresh" and complete)
    write_cassette(path, merged, merged_metadata(metadata, ordered, len(merged), fresh=fresh))


def fold_abandoned(path: Path) -> None:
    """Write what sessions that ended early had recorded into the cassette's file."""
    for each in journals_of(path):
        with abandoned(each) as is_abandoned:
            if is_abandoned:
                mode, entries = read_journal(each)
                fold(path, entries, mode, complete=False)
                each.unlink()


def _read_if_there(path: Path) -> tuple[list[Exchange], dict[str, Any]]:
    try:
        return read_cassette(path)
    except CassetteMissing:
        return [], {}


def _replace(old: Sequence[Exchange], new: Sequence[Exchange]) -> list[Exchange]:
    replacements = defaultdict(list)
    for exchange in new:
        replacements[match_key(exchange.request)].append(exchange)
    merged = []
    for exchange in old:
        waiting = replacements[match_key(exchange.request)]
        merged.append(waiting.pop(0) if waiting else exchange)
    left = {id(exchange) for waiting in replacements.values() for exchange in waiting}
    return merged + [exchange for exchange in new if id(exchange) in left]


def _natural(exchange: Exchange) -> tuple[Any, ...]:
    """Order page 2 before page 10."""
    request = exchange.request
    digits = [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", request.url)]
    return request.method, digits, request.body
