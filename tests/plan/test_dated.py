"""A value that begins within a period counts from the next one, which is told; one that no period has is a fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import check
from incentives.faults import Fault
from tests.oracle.drawing import written

CASES = yaml.load(Path(__file__).with_name("dated.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_value_that_changes(case: dict[str, Any], tmp_path: Path) -> None:
    policy = {
        "ruleset": "dated",
        "version": "1",
        "effective": case.get("effective", {"from": "2026-01-01"}),
        "grain": case.get("grain", "quarter"),
        "fiscal_year_starts": case.get("starts", "1"),
        "figures": {"rate": {"unit": "rate", "value": case["value"]}},
        "columns": case.get("columns", {}),
        "pay": {"paid": {"kind": "commission", **case.get("read", {"base": "base_salary", "rate": "figures.rate"})}},
    }
    file = tmp_path / "policy.yaml"
    file.write_text(written(policy), encoding="utf-8")
    assert [told(fault) for fault in check(file)] == case["told"]


def told(fault: Fault) -> str:
    """Code, day, and the first period in which the value counts."""
    if "day" not in fault.about:
        return fault.code
    period = fault.about["periods"]["en"].split()[0] if fault.warning else ""
    return f"{fault.code} {fault.about['day']} {period}".strip()
