"""Where the project is, and where in it a named thing lives."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from intkit.errors import ProjectError
from intkit.files import read_text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*")
# said where nothing was found, as in a wrong folder
LOOKED_FOR = (
    "The project is the nearest folder, from the working folder up, with cassettes/ or an intkit.toml."
)
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def project_root() -> Path:
    """Return the project's folder.

    It is `INTKIT_PROJECT` where that is set, else the nearest folder at or above the working folder
    that holds an `intkit.toml` or a `cassettes/`, else the working folder itself.

    Raises:
        ProjectError: `INTKIT_PROJECT` names no folder.
    """
    given = os.environ.get("INTKIT_PROJECT")
    if given:
        if not Path(given).is_dir():
            raise ProjectError(
                f"INTKIT_PROJECT is {given!r}, which is not a folder.",
                remedy="Set it to the project's folder or unset it.",
            )
        return Path(given).resolve()
    here = Path.cwd()
    marked = (folder for folder in (here, *here.parents) if _is_project(folder))
    return next(marked, here)


def named_path(folder: str, name: str, suffix: str) -> Path:
    """Return the path of a named file below one of the project's folders.

    Args:
        folder: `cassettes`, `mappings` or `notebooks`.
        name: as a user writes it, `stripe/charges`; the suffix may stand there or not.
        suffix: with its dot, `.yaml`.

    Raises:
        ProjectError: the name is empty or would leave the folder.
    """
    bare = name.removesuffix(suffix)
    parts = bare.split("/")
    if (
        not _NAME.fullmatch(bare)
        or ".." in bare
        or any(part.split(".")[0].lower() in _RESERVED for part in parts)
    ):
        raise ProjectError(
            f"{name!r} cannot name a file in {folder}/.",
            "A name is letters, digits, `_`, `-`, `.`, with `/` between a folder and a file.",
            remedy="Write it like 'stripe/charges'.",
        )
    return project_root() / folder / f"{bare}{suffix}"


def read_settings() -> dict[str, Any]:
    """Return the content of the project's `intkit.toml`, or nothing where there is none.

    Raises:
        ProjectError: the file is not valid TOML; the message names the line.
    """
    path = project_root() / "intkit.toml"
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(
            f"{path} is not valid TOML: {error}.", remedy="Mend that line and try again."
        ) from None


def _is_project(folder: Path) -> bool:
    return (folder / "intkit.toml").is_file() or (folder / "cassettes").is_dir()
