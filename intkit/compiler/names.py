"""The names that every export has already, and that a mapping's own must stay clear of."""

from __future__ import annotations

import builtins
import re
from functools import cache
from typing import TYPE_CHECKING

from intkit.compiler.frame import read_frame
from intkit.errors import MappingError
from intkit.transforms import TRANSFORMS
from intkit.transforms.definitions import MODULES, read_module

if TYPE_CHECKING:
    from intkit.rules.spec import Spec

# the functions around the rules, and the names in them
_ROAD = {
    "is_wanted",
    "rows_of",
    "map_one",
    "map_record",
    "map_records",
    "map_row",
    "map_batches",
    "check_contract",
}
_AROUND = {"raw", "rows", "place", "row", "error", "batch", "batches", "records", "given"}
_FACTS = {"RULES", "CONTRACT", "COLUMNS", "FACTS", "Given", "give"}
_IMPORTED = {
    "Literal",
    "TypeAdapter",
    "annotations",
    "cast",
    "chain",
    "date",
    "datetime",
    "Decimal",
    "msgspec",
}


@cache
def exported_names() -> frozenset[str]:
    """Return the names at the top of an export: imports, the shared part, the transforms and what these need."""
    frame = read_frame(numbers=True)
    modules = [read_module(module) for module in MODULES]
    needed = {name for module in modules for name in (*module.definitions, *module.imports)}
    shared = {*re.findall(r"\w+", frame.imports), *frame.definitions}
    return frozenset(_ROAD | _FACTS | _IMPORTED | shared | needed)


def reserved_names(spec: Spec) -> set[str]:
    """Return the names that a local, a class of the source or a function of a mapping must not take."""
    python = {name for name in dir(builtins) if not name.startswith("_")}
    models = {model.name for model in spec.target.models()}
    return python | _AROUND | exported_names() | models | {*spec.maps, *spec.constants, *spec.own}


def check_names(spec: Spec) -> None:
    """Refuse a mapping whose own names would hide those of its export.

    Raises:
        MappingError: a model, value map, constant or transform has such a name.
    """
    taken = exported_names()
    kinds = {
        "target model": [model.name for model in spec.target.models()],
        "value map": spec.maps,
        "constant": spec.constants,
        "transform": [name for name in spec.own if name not in TRANSFORMS],
    }
    for kind, names in kinds.items():
        for name in names:
            if name in taken:
                raise MappingError(
                    f"The {kind} {name!r} has a name that every export uses already.",
                    remedy=f"Give it another name, like {_other(name)!r}.",
                )


def _other(name: str) -> str:
    if name.isupper() and len(name) > 1:
        return f"{name}_MAP"
    return f"Target{name}" if name[:1].isupper() else f"my_{name}"
