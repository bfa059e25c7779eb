"""The files of a batch: the canonical lines, who is missing, what to add to `paid` once it is paid."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from incentives.database import literal, quoted
from incentives.faults import Fault, Place, RefusedError
from incentives.outcome.beside import refuse_other_results
from incentives.outcome.spreadsheet import copied, guarded, marked
from incentives.payroll.batch import Batch
from incentives.payroll.control import control_json, control_text
from incentives.payroll.lines import ORDER
from incentives.payroll.template.written import Sheet, write_sheet

FINAL, DRAFT = "", "draft-"
OTHERS = ("control.txt", "control.json")  # a control file does not list itself
Writer = Callable[[Path], None]
# heading → the column of payroll_lines; None: the batch's id
HEADINGS = {
    "batch_id": None, "payee_id": "payee", "name": "name", "period": "period", "pay_month": "pay_month",
    "earning_code": "code", "kind": "kind", "tax_kind": "tax", "title": "title", "amount": "amount",
    "currency": "currency", "effective_date": "effective_on", "policy_line": "line", "entry": "entry",
    "reason": "reason", "status": "status",
}  # fmt: skip
AS_THEY_ARE = ("amount", "effective_on")


def writers_of(batch: Batch, sheet: Sheet | None) -> dict[str, Writer]:
    """For each file of the output folder the function that writes it, the control file last: it has their hashes.

    A draft leaves no `paid.csv`, for it is not to be paid.
    """
    writers: dict[str, Writer] = {f"{batch.prefix}payroll.csv": partial(write_lines, batch)}
    if sheet is not None:
        writers[sheet.file] = partial(write_sheet, batch, sheet)
    writers[f"{batch.prefix}missing.csv"] = partial(write_missing, batch)
    if not batch.run.draft:
        writers["paid.csv"] = partial(write_paid, batch)
    names = list(writers)
    writers[f"{batch.prefix}control.txt"] = lambda file: written(file, control_text(batch, sheet))
    writers[f"{batch.prefix}control.json"] = lambda file: written(file, control_json(batch, sheet, file.parent, names))
    return writers


def write_lines(batch: Batch, file: Path) -> None:
    """One line a payee, period and earning code, by payee, period and the order of the policy."""
    listed = ", ".join(f"{field(batch, column)} AS {heading}" for heading, column in HEADINGS.items())
    copied(batch.outcome, f"SELECT {listed} FROM payroll_lines ORDER BY {ORDER}", file)
    marked(file)


def field(batch: Batch, column: str | None) -> str:
    """SQL for one field of a line."""
    if column is None:
        return literal(batch.id)
    return column if column in AS_THEY_ARE else guarded(column)


def write_missing(batch: Batch, file: Path) -> None:
    """Write the people with an earning that cannot be computed, so that nobody is left out in silence."""
    names = {"payee": "payee_id", "name": "name", "period": "period", "code": "earning_code", "title": "title",
             "assessment": "assessment"}  # fmt: skip
    named = ", ".join(f"{guarded(column)} AS {heading}" for column, heading in names.items())
    sql = f"SELECT {named}, paid AS paid_before FROM payroll_missing ORDER BY {ORDER}"
    copied(batch.outcome, sql, file)
    marked(file)


def write_paid(batch: Batch, file: Path) -> None:
    """The lines as rows of the table `paid`, to be added to the data once the batch is paid."""
    key = quoted(batch.outcome.plan.key)
    sql = (
        f"SELECT {guarded('payee')} AS {key}, period, {guarded('code')} AS code, amount, {literal(batch.id)} AS batch "
        f"FROM payroll_lines ORDER BY {ORDER}"
    )
    copied(batch.outcome, sql, file)
    marked(file)


def written(file: Path, text: str) -> None:
    """Write a text as it is."""
    file.write_text(text, encoding="utf-8", newline="")


def older_files(folder: Path, batch: Batch) -> set[str]:
    """The names of the files of `folder` that `batch` takes the place of: those of drafts, and of the same batch.

    Raises RefusedError where another batch is there (`payroll_folder_taken`), files that pass for one
    (`payroll_folder_unknown`), or results of another period or policy (`folder_other_results`).
    """
    refuse_other_results(folder, batch.outcome.ruleset.policy.ruleset, batch.run.period.id)
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
