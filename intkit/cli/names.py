"""Names that the shell completes: those of files in the project."""

from __future__ import annotations

from intkit.project import project_root


def mapping_names(incomplete: str) -> list[str]:
    """Return the mappings whose name starts like this."""
    return _names("mappings", ".mapping.yaml", incomplete)


def cassette_names(incomplete: str) -> list[str]:
    """Return the cassettes whose name starts like this."""
    return _names("cassettes", ".yaml", incomplete)


def notebook_names(incomplete: str) -> list[str]:
    """Return the notebooks whose name starts like this."""
    return _names("notebooks", ".ipynb", incomplete)


def _names(folder: str, suffix: str, incomplete: str) -> list[str]:
    place = project_root() / folder
    found = (each.relative_to(place).as_posix().removesuffix(suffix) for each in place.rglob(f"*{suffix}"))
    return sorted(name for name in found if name.startswith(incomplete) and not name.startswith("."))
