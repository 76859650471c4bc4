"""What a cassette is called, where its file is, and the modes in which it is used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intkit.errors import CassetteError, nearest
from intkit.project import named_path, project_root

if TYPE_CHECKING:
    from pathlib import Path

MODES = ("replay", "record", "refresh", "live")


def cassette_path(name: str) -> Path:
    """Return the file of a cassette's name: YAML, or JSON where only that is there.

    A path as the shell completes it, `cassettes/stripe/charges.yaml`, is a name too.
    """
    name = name.removeprefix("cassettes/")
    if name.endswith(".json"):
        return named_path("cassettes", name, ".json")
    path = named_path("cassettes", name, ".yaml")
    json = path.with_suffix(".json")
    return json if json.is_file() and not path.is_file() else path


def cassette_name(path: Path) -> str:
    """Return the name of a cassette's file, `stripe/charges`; the path where it lies elsewhere."""
    folder = project_root() / "cassettes"
    inside = path.relative_to(folder) if path.is_relative_to(folder) else path
    return (
        inside.with_suffix("").as_posix() if path.suffix == ".yaml" or inside != path else inside.as_posix()
    )


def chosen_mode(asked: str | None) -> str:
    """Return the mode that holds: the environment's INTKIT_MODE, else the one asked for, else replay."""
    return check_mode(os.environ.get("INTKIT_MODE") or asked or "replay")


def check_mode(mode: str) -> str:
    """Return the mode.

    Raises:
        CassetteError: there is no such mode.
    """
    if mode not in MODES:
        raise CassetteError(
            f"There is no mode {mode!r}.{nearest(mode, MODES)}", remedy=f"Modes: {', '.join(MODES)}."
        )
    return mode
