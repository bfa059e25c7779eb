"""A result on record stands, and where its grade is not the one of its total, it is remarked on."""

from __future__ import annotations

from pathlib import Path

from incentives.api import assess, load_ruleset
from incentives.faults import Place
from incentives.tables.data import tables_from_rows

SALES = Path(__file__).parents[2] / "rulesets" / "sales-2026.yaml"


def test_a_recorded_grade_that_contradicts_its_total_is_a_remark() -> None:
    ruleset = load_ruleset(SALES)
    results = {"R1": ("96.00", "A"), "R2": ("96.00", "C"), "R3": (None, "C"), "R4": ("96.00", None)}
    rows = {
        "reps": [{"rep_id": key, "hired_on": "2020-01-01"} for key in results],
        "history": [
            {"rep_id": key, "period": period, "total": total, "grade": grade}
            for key, (total, grade) in results.items()
            for period in ("2025Q4", "2026Q1")
        ],
    }
    outcome = assess(ruleset, tables_from_rows(rows, ruleset, Place("data")), ["2025Q4", "2026Q1"])
    assert outcome.rows(["grade"], "rep_id = 'R2'") == [("C",), ("C",)]
    assert [(f.code, f.warning, f.about["key"], f.about["period"], f.about["band"]) for f in outcome.remarks] == [
        ("history_contradicts", True, "R2", "2026Q1", "A")
    ]
