"""A mapping as git has it: the mapping file of a revision, with the models that lay beside it then."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZipFile

from intkit.errors import MappingError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def mapping_of_revision(path: Path, revision: str) -> Iterator[Path]:
    """Give the path of a mapping file as it was at a revision, in a folder that is gone afterwards.

    Args:
        path: of the mapping file today.
        revision: as git names it: `HEAD`, a branch, a tag, a commit.

    Raises:
        MappingError: git is not there, knows no such revision, or has no such file in it.
    """
    modules = {each.stem: sys.modules.get(each.stem) for each in path.parent.glob("*.py")}
    with TemporaryDirectory(prefix="intkit-revision-") as folder:
        with ZipFile(io.BytesIO(_archive(path.parent, revision))) as archive:
            archive.extractall(folder)
        older = Path(folder) / path.name
        if not older.is_file():
            raise MappingError(
                f"{path.name} is not in the revision {revision!r}.",
                remedy="Name a revision in which it is committed, or the path of an older mapping file.",
            )
        yield older
    # models of today are found again by their names
    sys.modules.update({name: module for name, module in modules.items() if module is not None})


def _archive(folder: Path, revision: str) -> bytes:
    """Return a folder at a revision, as a zip file."""
    git = shutil.which("git")
    if git is None:
        raise MappingError(
            f"There is no file {revision!r}, and without git no revision can be read.",
            remedy="Name the path of an older mapping file.",
        )
    # `./` keeps a name that begins with a dash from being an option of git's
    asked = f"./{revision}" if revision.startswith("-") else revision
    command = [git, "-C", str(folder), "archive", "--format=zip", asked, "."]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git, with no option that is given
    if done.returncode:
        raise MappingError(
            f"There is no file {revision!r}, and no such revision.",
            f"git says: {done.stderr.decode(errors='replace').strip()}",
            remedy="Name a revision (HEAD, main, a tag, a commit), or the path of an older mapping file.",
        )
    return done.stdout
