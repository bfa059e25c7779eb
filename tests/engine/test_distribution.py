"""Forced distribution where it is easily got wrong: few reps, equal totals, those who do not count."""

from __future__ import annotations

from typing import Any

import pytest

from .small import Rows, assessed, cases, snapshot

POLICY = """
metrics:
  rating: {unit: score, source: [crm]}
  sales: {unit: money, source: [crm]}
  late: {unit: count, source: [crm], when_missing: zero}
scorecards: {results: {items: {rating: {weight: 100%, score: rating}}}}
grade:
  of: {results: 100%}
  bands: {S: '>= 110', A: '[95..110)', B: '[75..95)', C: '< 75'}
  ceilings: {late: {when: late > 0, then: B}}
  distribution: {within: region, ties: [TIES], most: MOST}
"""


@pytest.mark.parametrize("case", cases("distribution.yaml"), ids=lambda case: case["name"])
def test_who_keeps_the_grade(case: dict[str, Any]) -> None:
    rows: Rows = {"reps": [], "snapshots": [], "decisions": [], "history": []}
    for number, rep in enumerate(case["reps"]):
        total, region, sales, *more = rep.split()
        who = {"rep_id": f"R{number:02}", "period": "2026Q3"}
        rows["reps"].append({"rep_id": who["rep_id"], "region": region if region != "-" else None})
        for metric, value in (("rating", total), ("sales", sales), ("late", "1" if more == ["late"] else "0")):
            rows["snapshots"].append(snapshot(who["rep_id"], "2026Q3", metric, value))
        if more == ["exempt"]:
            rows["decisions"].append({**who, "about": "exempt", "decision": "exempt"})
        if more == ["history"]:
            rows["history"].append({**who, "total": 130, "grade": "S"})
    most = "{" + ", ".join(f"{grade}: {share}" for grade, share in case["most"].items()) + "}"
    found = assessed(POLICY.replace("MOST", most).replace("TIES", case.get("ties", "sales")), rows, "2026Q3").rows(
        ["grade"]
    )
    assert " ".join(grade or "." for (grade,) in found) == case["grades"]
