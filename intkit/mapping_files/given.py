"""NAME.given.json: what each run of a mapping gives, in a file beside it: value maps and run parameters by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from intkit.errors import MappingError
from intkit.files import read_text
from intkit.project import named_path

if TYPE_CHECKING:
    from pathlib import Path

    from intkit.rules.spec import Spec


def given_path(name: str) -> Path:
    """Return where the file of a mapping is, or would be."""
    return named_path("mappings", name, ".given.json")


def given_of_run(spec: Spec) -> dict[str, Any]:
    """Return what is given to this run: what the file says, and over it what was given in code.

    An older or a newer mapping may ask for other names of the same file.

    Raises:
        MappingError: the file is no JSON object.
    """
    path = given_path(spec.name)
    found = read_given(path) if spec.asks and path.is_file() else {}
    return {**{name: value for name, value in found.items() if name in spec.asks}, **spec.given}


def explain_given(spec: Spec) -> str:
    """Return how to give what a run asks for."""
    asked = ", ".join(f'"{name}": …' for name in spec.asks)
    return f"Write {{{asked}}} into mappings/{given_path(spec.name).name}, or call mapping.give({spec.asks[0]}=…)."


def read_given(path: Path) -> dict[str, Any]:
    """Return what stands in such a file, by name.

    Raises:
        ProjectError: there is no such file.
        MappingError: it is no JSON object.
    """
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise MappingError(
            f"{path.name}, line {error.lineno}: {error.msg}.", remedy="Mend that line."
        ) from None
    if not isinstance(content, dict):
        raise MappingError(
            f"{path.name} holds {type(content).__name__}, not an object.",
            remedy='Write {"NAME": value}: a value map is an object itself.',
        )
    return content
