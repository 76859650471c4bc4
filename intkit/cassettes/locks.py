"""Locks between processes that end with their owner, however it ends."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    _FAR = 2**30  # a locked byte cannot be read by others, so one beyond any content is taken

    def try_lock(handle: int) -> bool:
        """Lock an open file and say whether that worked; False where another holds it."""
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    @contextmanager
    def alone_in(folder: Path) -> Iterator[None]:
        """Wait until no other process is inside this context for the same folder."""
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)
        try:
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
            yield
        finally:
            os.close(handle)

else:
    import fcntl

    def try_lock(handle: int) -> bool:
        """Lock an open file and say whether that worked; False where another holds it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    @contextmanager
    def alone_in(folder: Path) -> Iterator[None]:
        """Wait until no other process is inside this context for the same folder."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
