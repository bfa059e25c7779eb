"""A deduction that may add to pay, and pay that can only take off, are faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import check
from tests.oracle.drawing import written

CASES = yaml.load(Path(__file__).with_name("signs.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
METRICS = {
    "sales": {"unit": "money", "source": ["crm"]},
    "fines": {"unit": "money", "source": ["crm"]},
    "held": {"unit": "money", "range": ["0", "1000000"], "source": ["crm"]},
    "late": {"unit": "count", "source": ["crm"]},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["pay"]))
def test_the_sign_of_pay(case: dict[str, Any], tmp_path: Path) -> None:
    metrics = {name: about | {"for_reports": "true"} for name, about in METRICS.items()}
    head = {"ruleset": "signs", "version": "1", "effective": {"from": "2026-01-01"}, "metrics": metrics}
    file = tmp_path / "policy.yaml"
    file.write_text(written(head | {"pay": {"paid": case["pay"]}}), encoding="utf-8")
    assert [fault.code for fault in check(file)] == [case["told"]] * bool(case["told"])
