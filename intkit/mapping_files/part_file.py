"""NAME.part.yaml: rules for an object, beside the mappings that use them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from intkit.errors import MappingError, nearest
from intkit.files import read_text
from intkit.mapping_files.mapping_file import FORMAT, parse_yaml
from intkit.mapping_files.written import read_rule, read_value_map
from intkit.rules.parts import SUFFIX
from intkit.rules.spec import Part, check_constant, check_name

if TYPE_CHECKING:
    from pathlib import Path

    from intkit.rules.spec import ValueMap

_KEYS = ("intkit", "notes", "rules", "values")


class PartsFolder(Mapping[str, Part]):
    """The parts in folders by name, each read anew when its file has changed; of two, the first folder's."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._read: dict[tuple[str, str], Part] = {}

    def __getitem__(self, name: str) -> Part:
        """Return a part.

        Raises:
            KeyError: there is no such part.
            MappingError: its file cannot be used.
        """
        path = self._paths()[name]
        text = read_text(path)
        if (name, text) not in self._read:
            self._read = {key: part for key, part in self._read.items() if key[0] != name}
            self._read[name, text] = read_part(path.name, text)
        return self._read[name, text]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths()))

    def __len__(self) -> int:
        return len(self._paths())

    def __contains__(self, name: object) -> bool:
        return name in self._paths()

    def _paths(self) -> dict[str, Path]:
        found = [path for folder in reversed(self._folders) for path in folder.glob(f"*{SUFFIX}")]
        return {path.name.removesuffix(SUFFIX): path for path in found}


def read_part(file: str, text: str) -> Part:
    """Return what a part's file holds.

    Args:
        file: its name.
        text: what stands in it.

    Raises:
        MappingError: it is not YAML, or something in it is of the wrong name or form; the message says where.
    """
    name = file.removesuffix(SUFFIX)
    check_name(name)
    content = parse_yaml(file, text)
    try:
        _check(content)
        rules = {path: read_rule(path, written) for path, written in content["rules"].items()}
        maps = {key: _value_map(key, written) for key, written in content.get("values", {}).items()}
    except MappingError as error:
        raise MappingError(f"{file}: {error.what}", *error.facts, remedy=error.remedy) from None
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Part(name, rules, maps, content.get("notes", ""), digest)


def _check(content: Any) -> None:
    if not isinstance(content, Mapping) or content.get("intkit") != FORMAT:
        raise MappingError(
            f"This is no part of format {FORMAT}.", remedy=f"Its first line reads `intkit: {FORMAT}`."
        )
    for key, value in content.items():
        if key not in _KEYS:
            raise MappingError(
                f"A part has no {key!r}.{nearest(str(key), _KEYS)}",
                remedy=f"It has {', '.join(_KEYS)}; all else stands in the mapping.",
            )
        wanted = int if key == "intkit" else str if key == "notes" else Mapping
        if not isinstance(value, wanted):
            raise MappingError(f"{key!r} is {value!r}, which is no {'text' if wanted is str else 'table'}.")
    if not content.get("rules"):
        raise MappingError("It has no rules.", remedy="Write `rules:` and below it `city: address_city`.")
    for name in [*content["rules"], *content.get("values", {})]:
        if not isinstance(name, str):
            raise MappingError(f"{name!r} is no name.", remedy="Names are text; quote it.")


def _value_map(name: str, written: Any) -> ValueMap:
    table = read_value_map(name, written)
    check_constant(name, *table.entries.keys(), *table.entries.values())
    if table.given or not table.entries:
        raise MappingError(
            f"The value map {name} has no entries of its own.",
            remedy="Write `entries:`; a map that each run gives stands in the mapping.",
        )
    return table
