"""What a replay did not ask for: told when it is closed, and an error in a pipeline."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intkit.cassettes.file import read_cassette
from intkit.cassettes.names import cassette_name
from intkit.errors import CassetteError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from intkit.cassettes.exchange import Exchange

_WORDS = ("fail", "log")
_SHOWN = 5

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Usage:
    """What this process asked of one recording, by all who replay it.

    Args:
        count: the exchanges that it holds.
        written: when its file was written, in ns; 0 where there is only a journal.
        asked: the numbers of those that were asked for.
        in_part: somebody stopped before the end on purpose, at a limit.
    """

    count: int
    written: int = 0
    asked: set[int] = field(default_factory=set)
    in_part: bool = False


_usages: dict[Path, Usage] = {}


def usage_of(path: Path, count: int) -> Usage:
    """Return what was asked so far of a recording with so many exchanges; nothing where it was made anew since."""
    written = path.stat().st_mtime_ns if path.is_file() else 0
    former = _usages.get(path)
    if former is None or (former.count, former.written) != (count, written):
        _usages[path] = Usage(count, written)
    return _usages[path]


def unused_exchanges() -> dict[str, dict[int, str]]:
    """Return what nobody in this process asked for, for each recording that was replayed: number and request.

    Where all was asked for, and where somebody read in part on purpose, it is nothing.
    """
    return {cassette_name(path): _left(path, usage) for path, usage in _usages.items() if path.is_file()}


def _left(path: Path, usage: Usage) -> dict[int, str]:
    numbers = [] if usage.in_part else sorted({*range(usage.count)} - usage.asked)
    with suppress(CassetteError):  # by now it is another file
        exchanges = read_cassette(path)[0] if numbers else []
        return {
            number: request_line(exchanges[number]) for number in numbers if len(exchanges) == usage.count
        }
    return {}


def unused_fails() -> bool:
    """Say whether what was not asked for is an error.

    INTKIT_UNUSED says so, `fail` or `log`; without it, it is one where the variable CI is set, as the
    pipelines of GitHub, GitLab and others set it.

    Raises:
        CassetteError: INTKIT_UNUSED says something else.
    """
    word = os.environ.get("INTKIT_UNUSED", "")
    if word and word not in _WORDS:
        raise CassetteError(
            f"INTKIT_UNUSED is {word!r}.{nearest(word, _WORDS)}", remedy="Set it to 'fail' or 'log'."
        )
    return word == "fail" or (not word and os.environ.get("CI", "").lower() not in ("", "0", "false"))


def report_unused(name: str, exchanges: Sequence[Exchange], unused: Sequence[int], *, in_part: bool) -> None:
    """Log the exchanges that a replay did not ask for.

    Args:
        name: the cassette's.
        exchanges: all that it holds.
        unused: the numbers of those that nobody asked for.
        in_part: it was read up to a limit, so that the rest is no error.

    Raises:
        CassetteError: there are some, and they are to fail.
    """
    if not unused:
        return
    what, *listed = explain_unused(name, {number: request_line(exchanges[number]) for number in unused})
    if unused_fails() and not in_part:
        raise CassetteError(what, *listed, remedy=remedy_for_unused())
    _log.info("%s %s", what, "; ".join(listed))


def explain_unused(name: str, unused: Mapping[int, str]) -> list[str]:
    """Return a line that says how many exchanges of a cassette were not asked for, and the first few of them.

    Args:
        name: the cassette's.
        unused: number and request of each.
    """
    listed = [f"#{number} {request}" for number, request in list(unused.items())[:_SHOWN]]
    return [f"{name} holds exchanges that were not asked for: {len(unused)}.", *listed]


def remedy_for_unused() -> str:
    """Return what to do about exchanges that nobody asks for."""
    return (
        "Ask for them again (or say limit=… where a part is meant), drop them with `intkit cassettes prune`, or "
        "set INTKIT_UNUSED=log where one recording serves several."
    )


def request_line(exchange: Exchange) -> str:
    """Return method and address of an exchange, as lists show it."""
    return f"{exchange.request.method} {exchange.request.url}"
