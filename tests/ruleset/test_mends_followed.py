"""What a message says to write is followed to the letter, and leaves a policy without faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.faults import Fault, RefusedError
from incentives.plan.compile import try_compile
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

CASES = yaml.load(Path(__file__).with_name("mends.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
POLICY = """ruleset: x
version: "1"
effective: {from: 2026-01-01, to: 2026-12-31}
figures:
  line: {unit: score, value: 95}
metrics:
  sales: {unit: money, source: [crm]}
  part1: {unit: money, source: [crm]}
  mr: {unit: ratio, source: [crm]}
targets: {sales: {base: 100}}
scorecards: {r: {items: {sales: {weight: 100%, attainment: base, cap: 120}}}}
grade: {of: {r: 100%}, bands: {A: '>= 95', B: '< 95'}}
pay:
  tiered: {kind: commission, base: sales, tiers: {by: slice, rows: {a: {to: 1000, rate: 1%}, b: {rate: 2%}}}}
  computed: {kind: bonus, formula: sales * 1%}
"""


def faults(text: str) -> list[Fault]:
    """What is wrong with a policy."""
    try:
        ruleset, found = ruleset_of(parse_yaml(text, "f"))
    except RefusedError as error:
        return list(error.faults)
    told = list(found)
    if ruleset is not None:
        places = {fault.place for fault in told}
        told += [fault for fault in try_compile(ruleset)[1] if fault.place not in places]
    return [fault for fault in told if not fault.warning]


def written(case: dict[str, Any]) -> str:
    """The policy with the slip of a case in it."""
    assert case["old"] in POLICY
    return POLICY.replace(case["old"], case["new"], 1)


def test_the_policy_is_right() -> None:
    assert faults(POLICY) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["new"])
def test_a_slip_is_told_with_its_mend(case: dict[str, Any]) -> None:
    found = [fault for fault in faults(written(case)) if fault.code == case["code"]]
    assert len(found) == int(case.get("at", 1)), [fault.text("en") for fault in faults(written(case))]
    for word in case.get("mend", "").split(" as "):
        assert all(word.removeprefix("remove ") in found[0].mend(lang) for lang in ("zh", "en"))


@pytest.mark.parametrize("case", [case for case in CASES if "write" in case], ids=lambda case: case["new"])
def test_its_mend_is_right(case: dict[str, Any]) -> None:
    text = written(case)
    assert case["wrong"] in text
    mended = text.replace(case["wrong"], case["write"], 1)
    assert [fault.text("en") for fault in faults(mended)] == []
