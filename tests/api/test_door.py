"""`from incentives import …`: every verb, whatever was imported before; quick to import, and short to look at."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import incentives
from incentives import Outcome, Session, check, prove, schema, test, text_of, write_files
from incentives.cli import cli

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "fixtures" / "company"
VERBS = {
    "check": "check", "test": "test", "assess": "assess", "explain": "explain", "payroll": "payroll",
    "simulate": "simulate", "schema": "schema", "init": "init", "template": "template",
}  # fmt: skip


def python(code: str) -> str:
    """What another process prints."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_every_command_is_a_verb() -> None:
    assert set(VERBS) == set(cli.commands)
    assert set(VERBS) <= set(incentives.__all__)


@pytest.mark.parametrize("name", incentives.__all__)
def test_each_name_is_there(name: str) -> None:
    assert name in dir(incentives)
    assert callable(getattr(incentives, name))


def test_all_is_what_the_api_has() -> None:
    import incentives.api

    assert incentives.__all__ == incentives.api.__all__


@pytest.mark.parametrize("name", ["explain", "payroll", "prove", "simulate"])
@pytest.mark.parametrize(
    "before", ["", "import incentives.{0}\n", "from incentives.{0} import __doc__\n", "import incentives.api\n"]
)
def test_a_verb_stays_one_whatever_is_imported(name: str, before: str) -> None:
    code = before.format(name) + f"from incentives import {name}\nimport incentives.{name} as package\n"
    code += f"import inspect\nfrom incentives.{name} import __name__ as inside\n"
    code += f"print(callable({name}), inside, callable(package), list(inspect.signature({name}).parameters)[0])"
    first = {"explain": "outcome", "payroll": "ruleset", "prove": "path", "simulate": "ruleset"}[name]
    assert python(code).split() == ["True", f"incentives.{name}", "True", first]


def test_importing_loads_nothing() -> None:
    heavy = ("duckdb", "pydantic", "lark", "yaml", "rich", "z3", "pandas", "polars", "pyarrow", "click")
    assert python(f"import sys, incentives; print([n for n in {heavy} if n in sys.modules])") == "[]\n"
    some = ("rich", "z3", "pandas", "polars", "pyarrow", "jinja2")
    code = f"import sys; from incentives import assess; print([n for n in {some} if n in sys.modules])"
    assert python(code) == "[]\n"


def test_what_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="assses"):
        incentives.assses  # noqa: B018


def test_everything_is_short_to_look_at(company: Session, outcome: Outcome) -> None:
    comparison = company.simulate("figures.score_cap.value=120", "2026Q3")
    explanation = company.explain("R017", "2026Q3", "grade")
    looked_at: list[Any] = [company, company.ruleset, company.tables, company.plan, outcome, comparison, explanation]
    looked_at += [explanation.lines[0], company.payroll("2026Q2")]
    for one in looked_at:
        assert "\n" not in repr(one)
        assert len(repr(one)) < 300
    assert repr(outcome) == "<Outcome of sales_quarterly 2026.1: 2026Q3, 40 rows, 243 columns>"


def test_a_notebook_shows_escaped_rows(outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCENTIVES_LANG", "en")
    shown = outcome._repr_html_()
    assert "<caption>Quarterly sales assessment and incentives 2026.1 · 2026Q3 · the first 10 of 40 rows<" in shown
    assert "<th>Mentor&#x27;s award</th>" in shown
    assert "<td>R001</td><td>陈志远</td>" in shown
    assert shown.count("<tr>") == 11
    monkeypatch.setenv("INCENTIVES_LANG", "zh")
    assert "<th>工号</th>" in outcome._repr_html_()


def test_a_name_that_is_markup_is_escaped(company: Session) -> None:
    given = {file.stem: list(csv.DictReader(file.open(encoding="utf-8-sig"))) for file in COMPANY.glob("*.csv")}
    given["reps"][0]["name"] = "<b>"
    tables = incentives.load_data(given, company.ruleset)
    shown = incentives.assess(company.ruleset, tables, "2026Q3", company.plan)._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_policies_without_data() -> None:
    policy = ROOT / "rulesets" / "leads.yaml"
    assert check(policy) == []
    faults, plan, verdicts = prove(policy)
    assert (faults, plan is not None, len(verdicts) > 3) == ([], True, True)
    told = test(policy)
    assert (told.cases, told.differences) == (10, ())
    assert text_of(told, "en") == "cases: 10, all agree\n"
    assert "scorecards" in str(schema())


def test_files_as_the_command_line_writes_them(outcome: Outcome, company: Session, tmp_path: Path) -> None:
    written = write_files(outcome, tmp_path / "out", lang="en")
    assert {file.name for file in written} >= {"outcome.parquet", "pay.csv", "report.html", "manifest.json"}
    assert all(file.is_file() for file in written)
    write_files(outcome, tmp_path / "team", team="深圳组", with_pay=False)
    assert "35427.33" not in (tmp_path / "team" / "pay.csv").read_text(encoding="utf-8")
    batch = company.payroll("2026Q2")
    (lines, *_) = write_files(batch, tmp_path / "batch")
    assert len(lines.read_text(encoding="utf-8").splitlines()) == len(batch.lines()) + 1
    policy, data = incentives.init(tmp_path / "mine")
    assert incentives.load_data(data, incentives.load_ruleset(policy)).inputs


def test_texts_are_those_of_the_command_line(company: Session, outcome: Outcome, capfd: Any) -> None:
    from incentives.cli import run

    given = ["--data", str(ROOT / "fixtures" / "company"), "--period", "2026Q3", "--lang", "en"]
    policy = company.ruleset.file
    run(["explain", policy, *given, "--rep", "R017", "--column", "grade"])
    assert capfd.readouterr().out == text_of(incentives.explain(outcome, "R017", column="grade", lang="en"))
    assert text_of(outcome, "en").startswith("Quarterly sales assessment and incentives  2026.1 2026Q3")
    cheaper = company.simulate(["figures.score_cap.value=120", {"figures.score_cap.value": 130}], "2026Q3")
    assert [one.total.difference < 0 for one in cheaper] == [True, False]
    assert "figures.score_cap.value=130" in text_of(cheaper, "en")
