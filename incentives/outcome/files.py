"""Writes a set of files so that all of them are there or none: into a hidden folder first, then in place at once."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from incentives.database import DatabaseError, OutOfMemoryError
from incentives.faults import Fault, Place, RefusedError
from incentives.locks import one_at_a_time
from incentives.outcome.swap import swapped
from incentives.scratch import left_behind, remove_left_behind, scratch_folder, signals_wait

HIDDEN = ".incentives-"
BEFORE = "before"  # in a scratch folder: the folder that made room, under its name
UNFINISHED = "INCOMPLETE.txt"
WARNING = "结果还没有写完：请重新运行命令。\nThese results are not complete: run the command again.\n"
IN_USE = (32, 33)  # what Windows says of a file that another program has open

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
UNPRINTED = {
    errno.ENOSPC: "print_disk_full",
    errno.EDQUOT: "print_disk_full",
    errno.EFBIG: "print_disk_full",
    errno.EBADF: "print_closed",
    errno.EIO: "print_failed",
}
NUMBER = re.compile(r'"errno":"(\d+)"')


def write_folder(folder: Path, writers: Mapping[str, Callable[[Path], None]], older: Collection[str] = ()) -> None:
    """Write each named file by its writer and put them all into `folder`, in place of the files of an earlier run.

    Those are the files of the same names, and `older`; what else is in there stays. Every file is complete before any
    is put there. A folder of nothing but files is exchanged as a whole, in one step. Where the system knows no such
    step (Windows), a folder of nothing but our files makes room for the new one; of a run killed between the two the
    next one puts the older folder back. Where neither can be, the older files are taken out before the new ones go in,
    so that those of two runs never lie side by side, and a text says meanwhile that this is not complete.
    Raises RefusedError where the folder cannot be written; then nothing in it has changed. Two runs at once leave the
    files of one of them.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        _put_back(folder.resolve().parent)
        place = _place_beside(folder.resolve())
        with scratch_folder(place, HIDDEN) as made:
            fresh = made / "files"
            fresh.mkdir()  # unlike its parent with the rights that the user's umask gives
            for name, write in writers.items():
                write(fresh / name)
            _put(fresh, folder.resolve(), list(writers), {*older, *writers, UNFINISHED})
        for where in {place, folder}:
            remove_left_behind(where, HIDDEN)
    except (OSError, ValueError, DatabaseError) as error:
        if isinstance(error, OutOfMemoryError):
            raise
        raise refused(folder, error) from error


def _place_beside(folder: Path) -> Path:
    """Return the folder where the files are made first: beside `folder`, from where it can be exchanged; else in it."""
    parent = folder.parent
    beside = not folder.exists() or (os.access(parent, os.W_OK) and not os.path.ismount(folder))
    return parent if beside else folder


def _put(fresh: Path, folder: Path, names: list[str], older: set[str]) -> None:
    """Put the finished files in place: by a rename, by an exchange, or one by one."""
    if not folder.exists():
        try:
            fresh.rename(folder)
        except OSError as error:  # another run may have made it in the meantime
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.EACCES) or not folder.exists():
                raise
        else:
            return
    blocked = next((name for name in names if (folder / name).is_dir()), None)
    if blocked:
        raise IsADirectoryError(errno.EISDIR, "a folder stands in the way", blocked)
    alike = _made_alike(fresh, folder, older)
    if not (alike and (swapped(fresh, folder) or _moved_aside(fresh, folder, older))):
        _put_one_by_one(fresh, folder, names, older)


def _moved_aside(fresh: Path, folder: Path, older: set[str]) -> bool:
    """Rename the older folder into the scratch folder, then the new one to its place. False, with nothing moved, where
    that cannot be: there are files of somebody else in it, which may not be gone for a moment, or one is open."""
    if any(there.name not in older and not there.name.startswith(HIDDEN) for there in folder.iterdir()):
        return False
    aside = fresh.parent / BEFORE / folder.name
    with signals_wait():
        try:
            aside.parent.mkdir()
            folder.rename(aside)
        except OSError:
            return False
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.exists():
                aside.rename(folder)
                return False
            # another run has put its own there in the meantime
    return True


def _put_back(parent: Path) -> None:
    """Put back the folders that made room for those of a run that was killed before its own were in place."""
    with suppress(OSError):
        for scratch in left_behind(parent, HIDDEN):
            for aside in (scratch / BEFORE).glob("*"):
                if not (parent / aside.name).exists():
                    aside.rename(parent / aside.name)


def _made_alike(fresh: Path, folder: Path, older: set[str]) -> bool:
    """Give the new folder what else is in the old one, and its rights; False where that would take a copy."""
    if Path.cwd().is_relative_to(folder):
        return False  # whoever stands in it would stand in the old one
    try:
        for there in folder.iterdir():
            if there.name in older or there.name.startswith(HIDDEN):
                continue
            if there.is_symlink() or not there.is_file():
                return False
            (fresh / there.name).hardlink_to(there)
        found = folder.stat()
        if hasattr(os, "chown"):
            os.chown(fresh, found.st_uid, found.st_gid)
        shutil.copystat(folder, fresh)
    except OSError:
        return False
    return True


def _put_one_by_one(fresh: Path, folder: Path, names: list[str], older: set[str]) -> None:
    """Take the older files out, then put the new ones in; where that fails, all is as it was before."""
    moved: list[tuple[Path, Path]] = []
    mark = folder / UNFINISHED
    marked = mark.exists()  # by a run that was killed
    with one_at_a_time(folder), scratch_folder(folder, HIDDEN) as aside, signals_wait():
        steps = [(folder / name, aside / name) for name in sorted(older - {UNFINISHED}) if (folder / name).is_file()]
        steps += [(fresh / name, folder / name) for name in names]
        try:
            mark.write_text(WARNING, encoding="utf-8")
            for before, now in steps:
                before.rename(now)
                moved.append((before, now))
        except BaseException:
            for before, now in reversed(moved):
                now.rename(before)
            if not marked:
                mark.unlink(missing_ok=True)
            raise
        mark.unlink()


def refused(folder: Path, error: Exception) -> RefusedError:
    """Return a fault for a file or a stream that could not be written; it names the cause and the mend."""
    number = error.errno if isinstance(error, OSError) else _errno_told(str(error))
    place = Place(str(folder))
    if number == errno.EISDIR and isinstance(error, OSError):
        return RefusedError([Fault("write_blocked", place, {"name": str(error.filename)})])
    if getattr(error, "winerror", None) in IN_USE:
        return RefusedError([Fault("write_in_use", place, {"name": Path(str(getattr(error, "filename", ""))).name})])
    code = CAUSES.get(number or 0, "write_failed")
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
    return RefusedError([Fault(code, place, {"cause": said})])


def unprinted(error: OSError) -> RefusedError | None:
    """Return a fault for text that could not be printed; None where the error is another one."""
    code = UNPRINTED.get(error.errno or 0)
    return RefusedError([Fault(code, Place(""), {"cause": error.strerror or ""})]) if code else None


def _errno_told(message: str) -> int | None:
    """The database tells the system's error number in its message."""
    told = NUMBER.search(message)
    if told:
        return int(told.group(1))
    return errno.ENOSPC if "No space left" in message else None
