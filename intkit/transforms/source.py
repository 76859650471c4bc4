"""What the source of a transform is made of, read from the files of this folder.

An export copies a transform together with all it leans on. Reading the files, instead of importing them,
tells what that is without loading any library.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MODULES = ("values", "text", "amounts", "times", "lists", "contacts", "phones", "codes")
"""The files with transforms, in the order in which a copy lists their definitions."""

_HERE = "intkit.transforms."


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


@dataclass(frozen=True)
class TransformSource:
    """The text that makes some transforms work in a module of their own.

    Attributes:
        imports: import lines, sorted as ruff sorts them, those of other packages last.
        code: constants and classes, then functions, each once and in a fixed order.
        requires: the packages beyond the standard library that the imports name.
    """

    imports: list[str]
    code: str
    requires: list[str]


def source_of(names: Iterable[str]) -> TransformSource:
    """Return the source of these transforms with everything that they use.

    The same names give the same text, in whatever order they come.

    Raises:
        KeyError: there is no transform of that name.
    """
    homes = {name: module for module in MODULES for name in read_module(module).definitions}
    needed: dict[str, Definition] = {}
    imported: set[tuple[str, str]] = set()
    waiting = [(homes[name], name) for name in names]
    while waiting:
        module, name = waiting.pop()
        read = read_module(module)
        if name not in read.definitions:
            imported.add(read.imports[name])
        elif name not in needed:
            needed[name] = read.definitions[name]
            waiting += [_origin(module, each) for each in read.definitions[name].uses]
    ordered = sorted(needed.values(), key=lambda definition: definition.place)
    constants = [definition.code for definition in ordered if not definition.place[0]]
    functions = [definition.code for definition in ordered if definition.place[0]]
    blocks = [_join_constants(constants), *functions] if constants else functions
    packages = {_package(source) for source, _ in imported} - sys.stdlib_module_names
    return TransformSource(list(_import_lines(imported)), "\n\n\n".join(blocks), sorted(packages))


def _origin(module: str, name: str) -> tuple[str, str]:
    """Return the module of this folder that a name comes from, through imports within the folder."""
    source, original = read_module(module).imports.get(name, ("", ""))
    return (source.removeprefix(_HERE), original) if source.startswith(_HERE) else (module, name)


def _join_constants(codes: list[str]) -> str:
    joined = codes[0]
    for before, code in pairwise(codes):
        apart = "\n\n\n" if "class " in (before[:6], code[:6]) else "\n"
        joined += apart + code
    return joined


def _import_lines(imported: set[tuple[str, str]]) -> Iterator[str]:
    """Write import lines in ruff's order: the standard library first, `import` before `from`."""
    members: dict[str, list[str]] = defaultdict(list)
    for source, name in imported:
        members[source] += [name] if name else []
    plain = {source for source, name in imported if not name}

    for outside in (False, True):
        for source in sorted(plain):
            if (_package(source) not in sys.stdlib_module_names) is outside:
                yield f"import {source}"
        for source, names in sorted(members.items()):
            if names and (_package(source) not in sys.stdlib_module_names) is outside:
                yield f"from {source} import {', '.join(sorted(names, key=_import_order))}"


def _package(source: str) -> str:
    return source.partition(".")[0]


def _import_order(name: str) -> tuple[int, str]:
    """Sort as isort does: CONSTANTS, then Classes, then functions."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name


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
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
        doc = node.body[0]
        first, last = doc.lineno - 1 - start, (doc.end_lineno or doc.lineno) - start
        summary = kept[first].rstrip().removesuffix('"""').rstrip()
        kept[first:last] = [f'{summary}"""']
    return "\n".join(kept)
