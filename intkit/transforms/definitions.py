"""The functions, constants and imports of the files in this folder, read without importing them.

So the list of transforms, their help and their source cost no library.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = ("values", "text", "amounts", "times", "lists", "contacts", "phones", "codes")
"""The files with transforms, in the order in which a copy lists their definitions."""


@dataclass(frozen=True)
class Definition:
    """One function, class or constant at the top of a module.

    Attributes:
        place: where it stands among all definitions: kind (functions last), module, line.
        uses: the other names of the module, defined or imported, that it needs.
    """

    name: str
    place: tuple[bool, int, int]
    code: str
    doc: str
    uses: frozenset[str]

    @property
    def is_transform(self) -> bool:
        """Whether rules may name it: a function without a leading underscore."""
        return self.place[0] and not self.name.startswith("_")


@dataclass(frozen=True)
class Module:
    """One file: what it defines, and what it imports.

    Attributes:
        imports: by local name, the module it comes from and its name there ("" for the module itself).
    """

    definitions: dict[str, Definition]
    imports: dict[str, tuple[str, str]]


@cache
def read_module(module: str) -> Module:
    """Read one file of this folder."""
    text = Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    imports = dict(_imports(tree))
    nodes = dict(_defining(tree))
    known = {*imports, *nodes}
    lines = text.splitlines()
    place = MODULES.index(module)
    definitions = {
        name: Definition(
            name=name,
            place=(isinstance(node, ast.FunctionDef), place, node.lineno),
            code=_code(node, lines),
            doc=(ast.get_docstring(node) or "") if isinstance(node, ast.FunctionDef) else "",
            uses=frozenset(_free_names(node) & known - {name}),
        )
        for name, node in nodes.items()
    }
    return Module(definitions, imports)


def _imports(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, (alias.name, "")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.name, (node.module or "", alias.name)) for alias in node.names)


def _defining(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))


def _free_names(node: ast.stmt) -> set[str]:
    """Return the names that a definition reads and does not bind itself."""
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    bound = {each.id for each in names if isinstance(each.ctx, ast.Store)}
    bound |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    return {each.id for each in names} - bound


def _code(node: ast.stmt, lines: list[str]) -> str:
    """Return the text of a definition, the comments right above it included, its docstring cut to a line."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    start = min([node.lineno, *(each.lineno for each in decorators)]) - 1
    while start and lines[start - 1].startswith("#"):
        start -= 1
    kept = lines[start : node.end_lineno]
    if isinstance(node, ast.FunctionDef) and (text := ast.get_docstring(node)):
        doc = node.body[0]
        first, last = doc.lineno - 1 - start, (doc.end_lineno or doc.lineno) - start
        summary = text.partition("\n")[0]
        kept[first:last] = [f'    """{summary}"""']
    return "\n".join(kept)
