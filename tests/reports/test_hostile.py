"""Names from the data are text and nothing else, whichever way they are shown."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
import yaml
from made import outcome_made, person, unassessed, with_titles
from reading import written

from incentives.outcome.figures_text import plain

NAMES = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=NAMES, ids=ascii)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def outputs(name, folder):
    rows = [
        person("R1", name=name, team=name, pay_total="-5.00", commission="-5.00"),
        unassessed("R2", "exempt", "status", assessment_detail=name),
        person("R3", decided_by=name, decision_reason=name, decided_on="2026-10-01"),
    ]
    outcome = with_titles(outcome_made(rows), commission=name or "x", sales=name or "x", ceiling_margin=name or "x")
    return written(outcome, folder)


class Tags(HTMLParser):
    """The tags of a page and the text between them."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not [key for key, _ in attrs if key.startswith("on")]

    def handle_data(self, data):
        self.text += data


def test_the_page_shows_it_as_text(name, outputs):
    tags = Tags()
    tags.feed(outputs["report.html"])
    assert not tags.tags & {"script", "img", "b>"}
    assert plain(name) in tags.text


def test_the_terminal_shows_it_as_text(name, outputs):
    text = outputs["terminal"]
    assert "\x1b" not in text
    assert plain(name)[:8] in text


def test_nothing_unseen_reaches_a_screen(outputs):
    for shown in ("terminal", "report.html"):
        assert not {c for c in outputs[shown] if c != "\n" and plain(c) != c}


def test_a_spreadsheet_runs_nothing_from_csv(name, outputs):
    row = next(csv.DictReader(io.StringIO(outputs["printed.csv"], newline="")))
    assert row["name"].removeprefix("'") == name.removeprefix("'")
    assert not row["name"].startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert row["commission"] == "-5.00"
    for line in csv.DictReader(io.StringIO(outputs["pay.csv"].removeprefix("\ufeff"), newline="")):
        assert not line["title"].startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_a_workbook_holds_text_not_formulas(name, folder, outputs):
    assert outputs
    sheet = openpyxl.load_workbook(folder / "assessment.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "b", "inlineStr"}
    assert (sheet.cell(2, 2).value or "") == plain(name)


def test_json_keeps_it_as_it_was(name, outputs):
    assert json.loads(outputs["printed.json"])["reps"][0]["name"] == name
