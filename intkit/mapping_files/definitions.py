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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intkit.codegen import format_source
from intkit.errors import MappingError, shorten
from intkit.files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

_MAIN = "__main__"


@dataclass(frozen=True)
class Found:
    """A definition or an import at the top of a cell.

    Attributes:
        order: the number of its cell, and its line.
        code: its text.
        names: the names that it reads.
        is_import: it is an import.
    """

    order: tuple[int, int]
    code: str
    names: frozenset[str]
    is_import: bool = False


def lives_in_cells(thing: Any) -> bool:
    """Whether a class or function was defined in a notebook or a script, and not in a module."""
    return getattr(thing, "__module__", "") == _MAIN


def definitions_in_cells(things: Iterable[Any]) -> dict[str, Found]:
    """Return what the running notebook's cells define of these classes and functions, and all that they lean on.

    Raises:
        MappingError: something cannot be copied; the message names it.
    """
    return _lean_on(things, dict(_top_level(_cells())), vars(sys.modules[_MAIN]), "any cell")


def definitions_in_file(things: Iterable[Any], path: Path) -> dict[str, Found]:
    """Return what a file defines of these classes and functions, and all that they lean on.

    Raises:
        MappingError: something cannot be copied; the message names it.
    """
    namespace = vars(sys.modules[path.stem]) if path.stem in sys.modules else {}
    return _lean_on(things, all_definitions(path), namespace, path.name)


def all_definitions(path: Path) -> dict[str, Found]:
    """Return all that a file defines and imports at its top, by name."""
    return dict(_top_level([read_text(path)]))


def _lean_on(
    things: Iterable[Any], known: dict[str, Found], namespace: dict[str, Any], place: str
) -> dict[str, Found]:
    needed = {name: found for name, found in known.items() if found.code.startswith("from __future__")}
    waiting = [(thing.__name__, "") for thing in things]
    while waiting:
        name, user = waiting.pop()
        if name in needed or hasattr(builtins, name):
            continue
        found = known.get(name)
        if found is None:
            raise _cannot_copy(name, user, place)
        if found.is_import and "intkit" in found.code.replace(".", " ").split():
            raise MappingError(
                f"{user or name} uses {name!r} of intkit, and an export stands alone.",
                remedy="Use what pydantic or the standard library has, or a transform in a rule.",
            )
        needed[name] = found
        waiting += [(each, name) for each in found.names if each in known or each in namespace]
    return needed


def _cannot_copy(name: str, user: str, place: str) -> MappingError:
    return MappingError(
        f"The definition of {name!r} is not found at the top of {place}"
        + (f"; {user} uses it." if user else "."),
        remedy=f"Define {name!r} at the top, by itself: not inside a function, an `if` or a loop.",
    )


def merge_definitions(parts: Iterable[dict[str, Found]]) -> list[Found]:
    """Return the definitions of several places together, each place's in its own order.

    Raises:
        MappingError: two places define a name differently.
    """
    merged: dict[str, Found] = {}
    for part in parts:
        for name, found in sorted(part.items(), key=lambda pair: pair[1].order):
            if merged.setdefault(name, found).code != found.code:
                raise MappingError(
                    f"{name!r} is defined twice, and differently, in what the mapping uses.",
                    f"Once as {shorten(merged[name].code)}.",
                    f"Once as {shorten(found.code)}.",
                    remedy="Give one of the two another name.",
                )
    return list(dict.fromkeys(merged.values()))


def split_definitions(found: Iterable[Found]) -> tuple[str, str]:
    """Return definitions as their import lines and their code."""
    parts = list(found)
    imports = dict.fromkeys(each.code for each in parts if each.is_import)
    code = dict.fromkeys(each.code for each in parts if not each.is_import)
    return "\n".join(imports) + "\n", "\n\n\n".join(code) + "\n"


def write_definitions(purpose: str, found: Iterable[Found]) -> str:
    """Return a module's source that holds definitions, with its docstring."""
    imports, code = split_definitions(found)
    return format_source(f'"""{purpose}"""\n\n{imports}\n\n{code}')


def _cells() -> list[str]:
    """Return the source of the running notebook's cells, in the order they ran; of a script, its file."""
    main = sys.modules[_MAIN]
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        return [shell.transform_cell(cell) for cell in shell.user_ns.get("In", []) if cell]
    path = getattr(main, "__file__", None)
    return [read_text(Path(path))] if path and Path(path).is_file() else []


def _top_level(texts: list[str]) -> Iterator[tuple[str, Found]]:
    """Yield what each text defines at its top, by name; a later text wins."""
    for number, text in enumerate(texts):
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue  # a cell that did not run defines nothing
        lines = text.splitlines()
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name, code in _imports(node):
                    yield name, Found((number, node.lineno), code, frozenset(), is_import=True)
            else:
                yield from _definitions(node, (number, node.lineno), lines)


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield each name that is imported, with a line for it alone."""
    origin = f"from {'.' * node.level}{node.module or ''} " if isinstance(node, ast.ImportFrom) else ""
    for each in node.names:
        name = each.asname or (each.name if origin else each.name.split(".")[0])
        yield name, f"{origin}import {each.name}" + (f" as {each.asname}" if each.asname else "")


def _definitions(node: ast.stmt, order: tuple[int, int], lines: list[str]) -> Iterator[tuple[str, Found]]:
    if isinstance(node, ast.FunctionDef):  # `@mapping.transform` is no part of the function
        node.decorator_list = [each for each in node.decorator_list if not _declares(each)]
    found = Found(order, _text(node, lines), _reads(node))
    yield from ((name, found) for name in _defines(node))


def _declares(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Attribute) and decorator.attr == "transform"


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
        case ast.Assign(targets=targets):
            return [each.id for each in targets if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _reads(node: ast.stmt) -> frozenset[str]:
    names = _names(node)
    # annotations in quotes name types too
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            with suppress(SyntaxError, ValueError):
                names |= _names(ast.parse(each.value, mode="eval"))
    return frozenset(names - set(_defines(node)))


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


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
