"""The unit of a criterion that states none follows from what it looks at."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.language.types import NumberType
from incentives.outcome.concluded_text import threshold_text
from incentives.plan.compile import compile_plan
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

CASES = yaml.load(Path(__file__).with_name("units.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
POLICY = """
ruleset: units
version: "1"
effective: {from: 2026-01-01}
figures: {line: {unit: score, value: 5}}
metrics:
  sales: {unit: money, range: [1, 1_000_000_000], source: [crm]}
  margin: {unit: money, range: [1, 1_000_000_000], source: [crm]}
  margin_rate: {unit: ratio, formula: margin / sales}
  visits: {unit: count, range: [1, 1000], source: [crm]}
  coarse: {unit: score, scale: 1, source: [manager]}
  fine: {unit: score, scale: 3, range: [1, 5], source: [manager]}
  days_late: {unit: days, range: [1, 1000], source: [crm]}
targets: {sales: {when_zero: exempt, base: '100'}}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base}}}}
grade: {of: {results: 100%}, bands: {A: '>= 90', B: '< 90'}}
ladders: {sales: {levels: [junior, senior]}}
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.get('of') or case['event']} {case['is']}")
def test_the_unit_follows_from_the_formula(case: dict[str, Any]) -> None:
    looked_at = {key: case[key] for key in ("of", "event", "is") if key in case}
    conclusion = {"ladder": "sales", "from_level": "junior", "criteria": {"one": looked_at}}
    more = yaml.dump({"conclusions": {"promotion": conclusion}}, allow_unicode=True)
    ruleset, faults = ruleset_of(parse_yaml(POLICY + more, "units.yaml"))
    assert ruleset is not None
    assert [fault.code for fault in faults if not fault.warning] == []
    plan = compile_plan(ruleset)
    (rule,) = plan.rules
    assert rule.promotion is not None
    (criterion,) = rule.promotion.criteria
    (figure,) = (figure for figure in plan.figures if figure.path == criterion.edge)
    ((_, edge),) = figure.values
    assert isinstance(edge, Decimal)
    assert isinstance(figure.type, NumberType)
    assert criterion.unit == case["unit"]
    stored = edge.quantize(Decimal(1).scaleb(-figure.type.scale))
    assert threshold_text(criterion.test, stored, criterion.unit, "en") == case["told"]
