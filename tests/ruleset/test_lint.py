"""What is found without the types of formulas, at its edges; one subject each, beside the faulty rulesets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

BANDS = yaml.load(Path(__file__).with_name("band-cases.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)

RULESET = """
ruleset: x
version: 1
effective: {{from: 2026-01-01, to: 2026-12-31}}
figures:
  line: {{unit: score, value: {{2026-01-01: 95, 2026-07-01: 96}}}}
metrics:
  sales: {{unit: money, source: crm}}
  speed: {{unit: hours, direction: lower, source: crm, when_missing: exempt}}
targets: {{sales: {{}}, speed: {{}}}}
scorecards:
  results: {{items: {{{items}}}}}
grade:
  of: {{results: 100%}}
  bands: {{{bands}}}
"""


def codes(items: str, bands: str) -> list[str]:
    return [fault.code for fault in ruleset_of(parse_yaml(RULESET.format(items=items, bands=bands), "f"))[1]]


@pytest.mark.parametrize("case", BANDS, ids=[str(case["bands"]) for case in BANDS])
def test_bands(case: dict[str, Any]) -> None:
    bands = ", ".join(f"{name}: '{test}'" for name, test in case["bands"].items())
    assert codes(f"sales: {{weight: 100%, attainment: base, cap: {case['cap']}}}", bands) == case["faults"]


def test_lower_is_better_scores_at_most_200() -> None:
    item = "speed: {weight: 100%, attainment: base}"
    assert codes(item, "A: '>= 200', B: '< 200'") == []
    assert codes(item, "A: '>= 200.01', B: '< 200.01'") == ["grade_unreachable"]


def test_an_exempt_item_gives_its_weight_to_the_others() -> None:
    """With both scored 125 is the most, with `speed` exempt 150: that total needs a band as well."""
    items = "sales: {weight: 50%, attainment: base, cap: 150}, speed: {weight: 50%, attainment: base, cap: 100}"
    assert codes(items, "A: '[95..125]', B: '< 95'") == ["bands_gap"]
    assert codes(items, "A: '[95..150]', B: '< 95'") == []


def test_items_without_weight_do_not_count() -> None:
    items = "sales: {weight: 100%, attainment: base, cap: 100}, speed: {weight: 0%, attainment: base, cap: 150}"
    assert codes(items, "A: '>= 101', B: '< 101'") == ["grade_unreachable"]


def test_a_third_in_percent_is_not_100() -> None:
    items = ", ".join(f"i{n}: {{weight: 33.33%, of: sales, attainment: base}}" for n in range(3))
    assert codes(items, "A: '-'") == ["weights_sum"]
