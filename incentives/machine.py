"""The limits of the machine, told as what they are: memory, disk, open files, processes, rights."""

from __future__ import annotations

import errno
import tempfile

from incentives.database import OutOfMemoryError
from incentives.faults import Fault, Place, RefusedError

NUMBERS = {
    errno.ENOMEM: "machine_memory",
    errno.EMFILE: "machine_files",
    errno.ENFILE: "machine_files",
    errno.EAGAIN: "machine_processes",
}
WORDS = {  # as Python and the database put it
    "Out of Memory": "machine_memory",
    "bad_alloc": "machine_memory",
    "failed to allocate": "machine_memory",
    "Cannot allocate memory": "machine_memory",
    "can't start new thread": "machine_processes",
    "Resource temporarily unavailable": "machine_processes",
    "Too many open files": "machine_files",
    "No usable temporary directory": "machine_no_temporary",
}
ROOM = (errno.ENOSPC, errno.EDQUOT)
RIGHTS = (errno.EACCES, errno.EPERM, errno.EROFS)


def lack(error: BaseException) -> Fault | None:
    """What the machine lacks, where that is the cause of `error`."""
    if isinstance(error, MemoryError | OutOfMemoryError):
        return Fault("machine_memory", Place(""))
    if isinstance(error, RecursionError):
        return Fault("machine_depth", Place(""))
    said = str(error)
    number = error.errno if isinstance(error, OSError) else None
    code = NUMBERS.get(number or 0) or next((code for words, code in WORDS.items() if words in said), None)
    if code:
        return Fault(code, Place(""), {"folders": said.partition(" found in ")[2].strip("[]").replace("'", "")})
    name = str(error.filename or "") if isinstance(error, OSError) else ""
    if _is_temporary(name or said) and (number in ROOM or "No space left" in said):
        return Fault("machine_temporary_full", Place(""), {"folder": tempfile.gettempdir()})
    if name and number in ROOM:
        return Fault("write_disk_full", Place(name))
    if name and number in RIGHTS:
        return Fault("machine_rights", Place(name))
    return None


def raise_lack(error: BaseException) -> None:
    """Raise RefusedError where the machine lacks something; to be called where an error is taken for the file's."""
    fault = lack(error)
    if fault is not None:
        raise RefusedError([fault]) from error


def _is_temporary(text: str) -> bool:
    """Whether a path, or an error that quotes one, is about the folder of temporary files."""
    try:
        return tempfile.gettempdir() in text
    except OSError:
        return False
