"""A pattern: how one format of text is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Texts:
    """A column of texts to be judged.

    Attributes:
        name: the column's name.
        values: the distinct values that may have the format.
    """

    name: str
    values: Sequence[str]


@dataclass(frozen=True)
class Pattern:
    """One format of text.

    Attributes:
        name: as a profile spells it.
        is_one: whether a value has the format.
        fits: what the column as a whole must show besides.
        detail: what the values have in common.
    """

    name: str
    is_one: Callable[[str], bool]
    fits: Callable[[Texts], bool] = lambda _: True
    detail: Callable[[Texts], str] = lambda _: ""


def matching(pattern: str) -> Callable[[str], bool]:
    """Return a test for texts that match from end to end."""
    fullmatch = re.compile(pattern).fullmatch
    return lambda value: fullmatch(value) is not None


def named(*words: str) -> Callable[[str], bool]:
    """Return a test for names that hold one of the words as a word: `at` is in `paid_at` and `paidAt`."""
    found = re.compile(rf"(^|_)({'|'.join(words)})(_|\d|$)").search
    return lambda name: found(_snake(name)) is not None


def _snake(name: str) -> str:
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).replace("-", "_").replace(" ", "_").lower()


def parses(parse: Callable[[str], object], value: str) -> bool:
    """Tell whether a parser takes the value."""
    try:
        parse(value)
    except (ValueError, RecursionError):
        return False
    return True


speaks_of_version = named("version", "ver", "release", "api", "ip", "build", "firmware")
