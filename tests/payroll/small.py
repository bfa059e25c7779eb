"""A small policy whose earnings are delivered as they are, so that a case states what is due, and a batch over it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from incentives.api import Outcome, assess
from incentives.faults import Place
from incentives.outcome.files import write_folder
from incentives.payroll import Batch, batch_of, fitted, load_template, older_files, paid_before, run_for, writers_of
from incentives.plan.compile import compile_plan
from incentives.tables.data import tables_from_rows
from incentives.tables.periods import parse_period
from tests.engine.small import Rows, ruleset_of

EARNINGS: dict[str, dict[str, str]] = {
    "commission": {"kind": "commission", "title": "Commission"},
    "bonus": {"kind": "bonus", "code": "BON", "effective": "period_start"},
    "year_end": {"kind": "bonus", "tax": "annual_bonus"},
    "thirteenth": {"kind": "thirteenth_month", "tax": "annual_bonus"},
    "raised": {"kind": "raise", "effective": "next_year"},
    "deduction": {"kind": "deduction", "effective": "next_period"},
}
Due = Mapping[str, Mapping[str, Mapping[str, Any]]]  # rep → period → component → amount, or `none`


def policy(grain: str = "quarter", earnings: Mapping[str, Mapping[str, str]] = EARNINGS, needs: str = "") -> str:
    """The text of the policy: a component that nothing is said of is zero, a bonus is missing, one that it `needs` is
    an error."""
    earnings = {**earnings, needs: {"kind": "bonus"}} if needs else earnings
    missing = {name: "exempt" if about.get("code") == "BON" else "zero" for name, about in earnings.items()}
    missing |= {needs: "error"} if needs else {}
    metrics = {
        f"m_{name}": {"unit": "money", "source": ["crm"], "when_missing": otherwise}
        for name, otherwise in missing.items()
    }
    comes_to = {
        name: f"min(0, m_{name})" if about["kind"] == "deduction" else f"m_{name}" for name, about in earnings.items()
    }
    pay = {name: {**about, "formula": comes_to[name]} for name, about in earnings.items()}
    head = {"ruleset": "small", "version": "1", "announced_on": "2024-12-01", "effective": {"from": "2025-01-01"}}
    text: str = yaml.safe_dump({**head, "grain": grain, "metrics": metrics, "pay": pay}, sort_keys=False)
    return text.replace("'", "")


def rows_of(
    due: Due,
    paid: list[str] | None = None,
    periods: Mapping[str, str] | None = None,
    left: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Rows:
    """The data: who is due what, `paid` as `R1 2025Q1 commission 40 batch`, the periods and their status, leavers."""
    reps = sorted({*due, *(line.split()[0] for line in paid or [])})
    rows: Rows = {
        "reps": [{"rep_id": rep, "name": (names or {}).get(rep, f"Ann {rep}")} for rep in reps],
        "postings": [{"rep_id": rep, "from": "2025-01-01", "to": (left or {}).get(rep)} for rep in reps],
        "snapshots": [
            {"rep_id": rep, "period": period, "metric": f"m_{name}", "value": str(amount), "source": "crm"}
            for rep, in_periods in due.items()
            for period, amounts in in_periods.items()
            for name, amount in amounts.items()
        ],
        "periods": [{"period": period, "status": status} for period, status in (periods or {}).items()],
        "paid": [
            dict(zip(("rep_id", "period", "code", "amount", "batch"), line.split(), strict=False))
            for line in paid or []
        ],
    }
    return {table: found for table, found in rows.items() if found}


def outcome_for(text: str, rows: Rows, period: str, only: Sequence[str] = ()) -> Outcome:
    """The outcome of a period and of the earlier ones that were paid, as the command makes it."""
    ruleset = ruleset_of(text)
    plan = compile_plan(ruleset)
    tables = tables_from_rows(rows, ruleset, Place("rows"))
    asked = parse_period(period)
    assert asked is not None
    return assess(ruleset, tables, (*paid_before(tables, plan, asked), asked.id), plan, only)


def batch(text: str, rows: Rows, period: str, lang: str = "en", **options: Any) -> Batch:
    """The batch of a period."""
    outcome = outcome_for(text, rows, period, options["only"] if options.get("settles") else ())
    return batch_of(outcome, run_for(outcome, **options), lang)


def files_of(made: Batch, folder: Path, template: Path | None = None) -> dict[str, bytes]:
    """Every file of a batch."""
    sheet = fitted(made, load_template(template)) if template is not None else None
    write_folder(folder, writers_of(made, sheet), older_files(folder, made))
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def table(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file that Excel opens."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
