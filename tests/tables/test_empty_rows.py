"""Empty rows above the headings, files without a byte, and values with signs of their own are told as what they are."""

from __future__ import annotations

import io

import openpyxl
import pytest
from conftest import Write

from incentives.faults import Fault, RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import load_data

TABLE = "rep_id,period,metric,value,source\n007,2026Q3,sales,100,crm\n"


def refused(write: Write, ruleset: Ruleset, **tables: str | bytes) -> Fault:
    """The one fault of the data with these tables."""
    with pytest.raises(RefusedError) as error:
        load_data(write(**tables), ruleset)
    (fault,) = (fault for fault in error.value.faults if not fault.warning)
    return fault


@pytest.mark.parametrize(
    ("above", "row"), [("\n", 2), ("\n\n\n", 4), (",,,,\n", 2), (" \n", 2), ('"",,\n\n', 3), ("\n" * 40, 41)]
)
def test_empty_lines_above_the_headings(write: Write, ruleset: Ruleset, above: str, row: int) -> None:
    fault = refused(write, ruleset, snapshots=above + TABLE)
    assert (fault.code, fault.about) == ("headings_later", {"row": row})


@pytest.mark.parametrize("text", ["", "\n\n", ",,,\n"])
def test_a_file_of_empty_lines_alone_is_empty(write: Write, ruleset: Ruleset, text: str) -> None:
    assert refused(write, ruleset, snapshots=text).code == "data_empty"


@pytest.mark.parametrize("row", [2, 4, 30])
def test_empty_rows_above_the_headings_of_a_sheet(write: Write, ruleset: Ruleset, row: int) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for n, line in enumerate(TABLE.splitlines(), row):
        for column, cell in enumerate(line.split(","), 1):
            book.active.cell(n, column, cell)
    book.active.title = "snapshots"
    book.save(file)
    fault = refused(write, ruleset, **{"snapshots.xlsx": file.getvalue()})
    assert (fault.code, fault.about) == ("headings_later", {"row": row})


def test_a_workbook_without_a_byte(write: Write, ruleset: Ruleset) -> None:
    assert refused(write, ruleset, **{"snapshots.xlsx": b""}).code == "data_no_bytes"


@pytest.mark.parametrize("quotes", ["“”", "「」", '""', "''"])
def test_a_source_with_quotes(write: Write, ruleset: Ruleset, quotes: str) -> None:
    quoted = f"{quotes[0]}crm{quotes[1]}" if quotes != '""' else '"""crm"""'
    fault = refused(write, ruleset, snapshots=TABLE.replace("crm", quoted))
    assert (fault.code, fault.about["write"]) == ("source_quoted", "crm")
    assert not {"““", "””"} & {fault.text(lang)[n : n + 2] for lang in ("zh", "en") for n in range(60)}


@pytest.mark.parametrize(("share", "parts"), [("1:3", "1/4, 3/4"), ("1：1", "1/2, 1/2"), ("1:1:2", "1/4, 1/4, 2/4")])
def test_parts_of_a_credit(write: Write, ruleset: Ruleset, share: str, parts: str) -> None:
    orders = "order_id,customer_id,rep_id,amount,ordered_on\nA,K,007,100,2026-08-01\n"
    fault = refused(write, ruleset, orders=orders, credits=f"order_id,rep_id,share\nA,007,{share}\n")
    assert (fault.code, fault.about["write"]) == ("share_parts", parts)
