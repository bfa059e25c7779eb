"""Conclusions over several periods, case by case (`periods.yaml`): what stands, gives way, is decided and assigned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.outcome.outcome import Outcome
from tests.engine.small import Rows, assessed

CASES = yaml.safe_load(Path(__file__).with_name("periods.yaml").read_text(encoding="utf-8"))
LETTERS = {"proposed": "P", "decided": "D", "standing": "S", "rejected": "R", "withheld": "W"}
POLICY = {
    "metrics": {"x": {"unit": "count", "source": ["crm"], "when_missing": "exempt"}},
    "assessment": {"statuses": {"active": "assess", "protected": "exempt"}},
}


def quarter(number: int) -> str:
    return f"{2025 + number // 4}Q{number % 4 + 1}"


def rows_of(case: dict[str, Any]) -> Rows:
    rows: Rows = {name: [] for name in ("reps", "snapshots", "decisions")}
    left, regions = case.get("left", {}), case.get("regions", {})
    for rep, text in case["x"].items():
        rows["reps"].append({"rep_id": rep, "region": regions.get(rep, "东"), "left_on": left.get(rep)})
        for number, value in enumerate(str(text).split()):
            if value == "-":
                continue
            about = {"rep_id": rep, "period": quarter(number)}
            rows["snapshots"].append(about | {"metric": "x", "value": value.lstrip("!"), "source": "crm"})
            if value.startswith("!"):
                rows["decisions"].append(about | {"about": "exempt", "decision": "exempt"})
        for period, decision in case.get("decided", {}).get(rep, {}).items():
            about, ruling, on = decision.split()
            row = {"rep_id": rep, "period": period, "about": about, "decision": ruling, "decided_on": on}
            rows["decisions"].append(row)
    return rows


def told(outcome: Outcome, rep: str, name: str, what: str) -> str:
    """A letter or name for each period."""
    query = f"SELECT period, status, who FROM {outcome.conclusions} WHERE rep_id = ? AND conclusion = ? "
    query += "ORDER BY status <> 'standing'"  # what was drawn in the period itself goes before what stands in it
    found = {
        period: LETTERS[status] if what == "drawn" else who or "?"
        for period, status, who in outcome.con.query(query, [rep, name])
    }
    return " ".join(found.get(period, ".") for period in outcome.periods)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_periods(case: dict[str, Any]) -> None:
    policy = yaml.safe_dump(POLICY | {"conclusions": case["policy"]}, allow_unicode=True)
    longest = max(len(str(text).split()) for text in case["x"].values())
    outcome = assessed(policy, rows_of(case), *map(quarter, range(longest)))
    assert "drawn" in case or "who" in case
    for what in ("drawn", "who"):
        for rep, expected in case.get(what, {}).items():
            assert {name: told(outcome, rep, name, what) for name in expected} == expected, rep
