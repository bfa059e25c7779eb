"""What nothing reads is named, and what is read in whatever way is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import check
from tests.oracle.drawing import written

CASES = yaml.load(Path(__file__).with_name("unread.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
POLICY: dict[str, Any] = {
    "ruleset": "unread",
    "version": "1",
    "effective": {"from": "2026-01-01"},
    "metrics": {"sales": {"unit": "money", "source": ["crm"]}},
    "targets": {"sales": {"when_zero": "exempt"}},
    "scorecards": {"results": {"items": {"sales": {"weight": "100%", "attainment": "base"}}}},
    "grade": {"of": {"results": "100%"}, "bands": {"A": ">= 90", "B": "< 90"}},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_nothing_reads(case: dict[str, Any], tmp_path: Path) -> None:
    more = case.get("more", {})
    policy = POLICY | {part: POLICY.get(part, {}) | value for part, value in more.items()}
    file = tmp_path / "policy.yaml"
    file.write_text(written(policy), encoding="utf-8")
    faults = check(file)
    assert [fault.code for fault in faults if not fault.warning] == []
    told = {f"{fault.code.removesuffix('_unread')}s.{fault.about['name']}" for fault in faults}
    assert told == set(case["unread"])


def test_a_policy_that_only_lists_metrics_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        written({key: POLICY[key] for key in ("ruleset", "version", "effective", "metrics")}), encoding="utf-8"
    )
    assert check(file) == []
