"""Locks between runs: one keeps a file locked as long as it lives, however it ends; on all systems."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def lock(handle: int) -> None:
        """Lock an open file without waiting. Raises OSError where another run holds it."""
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    @contextmanager
    def one_at_a_time(folder: Path) -> Iterator[None]:
        """While it lasts no other run is in here for the same folder; the others wait."""
        file = folder / ".incentives-lock"
        handle = os.open(file, os.O_RDWR | os.O_CREAT)
        try:
            while True:
                with suppress(OSError):  # the system gives up after ten seconds
                    msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                    break
            yield
        finally:
            os.close(handle)
            with suppress(OSError):  # who waits has it open, and removes it
                file.unlink()

else:
    import fcntl

    def lock(handle: int) -> None:
        """Lock an open file without waiting. Raises OSError where another run holds it."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @contextmanager
    def one_at_a_time(folder: Path) -> Iterator[None]:
        """While it lasts no other run is in here for the same folder; the others wait."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
