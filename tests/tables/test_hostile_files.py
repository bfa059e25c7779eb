"""Files that are no data at all, or mean harm, end in a fault and never in a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Write

from incentives.faults import RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import load_data

SNAPSHOTS = "rep_id,period,metric,value,source\n"


def codes(path: str | Path, ruleset: Ruleset) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        load_data(path, ruleset)
    assert all(fault.text("zh") and fault.text("en") for fault in refused.value.faults)
    return [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize("path", ["nowhere", "nowhere.csv", "no\0where", "x" * 5000])
def test_no_such_path(path: str, ruleset: Ruleset) -> None:
    assert codes(path, ruleset)[0] in {"data_absent", "data_unreadable"}


def test_a_folder_without_tables(ruleset: Ruleset, tmp_path: Path) -> None:
    assert codes(tmp_path, ruleset) == ["data_nothing"]


def test_a_folder_without_rights(ruleset: Ruleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", denied)
    assert codes(tmp_path, ruleset) == ["data_unreadable"]


def test_a_file_without_rights(write: Write, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write()
    real = Path.open

    def denied(self: Path, *args: object, **more: object) -> object:
        if self.name == "reps.csv":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", denied)
    assert codes(path, ruleset) == ["data_locked"]


def test_links_that_lead_nowhere_or_in_circles(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "reps.csv").symlink_to(tmp_path / "gone.csv")
    (tmp_path / "orders.csv").symlink_to(tmp_path / "orders.csv")
    assert codes(tmp_path, ruleset) == ["data_dangling", "data_dangling"]


def test_a_pipe_is_not_waited_for(ruleset: Ruleset, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "reps.csv")
    assert codes(tmp_path, ruleset) == ["data_irregular"]


def test_a_field_without_end(write: Write, ruleset: Ruleset) -> None:
    path = write(snapshots=SNAPSHOTS + 'R001,2026Q3,sales,"' + "1" * 5_000_000 + '",crm\n')
    assert codes(path, ruleset) == ["csv_line_long"]


def test_a_heading_without_end(write: Write, ruleset: Ruleset) -> None:
    assert codes(write(snapshots="x" * 3_000_000), ruleset) == ["csv_header_long"]


def test_names_with_signs_of_patterns(ruleset: Ruleset, tmp_path: Path) -> None:
    folder = tmp_path / "a[1]*?'b"
    folder.mkdir()
    (folder / "reps.csv").write_text("rep_id\nR1\n")
    assert load_data(folder, ruleset).con.query("SELECT rep_id FROM reps") == [("R1",)]


@pytest.mark.parametrize("heading", ["x' OR 1=1 --", 'a"b', "a;DROP TABLE reps"])
def test_headings_and_cells_that_look_like_sql(write: Write, ruleset: Ruleset, heading: str) -> None:
    doubled = heading.replace('"', '""')
    path = write(
        orders=f'order_id,rep_id,ordered_on,amount,"{doubled}"\n"\'); DROP TABLE reps; --",R001,2026-07-03,1,1\n'
    )
    tables = load_data(path, ruleset)
    assert tables.con.query("SELECT order_id FROM orders") == [("'); DROP TABLE reps; --",)]
    assert [remark.about["heading"] for remark in tables.remarks] == [heading]


def test_a_gigantic_value_is_clipped(write: Write, ruleset: Ruleset) -> None:
    with pytest.raises(RefusedError) as refused:
        load_data(write(snapshots=SNAPSHOTS + "R001,2026Q3,sales," + "9" * 1000 + ",crm\n"), ruleset)
    assert len(refused.value.faults[0].text("en")) < 150
