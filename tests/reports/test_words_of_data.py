"""Usual English words of the data are Chinese in Chinese output; any other word stays as the data has it."""

from __future__ import annotations

import pytest

from incentives.explain import explain
from incentives.outcome.concluded_text import criterion_text, threshold_text
from incentives.reports.concluded import drawn_of
from tests.engine.small import Rows, assessed

POLICY = """
ladders: {l: {levels: [a, b]}}
metrics: {n: {unit: count, over: events, where: 'kind = "exam"', take: count}}
conclusions: {up: {ladder: l, from_level: a, criteria: {t: {event: exam, is: passed}}, then: [{do: propose}]}}
"""


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("passed", "通过", "passed"),
        ("Failed", "未通过", "Failed"),
        ("第1名", "第1名", "第1名"),
        ("gold", "gold", "gold"),
    ],
)
def test_what_an_event_came_to(value: str, zh: str, en: str) -> None:
    assert [criterion_text(value, "text", lang) for lang in ("zh", "en")] == [zh, en]
    assert [threshold_text(value, None, "text", lang) for lang in ("zh", "en")] == [zh, en]


def test_explained_in_chinese() -> None:
    rows: Rows = {"reps": [{"rep_id": "R1", "level": "a"}]}
    rows["events"] = [{"rep_id": "R1", "on": "2025-01-05", "kind": "exam", "value": "passed", "source": "form"}]
    said = explain(assessed(POLICY, rows, "2025Q1"), "R1", "2025Q1", lang="zh")
    assert "要求 通过" in said
    assert "来源：表单" in said
    assert "passed" not in said
    assert "asked: passed" in explain(assessed(POLICY, rows, "2025Q1"), "R1", "2025Q1", lang="en")


def test_a_report_tells_in_chinese_why_somebody_is_promoted() -> None:
    rows: Rows = {"reps": [{"rep_id": "R1"}]}
    rows["postings"] = [{"rep_id": "R1", "from": "2025-01-01", "level": "a"}]
    rows["events"] = [{"rep_id": "R1", "on": "2025-01-05", "kind": "exam", "value": "passed"}]
    outcome = assessed(POLICY, rows, "2025Q1")
    for lang, said in (("zh", "通过"), ("en", "passed")):
        [drawn] = drawn_of(outcome, lang)
        [told] = drawn.people
        assert [text.split(" ")[-1] for text in told.because] == [said]
