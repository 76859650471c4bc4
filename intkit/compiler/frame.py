"""The part that all compiled mappings share, read from the files in which it is written and tested."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

RESULTS = ("Record", "RecordBatch", "FAILURES", "Problem", "Reject")
_RUNTIME, _NUMBERS, _STRUCTS = "runtime.py", "number_runtime.py", "struct_runtime.py"
_REJECTS, _EXPLANATION = "rejects.py", ("explanation.py", "misfits.py", "rehearsal.py")
_COMMAND, _GIVEN = "command.py", "given_command.py"


@dataclass(frozen=True)
class Frame:
    """The definitions that exported modules copy.

    Attributes:
        imports: the import lines of all of them.
        definitions: the source of each, by its name.
        uses: the names in each.
    """

    imports: str
    definitions: dict[str, str]
    uses: dict[str, frozenset[str]]

    def code(self, names: Iterable[str]) -> str:
        """Return some definitions, in the order given; constants stand together."""
        codes = [self.definitions[name] for name in names]
        gaps = ["" if _is_line(one) and _is_line(other) else "\n\n" for one, other in pairwise(codes)]
        return "".join(f"{code}\n{gap}" for code, gap in zip(codes, [*gaps, ""], strict=True))

    def needed(self, names: Iterable[str]) -> list[str]:
        """Return those of the names that are defined here, and all that they need, in the order of definition."""
        found: set[str] = set()
        asked = set(names) & self.definitions.keys()
        while asked:
            found |= asked
            asked = {use for name in asked for use in self.uses[name] if use in self.definitions} - found
        return [name for name in self.definitions if name in found]


def _is_line(code: str) -> bool:
    return not code.splitlines()[-1].startswith((" ", "class ", "def "))


def _read(name: str) -> Frame:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    imports = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith(("__future__", "intkit."))
    ]
    imports += [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import)]
    named = {name: node for node in tree.body for name in _names(node)}
    return Frame(
        "\n".join(imports) + "\n",
        {name: _text(node, lines) for name, node in named.items()},
        {name: _uses(node) for name, node in named.items()},
    )


def _uses(node: ast.stmt) -> frozenset[str]:
    """Return the names that a definition reads and does not bind itself."""
    parts = list(ast.walk(node))
    read = {each.id for each in parts if isinstance(each, ast.Name)}
    bound = {each.id for each in parts if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)}
    return frozenset(read - bound - {each.arg for each in parts if isinstance(each, ast.arg)})


def _names(node: ast.stmt) -> list[str]:
    """Return the name that a statement defines, in a list; an import defines none."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.If(body=[ast.AnnAssign(target=ast.Name(id=name))]):
            return [name]
    return []


def _text(node: ast.stmt, lines: list[str]) -> str:
    """Return a statement's text with its decorators and the comments right above it."""
    start = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]) - 1
    while lines[start - 1].startswith("#"):
        start -= 1
    return "\n".join(lines[start : node.end_lineno])


@cache
def read_frame(*, structs: bool = False, numbers: bool = False) -> Frame:
    """Return the shared part, where a later file's definition takes the place of an earlier one's.

    Args:
        structs: the targets are Structs, which need no pydantic.
        numbers: decimal numbers are read from the source.
    """
    files = [_RUNTIME, _REJECTS, *_EXPLANATION, _COMMAND, _GIVEN]
    files += [_NUMBERS] if numbers else []
    parts = [_read(name) for name in (*files, *([_STRUCTS] if structs else []))]
    return Frame(
        "".join(part.imports for part in parts),
        {name: code for part in parts for name, code in part.definitions.items()},
        {name: uses for part in parts for name, uses in part.uses.items()},
    )


NUMBERS = ("JsonNumber", "read_number")
COMMAND = frozenset([*_read(_COMMAND).definitions, *_read(_GIVEN).definitions]) - {*RESULTS}
