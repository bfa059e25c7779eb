"""A small policy over a few rows, assessed: what the tests of the engine share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from incentives.api import Outcome, Ruleset, load_ruleset
from incentives.execution.assess import assess
from incentives.faults import Place
from incentives.tables.data import tables_from_rows

ROOT = Path(__file__).parents[2]
HEAD = """
ruleset: small
version: "1"
announced_on: 2024-12-01
effective: {from: 2025-01-01}
grain: quarter
"""
Rows = dict[str, list[dict[str, object]]]


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a data file of this folder; every value as the text that it is written as."""
    found: list[dict[str, Any]] = yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), yaml.BaseLoader)
    return found


def ruleset_of(policy: str) -> Ruleset:
    """A ruleset from its text; `HEAD` is put before it where it has none."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "small.yaml"
        file.write_text(policy if "ruleset:" in policy else HEAD + policy, encoding="utf-8")
        return load_ruleset(file)


def assessed(policy: str | Ruleset, rows: Rows, *periods: str) -> Outcome:
    """The outcome of a policy over rows by table."""
    ruleset = policy if isinstance(policy, Ruleset) else ruleset_of(policy)
    return assess(ruleset, tables_from_rows(rows, ruleset, Place("rows")), periods)


def snapshot(rep: str, period: str, metric: str, value: object) -> dict[str, object]:
    """A row of the snapshots table."""
    return {"rep_id": rep, "period": period, "metric": metric, "value": value, "source": "crm"}


def shown(value: object) -> str:
    """A value as the cases write it: `.` for none, numbers without the zeros behind their last decimal."""
    if value is None:
        return "."
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)
