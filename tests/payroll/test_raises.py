"""Changes of salary that a conclusion proposes: a line of their period's batch once decided, a remark until then."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from incentives.faults import Place, RefusedError
from incentives.lookup import one_period_asked
from incentives.payroll import Batch, control_text
from incentives.plan.compile import compile_plan
from incentives.tables.data import tables_from_rows
from tests.engine.small import Rows, ruleset_of

from .small import batch, policy

POLICY = (
    policy()
    + """
conclusions:
  lift:
    title: Yearly raise
    grain: year
    any_of:
      well: {when: base_salary >= 2000, by: 15%}
      fair: {when: base_salary < 2000, by: 3.333%}
    then: [{do: propose, what: more salary, of: base_salary, from: next_year}]
  cut:
    when: m_commission < 0
    then: [{do: warn}, {do: propose, what: less salary, of: base_salary, by: -10%, from: next_month}]
"""
)
SALARIES = {"R1": 1000, "R2": 2000, "R3": 1999.99}


def rows(decisions: list[str], paid: list[str] | None = None) -> Rows:
    """Three reps, of whom R1 sold less than nothing in 2025Q1; decisions as `R1 2025 lift approved`."""
    found: Rows = {
        "reps": [{"rep_id": rep} for rep in SALARIES],
        "postings": [{"rep_id": r, "from": "2025-01-01", "base_salary": pay} for r, pay in SALARIES.items()],
        "snapshots": [{"rep_id": r, "period": "2025Q1", "metric": "m_commission", "source": "crm",
                       "value": -1 if r == "R1" else 50} for r in SALARIES],
        "periods": [{"period": period, "status": "approved"} for period in ("2025", "2025Q1", "2025Q4")],
        "decisions": [
            dict(zip(("rep_id", "period", "about", "decision"), line.split(), strict=True))
            | {"reason": "x", "decided_by": "HR", "decided_on": "2026-01-10"}
            for line in decisions
        ],
        "paid": [dict(zip(("rep_id", "period", "code", "amount"), line.split(), strict=True)) for line in paid or []],
    }  # fmt: skip
    return {table: lines for table, lines in found.items() if lines}


def lines_of(made: Batch) -> list[tuple[Any, ...]]:
    sql = "SELECT payee, code, kind, amount, effective_on, entry FROM payroll_lines ORDER BY ALL"
    return made.outcome.con.query(sql)


DECIDED = ["R1 2025 lift approved", "R2 2025 lift approved", "R3 2025 lift rejected"]


def test_a_decided_raise_of_the_year_is_a_line_of_the_years_batch() -> None:
    made = batch(POLICY, rows(DECIDED), "2025")
    day = date(2026, 1, 1)
    assert lines_of(made) == [
        ("R1", "lift", "raise", Decimal("33.33"), day, "regular"),
        ("R2", "lift", "raise", Decimal("300.00"), day, "regular"),
    ]
    assert (made.paid().lines, made.raises().amount, made.run.pay_month) == (0, Decimal("333.33"), "2026-01")
    assert "lift" in control_text(made, None)
    assert made.remarks == ()


def test_a_decided_cut_is_a_line_beside_what_is_paid() -> None:
    made = batch(POLICY, rows(["R1 2025Q1 cut approved"]), "2025Q1")
    assert [line for line in lines_of(made) if line[1] == "cut"] == [
        ("R1", "cut", "raise", Decimal("-100.00"), date(2025, 4, 1), "regular")
    ]
    assert {line[1] for line in lines_of(made)} == {"cut", "commission"}


def test_what_nobody_has_decided_is_told_and_no_line() -> None:
    made = batch(POLICY, rows(["R2 2025 lift rejected"]), "2025")
    assert lines_of(made) == []
    (fault,) = made.remarks
    assert (fault.code, fault.about["who"], fault.about["n"]) == ("raise_open", "R1, R3", 2)


def test_what_was_told_payroll_before_is_not_told_again() -> None:
    made = batch(POLICY, rows(DECIDED, ["R1 2025 lift 33.33", "R2 2025 lift 160", "R2 2025Q4 commission 7"]), "2025")
    assert [(line[0], line[3], line[5]) for line in lines_of(made)] == [("R2", Decimal("140.00"), "correction")]


def test_a_raise_in_paid_does_not_disturb_the_quarter() -> None:
    made = batch(POLICY, rows(DECIDED, ["R1 2025 lift 33.33"]), "2025Q1")
    assert {line[1] for line in lines_of(made)} == {"commission"}
    assert [fault.code for fault in made.remarks] == ["raise_open"]


def test_a_change_of_salary_needs_a_code_of_its_own() -> None:
    with pytest.raises(RefusedError) as refused:
        ruleset_of(POLICY.replace("  lift:", "  commission:"))
    assert [fault.code for fault in refused.value.faults] == ["earning_code_twice"]


def test_it_may_state_its_code() -> None:
    coded = POLICY.replace("of: base_salary, from: next_year", "of: base_salary, code: '0815', from: next_year")
    made = batch(coded, rows(DECIDED, ["R1 2025 0815 33.33"]), "2025")
    assert [line[:4] for line in lines_of(made)] == [("R2", "0815", "raise", Decimal("300.00"))]


@pytest.mark.parametrize(
    ("stated", "code", "line"),
    [("of: base_salary, code: BON", "earning_code_twice", "BON"), ("of: m_commission, code: x", "key_without", "of")],
)
def test_a_code_that_it_cannot_state(stated: str, code: str, line: str) -> None:
    with pytest.raises(RefusedError) as refused:
        ruleset_of(POLICY.replace("of: base_salary, from: next_year", f"{stated}, from: next_year"))
    (fault,) = refused.value.faults
    assert fault.code == code
    assert line in fault.text("en")


@pytest.mark.parametrize(("text", "grain"), [("2025", "year"), ("2025Q1", "quarter")])
def test_which_periods_may_be_asked_for(text: str, grain: str) -> None:
    ruleset = ruleset_of(POLICY)
    tables = tables_from_rows(rows([]), ruleset, Place("rows"))
    assert one_period_asked(text, tables, compile_plan(ruleset)).grain == grain
