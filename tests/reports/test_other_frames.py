"""Reports of what is no quarter of a rep: months show how far they are, leads show where they go."""

from pathlib import Path

from reading import in_terminal

from incentives.api import assess, load_data, load_ruleset
from incentives.faults import Place
from incentives.reports.narrow import narrow
from incentives.reports.report import report_of
from incentives.tables.data import tables_from_rows

ROOT = Path(__file__).parents[2]


def shown(outcome) -> str:
    return in_terminal(report_of(narrow(outcome, None, True), "zh", None, True), width=120)


def test_a_month_shows_the_way_to_the_target_and_no_empty_total():
    ruleset = load_ruleset(ROOT / "rulesets" / "sales-2026.yaml")
    text = shown(assess(ruleset, load_data(ROOT / "fixtures" / "company", ruleset), ["2026-08"]))
    heading = next(line for line in text.splitlines() if line.startswith("工号"))
    assert heading.split() == ["工号", "姓名", "团队", "已过时间", "销售进度", "销售进度比率"]
    row = next(line for line in text.splitlines() if line.startswith("R002"))
    assert row.split()[-3:] == ["66.6667%", "578,500.00", "94.3207%"]


def test_a_lead_shows_where_it_goes():
    ruleset = load_ruleset(ROOT / "rulesets" / "leads.yaml")
    values = {"budget": "1000000", "decision_power": "3", "weeks_to_decision": "4"}
    rows = [
        {"lead_id": "L1", "period": "2026-07", "metric": metric, "value": value, "source": "crm"}
        for metric, value in values.items()
    ]
    outcome = assess(ruleset, tables_from_rows({"snapshots": rows}, ruleset, Place("leads")), ["2026-07"])
    text = shown(outcome)
    assert "senior reps first" in text
    assert text.splitlines()[1].split()[:2] == ["线索编号", "名称"]
    assert "线索 1 = 已评定 1" in text


def test_a_subject_of_the_policys_own_goes_by_its_name(tmp_path):
    (tmp_path / "p.yaml").write_text(
        'ruleset: shop\nversion: "1"\neffective: {from: 2026-01-01}\nsubject: 店员\ngrain: month\n'
        "metrics: {sales: {unit: money, source: [crm]}}\n"
    )
    ruleset = load_ruleset(tmp_path / "p.yaml")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "snapshots.csv").write_text("店员编号,期间,sales,source\nD1,2026-01,120,crm\n")
    (tmp_path / "data" / "店员.csv").write_text("店员编号,姓名\nD1,甲\n")
    text = shown(assess(ruleset, load_data(tmp_path / "data", ruleset), ["2026-01"]))
    assert text.splitlines()[1].split()[:2] == ["店员编号", "名称"]
    assert "店员 1 = " in text


def test_a_year_says_how_many_quarters_are_wanting():
    ruleset = load_ruleset(ROOT / "rulesets" / "sales-2026.yaml")
    outcome = assess(ruleset, load_data(ROOT / "fixtures" / "company", ruleset), ["2026"])
    lines = shown(outcome).splitlines()
    assert next(line for line in lines if line.startswith("R007")).endswith("仅 1/3 期")
    rows = {row.key: row for row in report_of(narrow(outcome, None, True), "en", None, True).rows}
    assert (rows["R007"].standing, rows["R018"].reason) == ("1 of 3 periods", "2 of 3 periods")
    assert rows["R001"].reason == ""
