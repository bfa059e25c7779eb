"""The output of the command line: texts of the catalogue, faults with the lines they stand on, in the user's language.

What prints is imported when something is printed, so that `--help` is quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from incentives.faults import Fault


def said(code: str, lang: str, **blanks: Any) -> str:
    """A text of the message catalogue."""
    from incentives.faults import Fault, Place

    return Fault(code, Place(""), blanks).text(lang)


def rendered(faults: Sequence[Fault], lang: str) -> str:
    """Faults with the lines they stand on, those of one kind as one where they are many."""
    from incentives.faults_grouped import grouped
    from incentives.faults_text import render_faults, texts_of

    faults = grouped(faults)
    return render_faults(faults, texts_of(faults), lang)


def shell(path: Path) -> str:
    """A path as the system's shell takes it."""
    if sys.platform == "win32":
        import subprocess

        return subprocess.list2cmdline([str(path)])
    import shlex

    return shlex.quote(str(path))


def language_of(arguments: Sequence[str]) -> str:
    """The language asked for, for what is said after the command has failed."""
    words = list(arguments)
    told = [b for a, b in pairwise(words) if a == "--lang"]
    told += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    chosen = (told or [os.environ.get("INCENTIVES_LANG", "")])[-1]
    return "en" if chosen == "en" else "zh"
