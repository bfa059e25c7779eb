"""One table of figures in every format and under Chinese names gives the same rows."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlsxwriter
from conftest import Write

from incentives.faults import RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import Tables, load_data, load_for
from incentives.tables.expectation import Expectation, Metric

LONG = """rep_id,period,metric,value,source
007,2026Q3,sales,1285000.50,crm
R001,2026Q3,satisfaction,95.5,customer_service
"""
WIDE = """工号,期间,销售额（万元）,来源,客户满意度,客户满意度来源
007,2026年三季度,128.50005,crm,,
R001,2026年第3季度,,,95.5,客服
"""
EXPECTED = [
    ("007", "2026Q3", "sales", "1285000.50", "crm"),
    ("R001", "2026Q3", "satisfaction", "95.5", "customer_service"),
]


def snapshots(tables: Tables) -> list[tuple[object, ...]]:
    sql = "SELECT rep_id, period, metric, CAST(value AS DECIMAL(18,2)), source FROM snapshots ORDER BY ALL"
    return tables.con.query(sql)


def exact(rows: list[tuple[str, str, str, str, str]]) -> list[tuple[object, ...]]:
    return [(*row[:3], Decimal(row[3]).quantize(Decimal("0.01")), row[4]) for row in rows]


def codes(refused: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encodings(write: Write, ruleset: Ruleset, encoding: str, ending: str) -> None:
    wide = WIDE.replace("\n", ending).encode(encoding)
    assert snapshots(load_data(write(**{"指标数据": wide}), ruleset)) == exact(EXPECTED)


@pytest.mark.parametrize("sign", [";", "\t"])
def test_delimiters(write: Write, ruleset: Ruleset, sign: str) -> None:
    assert snapshots(load_data(write(snapshots=LONG.replace(",", sign)), ruleset)) == exact(EXPECTED)


def test_parquet(write: Write, ruleset: Ruleset, tmp_path: Path) -> None:
    folder = write()
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES ('007', '2026Q3', 'crm', 1285000.50::DECIMAL(12,2), NULL, NULL), "
        "('R001', '2026Q3', NULL, NULL, 95.5::DECIMAL(5,2), 'customer_service')) "
        f"t(rep_id, period, source, sales, satisfaction, satisfaction_source)) TO '{tmp_path}/snapshots.parquet'"
    )
    assert snapshots(load_data(folder, ruleset)) == exact(EXPECTED)


def test_parquet_with_floating_figures_is_refused(write: Write, ruleset: Ruleset, tmp_path: Path) -> None:
    folder = write()
    duckdb.execute(
        "COPY (SELECT 'O1' AS order_id, 'R001' AS rep_id, DATE '2026-07-03' AS ordered_on, 1.5::DOUBLE AS amount) "
        f"TO '{tmp_path}/orders.parquet'"
    )
    with pytest.raises(RefusedError) as refused:
        load_data(folder, ruleset)
    assert [f.mend("en")[:40] for f in refused.value.faults] == ["write CAST(amount AS DECIMAL(14,2)), and"]


def test_parquet_with_typed_columns_checks_digits(write: Write, ruleset: Ruleset, tmp_path: Path) -> None:
    folder = write()
    duckdb.execute(
        "COPY (SELECT 'O' || i AS order_id, 'R001' AS rep_id, DATE '2026-07-03' AS ordered_on, "
        f"(i + 0.005)::DECIMAL(12,3) AS amount FROM range(2) t(i)) TO '{tmp_path}/orders.parquet'"
    )
    with pytest.raises(RefusedError) as refused:
        load_data(folder, ruleset)
    assert [(f.place.line, f.code) for f in refused.value.faults] == [(1, "number_digits"), (2, "number_digits")]


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    made = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.remove(made.worksheets[0])
    made.save(path)
    return path


STAFF = [["工号", "姓名", "入职日期"], [7, "周海燕", date(2019, 5, 14)], ["R001", "陈志远", "2019年4月7日"]]


def test_workbook(ruleset: Ruleset, tmp_path: Path) -> None:
    figures = [
        ["工号", "期间", "销售额（万元）", "来源"],
        [7, "2026年三季度", 128.50005, "crm"],
        ["R001", "2026Q3", 0.1 + 0.2, "crm"],
    ]
    tables = load_data(book(tmp_path / "data.xlsx", {"人员": STAFF, "指标": figures, "说明": [["随便写"]]}), ruleset)
    assert snapshots(tables) == exact(
        [("7", "2026Q3", "sales", "1285000.50", "crm"), ("R001", "2026Q3", "sales", "3000", "crm")]
    )
    assert [fault.code for fault in tables.remarks] == ["sheet_ignored"]
    hired = tables.con.query("SELECT hired_on FROM reps ORDER BY rep_id")
    assert hired == [(date(2019, 5, 14),), (date(2019, 4, 7),)]


@pytest.mark.parametrize("form", ["0%", "0.00%", '0.0"约"%;[Red]-0%'])
@pytest.mark.parametrize(("heading", "code"), [("利润率", ""), ("利润率（%）", ""), ("销售额", "number_percent")])
def test_what_a_workbook_shows_as_a_percentage_is_one(tmp_path: Path, heading: str, form: str, code: str) -> None:
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("指标")
        sheet.write_row(0, 0, ["工号", "期间", heading])
        sheet.write_row(1, 0, ["R001", "2026Q3"])
        sheet.write(1, 2, 0.07, made.add_format({"num_format": form}))
    metrics = (
        Metric("rate", "ratio", 4, Decimal(0), Decimal(2), "quarter", titles=("利润率",)),
        Metric("sales", "money", 2, Decimal(0), Decimal(100), "quarter", titles=("销售额",)),
    )
    if code:
        with pytest.raises(RefusedError) as refused:
            load_for(path, Expectation(metrics=metrics))
        assert [(f.place.cell, f.code, f.about["value"]) for f in refused.value.faults] == [("C2", code, "7%")]
    else:
        tables = load_for(path, Expectation(metrics=metrics))
        assert tables.con.query("SELECT CAST(value AS DECIMAL(9,4)) FROM snapshots") == [(Decimal("0.07"),)]


def test_a_percent_sign_that_is_only_shown_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("指标")
        sheet.write_row(0, 0, ["工号", "期间", "利润率（%）", "毛利率（%）", "折扣率"])
        sheet.write_row(1, 0, ["R001", "2026Q3"])
        sheet.write(1, 2, 7, made.add_format({"num_format": '0.0"%"'}))
        sheet.write(1, 3, 7, made.add_format({"num_format": "0.0\\%"}))
        sheet.write_string(1, 4, "0.07", made.add_format({"num_format": "0%"}))
    metrics = tuple(
        Metric(name, "ratio", 4, Decimal(0), Decimal(2), "quarter", titles=(title,))
        for name, title in (("a", "利润率"), ("b", "毛利率"), ("c", "折扣率"))
    )
    tables = load_for(path, Expectation(metrics=metrics))
    assert tables.con.query("SELECT DISTINCT CAST(value AS DECIMAL(9,4)) FROM snapshots") == [(Decimal("0.07"),)]


def test_workbook_names_sheet_and_cell(ruleset: Ruleset, tmp_path: Path) -> None:
    figures = [["工号", "期间", "销售额", "来源"], [7, "2026Q3", 1.005, "crm"], [], ["R001", "2026Q3", "约三万", "crm"]]
    with pytest.raises(RefusedError) as refused:
        load_data(book(tmp_path / "data.xlsx", {"人员": STAFF, "指标": figures}), ruleset)
    assert [(f.place.sheet, f.place.cell, f.code) for f in refused.value.faults] == [
        ("指标", "C2", "number_digits"),
        ("指标", "C4", "number_unknown"),
    ]


def test_formulas_never_calculated_and_error_cells_are_faults(ruleset: Ruleset, tmp_path: Path) -> None:
    path = book(
        tmp_path / "data.xlsx",
        {
            "人员": STAFF,
            "指标": [
                ["工号", "期间", "销售额", "来源"],
                [7, "2026Q3", "=1+1", "crm"],
                ["R001", "2026Q3", "#DIV/0!", "crm"],
                ["=A2", "2026Q2", 100, "crm"],
                ["R009", "2026Q3", 1.005, "crm"],
            ],
            "目标": [["范围", "对象", "期间", "指标", "基础目标"], ["个人", "=A2", "2026Q3", "sales", "千"]],
        },
    )
    with pytest.raises(RefusedError) as refused:
        load_data(path, ruleset)
    assert [(f.place.sheet, f.place.cell, f.code) for f in refused.value.faults] == [
        ("指标", "C2", "cell_uncalculated"),
        ("指标", "C3", "cell_error"),
        ("指标", "A4", "cell_uncalculated"),
        ("目标", "B2", "cell_uncalculated"),
        ("指标", "A5", "subject_unknown"),
        ("指标", "C5", "number_digits"),
        ("目标", "E2", "number_unknown"),
    ]


def test_a_calculated_formula_is_its_value(ruleset: Ruleset, tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(str(tmp_path / "reps.xlsx"))
    sheet = made.add_worksheet("Sheet1")
    sheet.write_row(0, 0, ["工号", "基本工资"])
    sheet.write_string(1, 0, "007")
    sheet.write_formula(1, 1, "=8000+500.5", None, 8500.5)
    made.close()
    tables = load_data(tmp_path, ruleset)
    assert tables.con.query("SELECT rep_id, base_salary FROM postings") == [("007", Decimal("8500.50"))]


def test_a_cell_far_away_does_not_fill_the_memory(ruleset: Ruleset, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.create_sheet("reps")["XFD1048576"] = 1
    made.save(tmp_path / "reps.xlsx")
    with pytest.raises(RefusedError) as refused:
        load_data(tmp_path, ruleset)
    assert codes(refused) == ["sheet_large"]
    assert refused.value.faults[0].place.cell == "XFD1048576"


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(ruleset: Ruleset, tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "reps.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("xl/workbook.xml", "w") as part,
    ):
        for _ in range(600):
            part.write(bytes(1_000_000))
    with pytest.raises(RefusedError) as refused:
        load_data(tmp_path, ruleset)
    assert codes(refused) == ["book_large"]
