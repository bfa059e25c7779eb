"""What an explanation tells of conclusions: status, actions, findings, what came before, criteria, who was chosen."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from incentives.explain import as_dict, explain, explanation_of
from incentives.outcome.outcome import Outcome
from tests.engine.small import Rows, assessed, snapshot

POLICY = """
metrics: {sales: {unit: money, source: [crm], when_missing: zero, title: {zh: 销售额, en: Sales}}}
ladders: {career: {levels: [junior, senior]}}
columns: {place: {unit: count, rank: {of: sales, among: sales > 0}, title: {zh: 名次, en: Place}}}
conclusions:
  cut: {title: {zh: 调整, en: Adjustment}, when: sales < 100 or sales > 9_000, over: [first], excludes: [first],
        then: [{do: propose, what: {zh: 下调, en: lower}, of: base_salary, by: -7.5%}]}
  coached: {title: {zh: 辅导, en: Coaching}, after: [cut], stands: {until: sales >= 100},
            then: [{do: assign, what: {zh: 导师, en: mentor}, among: sales >= 1_000, same: [region]}]}
  again: {title: {zh: 再次, en: Again}, when: standing("coached"), then: [{do: warn, what: {zh: 再次, en: again}}]}
  first: {title: {zh: 第一, en: First}, when: place >= 1 and sales < 500,
          then: [{do: name, what: {zh: 榜样, en: model}}]}
  senior:
    title: {zh: 晋升, en: Promotion}
    ladder: career
    from_level: junior
    criteria:
      sold: {of: sales, is: '>= 1_000', title: {zh: 销售, en: Sold}}
      test: {event: exam, is: passed, title: {zh: 考试, en: Exam}}
    then: [{do: propose, what: {zh: 晋升, en: promotion}}]
"""


@cache
def outcome() -> Outcome:
    sales = {"A": (50, 60), "B": (2_000, 1_500)}
    rows: Rows = {
        "reps": [{"rep_id": rep, "name": f"Name{rep}"} for rep in sales],
        "postings": [{"rep_id": rep, "from": "2025-01-01", "level": "junior", "region": "east"} for rep in sales],
        "snapshots": [
            snapshot(rep, period, "sales", value)
            for rep, values in sales.items()
            for period, value in zip(("2025Q1", "2025Q2"), values, strict=True)
        ],
        "decisions": [
            {"rep_id": "A", "period": "2025Q2", "about": "cut", "decision": "approved", "decided_on": "2025-07-02",
             "decided_by": "board", "reason": "agreed"},
        ],
    }  # fmt: skip
    return assessed(POLICY, rows, "2025Q2")


def told(rep: str, column: str | None, lang: str = "en") -> str:
    text = explain(outcome(), rep, "2025Q2", column, lang)
    return " ".join(text.replace("│", " ").replace("├─", " ").replace("└─", " ").split())


TELLS = [
    ("A", "cut", "Conclusion: Adjustment decided small.yaml:"),
    ("A", "cut", "propose lower by -7.5%, from the next period; decided by board on 2025-07-02, agreed"),
    ("A", "cut", "✓ Sales (60.00) < 100"),
    ("A", "cut", "✗ Sales (60.00) > 9,000"),
    ("A", "coached", "mentor: NameB"),
    ("A", "coached", "mentor NameB small.yaml:"),
    ("A", "coached", "chosen among those with: Sales ≥ 1,000; of the same Region; 1 each at most"),
    ("A", "coached", "Conclusion: Adjustment decided"),
    ("A", "again", "Coaching: standing since 2025Q1"),
    ("A", "first", "Conclusion: First withheld"),
    ("A", "first", "gave way to Adjustment"),
    ("A", "first", "by Sales, highest first, among 2 people"),
    ("A", "senior", "0 of 2 criteria met"),
    ("A", "senior", "✗ asked: ≥ 1,000.00; 940.00 to go"),
    ("A", "senior", "✗ asked: passed"),
    ("B", "senior", "✓ asked: ≥ 1,000.00"),
    ("B", "cut", "Conclusion: Adjustment not drawn"),
    ("B", "coached", "✗ Adjustment (in effect)"),
]


@pytest.mark.parametrize(("rep", "column", "part"), TELLS)
def test_tells(rep: str, column: str, part: str) -> None:
    text = told(rep, column)
    assert part in text, text


def test_in_chinese() -> None:
    text = told("A", "cut", "zh")
    for part in ("结论：调整 已定", "建议下调 -7.5%，自下一期起", "board 2025-07-02 裁定"):
        assert part in text


def test_without_a_column_all_that_was_concluded_and_no_more() -> None:
    text = told("A", None)
    titles = ("Adjustment", "Coaching", "Again", "First", "Promotion")
    assert [title for title in titles if f"Conclusion: {title}" not in text] == []
    assert "not drawn" not in text
    assert "Conclusion: Adjustment" not in told("B", None)


def test_as_plain_values() -> None:
    root: dict[str, Any] = as_dict(explanation_of(outcome(), "A", "2025Q2", "cut", "en"), "en")
    line = root["children"][0]
    assert (line["kind"], line["value"], line["place"]["line"] > 0) == ("conclusion", "decided", True)
    assert "~" not in str(root)
