"""What no longer is of use: recordings that nothing mentions, and exchanges that no run asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from intkit.cassettes.care import cassette_files, look_over, mentions, project_texts
from intkit.cassettes.file import read_cassette, write_cassette
from intkit.cassettes.journal import journals_of
from intkit.cassettes.locks import alone_in
from intkit.cassettes.names import cassette_name, cassette_path
from intkit.cassettes.unused import request_line
from intkit.errors import CassetteError
from intkit.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from intkit.cassettes.exchange import Exchange


def unused_cassettes() -> list[Path]:
    """Return the recordings that no notebook, mapping, program or page of the project mentions.

    One with a journal beside it is being recorded, or has lost its session; it is left alone.
    """
    texts = project_texts()
    unnamed = [path for path in cassette_files() if not mentions(cassette_name(path), texts)]
    return [path for path in unnamed if not journals_of(path)]


def unused_by(runs: Iterable[Path]) -> dict[str, dict[int, str]]:
    """Return what none of some headless runs asked for: cassette, then number and request.

    Args:
        runs: their folders.

    Raises:
        CassetteError: one is no such folder, or says nothing of recordings.
    """
    unused: dict[str, dict[int, str]] = {}
    for name, requests in (each for run in runs for each in _read_run(run).items()):
        others = unused.get(name, requests)
        unused[name] = {number: others[number] for number in requests if number in others}
    return unused


def drop_exchanges(name: str, unused: Mapping[int, str]) -> None:
    """Write a recording without some of its exchanges.

    Args:
        name: the cassette's.
        unused: number and request of each that goes.

    Raises:
        CassetteError: the recording is another one by now, or would be empty.
    """
    path = cassette_path(name)
    with alone_in(path.parent):
        exchanges, metadata = read_cassette(path)
        there = {number: request_line(exchange) for number, exchange in enumerate(exchanges)}
        if journals_of(path) or not unused.items() <= there.items() or len(unused) == len(there):
            raise CassetteError(
                f"{name} stays as it is: it has changed since that run, or nothing of it was asked for.",
                remedy="Run again; where nothing of it is wanted, delete the file.",
            )
        kept = [exchange for number, exchange in enumerate(exchanges) if number not in unused]
        if "exchanges" in metadata:
            people = _people(kept, metadata.get("personal_data") or {})
            metadata |= {"exchanges": len(kept), "personal_data": people}
        write_cassette(path, kept, metadata)


def _read_run(run: Path) -> dict[str, dict[int, str]]:
    try:
        said = json.loads((run / "summary.json").read_text(encoding="utf-8"))["run"]["unused"]
        return {name: {int(number): text for number, text in each.items()} for name, each in said.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CassetteError(
            f"{run} is not the folder of a run that ended.",
            remedy="Name what `intkit run` wrote, like runs/stripe_payments/20261122T154709Z-1.",
        ) from None


def _people(exchanges: Iterable[Exchange], kinds: Collection[str]) -> dict[str, int]:
    """Count the personal data that exchanges hold, as recording them does; the other kinds are stand-ins."""
    redactor = Redactor()
    for exchange in exchanges:
        look_over(redactor, exchange)
    return {kind: count for kind, count in sorted(redactor.people.items()) if kind in kinds}
