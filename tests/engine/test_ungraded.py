"""A policy without `grade` says who is assessed as rightly as one with it, in every report."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from typing import Any

import pytest

from incentives.reports.folder import stream_of
from incentives.reports.report import report_of
from tests.reports.reading import in_terminal

from .small import Rows, assessed, snapshot

UNGRADED = """
assessment: {least_time: 50%}
metrics: {rating: {unit: score, source: [crm], when_missing: exempt}}
pay: {p: {kind: bonus, formula: '100'}}
"""
SCORED = "scorecards: {results: {items: {rating: {weight: 100%, score: rating}}}}\n"
TARGET = """
targets: {rating: {when_zero: full}}
scorecards: {results: {items: {rating: {weight: 100%, attainment: base, cap: 150}}}}
"""
GRADED = SCORED + "grade: {of: {results: 100%}, bands: {A: '>= 80', B: '< 80'}}\n"
EXPECTED = {
    ("A", "2024Q4"): ("history", "outside"),
    ("A", "2025Q1"): ("assessed", ""),
    ("B", "2025Q1"): ("exempt", "status"),
    ("C", "2025Q1"): ("exempt", "decision"),
    ("D", "2025Q1"): ("history", "locked"),
    ("E", "2025Q1"): ("exempt", "least_time"),
    ("F", "2025Q1"): ("missing", ""),
}


def rows() -> Rows:
    there = {"A": "active", "B": "protected", "C": "active", "D": "active", "F": "active"}
    found: Rows = {
        "reps": [{"rep_id": rep, "status": status} for rep, status in there.items()],
        "snapshots": [snapshot(rep, "2025Q1", "rating", 90) for rep in "ABCDE"],
        "decisions": [{"rep_id": "C", "period": "2025Q1", "about": "exempt", "decision": "exempt", "reason": "moved",
                       "decided_by": "board", "decided_on": "2025-04-01"}],
        "history": [{"rep_id": "D", "period": "2025Q1", "total": 88}],
    }  # fmt: skip
    found["snapshots"] += [snapshot("A", "2024Q4", "rating", 90)]
    found["reps"].append({"rep_id": "E", "hired_on": "2025-03-01"})
    return found


@cache
def outcome(policy: str) -> Any:
    return assessed(policy, rows(), "2024Q4", "2025Q1")


@pytest.mark.parametrize("more", ["", SCORED, GRADED], ids=["pay alone", "scored", "graded"])
def test_who_is_assessed(more: str) -> None:
    found = {(rep, period): state for rep, period, *state in
             outcome(UNGRADED + more).rows(["rep_id", "period", "assessment", "assessment_reason"])}  # fmt: skip
    expected = EXPECTED | ({} if more else {("F", "2025Q1"): ("assessed", "")})  # without scores nothing is missing
    assert {key: tuple(found[key]) for key in expected} == expected


def test_a_target_that_lacks_a_signature_counts_without_a_grade_too() -> None:
    told = rows() | {"targets": [{"scope": "rep", "subject_id": rep, "period": "2025Q1", "metric": "rating", "base": 90,
                                  "rep_signed_on": "2025-01-01"} for rep in "A"]}  # fmt: skip
    found = assessed(UNGRADED + TARGET, told, "2025Q1").rows(["rep_id", "assessment"])
    assert dict(found)["A"] == "unsigned"


def test_every_report_says_so() -> None:
    found = outcome(UNGRADED)
    reps = json.loads(b"".join(stream_of(found, "json", "en", None, True)))["reps"]
    assert {(one["rep_id"], one["period"]): one["assessment"] for one in reps}["B", "2025Q1"] == "exempt"
    table = csv.DictReader(io.StringIO(b"".join(stream_of(found, "csv", "en", None, True)).decode("utf-8-sig")))
    assert [row["assessment"] for row in table if row["period"] == "2025Q1"] == [
        "assessed", "exempt", "exempt", "history", "exempt", "assessed",
    ]  # fmt: skip
    text = in_terminal(report_of(found, "en"), width=200)
    assert "Employed 6 = Assessed 2 + Exempt 3 + " in text
    page = b"".join(stream_of(found, "html", "zh", None, True)).decode()
    for said in ("免评", "经裁定免评", "期间不在办法有效期内", "沿用已锁定的历史结果"):
        assert said in page
