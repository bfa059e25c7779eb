"""Shares of orders as files and workbooks bring them: fractions, and what spreadsheets make of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from conftest import Write

from incentives.faults import RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import load_data

ORDERS = "order_id,rep_id,ordered_on,amount\nO1,R1,2026-07-01,100\n"
PARTS = "SELECT rep_id, part, whole FROM credit_parts ORDER BY rep_id"


def credits_of(shares: list[str], heading: str = "share") -> str:
    return f"order_id,rep_id,{heading}\n" + "".join(f"O1,R{n},{share}\n" for n, share in enumerate(shares, 1))


def reps_of(shares: list[str]) -> str:
    return "rep_id\n" + "".join(f"R{n}\n" for n, _ in enumerate(shares, 1))


@pytest.mark.parametrize(("shares", "parts", "whole"), [
    (["1/3", "1/3", "1/3"], [1, 1, 1], 3), (["１／３", " 1 / 3 ", "2/6"], [2, 2, 2], 6),
    (["1/6", "1/3", "50%"], [500_000, 1_000_000, 1_500_000], 3_000_000), (["0.5", "50%"], [500_000] * 2, 1_000_000),
    (["1/2", "1/2"], [1, 1], 2),
])  # fmt: skip
def test_shares_have_one_whole_in_an_order(
    shares: list[str], parts: list[int], whole: int, write: Write, ruleset: Ruleset
) -> None:
    tables = load_data(write(reps=reps_of(shares), orders=ORDERS, credits=credits_of(shares)), ruleset)
    assert tables.con.query(PARTS) == [(f"R{n}", part, whole) for n, part in enumerate(parts, 1)]


def test_a_fraction_below_a_heading_in_percent_is_a_fraction(write: Write, ruleset: Ruleset) -> None:
    shares = ["1/3", "1/6", "50"]
    tables = load_data(write(reps=reps_of(shares), orders=ORDERS, credits=credits_of(shares, "比例（%）")), ruleset)
    found = tables.con.query(PARTS)
    assert found == [("R1", 1_000_000, 3_000_000), ("R2", 500_000, 3_000_000), ("R3", 1_500_000, 3_000_000)]


def book(path: Path, values: list[object], form: str = "General") -> None:
    """Make the credits of an order a workbook."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["order_id", "rep_id", "share"])
    for number, value in enumerate(values, 1):
        sheet.append(["O1", f"R{number}", value])
        sheet.cell(number + 1, 3).number_format = form
    made.save(path)


def test_fractions_as_text_of_a_workbook(write: Write, ruleset: Ruleset) -> None:
    shares = ["1/3", "1／3", "1/3"]
    folder = write(reps=reps_of(shares), orders=ORDERS)
    book(folder / "credits.xlsx", list(shares), "@")
    assert load_data(folder, ruleset).con.query(PARTS) == [("R1", 1, 3), ("R2", 1, 3), ("R3", 1, 3)]


@pytest.mark.parametrize(("value", "form", "code"), [
    (date(2026, 1, 3), "m月d日", "share_day"), (date(2026, 1, 3), "d-mmm", "share_day"),
    (1 / 3, "# ?/?", "share_digits"), (1 / 3, "General", "share_digits"),
])  # fmt: skip
def test_what_a_workbook_made_of_a_fraction_is_told(
    value: object, form: str, code: str, write: Write, ruleset: Ruleset
) -> None:
    folder = write(reps=reps_of(["", ""]), orders=ORDERS)
    book(folder / "credits.xlsx", [value, "2/3"], form)
    with pytest.raises(RefusedError) as refused:
        load_data(folder, ruleset)
    [fault] = refused.value.faults
    assert (fault.code, fault.place.cell) == (code, "C2")
