"""Models and transforms that live in notebook cells, taken from there into a file beside the mapping.

A kernel cannot give the source of a class back later, so it is collected when the mapping is saved: the class, and
all that it leans on at the top of any cell.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intkit.codegen import format_source
from intkit.errors import MappingError
from intkit.files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

_MAIN = "__main__"


@dataclass(frozen=True)
class Found:
    """A definition or an import at the top of a cell.

    Attributes:
        order: cell and line.
        code: its text.
        names: the names that it reads.
        is_import: it is an import.
    """

    order: tuple[int, int]
    code: str
    names: frozenset[str]
    is_import: bool


def lives_in_cells(thing: Any) -> bool:
    """Whether a class or function was defined in a notebook or a script, and not in a module."""
    return getattr(thing, "__module__", "") == _MAIN


def collect_definitions(things: Iterable[Any], purpose: str) -> str:
    """Return a module's source that defines these classes and functions, and all that they lean on.

    Args:
        things: classes and functions that cells define.
        purpose: the module's docstring.

    Raises:
        MappingError: something cannot be copied; the message names it and its line.
    """
    known = dict(_top_level(_cells()))
    needed: dict[str, Found] = {}
    waiting = [(thing.__name__, "") for thing in things]
    while waiting:
        name, user = waiting.pop()
        if name in needed or hasattr(builtins, name):
            continue
        found = known.get(name)
        if found is None:
            raise _cannot_copy(name, user)
        if found.is_import and "intkit" in found.code.replace(".", " ").split():
            raise MappingError(
                f"{user or name} uses {name!r} of intkit, and an export stands alone.",
                remedy="Use what pydantic or the standard library has, or a transform in a rule.",
            )
        needed[name] = found
        waiting += [(each, name) for each in found.names if each in known or _is_global(each)]
    parts = sorted(set(needed.values()), key=lambda found: found.order)
    imports = "\n".join(dict.fromkeys(found.code for found in parts if found.is_import))
    code = "\n\n\n".join(found.code for found in parts if not found.is_import)
    return format_source(f'"""{purpose}"""\n\n{imports}\n\n\n{code}\n')


def _cannot_copy(name: str, user: str) -> MappingError:
    return MappingError(
        f"The definition of {name!r} is not found at the top of any cell"
        + (f"; {user} uses it." if user else "."),
        remedy=f"Define {name!r} in a cell of its own, not inside a function, an `if` or a loop.",
    )


def _is_global(name: str) -> bool:
    return name in vars(sys.modules[_MAIN])


def _cells() -> list[str]:
    """Return the source of the running notebook's cells, in the order they ran; of a script, its file."""
    main = sys.modules[_MAIN]
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        return [shell.transform_cell(cell) for cell in shell.user_ns.get("In", []) if cell]
    path = getattr(main, "__file__", None)
    return [read_text(Path(path))] if path and Path(path).is_file() else []


def _top_level(cells: list[str]) -> Iterator[tuple[str, Found]]:
    """Yield what each cell defines at its top, by name; a later cell wins."""
    for number, cell in enumerate(cells):
        try:
            tree = ast.parse(cell)
        except SyntaxError:
            continue  # a cell that did not run defines nothing
        lines = cell.splitlines()
        for node in tree.body:
            found = Found(
                (number, node.lineno),
                _text(node, lines),
                _reads(node),
                isinstance(node, ast.Import | ast.ImportFrom),
            )
            yield from ((name, found) for name in _defines(node))


def _text(node: ast.stmt, lines: list[str]) -> str:
    """Return a statement's text with its decorators and the comments right above it."""
    decorators = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(each.lineno for each in decorators)]) - 1
    while start and lines[start - 1].startswith("#"):
        start -= 1
    return "\n".join(lines[start : node.end_lineno])


def _defines(node: ast.stmt) -> list[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [each.asname or each.name.split(".")[0] for each in names]
        case ast.Assign(targets=targets):
            return [each.id for each in targets if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _reads(node: ast.stmt) -> frozenset[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return frozenset()
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    # annotations in quotes name types too
    quoted = (
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    return frozenset(names | {text for text in quoted if text.isidentifier()}) - frozenset(_defines(node))


def load_definitions(path: Path) -> ModuleType:
    """Import the file that holds a mapping's models and transforms, anew.

    Raises:
        MappingError: it is not there, or does not run.
    """
    if not path.is_file():
        raise MappingError(
            f"The models file {path.name} is missing from {path.parent}.",
            remedy="Run the notebook that defines the target model and saves the mapping.",
        )
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise MappingError(f"{path} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise MappingError(
            f"{path.name} does not run: {type(error).__name__}: {error}", remedy="Mend that file."
        ) from error
    return module


def split_module(source: str) -> tuple[str, str]:
    """Return a module's imports and its other code, without its docstring."""
    tree = ast.parse(source)
    lines = source.splitlines()
    imports, code = [], []
    for index, node in enumerate(tree.body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append(_text(node, lines))
        elif index or not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            code.append(_text(node, lines))
    return "\n".join(imports) + "\n", "\n\n\n".join(code) + "\n"


def importing(things: Iterable[Any]) -> str:
    """Return import lines for classes and functions that live in modules.

    Raises:
        MappingError: one of them is defined inside a function.
    """
    lines = []
    for thing in things:
        if "<locals>" in thing.__qualname__ or "." in thing.__qualname__:
            _, line = inspect.getsourcelines(thing)
            raise MappingError(
                f"{thing.__qualname__} is defined inside of something else, in line {line} of {thing.__module__}.",
                remedy="Define it at the top of a module or of a notebook cell.",
            )
        lines.append(f"from {thing.__module__} import {thing.__name__}")
    return "\n".join(lines) + "\n"
