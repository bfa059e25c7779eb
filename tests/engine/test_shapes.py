"""Rulesets of other shapes: another year, another subject, another grain, without parts, in Chinese throughout."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from incentives.api import Outcome
from incentives.engine.periods import data_periods, latest_period

from .small import HEAD, Rows, assessed, ruleset_of, snapshot

GRADED = """
metrics: {rating: {unit: score, source: [crm], when_missing: exempt}}
scorecards: {results: {items: {rating: {weight: 100%, score: rating}}}}
grade: {of: {results: 100%}, bands: {A: '>= 80', B: '< 80'}, annual: {take: mean, at_least: 2}}
"""


def rated(ratings: dict[str, object], key: str = "rep_id") -> Rows:
    rows = [{**snapshot("R1", period, "rating", value), key: "R1"} for period, value in ratings.items()]
    return {"snapshots": [{k: v for k, v in row.items() if k == key or k != "rep_id"} for row in rows]}


def column(outcome: Outcome, *names: str) -> list[tuple[Any, ...]]:
    return outcome.rows(names)


def test_a_fiscal_year_from_april() -> None:
    policy = (
        HEAD
        + "fiscal_year_starts: 4\n"
        + GRADED
        + """
columns: {orders_sum: {unit: money, formula: orders_amount + 0}}
pay: {bonus: {kind: bonus, formula: figures.each * 1}}
figures: {each: {unit: money, value: {2025-01-01: 100, 2025-07-01: 200}}}
"""
    ).replace(
        "metrics: {",
        "metrics: {orders_amount: {unit: money, over: orders, take: sum amount}, ",
    )
    days = {"O1": "2025-03-31", "O2": "2025-04-01", "O3": "2025-06-30", "O4": "2025-07-01", "O5": "2026-03-31"}
    rows = rated({"2024Q4": 10, "2025Q1": 80, "2025Q2": 90, "2025Q3": 85, "2025Q4": 70}) | {
        "reps": [{"rep_id": "R1"}],
        "orders": [
            {"order_id": order, "rep_id": "R1", "ordered_on": day, "amount": 10**n}
            for n, (order, day) in enumerate(days.items())
        ],
    }
    ruleset = ruleset_of(policy)
    quarters = assessed(ruleset, rows, "2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4")
    # 2025Q1 runs from April to June: its orders, the figure in force on 1 April, and its place in the year
    assert column(quarters, "period", "orders_sum", "bonus") == [
        ("2024Q4", Decimal("1.00"), Decimal("100.00")),
        ("2025Q1", Decimal("110.00"), Decimal("100.00")),
        ("2025Q2", Decimal("1000.00"), Decimal("200.00")),
        ("2025Q3", Decimal("0.00"), Decimal("200.00")),
        ("2025Q4", Decimal("10000.00"), Decimal("200.00")),
    ]
    year = assessed(ruleset, rows, "2025")
    assert column(year, "period", "quarters", "total", "grade") == [("2025", 4, Decimal("81.25"), "A")]


def test_the_year_needs_enough_quarters() -> None:
    policy = HEAD + GRADED
    assert column(assessed(policy, rated({"2026Q1": 80}), "2026"), "total", "grade") == [(None, None)]
    assert column(assessed(policy, rated({"2026Q1": 80, "2026Q3": 79.99}), "2026"), "total", "grade") == [
        (Decimal("80.00"), "A")  # 79.995, half-up, before the grade
    ]


@pytest.mark.parametrize("subject", ["lead", "customer", "branch"])
def test_another_subject(subject: str) -> None:
    policy = HEAD + f"subject: {subject}\n" + GRADED
    rows = rated({"2026Q1": 70, "2026Q3": 90}, f"{subject}_id")
    outcome = assessed(policy, rows, "2026Q1", "2026Q2", "2026Q3")
    assert column(outcome, f"{subject}_id", "period", "grade") == [("R1", "2026Q1", "B"), ("R1", "2026Q3", "A")]


def test_half_years() -> None:
    policy = (
        HEAD.replace("quarter", "half") + GRADED + "columns: {up: {unit: score, formula: 'last_year(rating, 0)'}}\n"
    )
    rows = rated({"2025H1": 60, "2025H2": 70, "2026H1": 81, "2026H2": 90})
    found = column(assessed(policy, rows, "2026H1", "2026H2"), "period", "total", "grade", "up")
    assert found == [("2026H1", 81, "A", 60), ("2026H2", 90, "A", 70)]
    assert column(assessed(policy, rows, "2026"), "total") == [(Decimal("85.50"),)]


def test_months() -> None:
    policy = HEAD.replace("quarter", "month") + GRADED
    found = column(assessed(policy, rated({"2026-01": 81, "2026-12": 70}), "2026-01", "2026-12"), "period", "grade")
    assert found == [("2026-01", "A"), ("2026-12", "B")]


def test_without_grade_pay_or_targets() -> None:
    policy = "metrics: {sales: {unit: money, source: [crm]}}\ncolumns: {twice: {unit: money, formula: 2 * sales}}\n"
    rows: Rows = {"snapshots": [snapshot("R1", "2026Q3", "sales", "0.01")]}
    outcome = assessed(policy, rows, "2026Q3")
    assert column(outcome, "twice", "assessment") == [(Decimal("0.02"), "assessed")]
    roles = {c.role for c in outcome.columns}
    assert roles.isdisjoint({"grade", "pay", "pay_total", "target", "total", "score"})


def test_pay_alone_over_orders_alone() -> None:
    policy = "pay: {award: {kind: award, over: orders, each: amount * 0.015}}\n"
    rows: Rows = {
        "reps": [{"rep_id": "R1"}, {"rep_id": "R2"}],
        "orders": [{"order_id": f"O{n}", "rep_id": "R1", "ordered_on": "2026-09-30", "amount": 1} for n in range(3)],
    }
    # each order's part is rounded by itself: 0.015 is 0.02
    outcome = assessed(policy, rows, "2026Q3")
    assert column(outcome, "rep_id", "award", "pay_total") == [("R1", Decimal("0.06"), Decimal("0.06")), ("R2", 0, 0)]
    assert latest_period(outcome.tables, outcome.plan) == "2026Q3"
    assert [period.id for period in data_periods(outcome.tables, outcome.plan)] == ["2026Q3"]


CHINESE = """
ruleset: 季度考核
version: "1"
announced_on: 2024-12-01
effective: {from: 2025-01-01}
figures: {红线: {unit: ratio, value: 45%}, 奖金: {unit: money, value: 500}}
metrics:
  销售额: {unit: money, source: [crm]}
  毛利: {unit: money, source: [crm]}
  毛利率: {unit: ratio, formula: 毛利 / 销售额, when_zero: exempt}
targets: {销售额: {signed: not_needed, base: 100, when_zero: exempt}}
columns:
  两期销售: {unit: money, formula: 'sum(销售额, 2)'}
  连续达标: {unit: count, formula: 'streak(销售额_attainment >= 100%)'}
scorecards: {业绩: {items: {销售额: {weight: 100%, attainment: base, cap: 150}}}}
grade:
  of: {业绩: 100%}
  bands: {优: '>= 110', 良: '[80..110)', 差: '< 80'}
  ceilings: {毛利: {when: 毛利率 < figures.红线, then: 良}}
pay:
  提成: {kind: commission, base: 销售额, tiers: {by: slice, rows: {低档: {to: 50, rate: 1%}, 高档: {rate: 2%}}}}
  等级奖: {kind: bonus, formula: 'if grade = "优" then figures.奖金 else 0'}
"""


def test_everything_in_chinese() -> None:
    values: dict[str, dict[str, object]] = {
        "2026Q2": {"销售额": 120, "毛利": 60},
        "2026Q3": {"销售额": 120, "毛利": "53.99"},
    }
    rows: Rows = {
        "snapshots": [snapshot("甲", p, metric, v) for p, facts in values.items() for metric, v in facts.items()]
    }
    names = ("销售额_score", "两期销售", "连续达标", "ceiling_毛利", "grade", "提成", "等级奖", "pay_total")
    assert column(assessed(CHINESE, rows, "2026Q2", "2026Q3"), *names) == [
        (120, 120, 1, False, "优", Decimal("1.90"), 500, Decimal("501.90")),
        (120, 240, 2, True, "良", Decimal("1.90"), 0, Decimal("1.90")),
    ]


def test_full_width_signs_mean_the_same() -> None:
    policy = CHINESE.replace("sum(销售额, 2)", "sum（销售额，2）").replace(
        "销售额_attainment >= 100%", "销售额_attainment ≥ 100％"
    )
    rows: Rows = {"snapshots": [snapshot("甲", "2026Q3", m, v) for m, v in (("销售额", 120), ("毛利", 60))]}
    assert column(assessed(policy, rows, "2026Q3"), "两期销售", "连续达标") == [(120, 1)]
