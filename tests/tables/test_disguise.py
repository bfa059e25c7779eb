"""Files that are something else than their name says, lie under another name, or begin with other rows than headings,
are told as what they are."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest
from conftest import Write
from handmade import make_book

from incentives.faults import Fault, RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import Tables, load_data

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ROWS = [["rep_id", "name"], ["R1", "A"]]
CSV = b"rep_id,name\nR1,A\n"


def packed(*names: str) -> bytes:
    path = Path("packed.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    content = path.read_bytes()
    path.unlink()
    return content


def workbook() -> bytes:
    path = make_book(Path("made.xlsx"), ROWS)
    content = path.read_bytes()
    path.unlink()
    return content


DISGUISES = {
    ("reps.xlsx", "book_locked"): lambda: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(900),
    ("reps.xlsx", "file_is_old"): lambda: OLE + "Workbook".encode("utf-16-le"),
    ("reps.xlsm", "file_is_old"): lambda: packed("xl/workbook.bin", "xl/worksheets/sheet1.bin"),
    ("reps.xlsx", "file_is_ods"): lambda: packed("mimetype", "content.xml", "styles.xml"),
    ("reps.xlsx", "file_is_numbers"): lambda: packed("Index/Document.iwa", "Metadata/Properties.plist"),
    ("reps.xlsx", "file_is_packed"): lambda: packed("word/document.xml"),
    ("reps.xlsx", "file_is_text"): lambda: CSV,
    ("reps.xlsm", "file_is_text"): lambda: "工号,姓名\nR1,甲\n".encode("gb18030"),
    ("reps.XLSX", "file_is_text"): lambda: "工号\t姓名\n".encode("utf-16"),
    ("reps.xlsx", "file_is_page"): lambda: b"\xef\xbb\xbf\n<HTML><table><tr><td>rep_id</td></tr></table></HTML>",
    ("reps.xlsx", "file_is_parquet"): lambda: b"PAR1" + bytes(20),
    ("reps.xlsx", "file_is_pdf"): lambda: b"%PDF-1.7\n",
    ("reps.xlsx", "book_broken"): lambda: workbook()[:-40],
    ("reps.csv", "file_is_workbook"): workbook,
    ("reps.csv", "file_is_old"): lambda: OLE + "Workbook".encode("utf-16-le"),
    ("reps.csv", "file_is_page"): lambda: b"<table><tr><td>rep_id</td></tr></table>",
    ("reps.csv", "file_is_packed"): lambda: gzip.compress(CSV),
    ("reps.parquet", "file_is_workbook"): workbook,
    ("reps.xls", "format_old"): lambda: OLE,
    ("reps.numbers", "format_old"): lambda: packed("Index/Document.iwa"),
    ("reps.json", "format_unread"): lambda: b"[]",
    ("人员.dbf", "format_unread"): lambda: b"x",
}


def refusal(path: Path, ruleset: Ruleset) -> list[Fault]:
    with pytest.raises(RefusedError) as refused:
        load_data(path, ruleset)
    for fault in refused.value.faults:
        assert fault.text("zh")
        assert fault.text("en")
        assert bool(fault.mend("zh")) == bool(fault.mend("en"))
    return list(refused.value.faults)


@pytest.mark.parametrize(("name", "code"), DISGUISES)
@pytest.mark.parametrize("alone", [True, False])
def test_a_file_of_another_kind_is_told(
    name: str, code: str, alone: bool, ruleset: Ruleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(DISGUISES[name, code]())
    faults = refusal(tmp_path / name if alone else tmp_path, ruleset)
    assert [(fault.code, Path(fault.place.file).name) for fault in faults] == [(code, name)]


@pytest.mark.parametrize("name", ["reps.xlsx", "reps.csv"])
def test_an_export_is_looked_at_likewise(name: str, ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / name).write_bytes(b"%PDF-1.7\n")
    (tmp_path / "data.yaml").write_text("export: export\ntables:\n  reps: SELECT 1 AS rep_id\n")
    assert [fault.code for fault in refusal(tmp_path, ruleset)] == ["file_is_pdf"]


def test_an_empty_file_is_empty(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "reps.csv").write_bytes(b"")
    assert [fault.code for fault in refusal(tmp_path, ruleset)] == ["data_empty"]


def names_of(tables: Tables) -> list[tuple[object, ...]]:
    return tables.con.query("SELECT rep_id, name FROM reps ORDER BY 1")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
def test_texts_of_every_suffix_are_read(sign: str, suffix: str, ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / f"人员{suffix}").write_text(f"rep_id{sign}name\nR1{sign}A\n")
    assert names_of(load_data(tmp_path, ruleset)) == [("R1", "A")]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "^"])
def test_a_first_line_that_names_the_delimiter(sign: str, write: Write, ruleset: Ruleset) -> None:
    path = write(reps=f"sep={sign}\r\nrep_id{sign}name\r\nR1{sign}A\r\nR2{sign}B\r\n")
    assert names_of(load_data(path, ruleset)) == [("R1", "A"), ("R2", "B")]


@pytest.mark.parametrize("sign", ["，", "；", "、", ":", "^", "~", "#"])
def test_another_delimiter_is_told(sign: str, write: Write, ruleset: Ruleset) -> None:
    (fault,) = refusal(write(reps=f"rep_id{sign}name\nR1{sign}A\n"), ruleset)
    assert (fault.code, fault.about["sign"]) == ("csv_delimiter", sign)


TITLES = {
    "one": ("2026年三季度业绩表\n", 2),
    "one with commas": ("2026年三季度业绩表,,,\n", 2),
    "two": ("2026年三季度业绩表\n单位：万元\n", 3),
    "two and an empty line": ("2026年三季度业绩表\n\n单位：万元\n", 4),
    "two with commas and an empty line": ("2026年三季度业绩表,,\n\n单位：万元,,\n", 4),
}


@pytest.mark.parametrize("name", TITLES)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_title_above_the_headings_of_a_csv_is_told(name: str, sign: str, write: Write, ruleset: Ruleset) -> None:
    title, row = TITLES[name]
    text = title.replace(",", sign) + f"工号{sign}姓名\nR1{sign}A\n"
    (fault,) = refusal(write(reps=text), ruleset)
    assert (fault.code, fault.place.line, fault.about["row"]) == ("headings_below", row, row)
    assert str(fault.about["above"]).startswith("2026年三季度业绩表")


@pytest.mark.parametrize("above", [1, 2, 4])
@pytest.mark.parametrize("merged", [True, False])
def test_a_title_above_the_headings_of_a_sheet_is_told(
    above: int, merged: bool, ruleset: Ruleset, tmp_path: Path
) -> None:
    grid = [
        ["2026年三季度业绩表", None],
        *[["制表：财务"]] * (above - 1),
        ["工号", "期间", "销售额"],
        ["R1", "2026Q3", 5],
    ]
    more = "<x:mergeCells><x:mergeCell ref='A1:C1'/></x:mergeCells>" if merged else ""
    make_book(tmp_path / "snapshots.xlsx", grid, sheet="snapshots", more=more)
    (fault,) = refusal(tmp_path, ruleset)
    assert (fault.code, fault.place.cell) == ("headings_below", f"A{above + 1}")


def book(path: Path, **sheets: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


FIGURES: list[list[object]] = [["工号", "期间", "销售额", "来源"], ["R1", "2026Q3", 5, "crm"]]


@pytest.mark.parametrize("title", [[], [["三季度业绩"]]])
def test_a_single_sheet_of_another_name_is_told(title: list[list[object]], ruleset: Ruleset, tmp_path: Path) -> None:
    path = book(tmp_path / "q3.xlsx", Sheet1=title + FIGURES)
    for place in (path, tmp_path):
        (fault,) = refusal(place, ruleset)
        assert (fault.code, fault.place.sheet, fault.about["table"]) == ("sheet_fits", "Sheet1", "snapshots")


def test_further_sheets_that_look_like_a_table_are_told(ruleset: Ruleset, tmp_path: Path) -> None:
    path = book(tmp_path / "指标.xlsx", **{"7月": FIGURES, "8月": FIGURES, "说明": [["随便写"]]})
    told = [(fault.code, fault.place.sheet) for fault in refusal(path, ruleset)]
    assert told == [("sheet_fits", "8月"), ("sheet_ignored", "说明")]


def test_a_workbook_without_any_table_is_told(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "reps.csv").write_bytes(CSV)
    book(tmp_path / "q3.xlsx", Sheet1=[["随便写"]], Sheet2=[["x"]])
    faults = refusal(tmp_path, ruleset)
    assert [(fault.code, fault.warning) for fault in faults] == [
        ("book_unknown", False), ("sheet_ignored", True), ("sheet_ignored", True),
    ]  # fmt: skip
    assert faults[0].about["sheets"] == "Sheet1、Sheet2"


def test_a_csv_of_another_name_is_told(write: Write, ruleset: Ruleset) -> None:
    (fault,) = refusal(write(**{"q3": "工号,期间,销售额\nR001,2026Q3,5\n"}), ruleset)
    assert (fault.code, fault.about["table"]) == ("table_fits", "snapshots")
    (fault,) = refusal(write(**{"q3": "a,b\n1,2\n"}), ruleset)
    assert fault.code == "table_unknown"


def test_texts_beside_data_stay_unread(write: Write, ruleset: Ruleset) -> None:
    path = write(**{"说明.txt": "随便写", "README.md": "x"})
    assert load_data(path, ruleset).remarks == ()
    (fault,) = refusal(write(**{"order.txt": "x"}), ruleset)
    assert fault.code == "table_unknown_close"
