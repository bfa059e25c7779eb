"""Which periods data reach: every day and period within the time of the policy, of every table that tells of facts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from incentives.engine.periods import data_periods
from incentives.faults import Fault, Place
from incentives.lookup import NotThereError, periods_asked
from incentives.plan.compile import compile_plan
from incentives.tables.data import tables_from_rows

from .small import HEAD, Rows, assessed, cases, ruleset_of, snapshot

EFFECTIVE = "effective: {from: 2026-02-01, to: 2026-11-30}"
MONTHLY = HEAD.replace("quarter", "month").replace("effective: {from: 2025-01-01}", EFFECTIVE)
POLICY = (
    MONTHLY
    + """
metrics: {sales: {unit: money, source: [crm], when_missing: exempt, title: {zh: 销售额, en: Sales}}}
targets: {sales: {signed: not_needed, when_zero: full}}
pay:
  held: {kind: commission, over: orders, each: amount * 10%, timing: {hold_back: 60%}}
  ytd: {kind: commission, base: if present(sales) then sales else 0, tiers: {by: slice, basis: year_to_date,
        rows: {low: {to: 1_000, rate: 10%}, top: {rate: 20%}}}}
"""
)
LOOKS_BACK = "columns: {before: {unit: money, formula: 'prior(sales, 0)'}}\n"
ORDER = {"order_id": "O1", "rep_id": "R1", "amount": "1000"}
BESIDE: dict[str, dict[str, Any]] = {
    "orders": ORDER,
    "receipts": {"order_id": "O1", "amount": "1"},
    "targets": {"scope": "rep", "subject_id": "R1"},
    "history": {"rep_id": "R1"},
}


def rows_of(**tables: dict[str, Any]) -> Rows:
    found: Rows = {"reps": [{"rep_id": "R1"}], "snapshots": [snapshot("R1", "2026-05", "sales", "1500")]}
    return found | {name: [BESIDE.get(name, {"rep_id": "R1"}) | row] for name, row in tables.items()}


@pytest.mark.parametrize("case", cases("reached.yaml"), ids=lambda case: case["name"])
def test_reached(case: dict[str, Any]) -> None:
    ruleset = ruleset_of(POLICY + (LOOKS_BACK if case.get("past") else ""))
    rows = rows_of(**{name: row for name, row in case.items() if isinstance(row, dict)})
    found = data_periods(tables_from_rows(rows, ruleset, Place("rows")), compile_plan(ruleset))
    assert [found[0].id, found[-1].id] == case["reaches"]


def test_a_snapshot_takes_no_period_from_earlier_orders() -> None:
    rows = rows_of(orders={"ordered_on": "2026-03-01"}, receipts={"on": "2026-05-02", "amount": "1000"})
    outcome = assessed(POLICY, rows, "2026-05")
    assert outcome.rows(["held", "ytd"]) == [(Decimal("60.00"), Decimal("200.00"))]


@pytest.mark.parametrize(("asked", "believed"), [
    ("2026-01", False), ("2026-02", True), ("2026-11", True), ("2026-12", False), ("2026-02..2026-12", False),
])  # fmt: skip
def test_a_period_within_the_time_of_the_policy_is_believed(asked: str, believed: bool) -> None:
    ruleset = ruleset_of(POLICY)
    tables = tables_from_rows(rows_of(), ruleset, Place("rows"))
    if believed:
        assert periods_asked(asked, tables, compile_plan(ruleset)) == (asked,)
    else:
        with pytest.raises(NotThereError, match="lies outside the time of the policy"):
            periods_asked(asked, tables, compile_plan(ruleset))


def empty(outcome: Any) -> list[str]:
    remarks: list[Fault] = [remark for remark in outcome.remarks if remark.code == "period_empty"]
    return [remark.text("en") for remark in remarks]


def test_what_is_empty_in_an_asked_period_is_remarked() -> None:
    rows = rows_of(orders={"ordered_on": "2026-05-01"}, targets={"period": "2026-05", "metric": "sales", "base": "1"})
    assert empty(assessed(POLICY, rows, "2026-05")) == []
    assert empty(assessed(POLICY, rows, "2026-04", "2026-05", "2026-10")) == [
        "2026-04: no orders, no snapshots of Sales, no targets of Sales",
        "2026-10: no orders, no snapshots of Sales, no targets of Sales",
    ]
    (remark,) = [one for one in assessed(POLICY, rows, "2026-10").remarks if one.code == "period_empty"]
    assert remark.text("zh") == "2026-10：没有订单；没有指标数据：销售额；没有目标：销售额"


def test_far_from_the_data_everybody_still_has_a_row() -> None:
    policy = POLICY.replace(EFFECTIVE, "effective: {from: 2026-02-01}")
    assert assessed(policy, rows_of(), "2039-03").rows(["rep_id", "worked_share"]) == [("R1", 1)]


def test_a_period_without_events_is_nothing_odd_unless_there_is_nothing_else() -> None:
    policy = (
        MONTHLY
        + "metrics: {exams: {unit: count, over: events, take: count}}\npay: {p: {kind: award, formula: exams * 1}}\n"
    )
    rows = rows_of(events={"on": "2026-05-01", "kind": "exam"})
    assert empty(assessed(policy, {k: v for k, v in rows.items() if k != "snapshots"}, "2026-06")) == [
        "2026-06: no events"
    ]
    policy = policy.replace("metrics: {", "metrics: {sales: {unit: money, source: [crm], when_missing: zero}, ")
    assert empty(assessed(policy, rows | {"events": []}, "2026-05")) == []
