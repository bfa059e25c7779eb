"""Workbooks in the dialects that exporters write say the same as in Excel's own; what readers take differently, or
cannot read, is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from handmade import STRICT_LINKS, STRICT_MAIN, Dialect, Grid, Raw, make_book
from python_calamine import CalamineWorkbook

from incentives.faults import Fault, Place, RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import Tables, load_data
from incentives.tables.readers.workbook import TwoLooksError, read_workbook

NOTHING = Raw("s='0'")
GRID: Grid = [
    ["工号", "姓名", "入职日期", "基本工资", "团队", "备注"],
    ["R001", "陈志远", Raw("s='2'", "<x:v>43562</x:v>"), 8000.5, "A & B", None],
    [7, None, "2019年5月14日", Raw("t='str'", "<x:f>1+1</x:f><x:v>9000</x:v>"), "a<b", Raw("t='b'", "<x:v>1</x:v>")],
    [],
    ["R002", Raw("t='inlineStr'", "<x:is><x:r><x:t>周</x:t></x:r><x:r><x:t>海燕</x:t></x:r><x:rPh sb='0' eb='1'>"
                 "<x:t>zhou</x:t></x:rPh></x:is>"), NOTHING, Raw("t='n'", "<x:v>1.5E3</x:v>"), "上海", NOTHING],
]  # fmt: skip
ROWS = [
    (1, ["工号", "姓名", "入职日期", "基本工资", "团队", "备注"]),
    (2, ["R001", "陈志远", "2019-04-07", "8000.5", "A & B", None]),
    (3, ["7", None, "2019年5月14日", "9000", "a<b", "true"]),
    (5, ["R002", "周海燕", None, "1500", "上海", None]),
]


def broken_tags(xml: str) -> str:
    """A line end before each attribute, and single quotes."""
    return xml.replace(' r="', '\n\tr = "').replace('"', "'")


def with_comments(xml: str) -> str:
    """Comments and instructions between rows and cells, and blanks between all elements."""
    return "<?xml version='1.0'?><!-- a -->" + xml.replace(
        "</v></c>", "</v><!-- <c r='Z9'><v>1</v></c> -->\n</c>\n<?b?>"
    )


DIALECTS = {
    "as Excel writes": Dialect(shared=True),
    "texts inline": Dialect(),
    "a prefix": Dialect("x"),
    "a prefix and shared texts": Dialect("ss", shared=True),
    "cells without their names": Dialect(cells_named=False),
    "rows without their numbers": Dialect(rows_named=False),
    "neither": Dialect("x", cells_named=False, rows_named=False),
    "single quotes and line ends": Dialect(change=broken_tags),
    "comments": Dialect(change=with_comments),
    "strict": Dialect(main=STRICT_MAIN, links=STRICT_LINKS),
    "strict with a prefix": Dialect("x", main=STRICT_MAIN, links=STRICT_LINKS, cells_named=False, shared=True),
    "signs by their numbers": Dialect(
        change=lambda xml: (
            xml.replace("<t>海", "<t>&#x6D77;")
            .replace("A &amp; B", "A&#32;&#38; B")
            .replace(">9000<", ">9&#48;00<")
            .replace("</v>", "</v>\n ")
        )
    ),
    "a part elsewhere": Dialect(target="/xl/worksheets/data/q3.xml"),
}


def read(path: Path) -> list[tuple[int, list[str | None]]]:
    (sheet,), faults = read_workbook(path, Place(str(path)))
    assert not faults
    return [(number, list(row)) for number, row in sheet.rows()]


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_says_the_same(name: str, tmp_path: Path) -> None:
    path = make_book(tmp_path / "reps.xlsx", GRID, DIALECTS[name])
    assert read(path) == ROWS


@pytest.mark.parametrize("name", [name for name in DIALECTS if "strict" not in name])
def test_other_readers_find_the_same_cells(name: str, tmp_path: Path) -> None:
    path = make_book(tmp_path / "reps.xlsx", GRID, DIALECTS[name])
    ours = {(number, n) for number, row in read(path) for n, cell in enumerate(row, 1) if cell}
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    assert ours == {(c.row, c.column) for row in sheet.iter_rows() for c in row if c.value not in (None, "")}
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert ours == {(r, c) for r, row in enumerate(rows, 1) for c, cell in enumerate(row, 1) if cell not in (None, "")}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_is_loaded(name: str, ruleset: Ruleset, tmp_path: Path) -> None:
    make_book(tmp_path / "reps.xlsx", GRID, DIALECTS[name])
    salaries = load_data(tmp_path, ruleset).con.query("SELECT rep_id, base_salary FROM postings ORDER BY 1")
    assert [(who, str(salary)) for who, salary in salaries] == [
        ("7", "9000.00"),
        ("R001", "8000.50"),
        ("R002", "1500.00"),
    ]


def test_marks_are_found_in_every_dialect(tmp_path: Path) -> None:
    share, error = Raw("s='1'", "<x:v>0.95</x:v>"), Raw("t='e'", "<x:f>1/0</x:f><x:v>#DIV/0!</x:v>")
    never = Raw("", "<x:f>A1</x:f>"), Raw("", "<x:f>B1</x:f><x:v></x:v>")
    grid = [["rep_id", "a", "b"], ["R1", share, error], ["R2", *never]]
    for name, dialect in DIALECTS.items():
        (sheet,), faults = read_workbook(make_book(tmp_path / "a.xlsx", grid, dialect), Place("a.xlsx"))
        assert not faults
        assert sheet.scan.percent == {(2, 2)}, name
        assert sheet.scan.errors == [(2, 3, "#DIV/0!")]
        assert sheet.scan.uncalculated == [(3, 2, "=A1"), (3, 3, "=B1")]


def refusal(path: Path, ruleset: Ruleset) -> list[Fault]:
    with pytest.raises(RefusedError) as refused:
        load_data(path, ruleset)
    assert all(fault.text("zh") and fault.text("en") for fault in refused.value.faults)
    return list(refused.value.faults)


def named(faults: list[Fault]) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.place.sheet, fault.place.cell) for fault in faults]


def damaged(change: Callable[[str], str]) -> Dialect:
    return Dialect(change=change)


BROKEN = {
    "an end without a beginning": damaged(lambda xml: xml.replace("</v>", "", 1)),
    "cut off": damaged(lambda xml: xml[: len(xml) // 2]),
    "cut off between rows": damaged(lambda xml: xml[: xml.index("</row>") + 6]),
    "a document type": damaged(lambda xml: f"<!DOCTYPE a [<!ENTITY b '8'>]>{xml}"),
    "entities without end": damaged(
        lambda xml: "<!DOCTYPE a [<!ENTITY b '8888'>"
        + "".join(f"<!ENTITY b{n} '{f'&b{n - 1 or str()};' * 10}'>" for n in range(1, 30))
        + "]>" + xml.replace("8000.5", "&b29;")
    ),
    "a comment within a number": damaged(lambda xml: xml.replace("8000.5", "80<!-- a -->00.5")),
    "a digit by its number": damaged(lambda xml: xml.replace("8000.5", "8&#48;00.5")),
    "the last digit by its number": damaged(lambda xml: xml.replace("8000.5", "8000.&#53;")),
    "the first digit by its number": damaged(lambda xml: xml.replace("8000.5", "&#x38;000.5")),
    "a number of one digit by its number": damaged(lambda xml: xml.replace("8000.5", "&#56;")),
    "a quoted section": damaged(lambda xml: xml.replace("陈志远", "<![CDATA[陈志远]]>")),
    "a text that is not there": damaged(
        lambda xml: xml.replace('<c r="A2" t="inlineStr"><is><t>R001</t></is>', '<c r="A2" t="s"><v>9</v>')
    ),
    "a cell twice": damaged(lambda xml: xml.replace('<c r="A2"', '<c r="A2"><v>5</v></c><c r="A2"')),
    "a row that is no number": damaged(lambda xml: xml.replace('r="2"', 'r="two"')),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_for_certain_is_refused(name: str, ruleset: Ruleset, tmp_path: Path) -> None:
    make_book(tmp_path / "reps.xlsx", GRID, BROKEN[name])
    assert named(refusal(tmp_path, ruleset)) == [("sheet_broken", "reps", "")]


def test_a_part_whose_bytes_have_changed_is_named(ruleset: Ruleset, tmp_path: Path) -> None:
    path = make_book(tmp_path / "reps.xlsx", GRID)
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    for part, code in (("xl/worksheets/sheet1.xml", "sheet_broken"), ("xl/workbook.xml", "book_broken")):
        whole = path.read_bytes()
        start = zipfile.ZipFile(path).getinfo(part).header_offset + 30 + len(part)
        path.write_bytes(whole[:start] + bytes(byte ^ 0xFF for byte in whole[start : start + 20]) + whole[start + 20 :])
        assert [fault.code for fault in refusal(tmp_path, ruleset)] == [code]
        path.write_bytes(whole)


def test_two_looks_that_disagree_name_the_cell(tmp_path: Path) -> None:
    (sheet,), _ = read_workbook(make_book(tmp_path / "reps.xlsx", GRID), Place("reps.xlsx"))
    sheet.scan.filled.remove(sheet.scan.filled[7])
    with pytest.raises(TwoLooksError, match="B2"):
        list(sheet.rows())


ERRORS = ["#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#PYTHON!", "#N/A", "#NAME?"]


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("formula", ["", "<x:f>A1</x:f>"])
def test_every_error_value_is_told_by_cell(kind: str, formula: str, ruleset: Ruleset, tmp_path: Path) -> None:
    make_book(tmp_path / "reps.xlsx", [["rep_id", "base_salary"], ["R1", Raw("t='e'", f"{formula}<x:v>{kind}</x:v>")]])
    (fault,) = refusal(tmp_path, ruleset)
    assert named([fault]) == [("cell_error", "reps", "B2")]
    assert fault.about["value"] == kind


def test_one_damaged_sheet_stops_the_workbook(ruleset: Ruleset, tmp_path: Path) -> None:
    make_book(tmp_path / "data.xlsx", GRID, BROKEN["cut off"], sheet="说明")
    assert named(refusal(tmp_path / "data.xlsx", ruleset))[0] == ("sheet_broken", "说明", "")


MERGED = [["工号", "团队", "入职日期", "基本工资"], ["R1", "上海组", "2026-01-01", 100], ["R2", None, None, None],
          ["R3", None, None, 300], [None, None, None, None]]  # fmt: skip


def merge(*ranges: str) -> str:
    return "<x:mergeCells>" + "".join(f"<x:mergeCell ref='{one}'/>" for one in ranges) + "</x:mergeCells>"


def postings(tables: Tables) -> list[tuple[object, ...]]:
    sql = "SELECT rep_id, team, CAST(valid_from AS VARCHAR), CAST(base_salary AS VARCHAR) FROM postings ORDER BY 1"
    return tables.con.query(sql)


@pytest.mark.parametrize("dialect", ["as Excel writes", "neither", "strict"])
def test_a_merged_value_counts_for_each_of_its_rows(dialect: str, ruleset: Ruleset, tmp_path: Path) -> None:
    make_book(tmp_path / "reps.xlsx", MERGED, DIALECTS[dialect], more=merge("B2:B4", "C2:C3", "A5:D9", "E1:E3"))
    assert postings(load_data(tmp_path, ruleset)) == [
        ("R1", "上海组", "2026-01-01", "100.00"),
        ("R2", "上海组", "2026-01-01", None),
        ("R3", "上海组", "0001-01-01", "300.00"),
    ]


def test_an_id_that_is_merged_counts_for_each_of_its_rows(ruleset: Ruleset, tmp_path: Path) -> None:
    grid = [
        ["工号", "期间", "指标", "数值", "来源"],
        [7, "2026Q3", "sales", 5, "crm"],
        [None, None, "satisfaction", 90, "customer_service"],
        ["R9", "2026Q3", "sales", 6, "crm"],
    ]
    make_book(tmp_path / "snapshots.xlsx", grid, sheet="snapshots", more=merge("A2:A3", "B2:B3"))
    con = load_data(tmp_path, ruleset).con
    rows = con.query("SELECT rep_id, period, metric FROM snapshots ORDER BY ALL")
    assert rows == [("7", "2026Q3", "sales"), ("7", "2026Q3", "satisfaction"), ("R9", "2026Q3", "sales")]


def test_a_merged_cell_does_not_make_rows(ruleset: Ruleset, tmp_path: Path) -> None:
    make_book(tmp_path / "reps.xlsx", MERGED, more=merge("B2:B1048576"))
    assert len(postings(load_data(tmp_path, ruleset))) == 3


@pytest.mark.parametrize(
    ("range_", "code", "cell"),
    [
        ("D2:D3", "merged_figure", "D2"),
        ("B2:C2", "merged_across", "B2"),
        ("B2:C3", "merged_across", "B2"),
        ("A1:B1", "merged_heading", "A1"),
        ("B1:B2", "merged_heading", "B1"),
    ],
)
def test_a_merged_cell_that_may_mean_several_things(
    range_: str, code: str, cell: str, ruleset: Ruleset, tmp_path: Path
) -> None:
    make_book(tmp_path / "reps.xlsx", MERGED, more=merge(range_))
    (fault,) = refusal(tmp_path, ruleset)
    assert named([fault]) == [(code, "reps", cell)]
    assert fault.about["range"] == range_


def test_hidden_sheets_rows_and_columns_are_remarked(ruleset: Ruleset, tmp_path: Path) -> None:
    make_book(
        tmp_path / "reps.xlsx", MERGED,
        row_more={2: " hidden='1'", 3: " customHeight='1' ht='0'", 4: " hidden='0' ht='10'", 5: " hidden='1'"},
        before="<x:cols><x:col min='3' max='3' hidden='true'/><x:col min='4' max='4' width='0'/>"
        "<x:col min='9' max='16384' hidden='1'/></x:cols>",
        state="veryHidden",
    )  # fmt: skip
    tables = load_data(tmp_path, ruleset)
    assert len(postings(tables)) == 3
    assert [(remark.code, remark.text("en")) for remark in tables.remarks] == [
        ("sheet_hidden", "this sheet is hidden and is read all the same"),
        ("rows_hidden", "2 hidden rows are read all the same (row 2–3)"),
        ("columns_hidden", "hidden columns are read all the same (C, D)"),
    ]


def test_a_sheet_with_one_cell_far_away_is_refused(ruleset: Ruleset, tmp_path: Path) -> None:
    far = Dialect(
        change=lambda xml: xml.replace(
            "</sheetData>", '<row r="1000000"><c r="F1000000"><v>1</v></c></row></sheetData>'
        )
    )
    make_book(tmp_path / "reps.xlsx", GRID, far)
    assert named(refusal(tmp_path, ruleset)) == [("sheet_large", "reps", "F1000000")]


EXPORT = "export: export\ntables:\n  reps: SELECT 工号 AS rep_id, 团队 AS team FROM a_reps WHERE 工号 <> '合计'\n"


def test_a_query_sees_merged_values_in_each_row(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "data.yaml").write_text(EXPORT)
    grid = [*MERGED[:4], ["合计", None, None, 400]]
    make_book(tmp_path / "export" / "a.xlsx", grid, more=merge("B2:B4", "A5:C5"), row_more={3: " hidden='1'"})
    tables = load_data(tmp_path, ruleset)
    assert [row[:2] for row in postings(tables)] == [("R1", "上海组"), ("R2", "上海组"), ("R3", "上海组")]
    assert [remark.code for remark in tables.remarks] == ["rows_hidden"]


def test_a_query_does_not_count_a_merged_figure_twice(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "data.yaml").write_text(EXPORT)
    make_book(tmp_path / "export" / "a.xlsx", MERGED, more=merge("D2:D3"))
    assert named(refusal(tmp_path, ruleset)) == [("merged_figure", "reps", "D2")]
