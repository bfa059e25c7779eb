"""Files are written whole or not at all, the same inputs give the same bytes, figures keep their digits."""

import errno
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from made import company, outcome_made, person
from reading import written

from incentives.database import DatabaseError
from incentives.database.duck import connect
from incentives.faults import Fault, Place, RefusedError
from incentives.outcome.files import write_folder
from incentives.outcome.manifest import manifest_of
from incentives.reports.export import write_csv
from incentives.reports.folder import piped, stream_of, writers_of
from incentives.reports.narrow import narrow
from incentives.reports.page import page
from incentives.reports.report import report_of

WARNINGS = (Fault("data_unreadable", Place("/somewhere/reps.csv", 7), {"reason": "张三"}, warning=True),)
FILES = ["assessment.xlsx", "conclusions.csv", "manifest.json", "outcome.parquet", "pay.csv", "promotions.csv",
         "report.html"]  # fmt: skip


def all_files(folder: Path, **options) -> dict[str, bytes]:
    outcome = narrow(outcome_made(), **options)
    write_folder(folder, writers_of(outcome, "zh", options.get("team"), options.get("with_pay", True)))
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_folder_holds_the_files_and_no_others(tmp_path):
    assert sorted(all_files(tmp_path / "out")) == FILES
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_the_same_inputs_give_the_same_bytes(tmp_path):
    assert all_files(tmp_path / "one") == all_files(tmp_path / "two")
    for form in ("csv", "json", "html", "xlsx"):
        one, two = (b"".join(stream_of(narrow(outcome_made()), form, "zh", None, True)) for _ in range(2))
        assert one == two, form


def test_a_folder_that_is_there_keeps_what_is_not_ours(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "pay.csv").write_text("old")
    files = all_files(tmp_path)
    assert sorted(files) == sorted([*FILES, "notes.txt"])
    assert files["notes.txt"] == b"mine"
    assert files["pay.csv"] != b"old"


def test_csv_is_handed_on_as_it_is_written():
    lines = b"".join(b"%d\n" % n for n in range(100_000))  # many times what a pipe holds
    assert b"".join(piped(lambda file: file.write_bytes(lines))) == lines


def test_whoever_writes_stops_when_nobody_reads_on():
    stopped = []

    def write(file):
        with file.open("wb", buffering=0) as sink:
            try:
                while True:
                    sink.write(b"x" * 100_000)
            except BrokenPipeError:
                stopped.append(file)

    pieces = piped(write)
    assert next(pieces)
    pieces.close()
    assert stopped


def test_what_goes_wrong_while_it_is_written_is_told():
    with pytest.raises(ZeroDivisionError):
        list(piped(lambda _: 1 // 0))


LONG = Decimal("1234567890123456789.12")


@pytest.mark.parametrize("amount", [Decimal("9999999999999999.99"), Decimal(-5), LONG, -LONG, None])
def test_a_wide_decimal_is_written_with_all_its_digits(tmp_path, amount):
    outcome = outcome_made()
    outcome.con.execute(
        "CREATE VIEW wide AS SELECT rep_id, period, period_no, CAST(? AS DECIMAL(30,2)) AS total "
        f"FROM {outcome.relation}".replace("?", f"'{amount}'" if amount is not None else "NULL")
    )
    write_csv(replace(outcome, relation="wide"), tmp_path / "wide.csv")
    told = {line.split(",")[2] for line in (tmp_path / "wide.csv").read_text().splitlines()[1:]}
    assert told == {"" if amount is None else f"{amount:.2f}"}


def raising(error):
    def write(file):
        file.write_text("half")
        raise error

    return write


def on_full_disk(_file):
    with Path("/dev/full").open("w") as full:
        full.write("x" * 100_000)


def database_on_full_disk(_file):
    connect().copy_out("SELECT range FROM range(100000)", Path("/dev/full"))


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (on_full_disk, "write_disk_full"),
        (database_on_full_disk, "write_disk_full"),
        (raising(OSError(errno.EACCES, "Permission denied")), "write_no_rights"),
        (raising(OSError(errno.EROFS, "Read-only file system")), "write_no_rights"),
        (raising(OSError(errno.EIO, "Input/output error")), "write_failed"),
        (raising(DatabaseError("IO Error: something")), "write_failed"),
    ],
)
def test_a_failing_write_leaves_everything_as_it_was(tmp_path, write, code):
    for folder, before in ((tmp_path / "new", None), (tmp_path / "old", {"a.txt": "mine"})):
        if before:
            folder.mkdir()
            (folder / "a.txt").write_text("mine")
        with pytest.raises(RefusedError) as refused:
            write_folder(folder, {"a.txt": lambda file: file.write_text("new"), "b.txt": write})
        assert [f.code for f in refused.value.faults] == [code]
        assert refused.value.faults[0].text("zh")
        assert refused.value.faults[0].text("en")
        assert ({p.name: p.read_text() for p in folder.iterdir()} if folder.exists() else None) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old"]


def nothing(file):
    file.write_text("x")


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(RefusedError) as refused:
        write_folder(tmp_path / "out", {"a": nothing})
    assert refused.value.faults[0].code == "write_not_a_folder"
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize(
    ("folder", "code"),
    [("no/such/parent", "write_no_parent"), ("x" * 300, "write_name_too_long"), ("nul\0", "write_failed")],
)
def test_a_folder_that_cannot_be_is_refused(tmp_path, folder, code):
    with pytest.raises(RefusedError) as refused:
        write_folder(tmp_path / folder, {"a": nothing})
    assert refused.value.faults[0].code == code
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_a_files_place_stops_all_of_them(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(RefusedError) as refused:
        write_folder(tmp_path, {"a": nothing, "b": nothing})
    assert refused.value.faults[0].code == "write_blocked"
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


def test_json_is_the_object_that_others_build_on(tmp_path):
    made = json.loads(written(outcome_made(), tmp_path)["printed.json"])
    assert list(made) == ["manifest", "reps"]
    row = made["reps"][0]
    assert list(row)[:8] == ["rep_id", "name", "period", "total", "grade", "computed_grade", "scores", "pay"]
    assert row["scores"] == {"sales": "120.00", "new_customers": "100.00"}
    assert row["pay"] == {"commission": "38111.17", "quarterly_bonus": "4222.29", "big_first_order": "0.00"}
    assert (row["total"], row["pay_total"], row["conclusions"]) == ("118.50", "42333.46", [])
    assert made["reps"][4]["total"] is None
    assert [r["rep_id"] for r in made["reps"]] == [f"R00{n}" for n in range(1, 10)]


def test_json_of_nobody_is_an_object_too(tmp_path):
    assert json.loads(written(outcome_made([]), tmp_path)["printed.json"])["reps"] == []


def test_the_manifest_counts_and_names_no_path():
    manifest = manifest_of(narrow(outcome_made()))
    assert manifest["ruleset"]["file"] == "sales-2026.yaml"
    assert manifest["counts"] == {
        "rows": 9,
        "assessment": {"assessed": 4, "exempt": 2, "unsigned": 1, "missing": 1, "history": 1},
        "grade": {"S": 1, "A": 2, "B": 2},
        "graded": {"assessed": 4, "history": 1},
    }
    assert sum(manifest["counts"]["grade"].values()) == sum(manifest["counts"]["graded"].values())
    assert manifest["control_totals"] == {
        "commission": "153345.79", "quarterly_bonus": "18777.98", "big_first_order": "0.00", "pay_total": "172123.77",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "有等级 5 = 已评定 4 + 沿用历史结果 1"), ("en", "Graded 5 = Assessed 4 + From history 1")]
)
def test_the_distribution_adds_up_in_every_form(tmp_path, lang, told):
    """Four are assessed and five have a grade: the fifth is on record."""
    forms = written(outcome_made(), tmp_path, lang=lang)
    assert told in forms["terminal"]
    assert told in forms["assessment.xlsx"]
    words = " ".join(re.sub(r"<[^>]+>", " ", forms["report.html"]).split())
    graded, assessed, history = (part.split() for part in re.split("[=+]", told))
    assert "{1} {0} = {3} {2} + {5} {4}".format(*graded, *assessed, " ".join(history[:-1]), history[-1]) in words
    alone = [row for row in company() if row["assessment"] != "history"]
    assert graded[0] + " 4" not in written(outcome_made(alone), tmp_path, lang=lang)["terminal"]


def test_the_manifest_of_a_team_is_that_team():
    manifest = manifest_of(narrow(outcome_made(), "华南一队"), "华南一队")
    assert (manifest["team"], manifest["counts"]["rows"], manifest["control_totals"]["pay_total"]) == (
        "华南一队",
        2,
        "83234.56",
    )


def test_pay_is_a_line_a_payee_and_component(tmp_path):
    outcome = outcome_made([*company()[:1], person("R001", period="2026Q4", period_no=8107)])
    assert written(outcome, tmp_path)["pay.csv"].splitlines() == [
        "\ufeffpayee,period,component,kind,title,amount",
        "R001,2026Q3,commission,commission,销售提成,38111.17",
        "R001,2026Q3,quarterly_bonus,bonus,季度奖金,4222.29",
        "R001,2026Q3,big_first_order,award,首单大额奖,0.00",
        "R001,2026Q4,commission,commission,销售提成,38111.17",
        "R001,2026Q4,quarterly_bonus,bonus,季度奖金,4222.29",
        "R001,2026Q4,big_first_order,award,首单大额奖,0.00",
    ]


@pytest.mark.parametrize(
    "amount", ["0.01", "1234567890123.45", "9999999999999.99", "-2147483648.07", "123456789012345678.91"]
)
def test_a_workbook_shows_every_cent(tmp_path, amount):
    outcome = narrow(outcome_made([person("007", commission=amount)]))
    writers_of(outcome, "zh", None, True)["assessment.xlsx"](tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    cells = {sheet.cell(1, at).value: sheet.cell(2, at) for at in range(1, sheet.max_column + 1)}
    assert (cells["工号"].value, cells["工号"].data_type) == ("007", "s")
    value = cells["销售提成"].value
    assert Decimal(value if isinstance(value, str) else f"{value:.2f}") == Decimal(amount)
    assert isinstance(value, str) == (len(amount) > 18)


def test_the_control_sums_of_a_workbook_are_numbers_and_empty_columns_are_left_out(tmp_path):
    outcome = replace(narrow(outcome_made()), remarks=WARNINGS)
    writers_of(outcome, "zh", None, True)["assessment.xlsx"](tmp_path / "a.xlsx")
    _, details, about = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    lines = {row[0].value: row[1] for row in about.iter_rows()}
    assert (lines["激励合计"].value, lines["激励合计"].number_format) == (172123.77, "#,##0.00")
    assert lines["reps.csv:7"].value == "无法读取：张三"
    headings = [cell.value for cell in details[1]]
    assert "销售额" in headings
    assert all(any(cell.value is not None for cell in column[1:]) for column in details.iter_cols())
    assert details.freeze_panes == "C2"


def test_warnings_about_the_data_are_in_the_manifest_and_the_page_and_not_in_what_is_handed_on():
    outcome = replace(narrow(outcome_made()), remarks=WARNINGS)
    assert manifest_of(outcome)["warnings"] == [
        {"code": "data_unreadable", "place": "reps.csv:7", "zh": "无法读取：张三", "en": "cannot be read: 张三"}
    ]
    assert "reps.csv:7" in page(report_of(outcome, "zh"))
    for team, with_pay in (("华南一队", True), (None, False)):
        assert manifest_of(outcome, team, with_pay)["warnings"] == []
        assert "张三" not in page(report_of(outcome, "zh", team, with_pay))


def test_parquet_has_no_binary_floating_point(tmp_path):
    written(outcome_made(), tmp_path)
    types = {str(kind) for kind in duckdb.sql(f"SELECT * FROM '{tmp_path}/outcome.parquet'").types}
    assert not {"DOUBLE", "FLOAT"} & types
    assert "DECIMAL(20,2)" in types
