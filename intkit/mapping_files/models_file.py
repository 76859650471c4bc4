"""NAME_models.py: the target models and own transforms of a mapping, beside its mapping file.

A target that several mappings share lies beside them too, in a file of any name: `ledger_models:Payment`. What lies
there is copied into each export, which can be carried away alone; what lives in an installed module is imported.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intkit.compiler.render import Definitions
from intkit.errors import MappingError, nearest
from intkit.files import read_text, write_atomic
from intkit.mapping_files.definitions import (
    Found,
    all_definitions,
    definitions_in_cells,
    definitions_in_file,
    importing,
    lives_in_cells,
    load_definitions,
    merge_definitions,
    split_definitions,
    write_definitions,
)

if TYPE_CHECKING:
    from collections.abc import Container

    from intkit.rules.spec import Spec


def definitions_of(spec: Spec) -> list[Any]:
    """Return the models and own transforms that the mapping's module names."""
    wraps = [each.wrap for _, each in spec.target.walk() if each.wrap is not None]
    models = [model.cls for model in spec.target.models()]
    return list(dict.fromkeys([*models, *wraps, *spec.own.values()]))


class ModelsFile:
    """The file that holds what a mapping's notebook defined.

    Args:
        mapping: the path of the mapping file, `NAME.mapping.yaml`.
    """

    def __init__(self, mapping: Path) -> None:
        self.mapping = mapping
        self.path = mapping.with_name(f"{mapping.name.partition('.')[0]}_models.py")

    def place(self, thing: Any) -> str:
        """Return where a class or function lives once the mapping is saved, `ledger_models:Payment`."""
        beside = self._beside(thing)
        return f"{beside.stem if beside else thing.__module__}:{thing.__name__}"

    def load(self, place: str) -> Any:
        """Return the class or function at a place; modules beside the mapping file are read anew.

        Raises:
            MappingError: it cannot be found.
        """
        module, _, name = place.partition(":")
        beside = self.mapping.with_name(f"{module}.py")
        known: list[str] = []
        try:
            found = load_definitions(beside) if self._is_beside(module) else importlib.import_module(module)
            known = [each for each, thing in vars(found).items() if callable(thing)]
            return getattr(found, name)
        except (ImportError, AttributeError, ValueError):
            raise MappingError(
                f"{self.mapping.name} names {place!r}, which cannot be found.{nearest(name, known)}",
                remedy="Mend the name, or make it importable from the project.",
            ) from None

    def _is_beside(self, module: str) -> bool:
        return module == self.path.stem or (
            module.isidentifier() and self.mapping.with_name(f"{module}.py").is_file()
        )

    def _beside(self, thing: Any) -> Path | None:
        """Return the file beside the mapping file that defines a class or function, or is going to."""
        if lives_in_cells(thing):
            return self.path
        package, _, module = thing.__module__.rpartition(".")
        if not package:
            return self.mapping.with_name(f"{module}.py") if self._is_beside(module) else None
        path = Path(getattr(sys.modules[thing.__module__], "__file__", None) or "")
        is_there = path.resolve().parent == self.mapping.resolve().parent
        return self.mapping.with_name(path.name) if is_there else None

    def write(self, spec: Spec) -> None:
        """Take what cells define into the file, beside what is in it already; without cells nothing is written.

        Raises:
            MappingError: something cannot be taken out of its cell; or the file would change under another mapping.
        """
        things = [thing for thing in definitions_of(spec) if self._beside(thing) == self.path]
        cells = [thing for thing in things if lives_in_cells(thing)]
        if cells:
            new = definitions_in_cells(cells)
            there = [thing for thing in things if thing not in cells]
            parts = [self._kept(there, new), new] if there else [new]
            purpose = f"The target of the mapping {spec.name}."
            text = write_definitions(purpose, merge_definitions(parts))
            if self.path.is_file() and read_text(self.path) != text:
                self._refuse_shared()
            write_atomic(self.path, text)

    def _kept(self, there: list[Any], new: Container[str]) -> dict[str, Found]:
        """Return what the file defines, but for what is new by the same name and not in use as it is there."""
        needed = definitions_in_file(there, self.path)
        whole = all_definitions(self.path)
        return {name: found for name, found in whole.items() if name in needed or name not in new}

    def _refuse_shared(self) -> None:
        others = [each for each in self.mapping.parent.glob("*.mapping.yaml") if each != self.mapping]
        for other in others:
            if f'"{self.path.stem}:' in read_text(other):
                raise MappingError(
                    f"{self.path.name} would change, and {other.name} uses it too.",
                    remedy="Change that file by hand, or give this mapping another name.",
                )

    def read(self, spec: Spec) -> Definitions:
        """Return what an export copies from files beside the mapping, and what it imports from elsewhere."""
        files: dict[Path | None, list[Any]] = {}
        for thing in definitions_of(spec):
            files.setdefault(self._beside(thing), []).append(thing)
        elsewhere = importing(files.pop(None, []))
        parts = [definitions_in_file(things, path) for path, things in files.items() if path]
        imports, code = split_definitions(merge_definitions(parts))
        return Definitions(imports + elsewhere, code)
