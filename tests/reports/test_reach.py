"""The column that tells what a better grade would take is in every report, and no narrower view is left out of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from incentives.cli import run
from incentives.reports.reach import told
from tests.engine.small import HEAD
from tests.simulate.test_reach import POLICY, REPS, UNITS, found

BOOKED = "2025Q2"


def company(folder: Path) -> list[str]:
    """The made company of the steps as files; the arguments that assess it."""
    (folder / "policy.yaml").write_text(HEAD + POLICY, encoding="utf-8")
    data = folder / "data"
    data.mkdir()
    (data / "reps.csv").write_text("rep_id,name\n" + "".join(f"{rep},N {rep}\n" for rep in REPS))
    (data / "postings.csv").write_text("rep_id,from\n" + "".join(f"{rep},2025-01-01\n" for rep in REPS))
    lines = ["rep_id,period,metric,value,source"]
    for rep, values in REPS.items():
        for period, factor in (("2025Q1", 2), (BOOKED, 1)):
            for metric, value in zip(UNITS, values, strict=True):
                number = float(value) / factor if metric == "sales" and value is not None else value
                lines += [f"{rep},{period},{metric},{number},crm"] if value is not None else []
    (data / "snapshots.csv").write_text("\n".join(lines) + "\n")
    return ["assess", str(folder / "policy.yaml"), "--data", str(data), "--period", BOOKED, "--lang", "en", "--reach"]


def test_every_form_has_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = company(tmp_path)
    texts = {who: text for who, period, text in told(found(), "en") if period == BOOKED}
    assert set(texts) == {"R1", "R2", "R3", "R5", "R6"}  # R4 has the best grade
    assert run(arguments) == 0
    out = capfd.readouterr().out
    assert "What it would take (any one) 5" in out
    assert run([*arguments, "--format", "csv"]) == 0
    rows = {row["rep_id"]: row["reach"] for row in csv.DictReader(io.StringIO(capfd.readouterr().out.lstrip("\ufeff")))}
    assert {who: text for who, text in rows.items() if text} == texts
    assert run([*arguments, "--format", "json", "--no-pay"]) == 0
    listed = json.loads(capfd.readouterr().out)
    assert texts["R6"] in json.dumps(listed, ensure_ascii=False)
    assert run([*arguments, "--format", "html"]) == 0
    assert texts["R6"] in capfd.readouterr().out
