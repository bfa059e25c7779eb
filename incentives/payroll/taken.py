"""Checks of a folder of batches: a batch never replaces another one, nor do two lie side by side."""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any

from incentives.faults import Fault, Place, RefusedError
from incentives.payroll.batch import Batch

FINAL, DRAFT = "", "draft-"
OTHERS = ("control.txt", "control.json")  # a control file does not list itself


def older_files(folder: Path, batch: Batch) -> set[str]:
    """The names of the files of `folder` that `batch` takes the place of: those of drafts, and of the same batch.

    Raises RefusedError where another batch is there (`payroll_folder_taken`), or files that pass for one
    (`payroll_folder_unknown`).
    """
    found: set[str] = set()
    for prefix in (FINAL, DRAFT):
        control = folder / f"{prefix}control.json"
        lines = folder / f"{prefix}payroll.csv"
        if not control.exists() and not lines.exists():
            continue
        about = read(control)
        if about is None:
            unread = control if control.exists() else lines
            raise RefusedError([Fault("payroll_folder_unknown", Place(str(folder)), {"file": unread.name})])
        if prefix == FINAL and about["batch_id"] != batch.id:
            named = {"there": about["batch_id"], "period": about["period"], "new": batch.id}
            raise RefusedError([Fault("payroll_folder_taken", Place(str(folder)), named)])
        found |= {file["name"] for file in about["files"]} | {f"{prefix}{name}" for name in OTHERS}
    return found


def read(control: Path) -> dict[str, Any] | None:
    """A control file of ours: its batch, period and files; None where it is something else."""
    try:
        about = json.loads(control.read_text(encoding="utf-8"))
        names = [file["name"] for file in about["files"]]
        fine = isinstance(about["batch_id"], str) and isinstance(about["period"], str)
    except (OSError, ValueError, TypeError, LookupError):
        return None
    return about if fine and all(isinstance(name, str) and PurePath(name).name == name for name in names) else None
