"""Error values of a spreadsheet that came out as text are told as such."""

from __future__ import annotations

import pytest
from conftest import Write

from incentives.faults import RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import load_data


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#SPILL!", "#NAME?", "#REF!"])
@pytest.mark.parametrize("column", ["rep_id", "team", "hired_on", "base_salary", "status"])
def test_an_error_value_in_a_text_is_told(error: str, column: str, write: Write, ruleset: Ruleset) -> None:
    row = {"rep_id": "R1", "team": "甲", "hired_on": "2026-01-01", "base_salary": "1", "status": "active"} | {
        column: error
    }
    with pytest.raises(RefusedError) as refused:
        load_data(write(reps=f"{','.join(row)}\n{','.join(row.values())}\n"), ruleset)
    assert [(f.code, f.place.line, f.about["value"]) for f in refused.value.faults] == [("cell_error", 2, error)]


@pytest.mark.parametrize("text", ["#1", "#", "#a!", "N/A", "# N/A", "#甲!"])
def test_other_texts_are_no_error_values(text: str, write: Write, ruleset: Ruleset) -> None:
    tables = load_data(write(reps=f"rep_id,team\nR1,{text}\n"), ruleset)
    assert tables.con.query("SELECT team FROM postings") == [(text,)]
