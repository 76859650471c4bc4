"""Files that are whole or not there: write beside, then rename."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from intkit.errors import ProjectError


def write_atomic(path: Path, content: str | bytes) -> Path:
    """Write the content durably and return the path; a reader sees the old file or the new one, never half.

    Text is written as UTF-8 with the same line ends on every system.

    Raises:
        ProjectError: the folder cannot be written to, or the disk is full; the old file is untouched.
    """
    body = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise _cannot_write(path, error) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(_mode(path))
        Path(beside).replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from None
    finally:
        with suppress(FileNotFoundError):
            Path(beside).unlink()
    return path


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file.

    Raises:
        ProjectError: it is not there, not readable, or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        where = "" if path.is_absolute() else f" in {Path.cwd()}"
        raise ProjectError(
            f"There is no file {path}{where}.", remedy="Check the name and the folder."
        ) from None
    except UnicodeDecodeError as error:
        raise ProjectError(
            f"{path} is not UTF-8 text (byte {error.start}).", remedy="Save it as UTF-8 and try again."
        ) from None
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror}.") from None


def _mode(path: Path) -> int:
    """Keep a file's permissions; a new one gets what the umask leaves."""
    with suppress(FileNotFoundError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _cannot_write(path: Path, error: OSError) -> ProjectError:
    return ProjectError(
        f"{path} cannot be written: {error.strerror}.",
        remedy="Check the folder's permissions and the free disk space; what was there before is untouched.",
    )
