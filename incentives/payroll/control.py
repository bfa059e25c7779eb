"""The totals of a batch for the people and programs that load it: as JSON and as a short text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any

from rich.cells import cell_len

import incentives
from incentives.outcome.figures_text import plain
from incentives.outcome.manifest import input_names
from incentives.payroll.batch import Batch, Head, Share
from incentives.payroll.run import spoken
from incentives.payroll.template.written import Sheet
from incentives.payroll.words import said

MOST_LISTED = 10
CORRECTS = "entry = 'correction'"


def control_json(batch: Batch, sheet: Sheet | None, folder: Path, names: Sequence[str]) -> str:
    """Head figures, sums, the hash of the ruleset, of every input and of the files `names` in `folder`, as JSON.

    Amounts are decimal strings; neither the time nor a path of the machine is in it.
    """
    outcome, run, policy = batch.outcome, batch.run, batch.outcome.ruleset.policy
    inputs = zip(input_names(outcome), outcome.tables.inputs, strict=True)
    about = {
        "batch_id": batch.id,
        "status": "draft" if run.draft else "final",
        "cycle": "final_settlement" if run.settles else "off_cycle" if run.only else "regular",
        "payees_asked": list(run.only),
        "period": run.period.id,
        "period_status": run.status or None,
        "pay_month": run.pay_month,
        "currency": policy.currency,
        **figures(batch.paid()),
        "raises": figures(batch.raises()),
        "corrections": {**figures(batch.head(CORRECTS)), "periods": corrected(batch)},
        "left_out_corrections": {**figures(batch.head(table="payroll_open")), "periods": corrected(batch, True)},
        "missing": missing(batch),
        "by_code": [share_json(share, policy.currency) for share in batch.shares()],
        "by_kind": by_kind(batch),
        "ruleset": {
            "id": policy.ruleset,
            "version": policy.version,
            "file": PurePath(outcome.ruleset.file).name,
            "sha256": outcome.ruleset.digest,
        },
        "inputs": [{"name": name, "sha256": i.sha256, "rows": i.rows} for name, i in inputs],
        "template": sheet_json(sheet),
        "files": [{"name": name, "sha256": digest(folder / name)} for name in names],
        "version": incentives.__version__,
    }
    return json.dumps(about, ensure_ascii=False, indent=2) + "\n"


def figures(head: Head) -> dict[str, Any]:
    """Head figures as JSON has them."""
    return {"payees": head.payees, "lines": head.lines, "amount": f"{head.amount:.2f}"}


def share_json(share: Share, currency: str) -> dict[str, Any]:
    """One earning code with its lines and sum."""
    about = {"earning_code": share.code, "kind": share.kind, "tax_kind": share.tax, "currency": currency}
    return about | {"lines": share.lines, "amount": f"{share.amount:.2f}"}


def by_kind(batch: Batch) -> list[dict[str, Any]]:
    """Lines and sum of each kind of earning and of tax."""
    found: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for share in batch.shares():
        lines, amount = found.get((share.kind, share.tax), (0, Decimal(0)))
        found[share.kind, share.tax] = lines + share.lines, amount + share.amount
    currency = batch.outcome.ruleset.policy.currency
    return [
        {"kind": kind, "tax_kind": tax, "currency": currency, "lines": lines, "amount": f"{amount:.2f}"}
        for (kind, tax), (lines, amount) in sorted(found.items())
    ]


def corrected(batch: Batch, left_out: bool = False) -> list[str]:
    """The periods that lines of the batch correct, or that those left out would."""
    table, where = ("payroll_open", "TRUE") if left_out else ("payroll_lines", CORRECTS)
    sql = f"SELECT period FROM {table} WHERE {where} GROUP BY period, period_no ORDER BY period_no"
    return [period for (period,) in batch.outcome.con.query(sql)]


def missing(batch: Batch) -> int:
    """Return the number of earnings of the run that cannot be computed."""
    return int(batch.outcome.con.query("SELECT count(*) FROM payroll_missing")[0][0])


def sheet_json(sheet: Sheet | None) -> dict[str, Any] | None:
    """Return the content of a template's sheet and the earnings that it leaves out."""
    if sheet is None:
        return None
    about = {"name": sheet.name, "file": sheet.file, "rows": sheet.rows, **figures(sheet.held)}
    return about | {"not_held": figures(sheet.not_held), "to_fill_in": list(sheet.empty)}


def digest(file: Path) -> str:
    """The hash of a file."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


# ---- for people ----


def control_text(batch: Batch, sheet: Sheet | None) -> str:
    """The same in short, in the language of the batch."""
    lang, run = batch.lang, batch.run
    head, raises, corrections = batch.paid(), batch.raises(), batch.head(CORRECTS)
    currency = batch.outcome.ruleset.policy.currency
    status = status_text(run.status, lang)
    lines = [said("control_draft", lang)] if run.draft else []
    lines += [
        said("control_batch", lang, batch=batch.id, period=run.period.id, month=run.pay_month, status=status),
        said("control_head", lang, payees=head.payees, lines=head.lines, amount=money(head.amount), currency=currency),
    ]
    if run.only:
        code = "control_settles" if run.settles else "control_off_cycle"
        lines.append(said(code, lang, payees=", ".join(run.only)))
    lines += ["", *table(batch), ""] if batch.shares() else []
    if raises.lines:
        lines.append(said("control_raises", lang, payees=raises.payees, amount=money(raises.amount)))
    if corrections.lines:
        about = {"lines": corrections.lines, "amount": money(corrections.amount)}
        lines.append(said("control_corrections", lang, **about, periods=", ".join(corrected(batch))))
    left_out = batch.head(table="payroll_open")
    if left_out.lines:
        about = {"lines": left_out.lines, "amount": money(left_out.amount)}
        lines.append(said("control_left_out", lang, **about, periods=", ".join(corrected(batch, True))))
    if sheet is not None:
        lines += sheet_text(sheet, lang)
    lines += missing_text(batch)
    return "\n".join(lines).rstrip("\n") + "\n"


def status_text(status: str, lang: str) -> str:
    """Return the status of the period as text."""
    if not status:
        return said("control_not_listed", lang)
    return {"approved": {"zh": "已批准"}, "locked": {"zh": "已锁定"}}.get(status, spoken(status)).get(lang, status)


def table(batch: Batch) -> list[str]:
    """The sums by earning code, in columns."""
    lang = batch.lang
    heads = [said(f"control_column_{name}", lang) for name in ("code", "title", "kind", "tax", "lines", "amount")]
    rows = [
        [plain(s.code), plain(s.title), said(f"kind_of_{s.kind}", lang), said(f"tax_of_{s.tax}", lang), str(s.lines),
         money(s.amount)]
        for s in batch.shares()
    ]  # fmt: skip
    widths = [max(cell_len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    return ["  ".join(filled(cell, widths[at], at >= 4) for at, cell in enumerate(row)) for row in [heads, *rows]]


def filled(text: str, width: int, right: bool) -> str:
    """Text in so many columns of a terminal, where a Chinese sign takes two."""
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def sheet_text(sheet: Sheet, lang: str) -> list[str]:
    """Return a text about the content of a template's sheet, what it leaves out, and what people fill in."""
    about = {"file": sheet.file, "rows": sheet.rows, "amount": money(sheet.held.amount)}
    lines = [said("control_sheet", lang, **about)]
    if sheet.not_held.lines:
        held = {"lines": sheet.not_held.lines, "amount": money(sheet.not_held.amount)}
        lines.append(said("control_not_held", lang, file=sheet.file, **held))
    if sheet.empty and sheet.rows:
        lines.append(said("control_to_fill", lang, file=sheet.file, columns=", ".join(sheet.empty)))
    return lines


def missing_text(batch: Batch) -> list[str]:
    """Return a text that names the people with an earning that cannot be computed."""
    number = missing(batch)
    if not number:
        return []
    rows = batch.outcome.con.query(
        f"SELECT payee, name, title, period FROM payroll_missing ORDER BY payee, period_no, turn LIMIT {MOST_LISTED}"
    )
    lines = [said("control_missing", batch.lang, n=number, file=f"{batch.prefix}missing.csv")]
    lines += [f"  {plain(' '.join(filter(None, row)))}" for row in rows]
    return lines + ([said("control_more", batch.lang, n=number - len(rows))] if number > len(rows) else [])


def money(amount: Decimal) -> str:
    """An amount as people read it."""
    return f"{amount:,.2f}"
