"""An award shared over an order's credits by largest remainder (C6, C10)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from incentives.api import Ruleset

from .small import Rows, assessed, cases, ruleset_of, shown

POLICY = """
metrics: {count: {unit: count, over: orders, take: count}}
pay: {award: {kind: award, over: orders, each: amount, split: credits}}
"""


@cache
def policy() -> Ruleset:
    return ruleset_of(POLICY)


@pytest.mark.parametrize("case", cases("splits.yaml"), ids=lambda case: case["name"])
def test_the_parts_add_up(case: dict[str, Any]) -> None:
    rows: Rows = {
        "reps": [{"rep_id": rep} for rep in ("R1", "R2", "R3")],
        "orders": [{"order_id": "O1", "rep_id": "R1", "ordered_on": "2026-07-01", "amount": case["each"]}],
        "credits": [{"order_id": "O1", "rep_id": rep, "share": share} for rep, share in case["credits"].items()],
    }
    found = dict(assessed(policy(), rows, "2026Q3").rows(["rep_id", "award"]))
    assert {rep: shown(part) for rep, part in found.items()} == case["parts"]
    assert sum(found.values()) == Decimal(case["each"])


def test_the_part_of_somebody_who_has_left_is_remarked() -> None:
    rows: Rows = {
        "reps": [{"rep_id": "R1"}, {"rep_id": "R2", "left_on": "2026-06-30"}],
        "orders": [{"order_id": "O1", "rep_id": "R1", "ordered_on": "2026-07-01", "amount": 100}],
        "credits": [{"order_id": "O1", "rep_id": rep, "share": "0.5"} for rep in ("R1", "R2")],
    }
    outcome = assessed(policy(), rows, "2026Q3")
    assert outcome.rows(["rep_id", "award"]) == [("R1", Decimal("50.00"))]
    assert [(fault.code, fault.place.file, fault.about["keys"]) for fault in outcome.remarks] == [
        ("rows_unplaced", "credits", "R2")
    ]
