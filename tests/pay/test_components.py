"""What each way of paying comes to, at, just below and just above its edges."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine.small import Rows, assessed
from tests.oracle.drawing import written

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("components.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


def plain(value: Any) -> Any:
    """A policy with its numbers without the signs between thousands."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.replace("_", "") if re.fullmatch(r"-?[0-9][0-9_.]*%?", value) else value


@cache
def paid() -> dict[str, list[Decimal | None]]:
    """What every case pays: each is a component of one policy and a rep of its own."""
    components = {f"c{n}": {"kind": "commission", **case["pay"]} for n, case in enumerate(CASES)}
    metrics = {
        "sales": {"unit": "money", "source": ["crm"], "when_missing": "zero"},
        "quota": {"unit": "money", "source": ["crm"], "when_missing": "exempt"},
    }
    policy = written({"metrics": metrics, "pay": plain(components)})
    rows: Rows = {"reps": [], "postings": [], "snapshots": []}
    for n, case in enumerate(CASES):
        rows["reps"].append({"rep_id": f"R{n}"})
        rows["postings"].append({"rep_id": f"R{n}", "from": "2025-01-01"})
        for metric in ("sales", "quota"):
            for period, value in zip(QUARTERS, case.get(metric, []), strict=False):
                value = value.replace("_", "")
                row = {"rep_id": f"R{n}", "period": period, "metric": metric, "value": value, "source": "crm"}
                rows["snapshots"].append(row)
    outcome = assessed(policy, rows, *QUARTERS)
    return {
        case["name"]: [value for (value,) in outcome.rows([f"c{n}"], f"rep_id = 'R{n}'")]
        for n, case in enumerate(CASES)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_pays(case: dict[str, Any]) -> None:
    expected = [None if text == "none" else Decimal(text.replace("_", "")) for text in case["pays"]]
    assert paid()[case["name"]] == expected
