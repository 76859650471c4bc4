"""Record paths: how a place in a record is spelt, `lines.data[].price.id` or `metadata["order-id"]`.

A path is a tuple of steps. A step is a key of an object, or `EACH` for "each element of the list".
Keys that Python could not read as a name (`order-id`, `from`, `2x`) stand in brackets and quotes, so that
every path can be pasted into a rule.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from intkit.errors import PathError

if TYPE_CHECKING:
    from collections.abc import Iterable

EACH = "[]"

_STEP = re.compile(
    r"""(?P<dot>\.)?(?P<name>[^\W\d]\w*)   # .price
      | (?P<each>\[\])                      # []
      | \[(?P<quoted>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\]   # ["order-id"]
    """,
    re.VERBOSE,
)
_INDEX = re.compile(r"\[(\d+)\](?=[.\[]|$)")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def parse_path(text: str) -> tuple[str, ...]:
    """Return the steps of a path: keys, and `"[]"` for each element; the empty text is the record itself.

    Raises:
        PathError: the text is no path; the error shows the place.
    """
    steps: list[str] = []
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None or (found["name"] is not None and bool(found["dot"]) != bool(steps)):
            raise _cannot_read(text, place)
        steps.append(_step(found, text))
        place = found.end()
    return tuple(steps)


def parse_place(path: str) -> list[str | int]:
    """Return the steps of a place: keys, numbers, and `"[]"` for each element.

    Raises:
        PathError: the text is no path.
    """
    steps: list[str | int] = []
    for number, part in enumerate(_INDEX.split(path)):
        steps += [int(part)] if number % 2 else parse_path(part.removeprefix(".") if number else part)
    return steps


def has_step(place: Any, step: str | int) -> bool:
    """Tell whether an object has a key, or a list an element."""
    if isinstance(place, dict):
        return step in place
    return isinstance(place, list) and isinstance(step, int) and step < len(place)


def format_path(steps: Iterable[str]) -> str:
    """Return the one spelling of a path; `parse_path` reads it back."""
    return "".join(map(_spell, steps)).removeprefix(".")


def _step(found: re.Match[str], text: str) -> str:
    if found["each"]:
        return EACH
    if found["name"]:
        return str(found["name"])
    key = _ESCAPE.sub(lambda escape: _unescape(escape, found, text), found["quoted"][1:-1])
    if key == EACH:
        raise PathError(
            f"The path {text!r} names a key that is spelt '[]'.",
            remedy="Such a key cannot be told from a list; rename it before the mapping.",
        )
    return key


def _unescape(escape: re.Match[str], found: re.Match[str], text: str) -> str:
    letters = escape[1]
    if len(letters) > 1 and int(letters[1:], 16) <= 0x10FFFF:
        return chr(int(letters[1:], 16))
    if letters not in _ESCAPED:
        raise _cannot_read(text, found.start("quoted") + 1 + escape.start())
    return _ESCAPED[letters]


def _spell(step: str) -> str:
    if step == EACH:
        return EACH
    # Python reads names in their NFKC form and refuses its keywords: such keys are quoted
    if step.isidentifier() and not keyword.iskeyword(step) and unicodedata.is_normalized("NFKC", step):
        return f".{step}"
    return f'["{"".join(map(_escape, step))}"]'


def _escape(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _cannot_read(text: str, place: int) -> PathError:
    shown = "".join(letter if letter.isprintable() else "·" for letter in text)
    return PathError(
        f"This path cannot be read at character {place + 1}.",
        shown,
        " " * place + "^",
        remedy='Write it like lines.data[].price.id, other keys like metadata["order-id"].',
    )
