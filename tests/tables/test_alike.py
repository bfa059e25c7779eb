"""What differs by case, width or invisible characters alone is told as one written in two ways."""

from __future__ import annotations

import pytest
from conftest import Write

from incentives.faults import Fault, RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import load_data

ONE = "AbR001"
PAIRS = {
    "abR001": "case",
    "ＡbR001": "width",
    "AbR００1": "width",
    "AbR\u200b001": "invisible characters",
    "AbR\ufe0f001": "invisible characters",
    "AbR\u034f001": "invisible characters",
    "AbR\u3164001": "invisible characters",
    "AbR\u2800001": "invisible characters",
    "Ab\ufeffR001": "invisible characters",
    "AbR0\u00ad01": "invisible characters",
    "ＡBR001": "case, width or invisible characters",
}
SAME = [f"{ONE}\u200b", f"\ufeff{ONE}", f"{ONE}\u00a0", f"  {ONE}\u3000", f"{ONE}\u2060 "]
ORDERS = "order_id,rep_id,customer_id,ordered_on,amount\n"


def told(path: object, ruleset: Ruleset) -> list[Fault]:
    """All faults and remarks."""
    try:
        return list(load_data(path, ruleset).remarks)  # type: ignore[arg-type]
    except RefusedError as refused:
        return list(refused.faults)


@pytest.mark.parametrize("other", PAIRS)
def test_two_people_alike(other: str, write: Write, ruleset: Ruleset) -> None:
    (fault,) = told(write(reps=f"rep_id\nR000\n{ONE}\n{other}\n"), ruleset)
    assert (fault.code, fault.place.line, fault.warning) == ("ids_alike", 4, False)
    assert fault.text("en").endswith(f"differ in {PAIRS[other]} only: one that is written in two ways counts as two")
    assert fault.text("en").isprintable()


@pytest.mark.parametrize("other", SAME)
def test_what_cannot_be_seen_at_the_ends_is_no_part_of_an_id(other: str, write: Write, ruleset: Ruleset) -> None:
    (fault,) = told(write(reps=f"rep_id\n{ONE}\n{other}\n"), ruleset)
    assert (fault.code, fault.place.line) == ("row_twice", 3)
    snapshots = f"rep_id,period,metric,value,source\n{other},2026Q3,sales,1,crm\n"
    assert told(write(reps=f"rep_id\n{ONE}\n", snapshots=snapshots), ruleset) == []


@pytest.mark.parametrize("other", PAIRS)
def test_people_of_the_figures_alone(other: str, write: Write, ruleset: Ruleset) -> None:
    path = write(snapshots=f"rep_id,period,metric,value,source\n{ONE},2026Q3,sales,1,crm\n{other},2026Q3,sales,1,crm\n")
    (path / "reps.csv").unlink()
    (fault,) = told(path, ruleset)
    assert (fault.code, fault.warning) == ("ids_alike", False)


@pytest.mark.parametrize("other", PAIRS)
def test_a_person_written_in_another_way(other: str, write: Write, ruleset: Ruleset) -> None:
    snapshots = f"rep_id,period,metric,value,source\n{other},2026Q3,sales,1,crm\n"
    (fault,) = told(write(reps=f"rep_id\n{ONE}\n", snapshots=snapshots), ruleset)
    assert (fault.code, fault.place.line, fault.about["name"]) == ("subject_alike", 2, ONE)


@pytest.mark.parametrize("other", PAIRS)
def test_orders_and_customers_alike(other: str, write: Write, ruleset: Ruleset) -> None:
    rows = f"{ONE},R001,C1,2026-07-03,1\n{other},R001,C2,2026-07-03,1\n"
    (fault,) = told(write(orders=ORDERS + rows), ruleset)
    assert (fault.code, fault.warning) == ("ids_alike", PAIRS[other] == "case")
    rows = f"O1,R001,{ONE},2026-07-03,1\nO2,R001,{other},2026-07-03,1\n"
    (fault,) = told(write(orders=ORDERS + rows), ruleset)
    assert (fault.code, fault.warning) == ("ids_alike", PAIRS[other] == "case")


@pytest.mark.parametrize("other", PAIRS)
def test_a_receipt_of_an_order_written_in_another_way(other: str, write: Write, ruleset: Ruleset) -> None:
    path = write(orders=f"{ORDERS}{ONE},R001,C1,2026-07-03,1\n", receipts=f"order_id,on,amount\n{other},2026-07-04,1\n")
    (fault,) = told(path, ruleset)
    assert (fault.code, fault.about["name"]) == ("order_alike", ONE)


@pytest.mark.parametrize("other", PAIRS)
def test_units_alike(other: str, write: Write, ruleset: Ruleset) -> None:
    reps = f"rep_id,team,product_line\nR1,{ONE},P\nR2,{other},P\n"
    (fault,) = told(write(reps=reps), ruleset)
    assert (fault.code, fault.about["column"]["en"], fault.warning) == ("ids_alike", "team", False)
    (fault,) = told(write(reps=f"rep_id,product_line\nR1,{ONE}\nR2,{other}\n"), ruleset)
    assert (fault.code, fault.about["column"]["en"], fault.warning) == ("ids_alike", "product_line", True)


def test_ids_that_differ_by_more(write: Write, ruleset: Ruleset) -> None:
    assert told(write(reps="rep_id,team\nR-1,甲\nr 1,乙\nR1,甲\nR01,丙\n"), ruleset) == []


@pytest.mark.parametrize("heading", ["姓名\u200b", "\ufeff姓名", "姓\u00a0名", "ＮＡＭＥ", "Name"])
def test_headings_are_known_in_all_these_ways(heading: str, write: Write, ruleset: Ruleset) -> None:
    tables = load_data(write(reps=f"rep_id,{heading}\nR1,A\n"), ruleset)
    assert tables.con.query("SELECT name FROM reps") == [("A",)]


def test_a_metric_in_another_width_is_told_so_that_it_can_be_seen(write: Write, ruleset: Ruleset) -> None:
    (fault,) = told(write(snapshots="rep_id,period,metric,value,source\n007,2026Q3,sa\u200bles,1,crm\n"), ruleset)
    assert fault.code == "metric_not_known_close"
    assert fault.about["value"] == "sa<U+200B>les"
