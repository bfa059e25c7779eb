"""A figure that is a share is told where points, money or counts stand, and the other way round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.faults import Fault
from incentives.plan.compile import try_compile, warnings_of
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

CASES = yaml.load(Path(__file__).with_name("mixed.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
POLICY = """
ruleset: x
version: "1"
effective: {from: 2026-01-01, to: 2026-12-31}
figures:
  share: {unit: ratio, value: {2026-01-01: 95%, 2026-07-01: 96%}}
  points: {unit: score, value: {2026-01-01: 95, 2026-07-01: 96}}
  small: {unit: score, value: 5}
  wide: {unit: ratio, range: [0, 100], value: 95}
metrics:
  sales: {unit: money, source: [crm]}
  margin: {unit: money, source: [crm]}
  mr: {unit: ratio, source: [crm]}
  calls: {unit: count, source: [crm]}
  booked: {unit: money, over: orders, take: sum amount, where: '{where}'}
columns: {rank: {unit: count, rank: {of: sales}}}
targets: {sales: {}}
scorecards:
  results:
    items:
      sales: {weight: 50%, attainment: base, cap: 120}
      other: {weight: 50%, of: {item}, bands: {'>= figures.{bands}': {score}, '< figures.{bands}': 20}}
grade: {of: {results: 100%}, bands: {A: '{band}', B: '{below}'}}
pay:
  gated: {kind: bonus, formula: sales * 1%, only_when: '{gate}'}
  tiered: {kind: commission, base: sales, tiers: {by: slice, rows: {a: {to: {edge}, rate: 1%}, b: {rate: 2%}}}}
  on_quota:
    {kind: commission, base: sales, tiers: {by: slice, quota: sales, rows: {a: {to: {quota}, rate: 1%}, b: {rate: 2%}}}}
  rated: {kind: commission, base: sales, rate: '{rate}', cap: '{cap}'}
  podium: {kind: bonus, by_rank: {of: rank, rows: {'1': {place}}}}
ladders: {l: {levels: [a, b]}}
conclusions:
  up: {ladder: l, from_level: a, criteria: {c: {{criterion}}}, then: [{do: propose, what: x}]}
  warn: {when: '{when}', then: [{do: warn, what: x}]}
"""
PLACES = {
    "where": "amount > 0", "item": "mr", "bands": "share", "score": "100", "band": ">= 60", "gate": "sales > 0",
    "edge": "1000", "quota": "100%", "rate": "1%", "cap": "1000", "place": "50", "when": "sales > 0",
    "criterion": "of: mr, is: '>= 20%'",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_figure_of_another_kind(case: dict[str, Any]) -> None:
    found = [fault for fault in faults(case) if fault.code == "figure_mixed"]
    assert sorted({fault.about["name"] for fault in found}) == [f"figures.{name}" for name in case["told"]]
    for fault in found:
        assert fault.warning
        assert case.get("mend", "") in fault.mend("en")


def faults(case: dict[str, Any]) -> list[Fault]:
    """What is told of the policy with the parts of a case."""
    parts = PLACES | {key: text for key, text in case.items() if key in PLACES}
    parts["below"] = parts["band"].replace(">=", "<")
    text = POLICY
    for key, part in parts.items():
        text = text.replace("{" + key + "}", part)
    ruleset, told = ruleset_of(parse_yaml(text, "f"))
    assert ruleset is not None
    plan, more = try_compile(ruleset)
    assert [fault.text("en") for fault in (*told, *more) if not fault.warning] == []
    return [*told, *more, *(warnings_of(ruleset, plan) if plan else ())]
