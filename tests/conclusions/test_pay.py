"""Awards and allowances are paid where a conclusion in effect names them, and only there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from incentives.outcome.outcome import Outcome
from tests.engine.small import Rows, assessed

POLICY = """
metrics: {sales: {unit: money, source: [crm], when_missing: zero}}
pay:
  best: {kind: award, formula: 3_000}
  badge: {kind: allowance, formula: 200}
  gift: {kind: award, formula: 500}
  plain: {kind: bonus, formula: 10}
conclusions:
  good: {when: sales >= 100, then: [{do: award, pay: best}]}
  badge: {when: sales >= 200, then: [{do: allow, pay: badge}], stands: {until: sales < 50}}
  asked: {when: sales >= 300, then: [{do: award, pay: gift}], proposal: true}
"""
SALES = {"2025Q1": 200, "2025Q2": 60, "2025Q3": 49, "2025Q4": 99, "2026Q1": 300}


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    rows: Rows = {
        "reps": [{"rep_id": "A"}, {"rep_id": "B"}],
        "postings": [{"rep_id": rep, "from": "2025-01-01"} for rep in "AB"],
        "snapshots": [
            {"rep_id": rep, "period": period, "metric": "sales", "value": value, "source": "crm"}
            for rep in "AB"
            for period, value in SALES.items()
        ],
        "decisions": [
            {"rep_id": "A", "period": "2026Q1", "about": "asked", "decision": "approved", "decided_on": "2026-04-05"}
        ],
    }
    return assessed(POLICY, rows, *SALES)


def paid(outcome: Outcome, rep: str, column: str) -> list[Decimal]:
    return [value for (value,) in outcome.rows([column], f"rep_id = '{rep}'")]


def test_an_award_is_paid_where_it_is_concluded(outcome: Outcome) -> None:
    assert paid(outcome, "A", "best") == [3000, 0, 0, 0, 3000]


def test_an_allowance_is_paid_as_long_as_its_conclusion_stands(outcome: Outcome) -> None:
    assert paid(outcome, "A", "badge") == [200, 200, 200, 0, 200]


def test_what_people_have_to_decide_is_paid_once_they_did(outcome: Outcome) -> None:
    assert paid(outcome, "A", "gift") == [0, 0, 0, 0, 500]
    assert paid(outcome, "B", "gift") == [0, 0, 0, 0, 0]


def test_the_total_has_what_is_paid(outcome: Outcome) -> None:
    assert paid(outcome, "A", "pay_total") == [3210, 210, 210, 10, 3710]


def test_what_no_conclusion_names_is_paid_as_ever(outcome: Outcome) -> None:
    assert paid(outcome, "B", "plain") == [10] * 5
