"""What each way of paying comes to, at, just below and just above its edges."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine.small import Rows, assessed, snapshot
from tests.oracle.drawing import written

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("components.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


def plain(value: Any) -> Any:
    """A policy with its numbers without the signs between thousands."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.replace("_", "") if re.fullmatch(r"-?[0-9][0-9_.]*%?", value) else value


@cache
def paid() -> dict[str, list[Decimal | None]]:
    """What every case pays: each is a component of one policy and a rep of its own."""
    components = {f"c{n}": {"kind": "commission", **case["pay"]} for n, case in enumerate(CASES)}
    metrics = {
        "sales": {"unit": "money", "source": ["crm"], "when_missing": "zero"},
        "quota": {"unit": "money", "source": ["crm"], "when_missing": "exempt"},
        "absent": {"unit": "money", "source": ["crm"], "when_missing": "exempt"},
    }
    policy = written({"metrics": metrics, "pay": plain(components)})
    rows: Rows = {"reps": [], "postings": [], "snapshots": []}
    for n, case in enumerate(CASES):
        rows["reps"].append({"rep_id": f"R{n}"})
        rows["postings"].append({"rep_id": f"R{n}", "from": "2025-01-01"})
        for metric in ("sales", "quota"):
            for period, value in zip(QUARTERS, case.get(metric, []), strict=False):
                value = value.replace("_", "")
                row = {"rep_id": f"R{n}", "period": period, "metric": metric, "value": value, "source": "crm"}
                rows["snapshots"].append(row)
    outcome = assessed(policy, rows, *QUARTERS)
    return {
        case["name"]: [value for (value,) in outcome.rows([f"c{n}"], f"rep_id = 'R{n}'")]
        for n, case in enumerate(CASES)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_pays(case: dict[str, Any]) -> None:
    expected = [None if text == "none" else Decimal(text.replace("_", "")) for text in case["pays"]]
    assert paid()[case["name"]] == expected


def test_tiers_may_multiply_on_target_earnings_over_quota() -> None:
    """As the page on rulesets says it: 700 for all of the quota, half as much again for what is above."""
    policy = """
metrics: {sales: {unit: money, source: [crm]}, quota: {unit: money, source: [crm]}}
figures: {on_target: {unit: money, value: 700}}
columns:
  at_target:
    {unit: money, formula: figures.on_target * sales / quota, when_zero: zero, scale: 6, range: [-1_000_000, 1_000_000]}
pay:
  slice:
    kind: commission
    base: at_target
    tiers: {by: slice, quota: figures.on_target, rows: {below: {to: 100%, rate: 100%}, above: {rate: 150%}}}
  whole:
    kind: commission
    base: at_target
    tiers: {by: whole, quota: figures.on_target, rows: {below: {to: 100%, rate: 100%}, above: {rate: 150%}}}
"""
    sales = ["2999.99", "3000", "3000.01", "3600"]
    rows: Rows = {"reps": [{"rep_id": "R"}], "postings": [{"rep_id": "R", "from": "2025-01-01"}]}
    rows["snapshots"] = [snapshot("R", q, m, v) for q, s in zip(QUARTERS, sales, strict=True)
                         for m, v in (("sales", s), ("quota", "3000"))]  # fmt: skip
    found = [tuple(map(str, row)) for row in assessed(policy, rows, *QUARTERS).rows(["slice", "whole"])]
    assert found == [("700.00", "700.00"), ("700.00", "1050.00"), ("700.00", "1050.00"), ("910.00", "1260.00")]
