"""What is paid for a part of a period, to who comes, pauses or leaves, at, just below and just above each edge."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine.small import Rows, assessed
from tests.oracle.drawing import written

from .test_components import QUARTERS, plain

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("shares.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
METRICS = {name: {"unit": "money", "source": ["crm"], "when_missing": "zero"} for name in ("sales", "quota")}


@cache
def paid() -> dict[str, list[Decimal]]:
    """What every case pays in the quarters that it has a row in: each is a component and a rep of its own."""
    components = {f"c{n}": {"kind": "bonus", **case["pay"]} for n, case in enumerate(CASES)}
    statuses = {"active": "assess", "leave": "pause"}
    policy = written({"assessment": {"statuses": statuses}, "metrics": METRICS, "pay": plain(components)})
    rows: Rows = {"reps": [], "postings": [], "snapshots": []}
    for n, case in enumerate(CASES):
        key = {"rep_id": f"R{n}"}
        rows["reps"].append(key | case.get("rep", {}))
        rows["postings"] += [key | posting for posting in case.get("postings", [{"from": "2025-01-01"}])]
        for metric in METRICS:
            for period, value in zip(QUARTERS, case.get(metric, ["0"]), strict=False):
                rows["snapshots"].append(key | {"period": period, "metric": metric, "value": value, "source": "crm"})
    outcome = assessed(policy, rows, *QUARTERS)
    return {
        case["name"]: [value for (value,) in outcome.rows([f"c{n}"], f"rep_id = 'R{n}'")]
        for n, case in enumerate(CASES)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_pays(case: dict[str, Any]) -> None:
    assert paid()[case["name"]] == [Decimal(text.replace("_", "")) for text in case["pays"]]
