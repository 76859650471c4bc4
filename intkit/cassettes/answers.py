"""Recorded answers, given in the order in which they were recorded."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from intkit.cassettes.cells import CellAnswers
from intkit.cassettes.matching import Key, match_key

if TYPE_CHECKING:
    from intkit.cassettes.exchange import Exchange, RecordedRequest


class Answers:
    """Finds the exchange for a request: by key, so that it takes as long at ten as at ten thousand.

    Args:
        ignored: names of parameters and fields that do not count.
        repeat_last: give the last answer again when a request is made more often than it was recorded.
    """

    def __init__(self, ignored: frozenset[str], *, repeat_last: bool) -> None:
        self.exchanges: list[Exchange] = []
        self._ignored = ignored
        self._repeat_last = repeat_last
        self._places: dict[Key, list[int]] = defaultdict(list)
        self._turns: Counter[Key] = Counter()
        self._given: set[int] = set()
        self._cells = CellAnswers()

    def find(self, request: RecordedRequest) -> int | None:
        """Return the number of the exchange whose turn it is, or None where there is none."""
        key = match_key(request, self._ignored)
        number = self._cells.again(key)
        if number is None:
            number = self._next(key)
        if number is not None:
            self._given.add(number)
            self._cells.gave(key, number)
        return number

    def add(self, exchange: Exchange) -> None:
        """Append an exchange that was recorded before."""
        self._places[match_key(exchange.request, self._ignored)].append(len(self.exchanges))
        self.exchanges.append(exchange)

    def add_new(self, exchange: Exchange) -> int:
        """Append an exchange that has just been recorded, and so was given already; return its number."""
        self.add(exchange)
        number, key = len(self.exchanges) - 1, match_key(exchange.request, self._ignored)
        self._turns[key] = len(self._places[key])
        self._given.add(number)
        self._cells.gave(key, number)
        return number

    @property
    def unused(self) -> list[int]:
        """The numbers of the exchanges that nobody asked for."""
        return [number for number in range(len(self.exchanges)) if number not in self._given]

    def _next(self, key: Key) -> int | None:
        places, turn = self._places.get(key, []), self._turns[key]
        if turn < len(places):
            self._turns[key] += 1
            return places[turn]
        return places[-1] if places and self._repeat_last else None
