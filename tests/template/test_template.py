"""The workbook of a policy: what it asks for is what is read, and filled in it gives what the same data gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from incentives.cli import run
from incentives.execution.assess import assess
from incentives.faults import RefusedError
from incentives.plan.compile import compile_plan
from incentives.ruleset.ruleset import load_ruleset
from incentives.starter import HERE, leave_starter
from incentives.tables.data import load_data
from incentives.tables.periods import parse_period
from incentives.template import Sheet, leave_template, sheets_of

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("sales-2026", "software-2026", "northwind", "leads", "customers")


def asked(name: str, lang: str, department: str = "") -> tuple[Sheet, ...]:
    ruleset = load_ruleset(ROOT / f"rulesets/{name}.yaml")
    return sheets_of(ruleset, compile_plan(ruleset), lang, department=department)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SHIPPED)
def test_an_empty_one_is_read_without_a_fault(name: str, lang: str, tmp_path: Path) -> None:
    ruleset = load_ruleset(ROOT / f"rulesets/{name}.yaml")
    leave_template(tmp_path / "data.xlsx", asked(name, lang), ruleset, lang)
    tables = load_data(tmp_path / "data.xlsx", ruleset)
    assert tables.remarks == ()
    assert {sheet.table for sheet in asked(name, lang)} == {*tables.delivered}


def test_filled_in_it_gives_what_the_same_data_gives(tmp_path: Path) -> None:
    policy, data = leave_starter(tmp_path)
    ruleset = load_ruleset(policy)
    blank = tmp_path / "blank.xlsx"
    leave_template(blank, sheets_of(ruleset, compile_plan(ruleset), "zh"), ruleset, "zh")
    book = openpyxl.load_workbook(blank)
    given = yaml.safe_load((HERE / "sheets.yaml").read_text(encoding="utf-8"))
    given["指标"] = given.pop("业绩")
    for title, sheet in given.items():
        heads = [cell.value for cell in book[title][1]]
        for number, values in enumerate(sheet["rows"], start=2):
            for heading, value in zip(sheet["columns"], values, strict=True):
                if heading in heads:
                    book[title].cell(number, heads.index(heading) + 1).value = value
    book.save(blank)
    found, expected = (assess(ruleset, load_data(file, ruleset), ["2026Q3"]) for file in (blank, data))
    names = [
        column.name for column in expected.columns if column.role in ("total", "grade", "score", "pay", "pay_total")
    ]
    assert found.rows(names) == expected.rows(names)
    assert len(found.rows(names)) == 2


def test_of_people_only_what_rules_read_is_asked() -> None:
    heads = {sheet.table: [head.title for head in sheet.heads] for sheet in asked("leads", "zh")}
    assert "基本工资" not in heads["leads"]
    assert "orders" not in heads
    heads = {sheet.table: [head.title for head in sheet.heads] for sheet in asked("sales-2026", "zh")}
    assert {"基本工资", "上级工号"} <= {*heads["reps"]}
    assert "产品线" not in heads["orders"]


def test_a_department_gets_its_own_metrics() -> None:
    (own,) = asked("sales-2026", "zh", "客服")
    (same,) = asked("sales-2026", "zh", "customer_service")
    assert own == same
    titles = {head.title for head in own.heads}
    assert "客户满意度" in titles
    assert "销售额" not in titles
    with pytest.raises(RefusedError) as refused:
        asked("sales-2026", "zh", "nobody")
    assert [fault.code for fault in refused.value.faults] == ["department_unknown"]


def test_the_people_of_a_data_set_are_filled_in() -> None:
    ruleset = load_ruleset(ROOT / "rulesets/sales-2026.yaml")
    plan, tables = compile_plan(ruleset), load_data(ROOT / "fixtures/company", ruleset)
    period = parse_period("2026Q4", 1)
    found = {sheet.table: sheet for sheet in sheets_of(ruleset, plan, "zh", tables, period)}
    people = {row[0]: dict(zip([h.title for h in found["reps"].heads], row, strict=True)) for row in found["reps"].rows}
    assert people["R017"]["姓名"] == tables.con.query("SELECT name FROM reps WHERE rep_id = 'R017'")[0][0]
    assert {person["状态"] for person in people.values()} <= {"试用", "在岗", "请假", "产假", "待岗"}
    assert [row[0] for row in found["snapshots"].rows] == sorted(people)
    assert {row[2] for row in found["snapshots"].rows} == {"2026Q4"}
    heads = [head.title for head in found["targets"].heads]
    assert len(found["targets"].rows) == len(people) * len({row[heads.index("指标")] for row in found["targets"].rows})


def test_cells_take_only_what_may_stand_in_them(tmp_path: Path) -> None:
    ruleset = load_ruleset(ROOT / "rulesets/sales-2026.yaml")
    leave_template(tmp_path / "data.xlsx", asked("sales-2026", "zh"), ruleset, "zh")
    book = openpyxl.load_workbook(tmp_path / "data.xlsx")
    rules: dict[str, Any] = {}
    for page in book:
        for rule in page.data_validations.dataValidation:
            column = str(rule.sqref).split(":")[0].rstrip("0123456789")
            rules[f"{page.title}!{page[column + '1'].value}"] = rule
    assert rules["人员!入职日期"].type == "date"
    assert rules["人员!状态"].type == "list"
    assert rules["指标!客户满意度"].type == "decimal"
    lists = rules["目标!指标"].formula1
    column = lists.split("$")[1]
    assert "销售额" in [cell.value for cell in book["填表选项"][column]]
    assert book["填表选项"].sheet_state == "hidden"
    assert book["指标"]["D1"].comment is not None


def test_nothing_is_overwritten_and_bytes_are_the_same(tmp_path: Path) -> None:
    policy = str(ROOT / "rulesets/leads.yaml")
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    assert run(["template", policy, "-o", str(first)]) == 0
    assert run(["template", policy, "-o", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert run(["template", policy, "-o", str(first)]) == 1
    assert first.read_bytes() == second.read_bytes()
    assert run(["template", policy, "-o", str(tmp_path / "a.csv")]) == 1
    assert run(["template", policy, "-o", str(tmp_path / "c.xlsx"), "--period", "soon"]) == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]
