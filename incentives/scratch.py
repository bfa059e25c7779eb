"""Folders for the copies that a run needs for a while; none outlives the run, whatever ends it.

A fault or Ctrl-C removes them on the way out, `main` removes the rest before it ends, and so does a signal to end.
After a kill, which nobody can answer, the next run removes what is left: beside each folder lies a file that the run
at work keeps locked.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from incentives.locks import lock

PREFIX = "incentives-"
LOCK = ".lock"

_held: dict[Path, int] = {}  # the folders of this process, each with the handle of its lock
_waiting = False
_signals: list[int] = []  # those that came meanwhile


class Scratch:
    """A folder in the system's temporary folder that is there as long as this object, or until `close()`."""

    def __init__(self) -> None:
        self.path = make_folder(Path(tempfile.gettempdir()), PREFIX)
        self.close = weakref.finalize(self, remove_folder, self.path)


@contextmanager
def scratch_folder(parent: Path | None = None, prefix: str = PREFIX) -> Iterator[Path]:
    """A folder in `parent`, or in the system's temporary folder, for the time of a `with`."""
    folder = make_folder(parent or Path(tempfile.gettempdir()), prefix)
    try:
        with names_when_full(folder):
            yield folder
    finally:
        remove_folder(folder)


@contextmanager
def names_when_full(folder: Path) -> Iterator[None]:
    """A full disk, met while writing into `folder`, names it."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT):
            error.filename = str(folder)
        raise


def make_folder(parent: Path, prefix: str) -> Path:
    """Make a folder that only this user may read. Raises OSError where that is not possible."""
    handle, name = tempfile.mkstemp(LOCK, prefix, parent)
    folder = Path(name.removesuffix(LOCK))
    try:
        lock(handle)
        folder.mkdir(0o700)
    except OSError:
        os.close(handle)
        Path(name).unlink(missing_ok=True)
        raise
    _held[folder] = handle
    return folder


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, and its lock; what cannot be removed now `remove_all` tries again."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # too few open files are allowed, say
        return
    handle = _held.pop(folder, None)
    if handle is not None:
        os.close(handle)
    with suppress(OSError):
        Path(f"{folder}{LOCK}").unlink()


def remove_all() -> None:
    """Remove every folder of this process."""
    for folder in list(_held):
        remove_folder(folder)


def remove_left_behind(parent: Path, prefix: str = PREFIX) -> None:
    """Remove the folders in `parent` whose run was killed."""
    with suppress(OSError):
        for folder in left_behind(parent, prefix):
            remove_folder(folder)


def left_behind(parent: Path, prefix: str = PREFIX) -> list[Path]:
    """The folders in `parent` whose run was killed. Raises OSError where `parent` cannot be read."""
    locks = {Path(str(file).removesuffix(LOCK)): file for file in parent.glob(f"{prefix}*{LOCK}")}
    return [folder for folder, file in locks.items() if folder not in _held and _is_free(file)]


def _is_free(file: Path) -> bool:
    """Whether a lock is this user's and no run holds it."""
    try:
        handle = os.open(file, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        lock(handle)
        return not hasattr(os, "getuid") or os.fstat(handle).st_uid == os.getuid()
    except OSError:
        return False
    finally:
        os.close(handle)


def remove_on_signals() -> None:
    """From now on a signal to end removes the folders first, then ends the process as it would have."""
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):  # what each system knows of them
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _ended)


@contextmanager
def signals_wait() -> Iterator[None]:
    """A signal to end is answered after this, so that what has been begun is finished."""
    global _waiting
    _waiting = True
    try:
        yield
    finally:
        _waiting = False
        for number in _signals:
            _ended(number, None)


def _ended(number: int, _: object) -> None:
    if _waiting:
        _signals.append(number)
        return
    remove_all()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
