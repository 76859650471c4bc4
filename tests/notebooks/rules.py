"""The rules that notebooks follow, each a function from a notebook to complaints.

`python -m tests.notebooks.rules notebooks` checks a folder and exits with 1 where a notebook breaks one.
Lessons are the numbered notebooks; the headless runner keeps all rules but those of a lesson's end.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intkit.redaction.patterns import find_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LESSON = re.compile(r"\d\d_[a-z0-9_]+")
ABSOLUTE = re.compile(r"""["'](/[a-z]+/|~/|[A-Za-z]:\\)""")
OPENING = {
    "> a line with the result": r"^> \S",
    "You will": r"\bYou will\b",
    "Needs": r"\bNeeds\b",
    "Runs in": r"\bRuns in\b",
}


@dataclass(frozen=True)
class Cell:
    kind: str
    source: str
    tags: tuple[str, ...]
    outputs: bool

    @property
    def lines(self) -> int:
        return len([line for line in self.source.splitlines() if line.strip()])

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)


@dataclass(frozen=True)
class Notebook:
    name: str
    cells: list[Cell]
    size: int

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.kind == "code"]

    @property
    def is_lesson(self) -> bool:
        return bool(LESSON.fullmatch(self.name))

    @property
    def sections(self) -> list[list[Cell]]:
        """The code cells under each heading."""
        sections: list[list[Cell]] = [[]]
        for cell in self.cells:
            if cell.kind == "code":
                sections[-1].append(cell)
            elif re.search(r"^#", cell.source, re.MULTILINE):
                sections.append([])
        return sections


def read_notebook(path: Path) -> Notebook:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Notebook(path.stem, [_cell(each) for each in content["cells"]], path.stat().st_size)


def _cell(cell: dict[str, Any]) -> Cell:
    ran = bool(cell.get("outputs") or cell.get("execution_count"))
    return Cell(cell["cell_type"], "".join(cell["source"]), tuple(cell["metadata"].get("tags", [])), ran)


def name_says_the_order(notebook: Notebook) -> Iterator[str]:
    if not notebook.is_lesson and notebook.name != "run_mapping":
        yield "is named neither like 10_connect nor run_mapping"


def opens_with_what_the_reader_gets(notebook: Notebook) -> Iterator[str]:
    first = notebook.cells[0]
    if first.kind != "markdown" or not first.source.startswith("# "):
        yield "does not open with a `# Title`"
    for name, pattern in OPENING.items():
        if not re.search(pattern, first.source, re.MULTILINE):
            yield f"says no {name!r} in its first cell"
    bullets = len(re.findall(r"^- ", first.source, re.MULTILINE))
    if not 3 <= bullets <= 5:
        yield f"promises {bullets} things, not 3 to 5"


def has_one_cell_of_parameters_at_the_top(notebook: Notebook) -> Iterator[str]:
    tagged = [cell for cell in notebook.code if "parameters" in cell.tags]
    if len(tagged) != 1 or tagged[0] not in notebook.code[:2]:
        yield "has not one cell tagged `parameters` among its first two"


def imports_at_the_start_of_a_section(notebook: Notebook) -> Iterator[str]:
    for section in notebook.sections:
        for cell in section[1:]:
            if any(isinstance(each, ast.Import | ast.ImportFrom) for each in ast.walk(cell.tree)):
                yield f"imports in the middle of a section: {_head(cell)}"


def keeps_cells_short(notebook: Notebook) -> Iterator[str]:
    for cell in notebook.code:
        if cell.lines > 15:
            yield f"has a cell of {cell.lines} lines: {_head(cell)}"
    long = [cell for cell in notebook.code if cell.lines > 8]
    if len(long) > max(1, len(notebook.code) / 10):
        yield f"has {len(long)} of {len(notebook.code)} code cells over 8 lines"


def explains_after_two_cells(notebook: Notebook) -> Iterator[str]:
    kinds = "".join(cell.kind[0] for cell in notebook.cells)
    if "ccc" in kinds:
        yield "runs three code cells without a sentence between"


def states_its_points_as_asserts(notebook: Notebook) -> Iterator[str]:
    asserts = sum(isinstance(each, ast.Assert) for cell in notebook.code for each in ast.walk(cell.tree))
    if notebook.is_lesson and not 1 <= asserts <= 5:
        yield f"has {asserts} asserts, not 1 to 5"


def has_no_hidden_state(notebook: Notebook) -> Iterator[str]:
    for cell in notebook.code:
        if ABSOLUTE.search(cell.source):
            yield f"holds an absolute path: {_head(cell)}"
    counts = Counter(name for cell in notebook.code for name in _assigned(cell))
    yield from (f"gives {name!r} a value in {count} cells" for name, count in counts.items() if count > 1)


def holds_no_secret(notebook: Notebook) -> Iterator[str]:
    for cell in notebook.cells:
        yield from (f"holds a secret in a {cell.kind} cell: a {kind}" for kind, _ in find_forms(cell.source))


def is_stored_clean(notebook: Notebook) -> Iterator[str]:
    if any(cell.outputs for cell in notebook.cells):
        yield "is stored with outputs or counters"
    if len(notebook.cells) > 60 or notebook.size > 100_000:
        yield f"has {len(notebook.cells)} cells and {notebook.size} bytes; 60 and 100000 are the most"


def ends_with_what_the_reader_has(notebook: Notebook) -> Iterator[str]:
    last = notebook.cells[-1]
    if not notebook.is_lesson:
        return
    if last.kind != "markdown" or "What you have now" not in last.source:
        yield "does not end with 'What you have now'"
    if not 3 <= last.source.count("?") <= 5:
        yield f"ends with {last.source.count('?')} questions, not 3 to 5"


def is_python(notebook: Notebook) -> Iterator[str]:
    yield from (
        f"has a cell that is not Python: {_head(cell)}" for cell in notebook.code if not _is_python(cell)
    )


RULES: list[Callable[[Notebook], Iterator[str]]] = [
    name_says_the_order,
    opens_with_what_the_reader_gets,
    has_one_cell_of_parameters_at_the_top,
    imports_at_the_start_of_a_section,
    keeps_cells_short,
    explains_after_two_cells,
    states_its_points_as_asserts,
    has_no_hidden_state,
    holds_no_secret,
    is_stored_clean,
    ends_with_what_the_reader_has,
]


def check_notebook(path: Path) -> list[str]:
    """Return what a notebook does against the rules, one sentence each."""
    notebook = read_notebook(path)
    rules = RULES if all(map(_is_python, notebook.code)) else [is_python]
    return [f"{path} {complaint}" for rule in rules for complaint in rule(notebook)]


def _is_python(cell: Cell) -> bool:
    try:
        return bool(cell.tree)
    except SyntaxError:
        return False


def _head(cell: Cell) -> str:
    return cell.source.strip().splitlines()[0][:60]


def _assigned(cell: Cell) -> set[str]:
    """Return the names that a cell gives a value at its top level."""
    targets = [target for each in cell.tree.body if isinstance(each, ast.Assign) for target in each.targets]
    targets += [each.target for each in cell.tree.body if isinstance(each, ast.AnnAssign | ast.AugAssign)]
    return {
        name.id
        for target in targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }


def main(folder: str) -> int:
    notebooks = sorted(Path(folder).glob("*.ipynb"))
    complaints = [each for path in notebooks for each in check_notebook(path)]
    print("\n".join(complaints) or f"{len(notebooks)} notebooks keep the rules.")
    return 1 if complaints or not notebooks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
