"""The shipped CRM export through its data.yaml, and what a query may and may not do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from incentives.faults import RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import Tables, load_data

FIXTURES = Path(__file__).parents[2] / "fixtures"
CSV = '单号,工号,日期,金额\nO1,R1,2026/7/3,"¥1,200.50"\nO2,R1,2026年7月4日,¥20\n合计,,,"¥1,220.50"\n'


@pytest.fixture(scope="module")
def crm(ruleset: Ruleset) -> Tables:
    return load_data(FIXTURES / "crm-export", ruleset)


def test_the_totals_at_the_bottom_are_the_sum_of_what_was_read(crm: Tables) -> None:
    sheet = openpyxl.load_workbook(FIXTURES / "crm-export" / "export" / "CRM导出.xlsx")["订单明细"]
    total = str(sheet.cell(sheet.max_row, 6).value).replace("¥", "").replace(",", "")
    assert crm.con.query("SELECT sum(amount), count(*) FROM orders") == [(Decimal(total), 36)]


def test_every_rep_has_what_the_assessment_needs(crm: Tables) -> None:
    sql = "SELECT rep_id, list_sort(list(metric)) FROM snapshots GROUP BY rep_id ORDER BY rep_id"
    metrics = ["collected", "collection_due", "margin", "sales", "satisfaction", "satisfaction_answers"]
    assert crm.con.query(sql) == [(str(rep), metrics) for rep in range(1001, 1007)]
    signed = crm.con.query("SELECT count(*) FROM targets WHERE signed AND counts")
    assert signed == [(12,)]


def test_both_ways_to_write_a_date_are_read(crm: Tables) -> None:
    hired = crm.con.query("SELECT hired_on FROM reps ORDER BY rep_id LIMIT 2")
    assert hired == [(date(2018, 3, 1),), (date(2019, 6, 17),)]
    outside = crm.con.query("SELECT count(*) FROM orders WHERE ordered_on NOT BETWEEN '2026-07-01' AND '2026-09-30'")
    assert outside == [(0,)]


def test_all_files_of_the_export_are_inputs(crm: Tables) -> None:
    assert [Path(file.name).name for file in crm.inputs] == ["data.yaml", "CRM导出.xlsx", "客服满意度.csv"]


def export(folder: Path, recipe: str, **files: str | bytes) -> Path:
    (folder / "export").mkdir()
    for name, content in {"sales.csv": CSV, **files}.items():
        (folder / "export" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "data.yaml").write_text(recipe, encoding="utf-8")
    return folder / "data.yaml"


ORDERS = """export: ./export
tables:
  reps: SELECT DISTINCT 工号 AS rep_id FROM sales WHERE 单号 <> '合计'
  orders: |
    SELECT 单号 AS order_id, 工号 AS rep_id, 日期 AS ordered_on,
           {amount} AS amount
    FROM sales WHERE 单号 <> '合计'
"""
CLEAN = "CAST(replace(replace(金额, '¥', ''), ',', '') AS DECIMAL(14,2))"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_query_cleans_what_is_messy(ruleset: Ruleset, tmp_path: Path, encoding: str) -> None:
    path = export(tmp_path, ORDERS.format(amount=CLEAN), **{"sales.csv": CSV.encode(encoding)})
    tables = load_data(path, ruleset)
    rows = tables.con.query("SELECT order_id, ordered_on, amount FROM orders ORDER BY ALL")
    assert rows == [("O1", date(2026, 7, 3), Decimal("1200.50")), ("O2", date(2026, 7, 4), Decimal("20.00"))]


def test_an_export_without_queries_is_a_folder_of_tables(ruleset: Ruleset, tmp_path: Path) -> None:
    path = export(tmp_path, "export: export\n", **{"sales.csv": "", "人员.csv": "工号\n001\n"})
    (tmp_path / "export" / "sales.csv").unlink()
    assert load_data(path, ruleset).con.query("SELECT rep_id FROM reps") == [("001",)]


OUTSIDE = [
    "(SELECT count(*) FROM read_text('{outside}'))",
    "(SELECT count(*) FROM '{outside}')",
    "(SELECT count(*) FROM read_csv('{folder}/export/sales.csv'))",
    "(SELECT count(*) FROM glob('/*'))",
]


@pytest.mark.parametrize("amount", OUTSIDE)
def test_a_query_sees_no_file(ruleset: Ruleset, tmp_path: Path, amount: str) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text("a\n1\n")
    recipe = ORDERS.format(amount=amount.format(outside=outside, folder=tmp_path))
    with pytest.raises(RefusedError) as refused:
        load_data(export(tmp_path, recipe), ruleset)
    assert [fault.code for fault in refused.value.faults] == ["query_outside"]


STATEMENTS = [
    "COPY sales TO 'x.csv'", "ATTACH 'x.db'", "INSTALL httpfs", "LOAD httpfs", "SET lock_configuration = false",
    "DROP TABLE sales", "SELECT 1; DROP TABLE sales", "PRAGMA version", "CREATE TABLE x (a INT)", "",
]  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS)
def test_only_a_select_is_run(ruleset: Ruleset, tmp_path: Path, statement: str) -> None:
    path = export(tmp_path, f'export: export\ntables:\n  orders: "{statement}"\n')
    with pytest.raises(RefusedError) as refused:
        load_data(path, ruleset)
    assert [fault.code for fault in refused.value.faults] == ["query_not_select"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data.yaml", "export"]


def test_a_link_out_of_the_export_is_not_followed(ruleset: Ruleset, tmp_path: Path) -> None:
    path = export(tmp_path, ORDERS.format(amount=CLEAN))
    (tmp_path / "pay.csv").write_text("a\n1\n")
    (tmp_path / "export" / "pay.csv").symlink_to(tmp_path / "pay.csv")
    with pytest.raises(RefusedError) as refused:
        load_data(path, ruleset)
    assert [fault.code for fault in refused.value.faults] == ["link_outside"]


@pytest.mark.parametrize("amount", ["1.5e0", "CAST(1 AS DOUBLE)", "avg(1)", "CAST(1 AS DECIMAL(5,2)) / 3"])
def test_floating_results_name_the_cast(ruleset: Ruleset, tmp_path: Path, amount: str) -> None:
    recipe = (
        f"export: export\ntables:\n  receipts: SELECT 'O1' AS order_id, '2026-07-03' AS \"on\", {amount} AS amount\n"
    )
    with pytest.raises(RefusedError) as refused:
        load_data(export(tmp_path, recipe), ruleset)
    assert [(fault.code, fault.about["cast"]) for fault in refused.value.faults] == [
        ("column_floating", "DECIMAL(14,2)")
    ]


def test_two_files_of_one_name_are_refused(ruleset: Ruleset, tmp_path: Path) -> None:
    path = export(tmp_path, ORDERS.format(amount=CLEAN), **{"Sales.csv": CSV})
    with pytest.raises(RefusedError) as refused:
        load_data(path, ruleset)
    assert [fault.code for fault in refused.value.faults] == ["view_twice"]


def test_files_without_tables_are_told_to_have_no_effect(ruleset: Ruleset, tmp_path: Path) -> None:
    recipe = "export: ./export\nfiles:\n  sales: {header_row: 2}\n"
    with pytest.raises(RefusedError) as refused:
        load_data(export(tmp_path, recipe), ruleset)
    (fault,) = [fault for fault in refused.value.faults if fault.code == "export_files_idle"]
    assert fault.place.line == 3
    assert 'orders: SELECT * FROM "sales"' in fault.mend("en")
    assert 'orders: SELECT * FROM "sales"' in fault.mend("zh")
