"""Puts one folder in the place of another in a single step, where the system can: Linux and macOS, not Windows."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

AT_FDCWD = -100  # Linux: paths are taken as they are
EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def swapped(one: Path, two: Path) -> bool:
    """Exchange two folders: each stands where the other stood. False, with nothing moved, where that cannot be."""
    if sys.platform == "win32":
        return False
    library, names = ctypes.CDLL(None), (os.fsencode(one.absolute()), os.fsencode(two.absolute()))
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        return int(library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], EXCHANGE)) == 0
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return int(library.renamex_np(*names, EXCHANGE)) == 0
    return False
