"""Writes a set of files so that either all of them are there or none: first into a hidden folder, then moved."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from incentives.faults import Fault, Place, RefusedError

CAUSES = {
    errno.ENOSPC: "write_disk_full",
    errno.EDQUOT: "write_disk_full",
    errno.EFBIG: "write_disk_full",
    errno.EACCES: "write_no_rights",
    errno.EPERM: "write_no_rights",
    errno.EROFS: "write_no_rights",
    errno.ENOTDIR: "write_not_a_folder",
    errno.EEXIST: "write_not_a_folder",
    errno.ENOENT: "write_no_parent",
    errno.ENAMETOOLONG: "write_name_too_long",
}
NUMBER = re.compile(r'"errno":"(\d+)"')


def write_folder(folder: Path, writers: Mapping[str, Callable[[Path], None]]) -> None:
    """Write each named file by its writer and put them all into `folder`; what else is in there stays.

    Every file is complete before the first one is moved; a file is replaced in one step. Raises RefusedError where the
    folder cannot be written; then nothing in it has changed. Two runs at once leave the files of one of them.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        made = Path(
            tempfile.mkdtemp(prefix=".incentives-", dir=folder if folder.exists() else folder.absolute().parent)
        )
    except (OSError, ValueError) as error:
        raise refused(folder, error) from error
    try:
        fresh = made / "files"
        fresh.mkdir()  # unlike its parent with the rights that the user's umask gives
        for name, write in writers.items():
            write(fresh / name)
        _move(fresh, folder, list(writers))
    except (OSError, ValueError, duckdb.Error) as error:
        raise refused(folder, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _move(fresh: Path, folder: Path, names: list[str]) -> None:
    if not folder.exists():
        try:
            fresh.rename(folder)
        except OSError as error:  # another run may have made it in the meantime
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        else:
            return
    blocked = next((name for name in names if (folder / name).is_dir()), None)
    if blocked:
        raise IsADirectoryError(errno.EISDIR, "a folder stands in the way", blocked)
    with _alone(folder):
        for name in names:
            (fresh / name).replace(folder / name)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While it lasts no other run moves its files into `folder`, so that files of two runs never mix."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def refused(folder: Path, error: Exception) -> RefusedError:
    """What kept a file or a stream from being written, as a fault that names the cause and the mend."""
    number = error.errno if isinstance(error, OSError) else _errno_told(str(error))
    place = Place(str(folder))
    if number == errno.EISDIR and isinstance(error, OSError):
        return RefusedError([Fault("write_blocked", place, {"name": str(error.filename)})])
    code = CAUSES.get(number or 0, "write_failed")
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
    return RefusedError([Fault(code, place, {"cause": said})])


def _errno_told(message: str) -> int | None:
    """The database tells the system's error number in its message."""
    told = NUMBER.search(message)
    if told:
        return int(told.group(1))
    return errno.ENOSPC if "No space left" in message else None
