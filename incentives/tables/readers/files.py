"""Files as inputs of a run: whether they can be read, and the sha256 that the manifest lists."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from incentives.faults import Fault, Place

CHUNK = 1 << 20


@dataclass(frozen=True)
class Input:
    """One file that a run read: its name as the user gave it, its sha256, its size in bytes, the rows it delivered."""

    name: str
    sha256: str
    bytes: int
    rows: int = 0


def unreadable(path: Path) -> Fault | None:
    """Return the fault why this path is no readable file; None when it is one."""
    place = Place(str(path))
    try:
        if path.is_dir():
            return Fault("data_is_folder", place)
        if not path.exists():
            return Fault("data_dangling" if path.is_symlink() else "data_absent", place)
        if not path.is_file():
            return Fault("data_irregular", place)
        with path.open("rb") as file:
            file.read(1)
    except PermissionError:
        return Fault("data_locked", place)
    except (OSError, ValueError) as error:
        return Fault("data_unreadable", place, {"reason": getattr(error, "strerror", None) or str(error)})
    return None


def leads_out(path: Path, folder: Path) -> Fault | None:
    """Return the fault of a link in a folder of data that leads out of it; None where it does not."""
    if not path.is_symlink():
        return None
    try:
        is_inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # in circles
        is_inside = True
    return None if is_inside else Fault("link_outside", Place(str(path)), {"name": path.name})


def digest(path: Path) -> Input:
    """Return the sha256 and size of a readable file, read in pieces."""
    found = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(16 * CHUNK):  # so large, for after each one other threads have their turn
            found.update(chunk)
            size += len(chunk)
    return Input(str(path), found.hexdigest(), size)
