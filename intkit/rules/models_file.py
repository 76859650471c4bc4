"""NAME_models.py: the target models and own transforms of a mapping, beside its mapping file."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from intkit.errors import MappingError
from intkit.files import read_text, write_atomic
from intkit.rules.definitions import (
    collect_definitions,
    importing,
    lives_in_cells,
    load_definitions,
    split_module,
)
from intkit.rules.render import Definitions

if TYPE_CHECKING:
    from pathlib import Path

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
        """Return where a class or function lives once the mapping is saved, `stripe_payments_models:Payment`."""
        module = self.path.stem if self._is_copied(thing) else thing.__module__
        return f"{module}:{thing.__name__}"

    def load(self, place: str) -> Any:
        """Return the class or function at a place; modules beside the mapping file are read anew.

        Raises:
            MappingError: it cannot be found.
        """
        module, _, name = place.partition(":")
        beside = self.mapping.with_name(f"{module}.py")
        try:
            found = load_definitions(beside) if self._is_beside(module) else importlib.import_module(module)
            return getattr(found, name)
        except (ImportError, AttributeError, ValueError):
            raise MappingError(
                f"{self.mapping.name} names {place!r}, which cannot be found.",
                remedy="Mend the name, or make it importable from the project.",
            ) from None

    def _is_beside(self, module: str) -> bool:
        return module == self.path.stem or (
            module.isidentifier() and self.mapping.with_name(f"{module}.py").is_file()
        )

    def write(self, spec: Spec) -> None:
        """Take what cells define into the file; without cells there is nothing to write.

        Raises:
            MappingError: something cannot be taken out of its cell.
        """
        cells = [thing for thing in definitions_of(spec) if lives_in_cells(thing)]
        if cells:
            write_atomic(self.path, collect_definitions(cells, f"The target of the mapping {spec.name}."))

    def read(self, spec: Spec) -> Definitions:
        """Return what an export copies from the file, and what it imports from elsewhere."""
        things = definitions_of(spec)
        copied = [thing for thing in things if self._is_copied(thing)]
        lines, code = split_module(read_text(self.path)) if copied else ("", "")
        return Definitions(lines + importing(thing for thing in things if thing not in copied), code)

    def _is_copied(self, thing: Any) -> bool:
        return lives_in_cells(thing) or thing.__module__ == self.path.stem
