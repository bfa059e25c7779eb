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
    ("whole", "1/3", "credits_not_one"), ("overlay", "1/3", "credits_under_one"),
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


def data_of(shares: list[str]) -> Rows:
    """An order of 100 by R1, shared so among R1, R2 and so on."""
    reps = [f"R{number}" for number in range(1, len(shares) + 1)]
    return {
        "reps": [{"rep_id": rep} for rep in reps],
        "orders": [{"order_id": "O1", "rep_id": "R1", "ordered_on": "2026-07-01", "amount": 100}],
        "credits": [{"order_id": "O1", "rep_id": rep, "share": share} for rep, share in zip(reps, shares, strict=True)],
    }


@pytest.mark.parametrize(("shares", "code", "about"), [
    (["0.333333"] * 3, "credits_not_one", {"total": "0.999999"}), (["1/3"] * 2, "credits_not_one", {"total": "2/3"}),
    (["1/3", "1/3", "0.333333"], "credits_not_one", {"total": "2999999/3000000"}),
    (["0.5", "1/2", "1/1000000"], "credits_not_one", {"total": "1.000001"}),
    (["1/0", "1"], "share_whole", {"value": "1/0"}), (["1/1000001", "1"], "share_whole", {"value": "1/1000001"}),
    (["4/3"], "number_range", {"value": "4/3"}), (["-1/3"], "share_unknown", {"value": "-1/3"}),
    (["1/3/3"], "share_unknown", {}), (["1.5/3"], "share_unknown", {}), (["1/"], "share_unknown", {}),
    (["三分之一"], "share_unknown", {}), (["⅓"], "share_unknown", {}), (["a third"], "number_unknown", {}),
    (["0.3333333"], "share_digits", {}), (["2026-01-03"], "share_day", {}), (["2026/1/3"], "share_day", {}),
    (["2026-01-03 00:00:00"], "share_day", {}), (["1月3日"], "share_day", {}), (["3-Jan"], "share_day", {}),
    (["1/999983", "1/999979", "1/999961"], "credits_no_common", {"order": "O1"}),
])  # fmt: skip
def test_what_is_no_share_is_told(shares: list[str], code: str, about: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as refused:
        assessed(policy(), data_of(shares), "2026Q3")
    faults = [(fault.code, {name: fault.about[name] for name in about}) for fault in refused.value.faults]
    assert faults == [(code, about)]


def test_equal_thirds_add_up_in_a_metric_and_over_a_credit_note() -> None:
    sold = ruleset_of("metrics: {sold: {unit: money, over: orders, take: sum amount, split: credits}}")
    rows = data_of(["1/3"] * 3)
    rows["orders"] += [
        {"order_id": "O2", "rep_id": "R1", "ordered_on": "2026-07-02", "amount": "0.01"},
        {"order_id": "O3", "rep_id": "R1", "ordered_on": "2026-07-03", "amount": "50.00"},
        {"order_id": "O4", "rep_id": "R1", "ordered_on": "2026-07-04", "amount": "-50.00", "reverses": "O3"},
    ]
    rows["credits"] += [{**row, "order_id": order} for order in ("O2", "O3") for row in rows["credits"][:3]]
    found = assessed(sold, rows, "2026Q3").rows(["rep_id", "sold"])
    assert dict(found) == {"R1": Decimal("33.35"), "R2": Decimal("33.33"), "R3": Decimal("33.33")}


@pytest.mark.parametrize(("share", "remarks"), [("1/2", []), ("2/4", []), ("50%", []), ("1/3", ["reversal_shares"])])
def test_the_shares_of_a_credit_note_are_those_of_its_order_however_they_are_written(
    share: str, remarks: list[str]
) -> None:
    rows = data_of(["0.5", "0.5"])
    note = {"order_id": "O2", "rep_id": "R1", "ordered_on": "2026-07-04", "amount": "-50.00", "reverses": "O1"}
    rows["orders"] = [{**order, "reverses": ""} for order in rows["orders"]] + [note]
    rest = {"1/3": "2/3"}.get(share, share)
    rows["credits"] += [{"order_id": "O2", "rep_id": rep, "share": own} for rep, own in (("R1", share), ("R2", rest))]
    assert [fault.code for fault in assessed(policy(), rows, "2026Q3").remarks] == remarks
