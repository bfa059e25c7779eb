"""What stands tells why it was drawn, and in which period, wherever conclusions are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from incentives.explain import explain
from incentives.reports.folder import stream_of
from incentives.reports.narrow import narrow
from incentives.reports.report import report_of
from tests.engine.small import Rows, assessed, snapshot
from tests.reports.reading import in_terminal

POLICY = """
metrics: {sales: {unit: money, source: [crm], title: {zh: 销售额, en: Sales}}}
conclusions:
  watch: {title: {zh: 观察, en: Watch}, when: sales < 100, stands: {until: sales >= 500},
          then: [{do: warn, what: {zh: 谈话, en: talk}}]}
  after: {title: {zh: 跟进, en: Follow-up}, after: [watch], stands: {for: 2}, then: [{do: warn}]}
  courses: {title: {zh: 课程, en: Courses}, stands: {for: 2}, then: [{do: enrol}],
            any_of: {a: {when: sales < 60, what: {zh: 甲, en: A}}, b: {when: sales < 50, what: {zh: 乙, en: B}}}}
"""
SALES = {"R1": ("55.5", "300", "400"), "R2": ("40", "45", "499.99"), "R3": ("99.99", "500", "500"), "R4": (100, 1, 500)}


@pytest.fixture(scope="module")
def outcome() -> Any:
    quarters = ("2025Q1", "2025Q2", "2025Q3")
    rows: Rows = {
        "reps": [{"rep_id": rep, "name": f"N{rep}"} for rep in SALES],
        "snapshots": [
            snapshot(rep, period, "sales", value)
            for rep, values in SALES.items()
            for period, value in zip(quarters, values, strict=True)
        ],
    }
    return assessed(POLICY, rows, "2025Q3")


def concluded(outcome: Any) -> dict[str, list[dict[str, Any]]]:
    found = json.loads(b"".join(stream_of(outcome, "json", "en", None, True)))["reps"]
    return {rep["rep_id"]: rep["conclusions"] for rep in found}


def test_json_has_the_values_of_the_period_in_which_it_was_drawn(outcome: Any) -> None:
    found = {
        rep: {one["conclusion"]: (one["status"], one["since"], one["because"]) for one in of}
        for rep, of in concluded(outcome).items()
    }

    def sales(test: str, value: str) -> dict[str, Any]:
        return {"finding": f"sales < {test}", "values": {"sales": value}}

    assert found == {
        "R1": {
            "watch": ("standing", "2025Q1", [sales("100", "55.50")]),
            "after": ("standing", "2025Q1", [{"conclusion": "watch"}]),
            "courses": ("standing", "2025Q1", [sales("60", "55.50")]),
        },
        "R2": {
            "watch": ("standing", "2025Q2", [sales("100", "45.00")]),
            "after": ("standing", "2025Q2", [{"conclusion": "watch"}]),
            "courses": ("standing", "2025Q2", [sales("60", "45.00"), sales("50", "45.00")]),
        },
        "R3": {"after": ("standing", "2025Q1", [{"conclusion": "watch"}])},
        "R4": {
            "watch": ("standing", "2025Q2", [sales("100", "1.00")]),
            "after": ("standing", "2025Q2", [{"conclusion": "watch"}]),
            "courses": ("standing", "2025Q2", [sales("60", "1.00"), sales("50", "1.00")]),
        },
    }


def test_what_stands_asks_only_what_its_cases_asked_when_it_was_drawn(outcome: Any) -> None:
    asked = {rep: [a["what"] for one in of if one["conclusion"] == "courses" for a in one["actions"]]
             for rep, of in concluded(outcome).items()}  # fmt: skip
    assert asked == {"R1": ["A"], "R2": ["A", "B"], "R3": [], "R4": ["A", "B"]}


@pytest.mark.parametrize(("lang", "since", "why"), [
    ("zh", "自 2025Q1 起", "销售额 55.50"), ("en", "since 2025Q1", "Sales 55.50"),
])  # fmt: skip
def test_people_are_told_everywhere(outcome: Any, tmp_path: Path, lang: str, since: str, why: str) -> None:
    texts = {"terminal": in_terminal(report_of(outcome, lang), width=200)}
    texts["page"] = b"".join(stream_of(outcome, "html", lang, None, True)).decode()
    texts["explain"] = " ".join(explain(outcome, "R1", "2025Q3", "watch", lang).split())
    file = tmp_path / "book.xlsx"
    file.write_bytes(b"".join(stream_of(outcome, "xlsx", lang, None, True)))
    cells = [str(c.value) for sheet in load_workbook(file) for row in sheet.iter_rows() for c in row if c.value]
    texts["workbook"] = "\n".join(cells)
    assert {name for name, text in texts.items() if since not in text or why not in text} == set()


def test_a_team_sees_the_reasons_without_pay(outcome: Any) -> None:
    seen = narrow(outcome, None, with_pay=False)
    assert "Sales 55.50" in in_terminal(report_of(seen, "en", None, False), width=200)
