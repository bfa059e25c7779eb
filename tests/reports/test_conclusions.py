"""Conclusions and promotions in every output: what they hold, in what order, and what is not handed on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from reading import in_terminal, written

from incentives.reports.narrow import narrow
from incentives.reports.report import report_of
from tests.engine.small import Rows, assessed

POLICY = Path(__file__).with_name("concluded.yaml").read_text(encoding="utf-8")
SALES = {"A": (50, 60), "B": (2_000, 1_500), "C": (300, 8_000), "D": (20, 400)}
TEAMS = {"A": "north", "B": "south", "C": "north", "D": "south"}
SALARY = {"A": "3456.78", "B": "6543.21", "C": "7654.32", "D": "8765.43"}


def rows() -> Rows:
    return {
        "reps": [{"rep_id": rep, "name": f"Name{rep}"} for rep in SALES],
        "postings": [
            {"rep_id": rep, "from": "2025-01-01", "level": "junior", "team": TEAMS[rep], "base_salary": SALARY[rep]}
            for rep in SALES
        ],
        "snapshots": [
            {"rep_id": rep, "period": period, "metric": "sales", "value": value, "source": "crm"}
            for rep, values in SALES.items()
            for period, value in zip(("2025Q1", "2025Q2"), values, strict=True)
        ],
        "events": [{"rep_id": "B", "on": "2025-02-01", "kind": "exam", "value": "passed"}],
        "decisions": [
            {"rep_id": "A", "period": "2025Q2", "about": "cut", "decision": "approved", "decided_on": "2025-07-02",
             "decided_by": "=board", "reason": "agreed"},
            {"rep_id": "B", "period": "2025Q2", "about": "senior", "decision": "rejected", "decided_on": "2025-07-02"},
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def outcome() -> Any:
    return assessed(POLICY, rows(), "2025Q2")


@pytest.fixture(scope="module")
def outputs(outcome: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    def of(team: str | None, with_pay: bool) -> dict[str, str]:
        return written(outcome, tmp_path_factory.mktemp("out"), team, with_pay, "en")

    return {"all": of(None, True), "team": of("north", True), "no_pay": of(None, False)}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def reps(text: str) -> dict[str, Any]:
    return {rep["rep_id"]: rep for rep in json.loads(text)["reps"]}


def test_a_line_for_each_action_in_order(outputs: dict[str, dict[str, str]]) -> None:
    lines = table(outputs["all"]["conclusions.csv"])
    told = [(one["rep_id"], one["conclusion"], one["status"], one["action"]) for one in lines]
    assert told == [
        ("A", "cut", "decided", "propose"), ("A", "cut", "decided", "start"), ("A", "mentor", "decided", "assign"),
        ("A", "first", "withheld", "name"),
        ("B", "grant", "decided", "award"), ("B", "senior", "rejected", "propose"),
        ("C", "grant", "decided", "award"), ("C", "rich", "decided", "warn"), ("C", "further", "decided", "warn"),
        ("D", "mentor", "standing", "assign"), ("D", "first", "decided", "name"),
    ]  # fmt: skip


def test_the_fields_of_a_line(outputs: dict[str, dict[str, str]]) -> None:
    cut = table(outputs["all"]["conclusions.csv"])[0]
    assert (cut["title"], cut["what"], cut["of"], cut["from"]) == ("Adjustment", "lower", "base_salary", "next_period")
    assert (cut["by"], cut["because"]) == ("-0.075000", "sales < 100 [sales = 60.00]")
    assert (cut["decided_by"], cut["decided_on"], cut["decision_reason"]) == ("'=board", "2025-07-02", "agreed")
    assert cut["line"] == f"small.yaml:{POLICY.splitlines().index('  cut:') + 1}"


def test_json_says_the_same(outputs: dict[str, dict[str, str]]) -> None:
    people = reps(outputs["all"]["printed.json"])
    cut, mentor, first = people["A"]["conclusions"]
    assert [action["action"] for action in cut["actions"]] == ["propose", "start"]
    assert cut["actions"][1] == {"action": "start", "what": "plan"}
    assert cut["because"] == [{"finding": "sales < 100", "values": {"sales": "60.00"}}]
    assert mentor["because"] == [{"conclusion": "cut"}]
    assert (first["status"], first["withheld"]) == ("withheld", "cut")
    sold = people["A"]["promotions"][0]["criteria"][0]
    assert sold == {
        "criterion": "sold", "title": "Sold", "value": "60.00", "test": ">= 1_000", "threshold": "1000.00",
        "distance": "940.00", "unit": "money", "met": False, "line": sold["line"],
    }  # fmt: skip


def test_everybody_on_a_level_has_each_criterion(outputs: dict[str, dict[str, str]]) -> None:
    lines = table(outputs["all"]["promotions.csv"])
    assert [(one["rep_id"], one["criterion"]) for one in lines] == [
        (rep, criterion) for rep in SALES for criterion in ("sold", "wage", "test")
    ]
    sold, wage, test = (one for one in lines if one["rep_id"] == "B")
    assert (sold["value"], sold["threshold"], sold["distance"], sold["met"]) == ("1500.00", "1000.00", "0.00", "true")
    assert (wage["value"], wage["unit"], test["value"], test["met"]) == ("6543.21", "money", "passed", "true")


def test_texts_do_not_run_as_formulas(outputs: dict[str, dict[str, str]]) -> None:
    titles = {one["title"] for one in table(outputs["all"]["conclusions.csv"])}
    assert "'=First" in titles
    assert "=First" not in titles


def test_the_terminal_tells_proposals_from_what_is_decided(outcome: Any) -> None:
    text = in_terminal(report_of(narrow(outcome), "en"))
    for told in ("Adjustment  decided 1", "Mentor  decided 1  standing 1", "since 2025Q1", "Promotion  rejected 1"):
        assert told in text
    text = in_terminal(report_of(narrow(assessed(POLICY, rows() | {"decisions": []}, "2025Q2")), "zh"))
    for told in ("调整  拟 1", "建议下调 -7.5%，自下一期起", "晋升  拟 1", "晋升  4 人"):
        assert told in text


def test_nobody_available_is_said(outcome: Any) -> None:
    nobody = assessed(POLICY.replace("among: sales >= 1_000", "among: sales >= 1_000_000"), rows(), "2025Q2")
    assert "mentor: nobody available" in in_terminal(report_of(narrow(nobody), "en"))
    assert "nobody available" not in in_terminal(report_of(narrow(outcome), "en"))


@pytest.mark.parametrize("secret", ["6543.21", "6,543.21", "8765.43", "8,765.43", "NameD"])
def test_a_team_sees_nothing_of_others(outputs: dict[str, dict[str, str]], secret: str) -> None:
    assert [name for name, text in outputs["team"].items() if secret in text] == []
    assert [name for name, text in outputs["all"].items() if secret in text]


def test_a_team_sees_the_name_of_who_was_assigned_and_no_more(outputs: dict[str, dict[str, str]]) -> None:
    mentor = next(one for one in table(outputs["team"]["conclusions.csv"]) if one["conclusion"] == "mentor")
    assert (mentor["who_name"], mentor["who"]) == ("NameB", "")
    told = [(one["rep_id"], one["conclusion"]) for one in table(outputs["all"]["conclusions.csv"])]
    mine = [(one["rep_id"], one["conclusion"]) for one in table(outputs["team"]["conclusions.csv"])]
    assert mine == [one for one in told if one[0] in ("A", "C")]
    assert {one["rep_id"] for one in table(outputs["team"]["promotions.csv"])} == {"A", "C"}


@pytest.mark.parametrize(
    "secret",
    ["6543.21", "6,543.21", "7654.32", "7,654.32", "base_salary", "-7.5", "-0.075", "lower", "Gift", "Well paid",
     "Further", "Wage"],
)  # fmt: skip
def test_without_pay_nothing_tells_of_it(outputs: dict[str, dict[str, str]], secret: str) -> None:
    assert [name for name, text in outputs["no_pay"].items() if secret in text] == []
    assert [name for name, text in outputs["all"].items() if secret in text]


def test_without_pay_the_conclusion_stays_and_its_other_values(outputs: dict[str, dict[str, str]]) -> None:
    lines = table(outputs["no_pay"]["conclusions.csv"])
    told = [(one["rep_id"], one["conclusion"], one["action"], one["because"]) for one in lines]
    assert ("A", "cut", "", "sales < 100 [sales = 60.00]") in told
    assert ("A", "cut", "start", "sales < 100 [sales = 60.00]") in told
    assert ("C", "grant", "", "sales >= 1_000 [sales = 8000.00]") in told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_same_bytes(outcome: Any, tmp_path: Path, lang: str) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    assert written(outcome, tmp_path / "one", lang=lang) == written(outcome, tmp_path / "two", lang=lang)


def test_a_workbook_lists_both(outputs: dict[str, dict[str, str]]) -> None:
    for told in ("Conclusions", "Towards promotion", "propose lower by -7.5%, from the next period"):
        assert told in outputs["all"]["assessment.xlsx"]
        assert told in outputs["all"]["report.html"]
