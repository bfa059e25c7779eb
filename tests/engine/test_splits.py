"""An award shared over an order's credits by largest remainder (C6, C10)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from incentives.api import Ruleset
from incentives.faults import RefusedError

from .small import Rows, assessed, cases, ruleset_of, shown

POLICY = """
metrics: {count: {unit: count, over: orders, take: count}}
pay: {award: {kind: award, over: orders, each: amount, split: credits, below_zero: paid}}
"""
CASES = cases("splits.yaml")


@cache
def policy() -> Ruleset:
    return ruleset_of(POLICY)


@cache
def found() -> dict[str, Decimal]:
    """The award of every rep; each case is an order with reps of its own, `0 R1` in the first."""
    rows: Rows = {"reps": [], "orders": [], "credits": []}
    for n, case in enumerate(CASES):
        order = {"order_id": f"O{n}", "rep_id": f"{n} R1"}
        rows["reps"] += [{"rep_id": f"{n} {rep}"} for rep in case["parts"]]
        rows["orders"].append({**order, "ordered_on": "2026-07-01", "amount": case["each"]})
        rows["credits"] += [{**order, "rep_id": f"{n} {rep}", "share": share} for rep, share in case["credits"].items()]
    return dict(assessed(policy(), rows, "2026Q3").rows(["rep_id", "award"]))


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["name"])
def test_the_parts_add_up(number: int) -> None:
    case: dict[str, Any] = CASES[number]
    parts = {rep: found()[f"{number} {rep}"] for rep in case["parts"]}
    assert {rep: shown(part) for rep, part in parts.items()} == case["parts"]
    assert sum(parts.values()) == Decimal(case["each"])


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


@pytest.mark.parametrize(("said", "share", "code"), [
    ("whole", "0.5", "credits_not_one"), ("whole", "0.7", "credits_not_one"), ("overlay", "0.3", "credits_under_one"),
])  # fmt: skip
def test_shares_that_the_policy_does_not_allow_are_refused(said: str, share: str, code: str) -> None:
    rows: Rows = {
        "reps": [{"rep_id": "R1"}, {"rep_id": "R2"}],
        "orders": [{"order_id": "O1", "rep_id": "R1", "ordered_on": "2026-07-01", "amount": 100}],
        "credits": [
            {"order_id": "O1", "rep_id": "R1", "share": "0.6"},
            {"order_id": "O1", "rep_id": "R2", "share": share},
        ],
    }
    with pytest.raises(RefusedError) as refused:
        assessed(f"credits: {said}\n{POLICY}", rows, "2026Q3")
    assert [(fault.code, fault.about["order"]) for fault in refused.value.faults] == [(code, "O1")]
