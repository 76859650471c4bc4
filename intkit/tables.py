r"""Tables: what a person looks at, in a notebook as HTML, in a terminal as aligned text.

Every value is escaped in HTML; control and direction characters are shown as `\x1b`, never sent to the
terminal. The HTML carries its own style, follows JupyterLab's theme and needs neither a script nor a network.
"""

from __future__ import annotations

import json
import math
import shutil
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import zip_longest
from numbers import Number
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

_BLOCKS = " ▏▎▍▌▋▊▉█"
_BAR_WIDTH = 8
_GAP = "  "
_NARROWEST = 6
_ENOUGH = (16, 8)  # how far the others are cut before the first column is
_LONGEST = 200
_LONGEST_SENTENCES = 2000

STYLE = """<style>
.intkit { font: var(--jp-ui-font-size1, 13px)/1.5 var(--jp-ui-font-family, system-ui, sans-serif);
  --line: color-mix(in srgb, currentColor 16%, transparent);
  --soft: color-mix(in srgb, currentColor 62%, transparent);
  --hover: color-mix(in srgb, currentColor 6%, transparent);
  --bar: color-mix(in srgb, var(--jp-brand-color1, #1976d2) 30%, transparent);
  color: var(--jp-ui-font-color1, inherit); overflow-x: auto; }
.intkit table { border-collapse: collapse; border: none; margin: 0; font-size: inherit; table-layout: auto; }
.intkit caption { caption-side: top; text-align: left; font-weight: 600;
  padding: 2px 10px 6px; color: inherit; }
.intkit th, .intkit td { text-align: left !important; vertical-align: top; padding: 3px 10px; border: none;
  max-width: 28em; overflow-wrap: break-word; white-space: pre-wrap; }
.intkit thead th { font-weight: 600; color: var(--soft); white-space: nowrap;
  border-bottom: 1px solid var(--line); }
.intkit tbody tr:nth-child(n) { background: none; border-bottom: 1px solid var(--line); }
.intkit tbody tr:nth-child(n):hover { background: var(--hover); }
.intkit .number { text-align: right !important; font-variant-numeric: tabular-nums; white-space: nowrap; }
.intkit .bar { background: linear-gradient(var(--bar), var(--bar)) no-repeat left / var(--share) 100%;
  font-variant-numeric: tabular-nums; white-space: nowrap; min-width: 5em; }
.intkit p.note { margin: 6px 10px; color: var(--soft); white-space: pre-line; }
</style>"""


@dataclass(frozen=True)
class Bar:
    """A cell that shows a share of 1 as a bar, with its text; without a text it is the percentage."""

    share: float
    text: str = ""

    @property
    def label(self) -> str:
        """Return the text beside the bar."""
        return self.text or percent(self.share)

    @property
    def width(self) -> float:
        """Return the share to draw: between 0 and 1, and 0 where it is no number."""
        return 0.0 if math.isnan(self.share) else min(max(self.share, 0.0), 1.0)


@dataclass(frozen=True, repr=False)
class Table:
    """Rows under column names, shown as HTML in a notebook and as text elsewhere.

    Args:
        columns: the column names.
        rows: one sequence of cells a row: text, numbers, `None` (shown empty), `Bar`s, or any JSON value.
        title: a line above.
        note: lines below.
        wraps: whether long text is wrapped in a terminal, as sentences are, instead of cut.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""
    note: str = ""
    wraps: bool = False

    def text(self, width: int | None = None) -> str:
        """Return aligned lines, no wider than `width` columns (the terminal's where it is not given).

        Long cells are cut with `…`; below some six characters a column the lines stay wider.
        """
        grid = [
            [clean(name) for name in self.columns],
            *([_line(cell, self._longest) for cell in row] for row in self.rows),
        ]
        widths = [max(map(_cells, column)) for column in zip(*grid, strict=True)]
        widths = _fit(widths, self._fixed, width or shutil.get_terminal_size((100, 24)).columns)
        lines = [line for row in grid[1:] for line in self._lines(row, widths)]
        rule = _GAP.join("─" * each for each in widths)
        above = [clean(self.title)] if self.title else []
        below = [clean(line) for line in self.note.splitlines()]
        return "\n".join([*above, self._join(grid[0], widths), rule, *lines, *below])

    def html(self) -> str:
        """Return one self-contained block of HTML."""
        return "".join(["<div class=intkit>", STYLE, *self._markup(), "</div>"])

    def frame(self) -> pd.DataFrame:
        """Return a pandas frame; a bar becomes its share."""
        import pandas as pd

        rows = [[cell.share if isinstance(cell, Bar) else cell for cell in row] for row in self.rows]
        return pd.DataFrame(rows, columns=list(self.columns))

    def _repr_html_(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    @property
    def _longest(self) -> int:
        return _LONGEST_SENTENCES if self.wraps else _LONGEST

    @cached_property
    def _numeric(self) -> list[bool]:
        """Tell for each column whether all it holds are numbers, which stand to the right."""
        columns = [[row[at] for row in self.rows if row[at] is not None] for at in range(len(self.columns))]
        return [bool(column) and all(map(_is_number, column)) for column in columns]

    @cached_property
    def _fixed(self) -> list[bool]:
        """Tell for each column whether it must not be cut: numbers and bars."""
        bars = [any(isinstance(row[at], Bar) for row in self.rows) for at in range(len(self.columns))]
        return [number or bar for number, bar in zip(self._numeric, bars, strict=True)]

    def _lines(self, row: list[str], widths: list[int]) -> list[str]:
        """Return the lines of a row: one, or as many as its longest text needs."""
        if not self.wraps:
            return [self._join(row, widths)]
        wrapped = [wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        return [self._join(list(parts), widths) for parts in zip_longest(*wrapped, fillvalue="")]

    def _join(self, row: list[str], widths: list[int]) -> str:
        cells = (
            _pad((_cut if at else _cut_within)(cell, width), width, right=number)
            for at, (cell, width, number) in enumerate(zip(row, widths, self._numeric, strict=True))
        )
        return _GAP.join(cells).rstrip()

    def _markup(self) -> Iterator[str]:
        yield "<table>"
        if self.title:
            yield f"<caption>{escape(clean(self.title))}</caption>"
        heads = zip(self.columns, self._numeric, strict=True)
        yield f"<thead><tr>{''.join(_head(name, number) for name, number in heads)}</tr></thead><tbody>"
        for row in self.rows:
            cells = zip(row, self._numeric, strict=True)
            yield f"<tr>{''.join(html_cell(cell, number, self._longest) for cell, number in cells)}</tr>"
        yield "</tbody></table>"
        if self.note:
            note = "\n".join(map(clean, self.note.splitlines()))
            yield f"<p class=note>{escape(note)}</p>"


def percent(share: float) -> str:
    """Return a share of 1 as a percentage; `100 %` and `0 %` mean exactly all and none."""
    if math.isnan(share):
        return ""
    if 0 < share < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")


def clean(text: str) -> str:
    """Return the text with every control or direction character spelt out, safe for any screen."""
    return text if text.isprintable() else "".join(map(_spell, text))


def shown(cell: object, longest: int = _LONGEST) -> str:
    """Return the text of a cell; nothing for `None`, short JSON for objects and lists."""
    if cell is None:
        return ""
    if isinstance(cell, Bar):
        return clean(cell.label)
    if isinstance(cell, (dict, list)):
        cell = json.dumps(cell, ensure_ascii=False, default=str)
    text = str(cell)
    return clean(text if len(text) <= longest else text[: longest - 1] + "…")


def _spell(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()


def _is_number(cell: object) -> bool:
    return isinstance(cell, Number) and not isinstance(cell, bool)


def _line(cell: object, longest: int) -> str:
    if not isinstance(cell, Bar):
        return shown(cell, longest)
    eighths = round(cell.width * _BAR_WIDTH * 8)
    full, rest = divmod(max(eighths, 1) if cell.width else 0, 8)
    return f"{shown(cell):>5} {'█' * full}{_BLOCKS[rest] if rest else ''}".ljust(_BAR_WIDTH + 6)


def _letter(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _cells(text: str) -> int:
    """Return how many terminal columns a text takes: East Asian letters take two, accents none."""
    return len(text) if text.isascii() else sum(map(_letter, text))


def _cut(text: str, width: int) -> str:
    if _cells(text) <= width:
        return text
    kept = ""
    for letter in text:
        if _cells(kept + letter) >= width:
            break
        kept += letter
    return f"{kept}…"


def _cut_within(text: str, width: int) -> str:
    """Cut out of the middle: paths begin alike, and their ends tell them apart."""
    if _cells(text) <= width:
        return text
    head = _cut(text, width // 3 + 1)
    tail = _cut(text[::-1], width - _cells(head) + 1)
    return f"{head}{tail[:-1][::-1]}"


def _pad(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - _cells(text))
    return gap + text if right else text + gap


def _fit(widths: list[int], fixed: list[bool], total: int) -> list[int]:
    """Cut the widest columns, one after the other, until the line fits or nothing more can be cut."""
    fitted = list(widths)
    while sum(fitted) + len(_GAP) * (len(fitted) - 1) > total:
        cuttable = [at for at, width in enumerate(fitted) if not fixed[at] and width > _NARROWEST]
        if not cuttable:
            break
        # the first column says what a row is about: it is cut when the others are short already
        others = ([at for at in cuttable if at > 0 and fitted[at] > enough] for enough in _ENOUGH)
        wide = next(filter(None, others), cuttable)
        fitted[max(wide, key=fitted.__getitem__)] -= 1
    return fitted


def _head(name: str, number: bool) -> str:
    return f"<th scope=col{' class=number' if number else ''}>{escape(clean(name))}</th>"


def html_cell(cell: object, number: bool, longest: int = _LONGEST) -> str:
    """Return a cell of a table's body; a number stands to the right."""
    text = escape(shown(cell, longest))
    if isinstance(cell, Bar):
        return f'<td class=bar style="--share:{cell.width:.2%}">{text}</td>'
    return f"<td class=number>{text}</td>" if number else f"<td>{text}</td>"
