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
_HELPERS = (
    *("required", "all_present", "all_or_none", "at", "reject", "refuse"),
    *("null_if", "null_if_false", "null_if_text", "null_if_word", "exact", "expect", "divide"),
)
_RUNTIME, _COMMAND = "runtime.py", "command.py"
_NUMBERS, _STRUCTS = "number_runtime.py", "struct_runtime.py"


@dataclass(frozen=True)
class Frame:
    """The definitions that exported modules copy.

    Attributes:
        imports: the import lines of all of them.
        definitions: the source of each, by its name.
    """

    imports: str
    definitions: dict[str, str]

    def code(self, names: Iterable[str]) -> str:
        """Return some definitions, in the order given; constants stand together."""
        codes = [self.definitions[name] for name in names]
        gaps = ["" if _is_line(one) and _is_line(other) else "\n\n" for one, other in pairwise(codes)]
        return "".join(f"{code}\n{gap}" for code, gap in zip(codes, [*gaps, ""], strict=True))

    def helpers(self, calls: Iterable[str]) -> list[str]:
        """Return the helpers that the calls need, and what those need."""
        wanted = [name for name in _HELPERS if name in calls]
        return ["AnyValue", *wanted] if set(wanted) - {"reject", "refuse"} else wanted


def _is_line(code: str) -> bool:
    return not code.splitlines()[-1].startswith((" ", "class ", "def "))


def _read(name: str) -> Frame:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    imports = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module not in ("__future__", "intkit.rules.runtime")
    ]
    imports += [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import)]
    definitions = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                definitions[name] = _text(node, lines)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                definitions[name] = _text(node, lines)
            case ast.If(body=[ast.AnnAssign(target=ast.Name(id=name))]):
                definitions[name] = _text(node, lines)
    return Frame("\n".join(imports) + "\n", definitions)


def _text(node: ast.stmt, lines: list[str]) -> str:
    """Return a statement's text with its decorators and the comments right above it."""
    start = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]) - 1
    while lines[start - 1].startswith("#"):
        start -= 1
    return "\n".join(lines[start : node.end_lineno])


@cache
def read_frame(*, structs: bool = False) -> Frame:
    """Return the shared part, runtime and command line; with Structs as targets it needs no pydantic."""
    parts = [_read(name) for name in (_RUNTIME, _COMMAND, _NUMBERS, *([_STRUCTS] if structs else []))]
    definitions = {name: code for part in parts for name, code in part.definitions.items()}
    return Frame("".join(part.imports for part in parts), definitions)


EXPLANATION = tuple(
    name for name in _read(_RUNTIME).definitions if name not in (*RESULTS, *_HELPERS, "AnyValue")
)
NUMBERS = tuple(_read(_NUMBERS).definitions)
COMMAND = tuple(name for name in _read(_COMMAND).definitions if name not in RESULTS)
