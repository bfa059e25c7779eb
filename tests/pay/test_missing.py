"""Pay that lacks something it is computed from is missing and listed, never nought: every key of a component."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.explain import explain
from incentives.faults import RefusedError
from incentives.outcome.lacking import lacking, lacks
from incentives.ruleset.pay import Component
from tests.engine.small import Rows, assessed, shown, snapshot
from tests.oracle.drawing import written

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("missing.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
# what computes nothing, and what is always there
STATED = {"kind", "code", "tax", "effective", "over", "split", "rate_on", "leavers", "excess", "rounding", "decimals"}
STATED |= {"title", "why", "source"}
POLICY = """
metrics:
  sales: {unit: money, source: crm}
  x: {unit: money, source: crm, when_missing: exempt}
  absent: {unit: money, source: crm, when_missing: exempt}
  r: {unit: ratio, source: crm, when_missing: exempt}
  n: {unit: count, source: crm, when_missing: exempt}
columns:
  place: {unit: count, rank: {of: x}}
  place_among: {unit: count, rank: {of: x, among: x > 0}}
scorecards: {s: {items: {sales: {weight: 100%, score: '100'}}}}
grade: {of: {s: 100%}, bands: {A: '>= 60', B: '< 60'}}
"""
USUAL = {
    "e": {"kind": "commission", "base": "sales", "rate": "1%"},
    "m": {"kind": "commission", "base": "x", "rate": "10%"},
}
REPS = {"R1": "R2", "R2": "", "R3": "R1"}
X, TEAMS = {"R1": 20, "R2": 20, "R3": 30}, {"R1": "t", "R2": "t", "R3": "u"}


def rows_of(exempt: str = "") -> Rows:
    """The rows of three reps in two quarters; R1 lacks in the second one what may be missing."""
    rows: Rows = {"reps": [{"rep_id": rep} for rep in REPS], "snapshots": [], "orders": [], "events": []}
    rows["postings"] = [
        {"rep_id": rep, "valid_from": "2024-01-01", "team": TEAMS[rep], "level": f"L{rep[1]}"}
        | ({"manager_id": above} if above else {})
        | ({"base_salary": 1000} if rep != "R1" else {})
        | ({"status": "protected"} if rep == exempt else {})
        for rep, above in REPS.items()
    ]
    for rep in REPS:
        rows["snapshots"] += [snapshot(rep, period, "sales", 1000) for period in ("2025Q3", "2025Q4")]
        for period in ("2025Q3",) if rep == "R1" else ("2025Q3", "2025Q4"):
            given = {"x": X[rep], "r": "0.05", "n": 1}
            rows["snapshots"] += [snapshot(rep, period, name, value) for name, value in given.items()]
        own = {"order_id": f"O{rep}", "rep_id": rep, "ordered_on": "2025-11-05", "amount": 100}
        rows["orders"].append(own | ({"margin": 10} if rep != "R1" else {}))
        value = "5" if rep != "R1" else "five"
        rows["events"].append({"rep_id": rep, "happened_on": "2025-11-05", "kind": "k", "value": value})
    return rows


def found_of(component: dict[str, Any], exempt: str = "") -> tuple[list[str], list[str], bool]:
    """What a component pays each rep in the second quarter; who is listed as lacking it; whether the run says so."""
    pay = {**USUAL, "c": {"kind": "bonus", **component}}
    outcome = assessed(POLICY + written({"pay": pay}), rows_of(exempt), "2025Q3", "2025Q4")
    own = outcome.rows(["c"], "period = '2025Q4'")
    listed = outcome.rows(["rep_id"], f"period = '2025Q4' AND {lacking(outcome)['c']}")
    return [shown(value) for (value,) in own], [rep for (rep,) in listed], "c" in lacks(outcome)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['input']} {written(case['pay'])}"[:70])
def test_missing_is_not_nought(case: dict[str, Any]) -> None:
    paid, listed, is_told = found_of(case["pay"])
    expected = case["pays"].split()
    assert paid == [value.rstrip("!") for value in expected]
    assert listed == [rep for rep, value in zip(REPS, expected, strict=True) if value in (".", "1!")]
    assert is_told == bool(listed)
    assert bool(listed) != ("nought" in case) or "1!" in expected


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_explanation_of_an_override_names_who_lacks_it(lang: str) -> None:
    pay = {**USUAL, "c": {"kind": "bonus", "override": {"of": "x", "levels": {"1": "10%"}}}}
    outcome = assessed(POLICY + written({"pay": pay}), rows_of(), "2025Q4")
    assert "R1  –" in explain(outcome, "R2", "2025Q4", "c", lang)


def test_every_key_has_a_case() -> None:
    assert {case["input"] for case in CASES} | STATED == {*Component.model_fields, "quota"} - {"tiers"}


OF_OTHERS = ("override", "pool", "by_rank", "draw", "takes_back")
EXEMPT = [case for case in CASES if case["input"] in OF_OTHERS and "absent" not in str(case)]


@pytest.mark.parametrize("case", EXEMPT, ids=lambda case: written(case["pay"])[:70])
def test_what_the_exempt_lack_counts_as_nothing(case: dict[str, Any]) -> None:
    paid, listed, is_told = found_of(case["pay"], exempt="R1")
    assert (listed, is_told) == ([], False)
    assert "." not in paid[1:]


# the day of the rate of USD, none where empty; what counts; the day in the refusal, none where it is paid
RATES = [
    ("", "order", "2025-01-10"),
    ("2025-01-11", "order", "2025-01-10"),
    ("2025-01-10", "order", ""),
    ("2025-01-11", "period", ""),
    ("2025-03-31", "period", ""),
    ("2025-04-01", "period", "2025-03-31"),
]


@pytest.mark.parametrize(("rate_on", "exchange", "refused_on"), RATES)
def test_an_order_without_a_rate_is_refused(rate_on: str, exchange: str, refused_on: str) -> None:
    policy = f"exchange: {exchange}\npay: {{c: {{kind: commission, over: orders, each: amount}}}}\n"
    order = {"order_id": "O1", "rep_id": "R1", "ordered_on": "2025-01-10", "amount": 100, "currency": "USD"}
    rates = [{"currency": "EUR", "rate_on": "2024-01-01", "rate": 8}]
    rates += [{"currency": "USD", "rate_on": rate_on, "rate": 7}] if rate_on else []
    rows: Rows = {"reps": [{"rep_id": "R1"}], "snapshots": [], "orders": [order], "rates": rates}
    if not refused_on:
        assert shown(assessed(policy, rows, "2025Q1").rows(["c"])[0][0]) == "700"
        return
    with pytest.raises(RefusedError) as refused:
        assessed(policy, rows, "2025Q1")
    (fault,) = refused.value.faults
    assert fault.code == "order_rate_absent"
    for lang in ("zh", "en"):
        assert all(word in fault.text(lang) for word in ("O1", "USD", refused_on))
