"""What is paid to people by what others are and do: places, teams below, shares of a pool."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import Outcome
from tests.engine.small import Rows, assessed
from tests.oracle.drawing import written

from .test_components import plain

PERIOD = "2025Q1"
DELIVERED = ("sales", "points", "cost")
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("teams.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


def outcome_of(case: dict[str, Any]) -> Outcome:
    """The outcome of a case, whose component is called `paid`."""
    units = {"sales": "money", "points": "score", "cost": "money"}
    metrics = {name: {"unit": unit, "source": ["crm"], "when_missing": "zero"} for name, unit in units.items()}
    policy = {name: plain(case.get(name, {})) for name in ("figures", "columns")}
    policy["metrics"] = metrics | plain(case.get("metrics", {}))
    policy["pay"] = plain(case.get("also", {}) | {"paid": {"kind": "bonus", **case["pay"]}})
    rows: Rows = {"reps": [], "snapshots": []}
    for key, about in case["reps"].items():
        rows["reps"].append({"rep_id": key} | {name: text for name, text in about.items() if name not in DELIVERED})
        for metric in DELIVERED:
            row = {"rep_id": key, "period": PERIOD, "metric": metric, "value": about.get(metric, "0"), "source": "crm"}
            rows["snapshots"].append(row)
    return assessed(written(policy), rows, PERIOD)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_pays(case: dict[str, Any]) -> None:
    paid = dict(outcome_of(case).rows(["rep_id", "paid"]))
    assert paid == {key: Decimal(text.replace("_", "")) for key, text in case["pays"].items()}
