"""The commands as somebody types them: what is printed where, exit codes, no traceback whatever happens."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import yaml

from incentives.cli import run

CASES = yaml.safe_load(Path(__file__).with_name("commands.yaml").read_text(encoding="utf-8"))
ROOT = Path(__file__).parents[2]
ASSESS = ["assess", "policy.yaml", "--data", "data.xlsx"]


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("starter")
    assert run(["init", str(folder)]) == 0
    (folder / "broken.yaml").write_text("ruleset: x\nversionn: 1\n")
    (folder / "empty.yaml").write_text((folder / "policy.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "empty.cases.yaml").write_text("cases: {}\n")
    return folder


@pytest.fixture(autouse=True)
def _there(starter, monkeypatch):
    monkeypatch.chdir(starter)
    monkeypatch.delenv("INCENTIVES_LANG", raising=False)
    monkeypatch.delenv("INCENTIVES_DEBUG", raising=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case["args"]) or "nothing")
def test_a_command_says_what_it_should(case, capsys):
    code = run(case["args"])
    said = capsys.readouterr()
    assert (code, case.get("out", "") in said.out, case.get("err", "") in said.err) == (case["exit"], True, True), said
    assert "Traceback" not in said.out + said.err
    if case["exit"]:
        assert said.out == "" or case["args"][0] == "check"


def test_the_language_may_come_from_the_environment(capsys, monkeypatch):
    monkeypatch.setenv("INCENTIVES_LANG", "en")
    assert run(["check", "policy.yaml"]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


def test_the_language_before_the_command_is_stronger(capsys, monkeypatch):
    monkeypatch.setenv("INCENTIVES_LANG", "zh")
    assert run(["--lang", "en", "check", "policy.yaml"]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


def test_json_on_standard_output_is_json_alone(capsys):
    assert run([*ASSESS, "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert [(rep["rep_id"], rep["grade"]) for rep in made["reps"]] == [("001", "A"), ("002", "B")]
    assert made["manifest"]["inputs"][0]["name"] == "data.xlsx"
    assert str(Path.cwd()) not in json.dumps(made)


def test_all_files_are_written_and_named_on_standard_error(capsys):
    assert run([*ASSESS, "-o", "out"]) == 0
    said = capsys.readouterr()
    tables = {"pay.csv", "conclusions.csv", "promotions.csv"}
    files = {"report.html", "assessment.xlsx", "outcome.parquet", "manifest.json"} | tables
    assert {file.name for file in Path("out").iterdir()} == files
    assert all(name in said.err and name not in said.out for name in files)


def test_faults_of_the_policy_come_before_those_of_the_data(capsys):
    """The two are looked for side by side."""
    faulty = Path("policy.yaml").read_text(encoding="utf-8").replace("base: sales", "base: sales / grade")
    Path("faulty.yaml").write_text(faulty, encoding="utf-8")
    assert run(["assess", "faulty.yaml", "--data", "no-such-folder"]) == 1
    said = capsys.readouterr().err
    assert ("faulty.yaml:" in said, "no-such-folder" in said) == (True, False), said


def test_an_unexpected_error_is_one_line(capsys, monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("far below")

    monkeypatch.setattr("incentives.ruleset.load_ruleset", fails)
    assert run([*ASSESS, "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("unexpected error (ZeroDivisionError: far below)")
    assert said.count("\n") == 1


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), RuntimeError("Query interrupted")])  # the second by DuckDB
def test_an_interrupt_is_quiet(capsys, monkeypatch, raised):
    def interrupted(*_):
        raise raised

    monkeypatch.setattr("incentives.ruleset.load_ruleset", interrupted)
    assert run(ASSESS) == 130
    assert capsys.readouterr().err.strip() == ""


@pytest.mark.parametrize("amount", ["10000.00", "much"])
def test_nothing_of_a_run_stays_behind(tmp_path, amount):
    """A file in another encoding is read from a copy; what the process holds at its end is not taken apart."""
    data, scratch = tmp_path / "data", tmp_path / "scratch"
    data.mkdir()
    scratch.mkdir()
    (data / "reps.csv").write_text("工号,姓名,入职日期\n001,张三,2025-01-01\n", encoding="gb18030")
    wide = "工号,期间,来源,销售额,毛利额,回款额,应回款额,客户满意度,客户满意度来源"
    snapshots = f"{wide}\n001,2026Q3,crm,{amount},1,1,1,90,客服\n"
    (data / "snapshots.csv").write_text(snapshots, encoding="gb18030")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}
    command = [sys.executable, "-m", "incentives", "assess", "policy.yaml", "--data", str(data), "--format", "csv"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode == 0, "张三" in done.stdout) == (amount != "much", amount != "much"), done.stderr
    assert list(scratch.iterdir()) == []


def test_a_reader_that_leaves_gets_no_complaint():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "incentives", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_help_imports_nothing_heavy():
    heavy = "duckdb", "pydantic", "rich", "lark", "yaml"
    script = f"import sys, incentives.cli; print([m for m in {heavy} if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"


def test_init_leaves_a_workbook_to_fill_in():
    book = openpyxl.load_workbook("data.xlsx")
    assert book.sheetnames == ["人员", "业绩", "目标"]
    people = book["人员"]
    assert [cell.value for cell in people[1]][:3] == ["工号", "姓名", "入职日期"]
    assert (people["A2"].value, people["A2"].data_type, people["A2"].number_format) == ("001", "s", "@")
    assert people.data_validations.dataValidation


def test_init_changes_nothing_that_is_there(capsys):
    before = {file.name: file.read_bytes() for file in Path().glob("*.*")}
    assert run(["init", "."]) == 1
    assert "data.xlsx" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in Path().glob("*.*")} == before


def test_init_tells_a_command_that_works(capsys, tmp_path):
    folder = tmp_path / "mit Leerzeichen"
    assert run(["init", str(folder)]) == 0
    command = capsys.readouterr().out.splitlines()[-1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    (tmp_path / "incentives").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m incentives "$@"\n')
    (tmp_path / "incentives").chmod(0o755)
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, "示例·张伟" in done.stdout) == (0, True), done.stderr


def test_a_team_where_nobody_has_one_is_told(capsys, tmp_path):
    book = openpyxl.load_workbook("data.xlsx")
    for sheet in book:
        for heading in sheet[1]:
            if heading.value in ("团队", "team"):
                for row in range(2, sheet.max_row + 1):
                    sheet.cell(row, heading.column).value = None
    book.save(tmp_path / "data.xlsx")
    assert run(["assess", "policy.yaml", "--data", str(tmp_path / "data.xlsx"), "--team", "华东"]) == 2
    assert "没有人有团队" in capsys.readouterr().err
