r"""Regular expressions that end in time: one that could take forever is refused before it runs.

Python's engine tries every way to divide a text among the repeats of a pattern, so `(a+)+b` or `.*.*.*b`
take seconds on a line and years on a page. A pattern passes here when, by a count that errs on the high side,
a text of n characters costs at most some n² steps; `regex` takes no text over 2000 characters. What is
understood is the everyday part of the syntax: characters, sets, groups, `|`, repeats, `^`, `$` and `\b`.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache

_LONGEST = 200
_MOST_WAYS = 64

_TOKEN = re.compile(
    r"""(?P<edge>\^|\$|\\[bBAZ])
    |(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\]|\\[wWdDsStnrfv]|\\[^a-zA-Z0-9]|\.)
    |(?P<open>\((?!\?)|\(\?:|\(\?P<\w+>)
    |(?P<close>\))
    |(?P<either>\|)
    |(?P<repeat>(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})[?+]?)
    |(?P<sign>[^\\(\[])""",
    re.VERBOSE | re.DOTALL,
)

# each kind of character that a set can tell apart, and those of the pattern itself
_SIGNS = "".join(map(chr, range(256))) + "ŁłſƵΩωЖжא٣अ中あ가€…\u2028\u2003😀"


@dataclass(frozen=True)
class _Piece:
    """One character of the pattern, or a set, with its repeat.

    Attributes:
        signs: the characters that it takes; none for the start of the text.
        endless: whether it may be repeated without a limit.
        needed: whether it must be there.
        ways: how many lengths a limited repeat can have.
    """

    signs: frozenset[str]
    endless: bool = False
    needed: bool = True
    ways: int = 1


_START = _Piece(frozenset(), needed=False)


def check_pattern(pattern: str) -> str:
    """Return why a pattern is refused and what to write instead, or "" when it is fine."""
    if len(pattern) > _LONGEST:
        return f"The pattern is longer than {_LONGEST} characters. Split it."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
        lines = _Reader(pattern).read()
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"This is not a regular expression: {error}."
    except ValueError as error:
        return str(error)
    if sum(_ways(line) for line in lines) > _MOST_WAYS:
        return "The pattern can match in too many ways. Use fewer of `?`, `|` and `{1,9}`."
    if any(_degree(line) > 2 for line in lines):
        return (
            "The pattern could take forever: parts of it that repeat can match the same characters. "
            "Start it with `^`, or let a part stop at what follows it: `[^-]*-`, not `.*-`."
        )
    return ""


class _Reader:
    """Takes a pattern apart into the lines of pieces that it can stand for, one for each choice."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def read(self) -> list[tuple[_Piece, ...]]:
        """Return every line of the pattern."""
        return self._either()

    def _either(self) -> list[tuple[_Piece, ...]]:
        lines = self._line()
        while self._take("either"):
            lines += self._line()
        return lines

    def _line(self) -> list[tuple[_Piece, ...]]:
        lines: list[tuple[_Piece, ...]] = [()]
        while self.position < len(self.pattern) and self.pattern[self.position] not in "|)":
            choices = self._part()
            lines = [line + choice for line in lines for choice in choices]
            if len(lines) > _MOST_WAYS:
                raise ValueError("The pattern has too many choices. Use fewer of `?` and `|`.")
        return lines

    def _part(self) -> list[tuple[_Piece, ...]]:
        if edge := self._take("edge"):
            return [(_START,)] if edge in {"^", r"\A"} else [()]
        if self._take("open"):
            choices = self._either()
            self._take("close")
            repeat = self._take("repeat")
            if repeat and repeat[0] != "?":
                raise ValueError("A repeated group can take forever. Repeat a set, like `[a-z0-9]+`.")
            return [*choices, ()] if repeat else choices
        sign = self._take("set") or re.escape(self._take("sign"))
        if not sign:
            raise ValueError(
                f"{self.pattern[self.position :][:6]!r} is not understood here. Write characters, sets, "
                "groups, `|`, `*`, `+`, `?` and `{1,9}`; for either case pipe through `lower` first."
            )
        return [(_repeated(_signs(sign, self.pattern), self._take("repeat")),)]

    def _take(self, kind: str) -> str:
        found = _TOKEN.match(self.pattern, self.position)
        if found is None or found.lastgroup != kind:
            return ""
        self.position = found.end()
        return found[0]


def _repeated(signs: frozenset[str], repeat: str) -> _Piece:
    if not repeat:
        return _Piece(signs)
    if repeat[0] in "*+":
        return _Piece(signs, endless=True, needed=repeat[0] == "+")
    if repeat[0] == "?":
        return _Piece(signs, needed=False, ways=2)
    low, comma, high = repeat.rstrip("?+")[1:-1].partition(",")
    endless = bool(comma) and (not high or int(high) > 32)
    ways = 1 if endless or not comma else int(high) - int(low) + 1
    return _Piece(signs, endless=endless, needed=int(low) > 0, ways=ways)


@cache
def _signs(sign: str, pattern: str) -> frozenset[str]:
    """Return the characters that one sign or set takes, of those that can make a difference."""
    matches = re.compile(sign, re.DOTALL).fullmatch
    return frozenset(each for each in {*_SIGNS, *pattern} if matches(each))


def _ways(line: tuple[_Piece, ...]) -> int:
    ways = 1
    for piece in line:
        ways *= piece.ways
    return ways


def _degree(line: tuple[_Piece, ...]) -> int:
    """Return the power of the text's length that matching this line can cost, or more.

    A piece that must be there, and shares no character with those before it, ends what they can divide.
    """
    degree = 1 if line[:1] == (_START,) else 2
    together: list[_Piece] = []
    for piece in (*line, None):
        ends = piece is None or (piece.needed and not any(piece.signs & each.signs for each in together))
        if ends:
            degree += max(0, _sharing([each for each in together if each.endless]) - 1)
            together = []
        if piece:
            together.append(piece)
    return degree


def _sharing(pieces: list[_Piece]) -> int:
    """Return how many pieces take a character that another one takes too."""
    return sum(any(a.signs & b.signs for b in pieces if b is not a) for a in pieces)
