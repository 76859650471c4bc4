"""A cassette in use: gives recorded answers, takes new ones, and is whole on disk at every moment."""

from __future__ import annotations

import atexit
import logging
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from intkit.cassettes.age import check_age
from intkit.cassettes.answers import Answers
from intkit.cassettes.cleaning import blank_again
from intkit.cassettes.compaction import fold, fold_abandoned, in_logical_order, merge
from intkit.cassettes.file import check_json, read_cassette
from intkit.cassettes.journal import Entry, Journal, journals_of, read_journal
from intkit.cassettes.locks import alone_in
from intkit.cassettes.miss import exchange_missing
from intkit.cassettes.names import cassette_name, cassette_path, check_mode
from intkit.cassettes.order import CallOrder
from intkit.cassettes.unused import Usage, report_unused, usage_of
from intkit.errors import CassetteError, IntkitError, nearest
from intkit.project import read_settings
from intkit.redaction import KINDS, Redactor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intkit.cassettes.exchange import Exchange, RecordedRequest
    from intkit.cassettes.order import Turn

MANY = 1000
"""Exchanges above which YAML takes seconds to open."""

_log = logging.getLogger(__name__)
_recording: list[Cassette] = []


def open_cassette(name: str | Path, mode: str = "replay") -> Cassette:
    """Open a recording.

    Args:
        name: as in `stripe/charges`, for `cassettes/stripe/charges.yaml`; one that ends in `.json` is kept in
            vcrpy's JSON form. A Path is taken as it is.
        mode: `replay` answers from the file; `record` answers from it and records what is missing; `refresh`
            records all anew; `live` leaves the file alone.

    Raises:
        CassetteMissing: replay, and there is no file.
        CassetteDamaged: the file is empty, cut, in conflict or not a cassette.
        CassetteError: the mode is unknown, or the file cannot be written where it is to be recorded.
    """
    return Cassette(name if isinstance(name, Path) else cassette_path(name), check_mode(mode))


def _pseudonymised(settings: dict[str, Any]) -> list[str]:
    """Return the kinds of personal data that the project wants replaced: `[cassettes] pseudonymise`."""
    kinds = settings.get("pseudonymise", [])
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise CassetteError(
            f"intkit.toml asks to pseudonymise {unknown[0]!r}.{nearest(str(unknown[0]), KINDS)}",
            remedy=f"Kinds: {', '.join(KINDS)}.",
        )
    return list(kinds)


class Cassette:
    """A recording, opened in one mode. Safe to use from several threads.

    Args:
        path: its file.
        mode: `replay`, `record`, `refresh` or `live`.
    """

    def __init__(self, path: Path, mode: str) -> None:
        self.path = path
        self.name = cassette_name(path)
        self.mode = mode
        settings = read_settings().get("cassettes", {})
        self.redactor = Redactor(_pseudonymised(settings))
        self.ignored = frozenset(map(str, settings.get("ignore", [])))
        self._answers = Answers(self.ignored, repeat_last=mode == "replay")
        self._order = CallOrder()
        self._entries: list[Entry] = []
        self._journal: Journal | None = None
        self._usage = Usage(0)
        self._closed = False
        self._lock = threading.RLock()
        if mode != "live":
            self._open()

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """All exchanges, in their order: those of the file, then what was recorded since."""
        return self._answers.exchanges

    @property
    def unused(self) -> list[int]:
        """The numbers of the exchanges that nobody asked for."""
        return self._answers.unused

    def stop_early(self) -> None:
        """Say that a list is read up to a limit only, so that what is left of the recording is no mistake."""
        self._usage.in_part = True

    def find(self, request: RecordedRequest) -> int | None:
        """Return the number of the exchange that answers this request, or None where it is to be recorded.

        The n-th time that a request is made it gets the n-th recorded answer; in replay the last one again
        when there are no more. A notebook cell that runs again gets what it got before.

        Raises:
            ExchangeMissing: replay, and the request was never recorded.
        """
        with self._lock:
            number = self._answers.find(request)
            if number is not None:
                self._usage.asked.add(number)
        if number is None and self.mode == "replay":
            raise exchange_missing(request, self.exchanges, self.name, str(self.path), self.ignored)
        return number

    def begin(self) -> Turn:
        """Take a place for a call that is about to go to the wire."""
        with self._lock:
            return self._order.begin()

    def end(self) -> None:
        """Say that a call which had begun is over, with an answer or without."""
        with self._lock:
            self._order.end()

    def record(self, turn: Turn, exchange: Exchange, *, origin: str, date: str) -> int:
        """Keep an exchange, on disk on return, and return its number.

        Raises:
            SecretFound: a registered secret stands in it.
            CassetteError: it cannot be written.
        """
        with self._lock:
            if self._journal is None:
                raise CassetteError(
                    f"The cassette {self.name} is closed or was opened anew for refreshing.",
                    remedy="Connect again.",
                )
            if self.path.suffix == ".json":
                check_json(self.path, exchange)
            counts = {kind: n for kind, n in self.redactor.counts.items() if n}
            people = {kind: n for kind, n in self.redactor.people.items() if n}
            entry = Entry(turn.group, turn.start, exchange, origin, date, counts, people)
            self._journal.append(entry)
            self._entries.append(entry)
            return self._answers.add_new(exchange)

    def close(self) -> None:
        """Write what was recorded into the file. Doing it twice does nothing more.

        What a replay did not ask for is logged; in a pipeline, and where nobody stopped at a limit on purpose,
        it is an error.

        Raises:
            CassetteError: a replay did not ask for all, and CI is set or INTKIT_UNUSED is `fail`.
        """
        if self.mode == "replay" and not self._closed and sys.exc_info()[0] is None:
            self._closed = True
            report_unused(self.name, self.exchanges, self.unused, in_part=self._usage.in_part)
        # Where an error is passing, a refresh has not seen all calls: what it did not reach is kept.
        self._finish(complete=sys.exc_info()[0] is None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        if self.mode == "refresh":
            for other in [each for each in _recording if each.path == self.path and each.mode == "refresh"]:
                other._finish(complete=False)  # noqa: SLF001 - the same cell, run again
        if self.mode in ("record", "refresh"):
            self._journal = Journal(self.path, self.mode)
            _recording.append(self)
        try:
            self._load()
        except BaseException:
            self._abandon()
            raise

    def _load(self) -> None:
        if self.mode == "replay":
            exchanges = self._read_old()
        else:
            with alone_in(self.path.parent):
                fold_abandoned(self.path)
                exchanges = self._read_old()
        if self.mode == "refresh":
            return
        for exchange in exchanges:
            self._answers.add(exchange)
        if self.mode == "replay":
            self._usage = usage_of(self.path, len(exchanges))
        if len(exchanges) > MANY and self.path.suffix != ".json":
            warnings.warn(
                f"The cassette {self.name} holds {len(exchanges)} exchanges; vcrpy's JSON form opens faster. "
                f"`intkit cassettes convert {self.name}` writes {self.name}.json.",
                stacklevel=2,
            )

    def _read_old(self) -> list[Exchange]:
        """Return the exchanges of the file and of journals that are not in it yet."""
        mine = self._journal.path if self._journal else None
        others = [path for path in journals_of(self.path) if path != mine]
        exchanges: list[Exchange] = []
        if self.path.exists() or not (others or self._journal):
            exchanges, metadata = read_cassette(self.path)
            if self.mode == "replay":
                check_age(self.name, metadata)
        for path in others:
            try:
                mode, entries = read_journal(path)
            except FileNotFoundError:  # its session has just ended: all is in the file by now
                return self._read_old()
            new = [entry.exchange for entry in in_logical_order(entries)]
            exchanges = merge(exchanges, new, mode, complete=False)
        return exchanges

    def _finish(self, *, complete: bool) -> None:
        with self._lock:
            journal, self._journal = self._journal, None
            if journal is None:
                return
            _recording.remove(self)
            try:
                with alone_in(self.path.parent):
                    fold(self.path, self._blanked(), self.mode, complete=complete)
                    journal.delete()
                _report_people(self.name, self._entries)
            finally:
                journal.close()  # what is left of it is folded in when the cassette is opened next

    def _blanked(self) -> list[Entry]:
        """Return what was recorded, without what turned out to be a secret only later."""
        return [
            msgspec.structs.replace(each, exchange=blank_again(self.redactor, each.exchange))
            for each in self._entries
        ]

    def _abandon(self) -> None:
        if self._journal:
            self._journal.delete()
            self._journal.close()
            self._journal = None
            _recording.remove(self)


def _report_people(name: str, entries: Sequence[Entry]) -> None:
    """Say what personal data was recorded; what the sandbox gives is made up."""
    if all(entry.origin == "sandbox" for entry in entries) or not entries[-1].people:
        return
    counts = ", ".join(f"{kind} {count}" for kind, count in sorted(entries[-1].people.items()))
    kinds = ", ".join(f'"{kind}"' for kind in sorted(entries[-1].people))
    _log.warning(
        "%s now holds personal data: %s. To record stand-ins instead, write pseudonymise = [%s] below "
        "[cassettes] in intkit.toml, and record with mode='refresh'.",
        name,
        counts,
        kinds,
    )


def close_all() -> None:
    """Write every open recording into its file; what is not complete keeps what was there."""
    for cassette in _recording.copy():
        try:
            cassette._finish(complete=False)  # noqa: SLF001
        except IntkitError as error:  # the others are to be written all the same
            _log.error("%s", error)


atexit.register(close_all)
