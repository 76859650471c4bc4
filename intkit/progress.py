"""Progress bars: on what takes longer than a second, for somebody who is watching."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

_DELAY_SECONDS = 1.0


def track(iterable: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Yield the same elements, with a bar once a second has gone by.

    Args:
        iterable: what is gone through.
        label: what stands before the bar.
        total: how many there will be; asked of the iterable where it knows.
    """
    if not _is_watched():
        yield from iterable
        return
    from tqdm.auto import tqdm

    yield from tqdm(iterable, desc=label, total=total, delay=_DELAY_SECONDS, leave=False)


def _is_watched() -> bool:
    """Return whether there is a terminal, or a notebook that somebody has open, to show a bar in."""
    return sys.stderr.isatty() or _in_open_notebook()


def _in_open_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    # a headless run is told by this: nobody is there to be asked for input
    return kernel is not None and bool(getattr(kernel, "_allow_stdin", True))
