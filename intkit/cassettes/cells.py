"""Notebook cells: one that runs again gets its own answers again."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intkit.cassettes.matching import Key

Cell = tuple[str, int]
"""What a cell is known by, and the how-manieth execution of the notebook this is."""


class CellAnswers:
    """Remembers which exchanges answered which cell."""

    def __init__(self) -> None:
        self._execution: dict[str, int] = {}
        self._given: dict[str, list[tuple[Key, int]]] = defaultdict(list)
        self._again: dict[str, dict[Key, list[int]]] = {}

    def again(self, key: Key) -> int | None:
        """Return the number of the exchange that this call got when its cell ran before, if it did."""
        cell = current_cell()
        if cell is None:
            return None
        name, execution = cell
        if self._execution.setdefault(name, execution) != execution:
            self._execution[name] = execution
            self._again[name] = _by_key(self._given.pop(name, []))
        waiting = self._again.get(name, {}).get(key)
        return waiting.pop(0) if waiting else None

    def gave(self, key: Key, number: int) -> None:
        """Remember that an exchange answered the running cell."""
        cell = current_cell()
        if cell is not None:
            self._given[cell[0]].append((key, number))


def current_cell() -> Cell | None:
    """Return the running cell, or None outside of a notebook.

    A cell is known by the id that JupyterLab sends, else by its source.
    """
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return None
    parent = kernel.get_parent("shell") or {}
    source = shell.user_ns.get("In", [""])[-1]
    return str(parent.get("metadata", {}).get("cellId") or source), shell.execution_count


def _by_key(given: list[tuple[Key, int]]) -> dict[Key, list[int]]:
    numbers: dict[Key, list[int]] = defaultdict(list)
    for key, number in given:
        numbers[key].append(number)
    return numbers
