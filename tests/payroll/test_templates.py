"""Templates: what their sheets hold, what they refuse, those that ship, and one that is faulty itself."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from incentives.faults import RefusedError
from incentives.payroll import Batch, fitted, load_template, shipped
from incentives.payroll.template.model import Column, Template
from tests.payroll.small import batch, files_of, policy, rows_of

FOLDER = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "templates.yaml").read_text(encoding="utf-8"))
DUE = {
    "R1": {"2025Q1": {"commission": 100, "bonus": "50.10", "deduction": "-30.05", "raised": 800}},
    "R2": {"2025Q1": {"commission": 7, "bonus": 0}},
}
NAMES = {"R1": "Ann Lee", "R2": "Bo Li"}


@pytest.fixture(scope="module")
def made() -> Batch:
    return batch(policy(), rows_of(DUE, None, {"2025Q1": "approved"}, names=NAMES), "2025Q1")


def written(case: dict[str, Any], folder: Path) -> Path:
    file = folder / "t.yaml"
    head = {"template": "t", "file": "t.csv", "shape": "long", **case.get("head", {})}
    file.write_text(yaml.safe_dump({**head, "columns": case["columns"]}, allow_unicode=True, sort_keys=False), "utf-8")
    return file


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_template(case: dict[str, Any], made: Batch, tmp_path: Path) -> None:
    file = written(case, tmp_path)
    if "refused" in case:
        with pytest.raises(RefusedError) as refused:
            fitted(made, load_template(file))
        ((code, text),) = case["refused"].items()
        assert [fault.code for fault in refused.value.faults] == [code]
        (fault,) = refused.value.faults
        assert text in fault.text("en") + fault.mend("en")
        assert fault.place.line
        return
    sheet = fitted(made, load_template(file))
    content = files_of(made, tmp_path / "out", file)["t.csv"].decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content, newline="")))
    above = case.get("above", [])
    assert [line for (line,) in lines[: len(above)]] == above
    assert lines[len(above)] == list(case["columns"])
    assert ["|".join(line) for line in lines[len(above) + 1 :]] == [str(row) for row in case["rows"]]
    assert sheet.held.amount + sheet.not_held.amount == Decimal("927.05")
    if "not_held" in case:
        assert sheet.not_held.amount == Decimal(str(case["not_held"]))
    assert list(sheet.empty) == case.get("to_fill_in", [])


@pytest.mark.parametrize("name", shipped())
def test_those_that_ship_hold_a_batch(name: str, tmp_path: Path) -> None:
    """To the cent: with codes that ADP takes, nothing below zero, and one bonus for the tax office."""
    earnings = {
        "commission": {"kind": "commission", "code": "COM"},
        "bonus": {"kind": "bonus", "code": "BON"},
        "year_end": {"kind": "bonus", "tax": "annual_bonus", "code": "YE"},
    }
    due = {"R1": {"2025Q1": {"commission": "100.01", "bonus": "0.1", "year_end": 3}}, "R2": {"2025Q1": {"bonus": 7}}}
    text = policy(earnings=earnings)
    made = batch(text, rows_of(due, None, {"2025Q1": "approved"}, names=NAMES), "2025Q1")
    sheet = fitted(made, load_template(shipped()[name]))
    amounts = [f"c{at}" for at, column in enumerate(sheet.template.columns.values()) if column.is_ == "amount"]
    total = " + ".join(f"coalesce({amount}, 0)" for amount in amounts)
    ((found,),) = made.outcome.con.query(f"SELECT sum({total}) FROM payroll_sheet")
    assert found == sheet.held.amount == (Decimal(3) if name == "annual-bonus" else Decimal("110.11"))
    assert files_of(made, tmp_path / "out", shipped()[name])[sheet.file]
    assert sheet.template.template.replace("_", "-") == name


def test_a_workbook_has_ids_as_text_and_amounts_as_numbers(made: Batch, tmp_path: Path) -> None:
    files_of(made, tmp_path, shipped()["variable-pay"])
    book = openpyxl.load_workbook(tmp_path / "variable-pay.xlsx")
    assert book.sheetnames == ["浮动薪酬"]
    rows = [[cell.value for cell in row] for row in book.worksheets[0]]
    assert rows == [
        ["序号", "工号", "姓名", "金额", "备注"],
        [1, "R1", "Ann Lee", 100, "Commission"],
        [2, "R1", "Ann Lee", 50.1, "bonus"],
        [3, "R1", "Ann Lee", -30.05, "deduction"],
        [4, "R2", "Bo Li", 7, "Commission"],
    ]
    assert {cell.data_type for row in book.worksheets[0] for cell in row} == {"s", "n"}
    assert book.worksheets[0].cell(2, 4).number_format == "#,##0.00"


def test_a_file_in_its_encoding(made: Batch, tmp_path: Path) -> None:
    template = written({"head": {"encoding": "gb18030"}, "columns": {"工号": "payee_id", "金额": "amount"}}, tmp_path)
    content = files_of(made, tmp_path / "out", template)["t.csv"]
    assert content.decode("gb18030").splitlines()[:2] == ["工号,金额", "R1,100.00"]


def test_nothing_is_written_where_a_sheet_does_not_fit(made: Batch, tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        files_of(made, tmp_path / "out", shipped()["gusto"])
    assert not (tmp_path / "out").exists()


def test_every_key_is_explained() -> None:
    page = (FOLDER.parents[1] / "docs" / "payroll.md").read_text(encoding="utf-8")
    keys = {field.alias or name for part in (Template, Column) for name, field in part.model_fields.items()}
    assert [key for key in sorted(keys - {"title", "why"}) if f"`{key}`" not in page] == []
    assert [name for name in shipped() if f"| `{name}` |" not in page] == []
