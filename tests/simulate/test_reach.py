"""What it would take is enough, and a unit less is not: every step is assessed again with the data changed by it."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from functools import cache

import pytest

from incentives.api import Outcome, Ruleset, assess
from incentives.cli import run
from incentives.execution.reassess import snapshot_of
from incentives.execution.required import Step, reach
from incentives.faults import Place, RefusedError
from incentives.tables.data import tables_from_rows
from tests.engine.small import ROOT, Rows, ruleset_of

GRADES = ("S", "A", "B", "C")
UNITS = {"sales": Decimal("0.01"), "calls": Decimal(1), "delay": Decimal("0.01"), "quality": Decimal("0.0001")}
POLICY = """
metrics:
  sales: {unit: money, in_reach: true, source: [crm]}
  calls: {unit: count, in_reach: true, source: [crm]}
  delay: {unit: hours, direction: lower, in_reach: true, source: [crm], when_missing: exempt}
  quality: {unit: ratio, range: [0, 1], in_reach: true, source: [crm]}
  held: {unit: money, source: [crm], when_missing: zero}
targets:
  sales: {signed: not_needed, base: 'max(50000, prior(sales, 0))'}
  calls: {signed: not_needed, base: 30}
  delay: {signed: not_needed, base: 24}
  quality: {signed: not_needed, base: 90%}
scorecards:
  results:
    items:
      sales: {weight: 60%, attainment: base, cap: 150}
      calls: {weight: 20%, attainment: base, cap: 120}
      delay: {weight: 10%, attainment: base, cap: 120}
      quality: {weight: 10%, bands: {'>= 90%': 100, '[70%..90%)': 60, '< 70%': 0}}
columns:
  best: {unit: count, rank: {of: sales}}
grade:
  of: {results: 100%}
  bands: {S: '>= 110', A: '[95..110)', B: '[75..95)', C: '< 75'}
  ceilings: {few: {when: calls < 10, then: B}}
pay:
  commission: {kind: commission, formula: sales * 1%}
"""
REPS = {
    "R1": (40000, 25, "30.5", "0.85"), "R2": (61000, 5, "12", "0.95"), "R3": (20000, 31, None, "0.5"),
    "R4": (90000, 40, "10", "1"), "R5": (0, 0, "100", "0"), "R6": (48500, 30, "24", "0.85"),
}  # fmt: skip


def rows_of(changed: Step | None = None, less: Decimal = Decimal(0)) -> Rows:
    """The company; with one value changed by a step, or by a little less than that."""
    rows: Rows = {"reps": [], "postings": [], "snapshots": []}
    for rep, values in REPS.items():
        rows["reps"].append({"rep_id": rep})
        rows["postings"].append({"rep_id": rep, "from": "2025-01-01"})
        for period, factor in (("2025Q1", 2), ("2025Q2", 1)):
            for metric, value in zip(UNITS, values, strict=True):
                if value is None:
                    continue
                number = Decimal(value) / (factor if metric == "sales" else 1)
                if changed and (rep, period, metric) == (changed.key, changed.period, changed.metric):
                    number += changed.change - less
                rows["snapshots"].append(
                    {"rep_id": rep, "period": period, "metric": metric, "value": f"{number:f}", "source": "crm"}
                )
    return rows


@cache
def policy() -> Ruleset:
    return ruleset_of(POLICY)


def assessed(rows: Rows) -> Outcome:
    return assess(policy(), tables_from_rows(rows, policy(), Place("made")), ["2025Q1", "2025Q2"])


@cache
def found(target: str = "", key: str = "") -> tuple[Step, ...]:
    return reach(snapshot_of(assessed(rows_of())), target, key)


def grade(rows: Rows, step: Step) -> int:
    """The place of a step's row among the grades, best first."""
    ((value,),) = assessed(rows).rows(["grade"], f"rep_id = '{step.key}' AND period = '{step.period}'")
    return GRADES.index(value)


def test_every_sort_of_metric_is_enough_for_somebody() -> None:
    assert {step.metric for step in found()} == set(UNITS)
    assert all((step.change < 0) == (step.metric == "delay") for step in found())


@pytest.mark.parametrize("turn", range(0, 20, 2))
def test_it_is_enough_and_a_unit_less_is_not(turn: int) -> None:
    steps = found()
    step = steps[turn % len(steps)]
    unit = UNITS[step.metric] * (1 if step.change > 0 else -1)
    assert grade(rows_of(step), step) <= GRADES.index(step.target)
    assert grade(rows_of(step, unit), step) > GRADES.index(step.target)


def test_a_grade_that_is_asked_for() -> None:
    steps = found("S", "R1")
    assert {(step.key, step.target) for step in steps} == {("R1", "S")}
    for step in steps:
        assert grade(rows_of(step), step) == 0
    assert {step.period for step in found("S", "R4")} == {"2025Q1"}  # has it in the other one


def test_what_is_asked_for_must_be_there() -> None:
    with pytest.raises(RefusedError) as refused:
        found("D")
    assert [fault.code for fault in refused.value.faults] == ["reach_unknown"]
    nothing = ruleset_of(deepcopy(POLICY).replace("in_reach: true, ", ""))
    with pytest.raises(RefusedError) as refused:
        reach(snapshot_of(assess(nothing, tables_from_rows(rows_of(), nothing, Place("made")), ["2025Q1"])))
    assert [fault.code for fault in refused.value.faults] == ["nothing_in_reach"]


@pytest.mark.parametrize(
    ("rep", "period", "target", "said"),
    [
        ("R016", "2026Q3", "A", "no single metric is enough by itself"),
        ("R016", "2026Q3", "C", "the grade is that good already"),
        ("R001", "2026Q3", "next", "this is the best grade already"),
        ("R022", "2026Q3", "next", "without a grade there is none to lift"),
        ("R003", "2026Q3", "supervisor", "no single metric is enough by itself, or it is so already"),
        ("R003", "2026", "A", "what it takes is told of a quarter"),
    ],
)
def test_why_nothing_is_enough(
    rep: str, period: str, target: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    shipped, data = str(ROOT / "rulesets" / "sales-2026.yaml"), str(ROOT / "fixtures" / "company")
    asked = ["explain", shipped, "--data", data, "--rep", rep, "--period", period, "--reach", target, "--lang", "en"]
    assert run(asked) == (1 if period == "2026" else 0)
    told = capfd.readouterr()
    assert said in told.out.splitlines() + told.err.splitlines() or said in told.err
    assert "any one of these" not in told.out


@pytest.mark.parametrize(("lang", "said"), [("zh", "单靠这一项做不到"), ("en", "not enough by itself")])
def test_the_command(lang: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    shipped, data = str(ROOT / "rulesets" / "sales-2026.yaml"), str(ROOT / "fixtures" / "company")
    asked = ["explain", shipped, "--data", data, "--period", "2026Q3", "--rep", "R007", "--lang", lang]
    assert run([*asked, "--reach", "next"]) == 0
    out = capfd.readouterr().out
    assert "9,154.00" in out
    assert said in out
    assert run([*asked, "--reach", "Z"]) == 1
    assert "improvement" not in capfd.readouterr().err
