"""When it is paid: held back, on collection, in instalments, taken back, settled on leaving; at the edges of each."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.outcome.outcome import Outcome
from tests.engine.small import Rows, assessed, snapshot
from tests.oracle.drawing import written

from .test_components import plain

QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
STRETCHES = {"": [("2025-12-01", "")], "2026Q2": [("2025-12-01", "2026-03-31"), ("2026-07-01", "")]}
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("timing.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


def rows_of(n: int, case: dict[str, Any], rows: Rows) -> None:
    """The rows of one case: its rep is R<n>, and whoever has a share beside is O<n>."""
    rep: dict[str, object] = {"rep_id": f"R{n}"}
    rows["reps"] += [rep | ({"left_on": case["left"]} if "left" in case else {}), {"rep_id": f"O{n}"}]
    for first, last in STRETCHES[case.get("away", "")]:
        rows["postings"].append({"rep_id": f"R{n}", "from": first} | ({"to": last} if last else {}))
    rows["snapshots"] += [snapshot(f"R{n}", period, "quota", value) for period, value in case.get("quota", {}).items()]
    for number, order in enumerate(case["orders"]):
        key = f"{n}-{number}"
        row = {"order_id": key, "rep_id": f"R{n}", "ordered_on": order["on"], "amount": order["amount"]}
        row |= {f"{name}_on": order[name] for name in ("due", "returned") if name in order}
        rows["orders"].append(row)
        rows["receipts"] += [{"order_id": key, "on": on, "amount": cash} for on, cash in order.get("cash", {}).items()]
        payees = {"me": f"R{n}", "other": f"O{n}"}
        for who, share in order.get("shares", {}).items():
            rows["credits"].append({"order_id": key, "rep_id": payees[who], "share": share})


@cache
def outcome() -> Outcome:
    """What every case pays: each is a component of one policy and a rep of its own."""
    paid = {"kind": "commission", "below_zero": "paid"}  # what is below zero is not carried on here, but shown
    components = {f"c{n}": paid | case["pay"] for n, case in enumerate(CASES)}
    metrics = {
        "sold": {"unit": "money", "over": "orders", "take": "sum amount"},
        "quota": {"unit": "money", "source": ["crm"], "when_missing": "exempt"},
    }
    rows: Rows = {name: [] for name in ("reps", "postings", "snapshots", "orders", "receipts", "credits")}
    rows["snapshots"] += [snapshot("R0", period, "quota", 0) for period in QUARTERS]
    for n, case in enumerate(CASES):
        rows_of(n, case, rows)
    return assessed(written({"metrics": metrics, "pay": plain(components)}), rows, *QUARTERS)


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["name"])
def test_it_pays(number: int) -> None:
    paid = dict(outcome().rows(["period", f"c{number}"], f"rep_id = 'R{number}'"))
    expected = [None if text == "." else Decimal(text) for text in CASES[number]["pays"]]
    assert [paid.get(period) for period in QUARTERS] == expected
