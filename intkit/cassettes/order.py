"""The order of calls, also of those that are under way together."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of a call among the session's calls.

    Args:
        group: calls of one group were under way together; groups are in the order of the calls.
        start: the how-manieth call of the session this is.
    """

    group: int
    start: int


class CallOrder:
    """Gives each call its turn. Calls from other threads than the opener's share a group, until it calls alone."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._group = 0
        self._started = 0
        self._under_way = 0
        self._was_alone = True

    def begin(self) -> Turn:
        """Take a place for a call that is about to go to the wire."""
        alone = self._under_way == 0 and threading.get_ident() == self._thread
        self._group += alone or self._was_alone
        self._was_alone = alone
        self._under_way += 1
        self._started += 1
        return Turn(self._group, self._started)

    def end(self) -> None:
        """Say that a call which had begun is over, with an answer or without."""
        self._under_way -= 1
