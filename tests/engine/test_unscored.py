"""Who is assessed has a grade, and a value that is there has a score; else the run says of whom and what it is of."""

from __future__ import annotations

from typing import Any

import pytest

from incentives.faults import Fault, RefusedError

from .small import Rows, assessed, cases, shown, snapshot

POLICY = """
metrics:
  sales: {unit: score, source: [crm], when_missing: exempt}
  rating: {unit: score, source: [crm]}
  visits: {unit: count, source: [crm], when_missing: exempt}
columns:
  line: {unit: score, formula: 'if team = "east" then 90 else 80'}
targets:
  visits: {signed: not_needed}
scorecards:
  results:
    items:
      sales: {weight: WEIGHT, bands: {'>= line': 100, '[10..line)': 50}}
      visits: {weight: HALF, attainment: base}
      rest: {weight: REST, score: rating}
grade:
  of: {results: 100%}
  bands: {A: '[line..150]', B: '[50..line)', C: '[10..50)'}
"""
YEAR = """
metrics:
  rating: {unit: score, source: [crm]}
scorecards:
  results: {items: {rest: {weight: 100%, score: rating, cap: 150}}}
grade:
  of: {results: 100%}
  bands: {A: '[90..150]', B: '< 90'}
  annual: {take: mean, at_least: 1}
"""


def policy(weight: str = "50%", half: str = "0%") -> str:
    rest = 100 - int(weight.rstrip("%")) - int(half.rstrip("%"))
    return POLICY.replace("WEIGHT", weight).replace("HALF", half).replace("REST", f"{rest}%")


def rows(*reps: str, **values: str) -> Rows:
    """The reps with the values given, else those that give a B."""
    known = {"sales": "50", "rating": "60"} | values
    target = known.pop("target", ".")
    found: Rows = {
        "reps": [{"rep_id": rep, "name": f"N{rep}", "team": "east"} for rep in reps],
        "snapshots": [snapshot(r, "2025Q1", name, v) for r in reps for name, v in known.items() if v != "."],
    }
    if target != ".":
        about: dict[str, object] = {"scope": "rep", "period": "2025Q1", "metric": "visits", "base": target}
        found["targets"] = [about | {"subject_id": rep} for rep in reps]
    return found


def errors(refused: RefusedError) -> list[Fault]:
    """What stopped a run, without remarks."""
    return [fault for fault in refused.faults if not fault.warning]


@pytest.mark.parametrize("case", cases("unscored.yaml"), ids=str)
def test_a_value_has_a_score_and_a_total_a_grade(case: dict[str, Any]) -> None:
    given = {name: case[name] for name in ("sales", "rating", "visits", "target") if name in case}
    weights = {"weight": case.get("weight", "50%"), "half": case.get("half", "0%")}
    ruleset, data = policy(**weights), rows("R1", **given)
    if fault := case.get("fault"):
        with pytest.raises(RefusedError) as error:
            assessed(ruleset, data, "2025Q1")
        (told,) = errors(error.value)
        assert (told.code, told.about["value"]) == (fault, case["value"])
        assert all("R1 NR1 2025Q1" in told.text(lang) and case["value"] in told.text(lang) for lang in ("zh", "en"))
    else:
        ((grade, score),) = assessed(ruleset, data, "2025Q1").rows(["grade", "sales_score"])
        assert grade == case["grade"]
        assert shown(score) == case.get("score", shown(score))


@pytest.mark.parametrize(("total", "grade"), [(240, "A"), ("240.01", "")])
def test_a_total_of_a_year_has_a_grade(total: object, grade: str) -> None:
    """A total on record may be above what the policy gives: the mean of 240.01 and 60 is 150.01."""
    data = rows("R1", rating="60") | {
        "snapshots": [snapshot("R1", "2025Q2", "rating", 60), snapshot("R1", "2025Q1", "rating", 60)],
        "history": [{"rep_id": "R1", "period": "2025Q1", "total": total, "grade": "A"}],
    }
    if grade:
        assert assessed(YEAR, data, "2025").rows(["grade"]) == [(grade,)]
        return
    with pytest.raises(RefusedError) as error:
        assessed(YEAR, data, "2025")
    (told,) = errors(error.value)
    assert (told.code, told.about["value"]) == ("ungraded", "150.01")


def test_many_are_told_at_once() -> None:
    five, six = ([f"R{number}" for number in range(count)] for count in (5, 6))
    for reps, codes in ((five, ["ungraded"] * 5), (six, ["ungraded_many"])):
        with pytest.raises(RefusedError) as error:
            assessed(policy("0%"), rows(*reps, rating="9.50"), "2025Q1")
        assert [fault.code for fault in errors(error.value)] == codes
    (told,) = errors(error.value)
    assert told.about["rows"] == 6
    assert "R0 NR0 2025Q1 9.50; R1" in told.text("en")
    assert "R5" not in told.text("en")
