"""What would take minutes or gigabytes is refused at once; links stay in their folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Write
from handmade import column, make_book

from incentives.faults import Fault, Place, RefusedError
from incentives.payroll.template.model import TOO_WIDE
from incentives.ruleset import Ruleset
from incentives.tables import load_data
from incentives.tables.delivery import MOST_COLUMNS, too_wide
from incentives.tables.readers.query import MOST_PARTS, MOST_SIGNS


def told(path: Path, ruleset: Ruleset) -> list[Fault]:
    try:
        return list(load_data(path, ruleset).remarks)
    except RefusedError as refused:
        return [fault for fault in refused.faults if not fault.warning]


def test_the_most_columns() -> None:
    place = Place("reps.csv")
    assert not too_wide(MOST_COLUMNS, place)
    assert too_wide(MOST_COLUMNS + 1, place)


@pytest.mark.parametrize("number", [MOST_COLUMNS + 1, 10_000])
def test_a_table_of_too_many_columns(number: int, write: Write, ruleset: Ruleset, tmp_path: Path) -> None:
    names = ["rep_id", *(f"x{n}" for n in range(number - 1))]
    (fault,) = told(write(reps=",".join(names) + "\n"), ruleset)
    assert (fault.code, fault.about["number"]) == ("table_wide", number)
    (tmp_path / "reps.csv").unlink()
    make_book(tmp_path / "reps.xlsx", [names, ["R1"]])
    (fault,) = told(tmp_path, ruleset)
    assert (fault.code, fault.about["number"]) == ("table_wide", number)


def query(tmp_path: Path, sql: str) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("a\n1\n")
    (tmp_path / "data.yaml").write_text(f"export: export\ntables:\n  reps: {sql}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("UNION", MOST_PARTS), ("UNION", MOST_PARTS + 1), ("union all", MOST_PARTS), ("union all", 20_000),
        ("EXCEPT", MOST_PARTS + 1), ("intersect", 20_000),
    ],
)  # fmt: skip
def test_a_query_of_many_parts(word: str, parts: int, ruleset: Ruleset, tmp_path: Path) -> None:
    sql = f" {word} ".join(["SELECT a AS rep_id FROM a"] * parts)
    if word == "union all" and parts == MOST_PARTS:
        sql = f"SELECT DISTINCT * FROM ({sql})"
    expected = ["query_long"] if parts > MOST_PARTS else []
    assert [fault.code for fault in told(query(tmp_path, sql), ruleset)] == expected


@pytest.mark.parametrize("signs", [MOST_SIGNS, MOST_SIGNS + 1])
def test_a_query_of_many_signs(signs: int, ruleset: Ruleset, tmp_path: Path) -> None:
    begin, end = "SELECT a AS rep_id FROM a WHERE a <> '", "'"
    path = query(tmp_path, begin + "x" * (signs - len(begin + end)) + end)
    assert [fault.code for fault in told(path, ruleset)] == (["query_long"] if signs > MOST_SIGNS else [])


@pytest.mark.parametrize(("cell", "is_far"), [((100_000, 20), False), ((100_001, 20), True), ((1_000_000, 3), True)])
def test_a_cell_far_away(cell: tuple[int, int], is_far: bool, ruleset: Ruleset, tmp_path: Path) -> None:
    row, number = cell
    name = f"{column(number)}{row}"
    more = f"<x:sheetData><x:row r='{row}'><x:c r='{name}'><x:v>1</x:v></x:c></x:row></x:sheetData>"
    make_book(tmp_path / "reps.xlsx", [["rep_id", *(f"x{n}" for n in range(number - 1))], ["R1"]], more=more)
    faults = [fault for fault in told(tmp_path, ruleset) if fault.code == "sheet_large"]
    assert [fault.place.cell for fault in faults] == ([name] if is_far else [])


@pytest.mark.parametrize(
    ("line", "is_wide"),
    [
        ("{period:>999}", False), ("{period:>1000}", True), ("{period:>1000000000}", True),
        ("{amount:.1000000000}", True),
        ("{payees:{lines}}", True), ("{period} 2026 {amount}", False), ("1000000000: {period}", False),
    ],
)  # fmt: skip
def test_the_width_of_a_blank(line: str, is_wide: bool) -> None:
    assert bool(TOO_WIDE.search(line)) is is_wide


@pytest.mark.parametrize("name", ["reps.csv", "data.yaml", "人员.txt", "data.xlsx", "orders.parquet"])
def test_a_link_that_leads_out_of_the_folder(name: str, ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / name).write_text("rep_id\nR1\n")
    (tmp_path / "data" / name).symlink_to(tmp_path / name)
    assert [fault.code for fault in told(tmp_path / "data", ruleset)] == ["link_outside"]


def test_a_link_that_stays_in_the_folder(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ".kept").write_text("rep_id\nR1\n")
    (tmp_path / "data" / "reps.csv").symlink_to(tmp_path / "data" / ".kept")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    for path in (tmp_path / "data", tmp_path / "link"):
        assert told(path, ruleset) == []


def test_an_export_without_queries_is_looked_at_likewise(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "reps.csv").write_text("rep_id\nR1\n")
    (tmp_path / "export" / "reps.csv").symlink_to(tmp_path / "reps.csv")
    (tmp_path / "data.yaml").write_text("export: export\n")
    assert [fault.code for fault in told(tmp_path, ruleset)] == ["link_outside"]


@pytest.mark.parametrize(("amount", "is_told"), [
    ("999999999999.99", False), ("-999999999999.99", False), ("1000000000000", True), ("1000000000000.00", True),
    ("-1000000000000", True), ("1000000000000.01", True),
])  # fmt: skip
def test_an_amount_at_the_edge_is_kept_or_told(amount: str, is_told: bool, write: Write, ruleset: Ruleset) -> None:
    folder = write(reps="rep_id\nR1\n", orders=f"order_id,rep_id,ordered_on,amount\nO1,R1,2026-07-01,{amount}\n")
    if not is_told:
        assert str(load_data(folder, ruleset).con.query("SELECT amount FROM orders")[0][0]) == amount
        return
    with pytest.raises(RefusedError) as refused:
        load_data(folder, ruleset)
    assert [(f.code, f.about["high"]) for f in refused.value.faults] == [("number_range", "999,999,999,999.99")]
