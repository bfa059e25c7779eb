"""What is known of conclusions before any data: conditions that can or cannot hold, held against trying it all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.plan.compile import try_compile
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

CASES = yaml.safe_load(Path(__file__).with_name("reach.yaml").read_text(encoding="utf-8"))

POLICY = """
ruleset: small
version: 1
effective: {from: 2026-01-01, to: 2026-12-31}
figures:
  line: {unit: money, value: {2026-01-01: 10, 2026-07-01: 20, 2027-01-01: 1000}}
  other: {unit: money, value: {2026-01-01: 10, 2026-07-01: 30}}
  flag: {unit: switch, value: off}
metrics:
  sales: {unit: money, source: [crm]}
  cash: {unit: money, source: [crm]}
  visits: {unit: count, source: [crm], when_missing: exempt}
  rate: {unit: ratio, range: [0, 1], source: [crm], when_missing: exempt}
  switched: {unit: switch, source: [crm]}
columns:
  good: {unit: switch, formula: sales >= 100 and visits >= 5}
targets: {sales: {}}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base}}}}
grade: {of: {results: 100%}, bands: {A: '>= 95', B: '[75..95)', C: '< 75'}}
"""


def faults_of(conclusions: dict[str, Any]) -> list[str]:
    """The codes of what is wrong with conclusions, each with the conclusion that it names."""
    text = POLICY + yaml.safe_dump({"conclusions": conclusions}, allow_unicode=True)
    ruleset, faults = ruleset_of(parse_yaml(text, "f"))
    assert ruleset is not None
    return [
        f"{fault.code} {fault.about.get('name', '')}"
        for fault in [*faults, *try_compile(ruleset)[1]]
        if not fault.warning
    ]


@pytest.mark.parametrize("case", CASES, ids=[" and ".join(case["all"])[:60] for case in CASES])
def test_conditions(case: dict[str, Any]) -> None:
    when = " and ".join(f"({condition})" for condition in case["all"])
    assert faults_of({"a": {"when": when}}) == ([] if case["can"] else ["conclusion_unreachable a"])
    parts = {f"c{n}": {"when": condition} for n, condition in enumerate(case["all"])}
    if len(parts) == 2:
        parts["c1"] |= {"excludes": ["c0"]}
        assert faults_of(parts) == (["conclusions_contradict c1"] if case["can"] else [])
