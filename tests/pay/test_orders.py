"""What orders pay: rates, tiers, bounds and splits order by order, worked out by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import Outcome
from tests.engine.small import Rows, assessed
from tests.oracle.drawing import written
from tests.pay.test_components import plain

QUARTERS = ("2025Q3", "2025Q4")
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("orders.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
TABLES = ("reps", "postings", "snapshots", "orders", "credits", "rates", "receipts", "events")
COLUMNS = {"on": "ordered_on", "line": "product_line", "customer": "customer_id", "returned": "returned_on"}


@cache
def outcomes() -> dict[int, Outcome]:
    """The outcome for each case by its number; cases that say the same about the policy as a whole share one."""
    alike: dict[str, list[int]] = defaultdict(list)
    for n, case in enumerate(CASES):
        alike[json.dumps(case.get("policy", {}))].append(n)
    return {n: outcome for numbers in alike.values() for outcome in [outcome_of(numbers)] for n in numbers}


def outcome_of(numbers: list[int]) -> Outcome:
    """One policy with a component for each of the cases, over reps of their own."""
    head: dict[str, Any] = CASES[numbers[0]].get("policy", {})
    pay = {f"c{n}": {"kind": "commission", **CASES[n]["pay"]} for n in numbers}
    metrics = {"sales": {"unit": "money", "source": ["crm"], "when_missing": "zero"}}
    rows: Rows = {name: [] for name in TABLES}
    for n in numbers:
        add_rows(rows, n, CASES[n])
    rows["snapshots"].append({"rep_id": rows["reps"][0]["rep_id"], "period": "2025Q4", "metric": "sales", "value": "0",
                              "source": "crm"})  # fmt: skip
    return assessed(written({"metrics": metrics, "pay": plain(pay)} | plain(head)), rows, *QUARTERS)


def add_rows(rows: Rows, n: int, case: dict[str, Any]) -> None:
    """The rows of a case: its reps, where they are posted, their sales, orders and credits."""
    for rep in case["pays"]:
        rows["reps"].append({"rep_id": f"{n} {rep}"})
        for posting in case.get("postings", {}).get(rep, [{"from": "2025-01-01"}]):
            rows["postings"].append({"rep_id": f"{n} {rep}", **posting})
    for rep, value in case.get("sales", {}).items():
        row = {"rep_id": f"{n} {rep}", "period": "2025Q3", "metric": "sales", "value": value, "source": "crm"}
        rows["snapshots"].append(row)
    for m, order in enumerate(case.get("orders", [])):
        number = f"{n} {m}"
        for rep, share in order.get("credits", {}).items():
            rows["credits"].append({"order_id": number, "rep_id": f"{n} {rep}", "share": share})
        cells = {
            COLUMNS.get(key, key): value.replace("_", "")
            for key, value in order.items()
            if key not in ("by", "credits")
        }
        cells.setdefault("ordered_on", "2025-07-01")
        if "reverses" in cells:
            cells["reverses"] = f"{n} {cells['reverses']}"
        rows["orders"].append({"order_id": number, "rep_id": f"{n} {order['by']}", **cells})
    for receipt in case.get("receipts", []):
        cells = {key: value for key, value in receipt.items() if key != "order"}
        rows["receipts"].append({"order_id": f"{n} {receipt['order']}", **cells})
    for event in case.get("events", []):
        rows["events"].append({"rep_id": f"{n} {event['by']}", "kind": "call", "on": event["on"]})
    rows["rates"] += [{**rate} for rate in case.get("rates", [])]


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["name"])
def test_it_pays(number: int) -> None:
    found = dict.fromkeys(CASES[number]["pays"], ())
    for rep, value in outcomes()[number].rows(["rep_id", f"c{number}"]):
        n, _, name = rep.partition(" ")
        if int(n) == number:
            found[name] = (*found[name], value)
    for rep, expected in CASES[number]["pays"].items():
        asked = expected if isinstance(expected, list) else [expected]
        amounts = tuple(None if text == "none" else Decimal(text.replace("_", "")) for text in asked)
        assert found[rep][: len(amounts)] == amounts
