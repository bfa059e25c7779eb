"""Values stated in a policy keep to their unit, wherever they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from incentives.api import check

POLICY = """ruleset: small
version: "1"
announced_on: 2025-12-01
effective: {from: 2026-01-01}
metrics: {sales: {unit: money, source: [crm]}}
targets: {sales: {signed: not_needed, base: 100}}
assessment: {least_time: 30%}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base, cap: 150}}}}
grade:
  of: {results: 100%}
  bands: {A: '>= 100', B: '< 100'}
  distribution: {within: company, most: {A: 10%}}
pay:
  commission: {kind: commission, base: sales, tiers: {by: slice, rows: {low: {to: 50, rate: 1%}, top: {rate: 2%}}}}
  bonus: {kind: bonus, base: base_salary, by_grade: {A: 50%, B: 0%}}
  award: {kind: award, over: orders, each: 500}
"""
CASES = yaml.load(Path(__file__).with_name("values.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)


def told(policy: str, folder: Path) -> list[tuple[int, str]]:
    """Line and text of every fault."""
    file = folder / "policy.yaml"
    file.write_text(policy, encoding="utf-8")
    return [(fault.place.line, fault.text("en")) for fault in check(file)]


def test_the_sound_policy_is_sound(tmp_path: Path) -> None:
    assert told(POLICY, tmp_path) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["instead"])
def test_a_value_that_does_not_fit_is_told_where_it_stands(case: dict[str, str], tmp_path: Path) -> None:
    assert POLICY.count(case["path"]) == 1
    line = 1 + POLICY[: POLICY.index(case["path"])].count("\n")
    assert told(POLICY.replace(case["path"], case["instead"]), tmp_path) == [(line, case["said"])]


def test_all_of_them_are_told_in_one_run(tmp_path: Path) -> None:
    policy = POLICY
    first = {case["path"]: case for case in reversed(CASES)}
    for path, case in first.items():
        policy = policy.replace(path, case["instead"])
    assert sorted(text for _, text in told(policy, tmp_path)) == sorted(case["said"] for case in first.values())
