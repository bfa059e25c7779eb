"""A ratio that is compared with a number whose percent sign is probably missing is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import check

CASES = yaml.load(Path(__file__).with_name("compared.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
CODES = {"points": "points_percent", "two": "in_two", "told": "share_plain"}
POLICY = """
ruleset: compared
version: "1"
effective: {from: 2026-01-01}
figures: {line: {unit: ratio, value: 45%}}
metrics:
  sales: {unit: money, source: [crm]}
  calls: {unit: count, source: [crm], for_reports: true}
  margin_rate: {unit: ratio, source: [crm]}
  bounded: {unit: ratio, range: [0, 100], source: [crm], for_reports: true}
targets: {sales: {when_zero: exempt}}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base}}}}
grade:
  of: {results: 100%}
  bands: {A: '>= 90', B: '< 90'}
  ceilings: {low: {when: margin_rate < figures.line, then: B}}
ladders: {sales: {levels: [junior, senior]}}
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("when") or case["is"])
def test_a_comparison(case: dict[str, Any], tmp_path: Path) -> None:
    if "when" in case:
        conclusion: dict[str, Any] = {"when": case["when"], "then": [{"do": "warn", "what": "look"}]}
    else:
        looked_at = {"of": "sum(sales, 4) / sum(sales_target, 4)", "is": case["is"]}
        conclusion = {"ladder": "sales", "from_level": "junior", "criteria": {"one": looked_at}}
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY + yaml.dump({"conclusions": {"told": conclusion}}), encoding="utf-8")
    faults = check(file)
    code = next(code for key, code in CODES.items() if key in case)
    told = next(case[key] for key in CODES if key in case)
    assert [fault.code for fault in faults] == [code] * bool(told)
    assert all(fault.about["low" if code == "in_two" else "value"] == told for fault in faults)
