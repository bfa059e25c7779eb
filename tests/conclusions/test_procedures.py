"""The steps of a promotion: in their order, none skipped, none before its time (POLICY R7)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.explain import explain
from incentives.outcome.outcome import Outcome
from tests.engine.small import Rows, assessed, ruleset_of

POLICY = """
metrics: {sales: {unit: money, source: [crm], when_missing: zero}}
procedures:
  promotion:
    title: {zh: 晋升程序, en: promotion}
    event: promotion_step
    steps:
      applied: {}
      review: {parts: [review_manager, review_colleagues, review_customers]}
      defence: {}
      published: {}
      effective: {working_days: 5}
"""
CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("procedures.yaml").read_text(encoding="utf-8"))


@cache
def outcome() -> Outcome:
    """Every case is one rep of one run."""
    rows: Rows = {"reps": [], "postings": [], "events": [], "snapshots": []}
    for number, case in enumerate(CASES):
        key = f"R{number:02}"
        rows["reps"].append({"rep_id": key})
        rows["postings"].append({"rep_id": key, "from": "2026-01-01"})
        rows["snapshots"].append({"rep_id": key, "period": "2026Q1", "metric": "sales", "value": 1, "source": "crm"})
        for step in case["steps"]:
            day, _, value = step.partition(" ")
            rows["events"].append({"rep_id": key, "on": f"2026-{day}", "kind": "promotion_step", "value": value})
    rows["calendar"] = [{"on": f"2026-02-{day}", "kind": "holiday"} for day in range(16, 21)]
    rows["calendar"] += [{"on": "2026-01-01", "kind": "holiday"}, {"on": "2026-02-14", "kind": "make_up"}]
    return assessed(ruleset_of(POLICY), rows, "2026Q1")


def steps_of(number: int) -> dict[str, dict[str, Any]]:
    """The steps of one case's last turn, by name."""
    turn = CASES[number].get("turn", 1 if any("applied" in step for step in CASES[number]["steps"]) else 0)
    names = ("step", "state", "since", "least", "lacks")
    rows = outcome().con.query(
        f"SELECT {', '.join(names)} FROM procedures WHERE rep_id = ? AND turn = ? AND period = '2026Q1'",
        [f"R{number:02}", turn],
    )
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_steps(number: int) -> None:
    case, steps = CASES[number], steps_of(number)
    assert {name: steps[name]["state"] for name in case["states"]} == case["states"]
    wrong = [step for step in steps.values() if step["state"] in ("skipped", "early", "too_soon")]
    if "told" in case:
        assert [{"since": step["since"], "least": step["least"]} for step in wrong] == [case["told"]]
    if "lacks" in case:
        assert [step["lacks"] for step in wrong] == [case["lacks"]]


def test_explain_tells_the_steps() -> None:
    names = [case["name"] for case in CASES]
    number = names.index("one of the three reviews is lacking")
    told = explain(outcome(), f"R{number:02}", "2026Q1", lang="zh")
    assert "晋升程序  5 步完成 2 步" in told
    assert "后面的步骤已经进行" in told
    assert "缺 review_colleagues" in told


def test_each_wrong_step_is_a_remark_at_its_line() -> None:
    wrong = {
        (f"R{number:02}", step["state"])
        for number in range(len(CASES))
        for step in steps_of(number).values()
        if step["state"] in ("skipped", "early", "too_soon")
    }
    remarks = [fault for fault in outcome().remarks if fault.code.startswith("procedure_")]
    assert {(fault.about["key"], fault.code.removeprefix("procedure_")) for fault in remarks} == wrong
    assert all(fault.warning and fault.place.line for fault in remarks)
    assert "晋升程序" in remarks[0].text("zh")
    assert "promotion" in remarks[0].text("en")
