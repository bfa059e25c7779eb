"""What is paid to people by what others are and do: places, teams below, shares of a pool."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import Outcome
from incentives.explain import explain
from incentives.faults import RefusedError
from tests.engine.small import Rows, assessed
from tests.oracle.drawing import written

from .test_components import plain

PERIOD = "2025Q1"
DELIVERED = ("sales", "points", "cost")
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("teams.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


def outcome_of(case: dict[str, Any]) -> Outcome:
    """The outcome of a case, whose component is called `paid`."""
    units = {"sales": "money", "points": "score", "cost": "money"}
    metrics = {name: {"unit": unit, "source": ["crm"], "when_missing": "zero"} for name, unit in units.items()}
    policy = {name: plain(case.get(name, {})) for name in ("figures", "columns")}
    policy["metrics"] = metrics | plain(case.get("metrics", {}))
    policy["pay"] = plain(case.get("also", {}) | {"paid": {"kind": "bonus", **case["pay"]}})
    rows: Rows = {"reps": [], "snapshots": []}
    for key, about in case["reps"].items():
        rows["reps"].append({"rep_id": key} | {name: text for name, text in about.items() if name not in DELIVERED})
        for metric in DELIVERED:
            row = {"rep_id": key, "period": PERIOD, "metric": metric, "value": about.get(metric, "0"), "source": "crm"}
            rows["snapshots"].append(row)
    return assessed(written(policy), rows, PERIOD)


def by_name(name: str) -> dict[str, Any]:
    """A case by its name."""
    return next(case for case in CASES if case["name"] == name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_pays(case: dict[str, Any]) -> None:
    paid = dict(outcome_of(case).rows(["rep_id", "paid"]))
    assert paid == {key: Decimal(text.replace("_", "")) for key, text in case["pays"].items()}


# what A, whose order is returned in the second quarter, and B are paid of a pool of 1,000 in each of two quarters
TIMED = [
    ({"claw_back": {"within": "90"}}, "", ["500 0", "500 500"]),  # the 500 taken back go to nobody else
    ({"claw_back": {"within": "89"}}, "", ["500 500", "500 500"]),
    ({"claw_back": {"within": "100", "by": "days"}}, "", ["500 450", "500 500"]),
    ({"hold_back": "40%"}, "", ["300 500", "500 500"]),
    ({"hold_back": "40%"}, "2025-05-10", ["300 700", "500 500"]),
    ({"hold_back": "40%", "on_leaving": "forfeited"}, "2025-05-10", ["300 500", "500 500"]),
    ({"claw_back": {"within": "90"}, "hold_back": "40%"}, "2025-05-10", ["300 200", "500 500"]),
]


@pytest.mark.parametrize(("timing", "left", "expected"), TIMED, ids=str)
def test_a_pool_with_a_timing(timing: dict[str, Any], left: str, expected: list[str]) -> None:
    pay = {"paid": {"kind": "bonus", "below_zero": "paid", "pool": {"money": "1000", "by": "1"}, "timing": timing}}
    order = {"ordered_on": "2025-01-05", "amount": 100}
    rows: Rows = {"reps": [{"rep_id": "A"} | ({"left_on": left} if left else {}), {"rep_id": "B"}]}
    rows["orders"] = [{"order_id": "a", "rep_id": "A", **order, "returned_on": "2025-04-05"}]
    rows["orders"].append({"order_id": "b", "rep_id": "B", **order})
    rows["receipts"] = [{"order_id": "b", "paid_on": "2025-01-06", "amount": 100}]
    outcome = assessed(written({"pay": pay}), rows, PERIOD, "2025Q2")
    found = {rep: [f"{value:.0f}" for (value,) in outcome.rows(["paid"], f"rep_id = '{rep}'")] for rep in ("A", "B")}
    assert [" ".join(values) for values in found.values()] == expected


def test_circles_of_managers_are_refused() -> None:
    managers = {"A": "A", "C": "D", "D": "E", "E": "C", "F": "C", "G": ""}
    case = {"pay": {"override": {"of": "sales", "levels": {"1": "2%"}}}}
    reps = {key: {"manager_id": manager} for key, manager in managers.items()}
    with pytest.raises(RefusedError) as refused:
        outcome_of(case | {"reps": reps})
    assert [fault.about for fault in refused.value.faults] == [
        {"circle": "A → A", "period": PERIOD},
        {"circle": "C → D → E → C", "period": PERIOD},
    ]
    assert outcome_of({"pay": {"formula": "1"}, "reps": reps}).rows(["paid"]) == [(Decimal(1),)] * 6


def test_a_pool_that_differs_is_refused() -> None:
    reps = {"A": {"sales": "5", "team": "x"}, "B": {"sales": "6", "team": "x"}, "C": {"sales": "7", "team": "y"}}
    case = {"pay": {"pool": {"money": "sales", "by": "points", "within": "team"}}, "reps": reps}
    with pytest.raises(RefusedError) as refused:
        outcome_of(case)
    assert [(fault.code, fault.about["key"]) for fault in refused.value.faults] == [
        ("pool_differs", "A"),
        ("pool_differs", "B"),
    ]


def test_a_pool_that_nobody_has_points_for_is_said() -> None:
    remarks = [fault for fault in outcome_of(by_name("nobody has points")).remarks if fault.code == "pool_unshared"]
    about = {"title": "paid", "period": PERIOD, "unit": "", "money": "100.00"}
    assert [(fault.warning, fault.about) for fault in remarks] == [(True, about)]
    assert not outcome_of(by_name("only those who take part")).remarks


def test_explain_tells_who_brought_in_what() -> None:
    case = by_name("once, to the nearest who is entitled, at that level's rate")
    told = explain(outcome_of(case), "G", PERIOD, "paid", "en")
    assert "B  400.00  400.00 × 2% = 8" in told
    assert "A  100.00  100.00 × 1% = 1" in told
    assert "400.00" not in explain(outcome_of(case), "T", PERIOD, "paid", "en")


def test_explain_tells_of_a_crowd_only_the_first_and_the_rest() -> None:
    reps = {"M": {}} | {f"A{n:02d}": {"sales": str(100 - n), "manager_id": "M"} for n in range(23)}
    case = {"pay": {"override": {"of": "sales", "levels": {"1": "10%"}}}, "reps": reps}
    told = explain(outcome_of(case), "M", PERIOD, "paid", "en")
    assert "A19  81.00" in told
    assert "A20" not in told
    assert "3 more  237.00  237.00 × 10% = 23.7" in told


def test_explain_tells_the_points_and_the_share_of_a_pool() -> None:
    case = by_name("a pool by points, the cents to those who lost most")
    told = " ".join(explain(outcome_of(case), "A", PERIOD, "paid", "zh").split())
    assert "奖金池（100.00）× 分值（1.00）÷ 总分值（3.00）" in told
    assert "份额（舍去零头）（33.33）+ 0.01" in told
