"""The source of transforms, with all that they lean on, for a module of its own."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from intkit.transforms.definitions import MODULES, Definition, read_module

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HERE = "intkit.transforms."

# Windows has no time zones of its own
_REQUIREMENTS = {"zoneinfo": 'tzdata; sys_platform == "win32"'}


@dataclass(frozen=True)
class TransformSource:
    """The text that makes some transforms work in a module of their own.

    Attributes:
        imports: import lines, sorted as ruff sorts them, those of other packages last.
        code: constants and classes, then functions, each once and in a fixed order.
        requires: what must be installed for the imports, as pip spells requirements.
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
    definitions, imported = _closure(names)
    constants = [each.code for each in definitions if not each.place[0]]
    functions = [each.code for each in definitions if each.place[0]]
    blocks = [_join_constants(constants), *functions] if constants else functions
    required = {
        _REQUIREMENTS.get(source) or (_package(source) if _is_foreign(source) else "")
        for source, _ in imported
    }
    return TransformSource(list(_import_lines(imported)), "\n\n\n".join(blocks), sorted(required - {""}))


def _closure(names: Iterable[str]) -> tuple[list[Definition], set[tuple[str, str]]]:
    """Return what the transforms need: definitions in their order, and imports (module, name)."""
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
    return sorted(needed.values(), key=lambda definition: definition.place), imported


def _origin(module: str, name: str) -> tuple[str, str]:
    """Return the module of this folder that a name comes from, through imports within the folder."""
    source, original = read_module(module).imports.get(name, ("", ""))
    return (source.removeprefix(_HERE), original) if source.startswith(_HERE) else (module, name)


def _join_constants(codes: list[str]) -> str:
    joined = codes[0]
    for before, code in pairwise(codes):
        joined += ("\n\n\n" if "class " in (before[:6], code[:6]) else "\n") + code
    return joined


def _import_lines(imported: set[tuple[str, str]]) -> Iterator[str]:
    """Write import lines in ruff's order: the standard library first, `import` before `from`."""
    members: dict[tuple[bool, bool, str], list[str]] = defaultdict(list)
    for source, name in imported:
        members[_is_foreign(source), bool(name), source].append(name)
    for (_, named, source), names in sorted(members.items()):
        listed = ", ".join(sorted(names, key=_import_order))
        yield f"from {source} import {listed}" if named else f"import {source}"


def _import_order(name: str) -> tuple[int, str]:
    """Sort as isort does: CONSTANTS, then Classes, then functions."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


def _is_foreign(source: str) -> bool:
    return _package(source) not in sys.stdlib_module_names


def _package(source: str) -> str:
    return source.partition(".")[0]
