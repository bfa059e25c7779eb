"""The files of a batch: to the byte, whole or not at all, harmless in a spreadsheet, and of one sum."""

from __future__ import annotations

import hashlib
import json
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from incentives.api import assess, load_data, load_ruleset, write_files
from incentives.faults import RefusedError
from incentives.payroll import Batch, batch_of, run_for, shipped
from tests.engine.small import assessed
from tests.payroll.small import batch, files_of, policy, rows_of, table

ROOT = Path(__file__).parents[2]
DUE = {
    "007": {"2025Q1": {"commission": "1234.50", "bonus": 5, "deduction": "-0.01", "raised": 100}},
    "R2": {"2025Q1": {"commission": 7}},
}
FILES = ["control.json", "control.txt", "missing.csv", "paid.csv", "payroll.csv"]


def made(lang: str = "en", **options: Any) -> Batch:
    periods = {} if options.get("draft") else {"2025Q1": "approved"}
    return batch(policy(), rows_of(DUE, None, periods), "2025Q1", lang, **options)


def test_the_lines_say_everything(tmp_path: Path) -> None:
    files = files_of(made(), tmp_path / "out")
    assert sorted(files) == FILES
    first = table(files["payroll.csv"])[0]
    assert first.pop("batch_id").startswith("2025Q1-")
    assert first.pop("policy_line").startswith("small.yaml:")
    assert first == {
        "payee_id": "007", "name": "Ann 007", "period": "2025Q1", "pay_month": "2025-04",
        "earning_code": "commission", "kind": "commission", "tax_kind": "wages", "title": "Commission",
        "amount": "1234.50", "currency": "CNY", "effective_date": "2025-03-31", "entry": "regular", "reason": "",
        "status": "final",
    }  # fmt: skip


def test_the_control_file_has_the_sums_of_the_lines(tmp_path: Path) -> None:
    files = files_of(made(), tmp_path / "out", shipped()["variable-pay"])
    control = json.loads(files["control.json"])
    lines = table(files["payroll.csv"])
    paid = [line for line in lines if line["kind"] != "raise"]
    assert (control["payees"], control["lines"]) == (len({line["payee_id"] for line in paid}), len(paid))
    assert Decimal(control["amount"]) == sum(Decimal(line["amount"]) for line in paid) == Decimal("1246.49")
    assert control["raises"] == {"payees": 1, "lines": 1, "amount": "100.00"}
    for share in control["by_code"]:
        of = [line for line in lines if line["earning_code"] == share["earning_code"]]
        assert (share["lines"], Decimal(share["amount"])) == (len(of), sum(Decimal(line["amount"]) for line in of))
    assert sum(Decimal(share["amount"]) for share in control["by_kind"]) == Decimal("1346.49")
    assert control["missing"] == len(table(files["missing.csv"])) == 1
    assert {file["name"]: file["sha256"] for file in control["files"]} == {
        name: hashlib.sha256(files[name]).hexdigest() for name in [*FILES[2:], "variable-pay.xlsx"]
    }
    assert Decimal(control["template"]["amount"]) == Decimal(control["amount"])


@pytest.mark.parametrize("name", ["variable-pay", "kingdee", "paychex"])
def test_the_same_batch_has_the_same_bytes(name: str, tmp_path: Path) -> None:
    one, two = (files_of(made(), tmp_path / str(n), shipped()[name]) for n in range(2))
    assert one == two


def test_a_draft_says_so_everywhere(tmp_path: Path) -> None:
    files = files_of(made(draft=True), tmp_path / "out", shipped()["kingdee"])
    assert sorted(files) == [f"draft-{name}" for name in [*FILES[:2], "kingdee.xlsx", "missing.csv", "payroll.csv"]]
    assert {line["status"] for line in table(files["draft-payroll.csv"])} == {"draft"}
    assert {line["batch_id"][:6] for line in table(files["draft-payroll.csv"])} == {"DRAFT-"}
    assert json.loads(files["draft-control.json"])["status"] == "draft"
    assert files["draft-control.txt"].decode().startswith("DRAFT")
    sheet = openpyxl.load_workbook(tmp_path / "out" / "draft-kingdee.xlsx").worksheets[0]
    assert {row[-1].value for row in sheet} == {"DRAFT"}


HOSTILE = ("=1+1", "+1", "-1", "@x", "\tx", "＝1", 'a"b,c', "<b>")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_spreadsheet_runs_nothing(name: str, tmp_path: Path) -> None:
    due = {"R1": {"2025Q1": {"commission": 1, "bonus": 0}}, "R2": {"2025Q1": {"commission": 1}}}
    rows = rows_of(due, None, {"2025Q1": "approved"}, names=dict.fromkeys(due, name))
    template = tmp_path / "t.yaml"
    template.write_text("template: t\nfile: t.csv\nshape: wide\ncolumns: {Name: name, Note: note, Amount: amount}\n")
    files = files_of(batch(policy(), rows, "2025Q1"), tmp_path / "out", template)
    for file in ("payroll.csv", "missing.csv", "t.csv"):
        for line in table(files[file]):
            assert not [v for v in line.values() if v and v.startswith(("=", "+", "-", "@", "\t", "＝"))], file
    files_of(batch(policy(), rows, "2025Q1"), tmp_path / "book", shipped()["variable-pay"])
    sheet = openpyxl.load_workbook(tmp_path / "book" / "variable-pay.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet for cell in row} == {"s", "n"}


def test_nothing_is_written_over_a_folder_that_stands_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "control.json").mkdir()
    with pytest.raises(RefusedError):
        files_of(made(), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["control.json"]


def test_a_folder_never_holds_two_batches(tmp_path: Path) -> None:
    out = tmp_path / "out"
    files_of(made(draft=True), out, shipped()["kingdee"])
    first = files_of(made(), out, shipped()["variable-pay"])
    assert sorted(first) == sorted([*FILES, "variable-pay.xlsx"])
    assert sorted(files_of(made(), out)) == FILES  # the same batch: the sheet that is no longer asked for goes
    (out / "notes.txt").write_text("mine")
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    for options in ({"corrections": True, "pay_month": "2025-05"}, {"draft": True}, {"only": ["R2"]}):
        with pytest.raises(RefusedError) as refused:
            files_of(made(**options), out)
        assert [fault.code for fault in refused.value.faults] == ["payroll_folder_taken"]
    other = batch(policy(), rows_of(DUE, None, {"2025Q1": "approved", "2025Q2": "approved"}), "2025Q2")
    with pytest.raises(RefusedError, match=made().id):
        files_of(other, out, shipped()["kingdee"])
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


BOTH = {"2025Q1": "approved", "2025Q2": "approved"}
# what lies in the folder, what is written into it, each with its period and policy; the fault, or none
MIXED = [
    ("batch", "2025Q1", "small", "results", "2025Q1", "small", ""),
    ("batch", "2025Q1", "small", "results", "2025Q1 2025Q2", "small", ""),
    ("batch", "2025Q1", "small", "results", "2025Q2", "small", "folder_other_batch"),
    ("batch", "2025Q1", "small", "results", "2025Q1", "other", "folder_other_batch"),
    ("draft", "2025Q1", "small", "results", "2025Q2", "small", "folder_other_batch"),
    ("results", "2025Q1", "small", "batch", "2025Q1", "small", ""),
    ("results", "2025Q1 2025Q2", "small", "batch", "2025Q2", "small", ""),
    ("results", "2025Q1", "small", "batch", "2025Q2", "small", "folder_other_results"),
    ("results", "2025Q1", "small", "draft", "2025Q2", "small", "folder_other_results"),
    ("results", "2025Q1", "other", "batch", "2025Q1", "small", "folder_other_results"),
    ("results", "2025Q1", "small", "results", "2025Q2", "other", ""),
]


@pytest.mark.parametrize(("first", "period", "own", "then", "next_period", "next_own", "code"), MIXED)
def test_results_and_a_batch_of_others_never_lie_side_by_side(
    first: str, period: str, own: str, then: str, next_period: str, next_own: str, code: str, tmp_path: Path
) -> None:
    def write(what: str, periods: str, name: str) -> None:
        text, rows = policy().replace("ruleset: small", f"ruleset: {name}"), rows_of(DUE, None, BOTH)
        if what == "results":
            write_files(assessed(text, rows, *periods.split()), tmp_path)
        else:
            write_files(batch(text, rows, periods, draft=what == "draft"), tmp_path)

    write(first, period, own)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    if not code:
        write(then, next_period, next_own)
        return
    with pytest.raises(RefusedError) as refused:
        write(then, next_period, next_own)
    assert [fault.code for fault in refused.value.faults] == [code]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


# periods and policy of the results that lie there and of those that are written; whether its text is another; the code
REPLACED = [
    ("2025Q1", "small", "2025Q1", "small", False, ""),
    ("2025Q1", "small", "2025Q1", "small", True, "另一份办法文本"),
    ("2025Q1", "small", "2025Q2", "small", False, "2025Q2"),
    ("2025Q1", "small", "2025Q1 2025Q2", "small", False, "2025Q1, 2025Q2"),
    ("2025Q1", "small", "2025Q1", "other", False, "other"),
]


@pytest.mark.parametrize(("period", "own", "next_period", "next_own", "is_edited", "told"), REPLACED)
def test_that_other_results_are_replaced_is_said_before(
    period: str, own: str, next_period: str, next_own: str, is_edited: bool, told: str, tmp_path: Path
) -> None:
    def write(periods: str, name: str, more: str = "") -> None:
        text, rows = policy().replace("ruleset: small", f"ruleset: {name}"), rows_of(DUE, None, BOTH)
        write_files(assessed(text + more, rows, *periods.split()), tmp_path, lang="zh")

    more = "\n# edited\n" if is_edited else ""
    write(period, own)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        write(next_period, next_own, more)
    found = [str(one.message) for one in said if one.category is UserWarning]
    assert len(found) == bool(told)
    assert told in "".join(found)
    if told:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            write(period, own)
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UserWarning, match=told):
                write(next_period, next_own, more)
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("payroll.csv", "of nobody knows what"),
        ("control.json", "{"),
        ("control.json", "[]"),
        ("control.json", '{"batch_id": "x", "period": "y", "files": [{"name": "../x"}]}'),
    ],
)
def test_what_passes_for_a_batch_is_not_written_over(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(RefusedError) as refused:
        files_of(made(), tmp_path)
    assert [fault.code for fault in refused.value.faults] == ["payroll_folder_unknown"]
    assert [file.read_text() for file in tmp_path.iterdir()] == [text]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_is_in_the_language_asked_for(lang: str, tmp_path: Path) -> None:
    text = files_of(made(lang), tmp_path)["control.txt"].decode()
    assert ("合计 CNY 1,246.49" in text, "total CNY 1,246.49" in text) == (lang == "zh", lang == "en")


@pytest.mark.parametrize("period", ["2026Q1", "2026Q2"])
def test_the_shipped_company_is_paid_to_the_cent(period: str, tmp_path: Path) -> None:
    """Sum of lines = control sum = sum of `pay_total`, for everybody and in all; and paid once, nothing is left."""
    ruleset = load_ruleset(ROOT / "rulesets" / "sales-2026.yaml")
    outcome = assess(ruleset, load_data(ROOT / "fixtures" / "company", ruleset), [period])
    outcome.con.execute("CREATE TEMP TABLE paid AS FROM paid WITH NO DATA")
    files = files_of(batch_of(outcome, run_for(outcome), "zh"), tmp_path / "out")
    lines = table(files["payroll.csv"])
    found: dict[str, Decimal] = {}
    for line in lines:
        if line["kind"] == "raise":  # a change of salary: in 2026Q1 the committee's pay cut
            continue
        found[line["payee_id"]] = found.get(line["payee_id"], Decimal(0)) + Decimal(line["amount"])
    totals = {key: total for key, total in outcome.rows(["rep_id", "pay_total"]) if total}
    assert found == totals
    assert Decimal(json.loads(files["control.json"])["amount"]) == sum(totals.values())
    outcome.con.execute(f"INSERT INTO temp.paid FROM read_csv('{tmp_path}/out/paid.csv', all_varchar = true)")
    again = batch_of(outcome, run_for(outcome), "zh")
    assert again.head().lines == 0
