"""The line writer: from which all generated Python is made.

Text enters the source through three doors: `literal()` for values, `identifier()` for names, `comment()` for prose.
"""

from __future__ import annotations

import json
import keyword
import re
import subprocess
import sys
import unicodedata
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from intkit.errors import IntkitError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

WIDTH = 110
# control, formatting, surrogate and private characters, and all separators but the space
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs")


class Writer:
    """Collect the lines of a Python file, indented by blocks."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def line(self, text: str = "") -> None:
        """Add one line at the current depth, or an empty one."""
        if "\n" in text:
            raise ValueError("a line holds no line break")
        self._lines.append("    " * self._depth + text if text else "")

    def lines(self, text: str) -> None:
        """Add a block of finished source, line by line, at the current depth."""
        for each in text.splitlines():
            self.line(each)

    def comment(self, text: str) -> None:
        """Add prose as comment lines; whatever it holds, it stays a comment."""
        for each in prose(text):
            self.line(f"# {each}" if each else "#")

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """Add an opening line and indent what follows inside the `with`."""
        self.line(opening)
        with self.indented():
            yield

    @contextmanager
    def indented(self) -> Iterator[None]:
        """Indent what is added inside the `with`."""
        self._depth += 1
        yield
        self._depth -= 1

    def section(self, title: str, code: str) -> None:
        """Add finished source under a title."""
        self.line()
        self.comment(f"--- {title} ---")
        self.lines(f"\n\n{code}\n\n")

    def source(self) -> str:
        """Return everything written, ended by a line break."""
        return "\n".join(self._lines) + "\n"


def literal(value: object) -> str:
    """Return the Python source of a plain value, text in double quotes.

    Takes text, whole, decimal and finite binary numbers, booleans, None, dates, and lists, tuples and dicts of these.

    Raises:
        TypeError: the value is of another kind.
    """
    match value:
        case None | bool() | int():
            return repr(value)
        case str():
            return _text_literal(value)
        case float() if value - value == 0:  # neither infinite nor not a number
            return repr(value)
        case Decimal():
            return f'Decimal("{value}")'
        case datetime():
            return f"datetime.fromisoformat({_text_literal(value.isoformat())})"
        case date():
            return f"date.fromisoformat({_text_literal(value.isoformat())})"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case tuple():
            return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
        case dict():
            return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
    raise TypeError(f"{type(value).__name__} has no literal form")


def _text_literal(text: str) -> str:
    # JSON's escapes are Python's; what else no reader can see is escaped too
    return "".join(map(_visible, json.dumps(text, ensure_ascii=False)))


def _visible(letter: str) -> str:
    if letter == " " or unicodedata.category(letter) not in _UNSEEN:
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def identifier(text: str, taken: Collection[str] = ()) -> str:
    """Return a Python name made from any text, unlike the taken ones.

    Letters are kept in their compatibility form (NFKC), as Python itself reads names.
    """
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text)).strip("_") or "field"
    name = unicodedata.normalize("NFKC", name)
    if not name.isidentifier():
        name = f"n{name}" if f"n{name}".isidentifier() else "field"
    if keyword.iskeyword(name):  # the soft ones differ between versions, and are names all the same
        name += "_"
    plain, count = name, 2
    while name in taken:
        name, count = f"{plain.rstrip('_')}_{count}", count + 1
    return name


def snake(text: str) -> str:
    """Return `RefundLine` or `refund-line` as `refund_line`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"\W+", "_", parted).strip("_").lower()


def camel(text: str) -> str:
    """Return `refund_line` as `RefundLine`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[\W_]+", text) if part)


def prose(text: str) -> list[str]:
    """Return the lines of a text without anything that a reader or Python could take for a line break."""
    visible = "".join(
        each if each.isprintable() or each == "\n" else " " for each in text.replace("\r", "\n")
    )
    return [each.rstrip() for each in visible.strip().split("\n")]


def docstring(text: str) -> str:
    """Return a docstring for prose, as source that spans the prose's lines."""
    body = "\n".join(prose(text)).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    ended = body + " " if body.endswith('"') else body
    return f'"""{ended}\n"""' if "\n" in body else f'"""{ended}"""'


def format_source(source: str) -> str:
    """Return the source formatted and its imports sorted, as `ruff` does it with its default rules.

    Raises:
        IntkitError: the source does not parse, which is a defect of the kit.
    """
    # an import that was long before unused names left it is one line again
    closed = ["--config", "lint.isort.split-on-trailing-comma=false"]
    sorted_imports = _ruff(["check", "--fix-only", "--select", "I,F401", "--quiet", *closed], source)
    return _ruff(["format", "--quiet"], sorted_imports)


def _ruff(command: list[str], source: str) -> str:
    options = [
        "--isolated",
        "--line-length",
        str(WIDTH),
        "--target-version",
        "py311",
        "--stdin-filename",
        "export.py",
    ]
    done = subprocess.run(  # noqa: S603 - a fixed command; the source is its input
        [sys.executable, "-m", "ruff", *command, *options, "-"],
        input=source.encode("utf-8", "surrogatepass"),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise IntkitError("The generated source does not parse.", done.stderr.decode(errors="replace")[:400])
    return done.stdout.decode("utf-8")
