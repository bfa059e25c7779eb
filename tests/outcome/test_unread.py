"""Rows that no rule uses are remarked, by file and row, and others are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import assess, load_data, load_ruleset
from tests.engine.small import HEAD, Rows, assessed
from tests.oracle.drawing import written

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("unread.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
TABLES = (
    "orders", "receipts", "credits", "events", "targets", "decisions", "rates", "postings", "calendar",
)  # fmt: skip
OWN = ("orders", "events", "decisions", "postings")  # tables whose rows are about R1 unless they say otherwise
HERE = {
    "period_empty", "rows_unplaced", "reversal_alone", "order_after_left", "decision_unfounded", "posting_gap",
    "target_unsigned",
}  # fmt: skip


def rows_of(case: dict[str, Any]) -> Rows:
    leaver = {"left_on": "2025-05-15"} if "left" in case else {}
    team = {"team": case["team"]} if "team" in case else {}
    rows: Rows = {"reps": [{"rep_id": "R1", "hired_on": "2024-01-01"} | leaver | team, {"rep_id": "R2"}]}
    for table in TABLES:
        found = case.get(table, [])
        rows[table] = [({"rep_id": "R1"} if table in OWN else {}) | row for row in found]
    return {table: found for table, found in rows.items() if found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_said(case: dict[str, Any]) -> None:
    policy = HEAD + "currency: CNY\n" + written(case["policy"])
    remarks = assessed(policy, rows_of(case), "2025Q1").remarks
    assert all(remark.warning for remark in remarks)
    assert {one.code: one.text("en") for one in remarks if one.code not in HERE} == case.get("says", {})
    assert all(one.text("zh") and one.mend("zh") for one in remarks if one.code in case.get("says", {}))


def test_file_and_row_are_named(tmp_path: Path) -> None:
    (tmp_path / "reps.csv").write_text("rep_id\nR1\n", encoding="utf-8")
    kinds = ["exam", *["exmas"] * 7]
    lines = [f"R1,2025-01-{n + 1:02},{kind}" for n, kind in enumerate(kinds)]
    (tmp_path / "events.csv").write_text("\n".join(["rep_id,on,kind", *lines, ""]), encoding="utf-8")
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        HEAD + "metrics: {n: {unit: count, over: events, where: 'kind = \"exam\"', take: count}}\n", encoding="utf-8"
    )
    ruleset = load_ruleset(policy)
    (remark,) = assess(ruleset, load_data(tmp_path, ruleset), ["2025Q1"]).remarks
    assert (Path(remark.place.file).name, remark.place.line) == ("events.csv", 3)
    assert remark.text("zh") == (
        "7 个“exmas”事件没有任何规则读取：R1 2025-01-02、R1 2025-01-03、R1 2025-01-04、R1 2025-01-05、R1 2025-01-06 …；"
        "办法读取的事件：exam"
    )


def test_a_rejection_of_what_was_not_drawn_is_told() -> None:
    policy = """
metrics: {sales: {unit: money, source: [crm], when_missing: zero}}
conclusions: {cut: {title: {zh: 下调, en: Cut}, when: sales < 0, then: [{do: propose}]}}
"""
    rows: Rows = {"reps": [{"rep_id": "R1"}]}
    rows["decisions"] = [{"rep_id": "R1", "period": "2025Q1", "about": "cut", "decision": "rejected"}]
    assert "rejected_undrawn" in [remark.code for remark in assessed(policy, rows, "2025Q1").remarks]
    drawn = assessed(policy.replace("sales < 0", "sales < 1"), rows, "2025Q1")
    assert "rejected_undrawn" not in [remark.code for remark in drawn.remarks]
