"""What a component carries on between periods, at its edges; and that nothing is lost on the way."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentives.engine.stepping import step_sql
from incentives.explain import explain
from incentives.faults import RefusedError
from incentives.outcome.outcome import Outcome
from incentives.plan.compile import compile_plan
from incentives.plan.phases import phases_of
from tests.engine.small import Rows, assessed, ruleset_of, snapshot
from tests.oracle.drawing import written
from tests.sizes import examples

from .test_components import plain

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2")
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("carried.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
METRICS = {
    "sales": {"unit": "money", "source": ["crm"], "when_missing": "zero"},
    "quota": {"unit": "money", "source": ["crm"], "when_missing": "exempt"},
}


def rows_of(sales: dict[str, list[str]]) -> Rows:
    """Reps with their sales by quarter, employed from the first to the last of them."""
    rows: Rows = {"reps": [], "postings": [], "snapshots": []}
    for rep, values in sales.items():
        rows["reps"].append({"rep_id": rep})
        rows["postings"].append({"rep_id": rep, "from": "2025-01-01"})
        rows["snapshots"] += [snapshot(rep, q, "sales", v) for q, v in zip(QUARTERS, values, strict=False)]
    return rows


def absent(rows: Rows, rep: str, case: dict[str, Any]) -> None:
    """Take the quarters out in which the rep of a case is not there: the posting ends before and begins again after."""
    if "left" in case:
        rows["reps"][-1]["left_on"] = case["left"]
    if "absent" in case:
        (posting,) = (row for row in rows["postings"] if row["rep_id"] == rep)
        rows["postings"].append({**posting, "from": "2025-10-01"})
        posting["to"] = "2025-03-31"
        rows["snapshots"] = [
            row for row in rows["snapshots"] if (row["rep_id"], row["period"]) not in {(rep, q) for q in case["absent"]}
        ]


@cache
def outcome() -> Outcome:
    """Every case is a component of one policy and a rep of its own."""
    pay = {f"c{n}": {"kind": "commission", **case["pay"]} for n, case in enumerate(CASES)}
    rows: Rows = {"reps": [], "postings": [], "snapshots": []}
    for n, case in enumerate(CASES):
        more = rows_of({f"R{n}": [value.replace("_", "") for value in case["sales"]]})
        for table in rows:
            rows[table] += more[table]
        absent(rows, f"R{n}", case)
    return assessed(written({"metrics": METRICS, "pay": plain(pay)}), rows, *QUARTERS)


@pytest.mark.parametrize("n", range(len(CASES)), ids=lambda n: CASES[n]["name"])
def test_it_pays_and_carries(n: int) -> None:
    case = CASES[n]
    told = {"pays": f"c{n}", "carries": f"c{n}_carried"}
    there = {column.name for column in outcome().columns}
    assert (told["carries"] in there) == ("carries" in case)
    for key, column in told.items():
        if column in there:
            expected = [None if text == "none" else Decimal(text) for text in case[key]]
            found = [value for (value,) in outcome().rows([column], f"rep_id = 'R{n}'")]
            assert found[: len(expected)] == expected


AMOUNTS = st.lists(st.decimals(-5000, 5000, places=2), min_size=4, max_size=6)
KEYS = st.fixed_dictionaries(
    {},
    optional={
        "pay_from": st.sampled_from(["0.01", "50", "300"]),
        "cap": st.sampled_from(["0", "100", "250.5"]),
        "cap_year": st.sampled_from(["0", "333.33", "1000"]),
    },
)


@settings(max_examples=examples("PAY"), suppress_health_check=list(HealthCheck))
@given(st.lists(AMOUNTS, min_size=3, max_size=5), KEYS)
def test_nothing_is_lost(sales: list[list[Decimal]], keys: dict[str, str]) -> None:
    """What was paid and what is still carried on are together what was earned; nothing below zero is paid; and a year
    that is topped up comes to its floor, by its last period alone."""
    excess = {"excess": "carried"} if keys.keys() & {"cap", "cap_year"} else {}
    policy = {
        "metrics": METRICS,
        "pay": {
            "plain": {"kind": "commission", "base": "sales", "rate": "10%", "below_zero": "paid"},
            "kept": {"kind": "commission", "base": "sales", "rate": "10%", **keys, **excess},
            "topped": {"kind": "commission", "base": "sales", "rate": "10%", "below_zero": "paid", "floor_year": "300"},
        },
    }
    reps = {f"R{n}": [f"{value:f}" for value in values] for n, values in enumerate(sales)}
    found = assessed(written(policy), rows_of(reps), *QUARTERS)
    for rep in reps:
        rows = found.rows(["plain", "kept", "kept_carried"], f"rep_id = '{rep}'")
        topped = [paid for (paid,) in found.rows(["topped"], f"rep_id = '{rep}'")]
        assert topped[:3] + topped[4:] == [row[0] for row in rows[:3] + rows[4:]]
        assert sum(topped[:4]) == max(Decimal(300), sum(row[0] for row in rows[:4]))
        assert sum(kept for _, kept, _ in rows) + rows[-1][2] == sum(earned for earned, _, _ in rows)
        assert all(kept >= 0 for _, kept, _ in rows)
        assert all(not 0 < kept < Decimal(keys.get("pay_from", "0")) for _, kept, _ in rows)
        assert all(kept <= Decimal(keys.get("cap", "1e9")) for _, kept, _ in rows)
        assert sum(kept for _, kept, _ in rows[:4]) <= Decimal(keys.get("cap_year", "1e9"))


def test_a_changed_figure_does_not_change_what_is_asked_of_the_database() -> None:
    policy = written({"metrics": METRICS, "pay": {"c": {
        "kind": "commission", "base": "sales", "rate": "10%", "pay_from": "50", "cap_year": "1000"}}})  # fmt: skip

    def asked(text: str) -> str:
        plan = compile_plan(ruleset_of(text))
        return step_sql(plan, "quarter", "rows", phases_of(plan.columns()).keys())

    assert asked(policy) == asked(policy.replace("1000", "999.99").replace("pay_from: 50", "pay_from: 51"))


REFUSED = [
    (
        "pay: {c: {kind: draw, draw: {amount: 100, against: [d]}, floor_year: 5}, d: {kind: bonus, formula: '1'}}",
        "several_forms",
    ),
    ("pay: {c: {kind: commission, base: sales, rate: 1%, excess: lost}}", "key_without"),
    (
        "pay: {c: {kind: commission, base: sales, cap_year: 5, "
        "tiers: {by: slice, basis: year_to_date, rows: {a: {rate: 1%}}}}}",
        "year_to_date_carries",
    ),
    ("pay: {c: {kind: commission, base: 'sum(d, 2)', rate: 1%}, d: {kind: bonus, formula: 'c - 5'}}", "circular"),
    (
        "pay: {c: {kind: award, formula: 'sales - 5'}}\nconclusions: {x: {when: c > 3, then: [{do: warn}]}, "
        "y: {when: sales > 3, then: [{do: award, pay: c}]}}",
        "conclusion_reads_carried",
    ),
]


@pytest.mark.parametrize(("policy", "code"), REFUSED, ids=lambda value: value[:40])
def test_what_does_not_go_together_is_refused(policy: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        assessed("metrics: {sales: {unit: money, source: [crm]}}\n" + policy, rows_of({"R1": ["1"]}), "2025Q1")
    assert code in {fault.code for fault in refused.value.faults}


def test_a_conclusion_may_read_what_is_carried_on_where_no_conclusion_decides_it() -> None:
    policy = written({
        "metrics": METRICS,
        "pay": {"c": {"kind": "commission", "base": "sales", "rate": "10%"}},
        "columns": {"so_far": {"unit": "money", "formula": "sum(c, 2)"}},
        "conclusions": {"well": {"when": "c > 50 and so_far > 120", "then": [{"do": "warn"}]}},
    })  # fmt: skip
    found = assessed(policy, rows_of({"R1": ["1000", "-500", "2000", "300"]}), *QUARTERS)
    rows = found.rows(["c", "so_far", "well_finding"], "rep_id = 'R1'")[:4]
    assert rows == [(100, 100, False), (0, 100, False), (150, 150, True), (30, 180, False)]


def test_what_conclusions_award_is_carried_on_after_them() -> None:
    policy = written({
        "metrics": METRICS,
        "pay": {
            "c": {"kind": "award", "formula": "sales"},
            "d": {"kind": "commission", "base": "sales", "rate": "10%"},
        },
        "columns": {"so_far": {"unit": "money", "formula": "sum(c, 2)"}},
        "conclusions": {
            "due": {"when": "sales != 100", "then": [{"do": "award", "pay": "c"}], "stands": {"for": "1"}},
            "well": {"when": "not(standing(\"due\")) and d > 0", "then": [{"do": "warn"}]},
        },
    })  # fmt: skip
    found = assessed(policy, rows_of({"R1": ["-50", "30", "100", "70"], "R2": ["10", "100", "-5", "6"]}), *QUARTERS)
    told = ["c", "c_carried", "so_far", "pay_total", "well_finding"]
    assert found.rows(told, "rep_id = 'R1'")[:4] == [
        (0, -50, 0, 0, False), (0, -20, 0, 0, False), (0, -20, 0, 8, False), (50, 0, 50, 57, True)]  # fmt: skip
    assert found.rows(told, "rep_id = 'R2'")[:4] == [
        (10, 0, 10, 11, True), (0, 0, 10, 10, False), (0, -5, 0, 0, False), (1, 0, 1, Decimal("1.1"), False),
    ]  # fmt: skip


def test_what_tops_a_year_up_is_told() -> None:
    pay = {"kind": "commission", "base": "sales", "rate": "10%", "prorate": "calendar_days", "floor_year": "1000"}
    rows = rows_of({"R1": ["0", "1000", "1000", "1000"]})
    rows["reps"][0]["hired_on"] = "2025-04-01"
    found = assessed(written({"metrics": METRICS, "pay": {"c": pay}}), rows, "2025Q4")
    text = " ".join(explain(found, "R1", "2025Q4", "c", "en").replace("│", " ").split())
    assert "= Before the year's floor (100.00) + Topped up to the year's floor (453.42)" in text
    assert (
        "= (Floor of the year (753.42) − Paid before in the year (200.00) − Before the year's floor (100.00))" in text
    )
    assert "= 1,000.00 × Calendar days employed in the year (275) ÷ Calendar days of the year (365)" in text
    assert "since the year began ├─ 2025Q2 91 ├─ 2025Q3 92 └─ 2025Q4 92" in text
    assert "补足至全年保底  453.42" in explain(found, "R1", "2025Q4", "c", "zh")


def test_before_the_policy_nothing_counts_for_the_year() -> None:
    rated = {"kind": "commission", "base": "sales", "rate": "10%", "floor_year": "1200"}
    policy = {
        "ruleset": "small", "version": "1", "announced_on": "2024-12-01", "effective": {"from": "2025-07-01"},
        "grain": "quarter", "metrics": METRICS,
        "pay": {"whole": rated, "by_months": {**rated, "prorate": "whole_months"}},
    }  # fmt: skip
    found = assessed(written(policy), rows_of({"R1": ["1000", "1000", "1000", "1000"]}), *QUARTERS[:4])
    assert found.rows(["whole", "by_months"]) == [(None, None), (None, None), (100, 100), (1100, 500)]


def test_a_year_of_months_begins_when_the_policy_says() -> None:
    tiers = {
        "by": "slice",
        "basis": "year_to_date",
        "rows": {"low": {"to": "2000", "rate": "10%"}, "top": {"rate": "20%"}},
    }
    rated = {"kind": "commission", "base": "sales", "rate": "10%"}
    policy = {
        "ruleset": "small", "version": "1", "announced_on": "2024-12-01", "effective": {"from": "2025-01-01"},
        "grain": "month", "fiscal_year_starts": "4", "metrics": METRICS,
        "pay": {
            "capped": {**rated, "cap_year": "250"},
            "to_date": {"kind": "commission", "base": "sales", "tiers": tiers},
            "topped": {**rated, "floor_year": "12000", "prorate": "whole_months"},
        },
    }  # fmt: skip
    months = [f"2025-{month:02}" for month in range(1, 8)]
    rows: Rows = {"reps": [{"rep_id": "R1"}], "postings": [{"rep_id": "R1", "from": "2025-02-01"}]}
    rows["snapshots"] = [snapshot("R1", month, "sales", "1000") for month in months[1:]]
    found = assessed(written(policy), rows, *months[1:])
    paid = found.rows(["capped", "to_date", "topped"])
    assert [row[0] for row in paid] == [100, 100, 100, 100, 50, 0]
    assert [row[1] for row in paid] == [100, 100, 100, 100, 200, 200]
    assert [row[2] for row in paid] == [100, 1900, 100, 100, 100, 100]
    text = explain(found, "R1", "2025-04", "to_date", "en")
    assert "2025-04  1,000.00" in text
    assert "2025-03  1,000.00" not in text


def test_what_looks_back_over_pay_that_is_carried_on_is_told() -> None:
    policy = written({
        "metrics": METRICS,
        "pay": {"c": {"kind": "commission", "base": "sales", "rate": "10%"}},
        "columns": {"so_far": {"unit": "money", "formula": "sum(c, 2)"}},
    })  # fmt: skip
    found = assessed(policy, rows_of({"R1": ["1000", "-500", "2000"]}), "2025Q3")
    text = explain(found, "R1", "2025Q3", "so_far", "en")
    assert "2025Q2  0.00" in text
    assert "2025Q3  150.00" in text


def test_only_what_may_be_below_zero_by_itself_carries_it_on() -> None:
    policy = written({
        "metrics": METRICS,
        "pay": {
            "on_top": {"kind": "commission", "formula": "c * 10% + d"},
            "c": {"kind": "commission", "base": "sales", "rate": "10%"},
            "d": {"kind": "bonus", "formula": "c - c_carried * 2"},
        },
    })  # fmt: skip
    found = assessed(policy, rows_of({"R1": ["-100", "300"]}), "2025Q1", "2025Q2")
    assert [c.name for c in found.columns if c.role == "balance"] == ["c_carried"]
    assert found.rows(["c", "c_carried", "d", "on_top"], "rep_id = 'R1'") == [(0, -10, 20, 20), (20, 0, 20, 22)]
