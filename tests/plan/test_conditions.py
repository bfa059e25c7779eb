"""A condition that can never hold, or always does where something else is to, is told with what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.faults import Fault
from incentives.plan.compile import try_compile
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

CASES = yaml.load(Path(__file__).with_name("conditions.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
CODES = ("condition_never", "condition_always", "line_never", "else_never", "ceiling_always", "conclusion_unreachable")
POLICY = """
ruleset: x
version: "1"
effective: {from: 2026-01-01, to: 2026-12-31}
figures:
  on: {unit: switch, value: false}
  low: {unit: ratio, value: 20%}
  high: {unit: ratio, value: 40%}
  line: {unit: score, value: {2026-01-01: 130, 2026-07-01: 110}}
  beyond: {unit: score, value: {2026-01-01: 130, 2026-07-01: 140}}
metrics:
  sales: {unit: money, source: [crm]}
  margin: {unit: money, source: [crm]}
  mr: {unit: ratio, source: [crm], when_missing: exempt}
  calls: {unit: count, source: [crm]}
  on_time: {unit: ratio, range: [0, 1], source: [crm]}
  margin_rate: {unit: ratio, formula: margin / sales, when_zero: exempt}
  booked: {unit: money, over: orders, take: sum amount, where: '{where}'}
columns:
  switched: {unit: switch, formula: figures.on}
  place: {unit: count, rank: {of: sales, among: '{among}'}}
targets: {sales: {}}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base, cap: 120}}}}
grade:
  of: {results: 100%}
  bands: {A: '>= 95', B: '[75..95)', C: '< 75'}
  ceilings: {red: {when: '{ceiling}', then: B}}
pay:
  gated: {kind: bonus, formula: sales * 1%, only_when: '{gate}'}
  computed: {kind: bonus, formula: '{formula}'}
  multiplied: {kind: commission, base: sales, rate: 1%, factor: {more: {when: '{factor}', then: 2}}}
  raised: {kind: commission, base: sales, rate: 1%, add_rate: {more: {when: '{add_rate}', then: 2%}}}
  ordered: {kind: commission, over: orders, each: '{each}'}
  podium: {kind: bonus, by_rank: {of: place, rows: {'{rows}': 5, '2': 3}}}
conclusions: {up: {when: '{when}', then: [{do: warn, what: x}]}}
"""
PLACES = {
    "where": "amount > 0", "among": "calls > 0", "ceiling": "sales < 0", "gate": "sales > 0", "formula": "sales * 1%",
    "factor": "sales > 0", "add_rate": "sales > 0", "each": "amount * 1%", "rows": "1", "when": "sales > 0",
}  # fmt: skip


def told(place: str, text: str) -> list[Fault]:
    """What is wrong with a policy that has a formula in this place."""
    policy = POLICY
    for blank, usual in PLACES.items():
        policy = policy.replace("{" + blank + "}", text if blank == place else usual)
    ruleset, faults = ruleset_of(parse_yaml(policy, "f"))
    assert [fault.code for fault in faults] == []
    assert ruleset is not None
    return try_compile(ruleset)[1]


def place_of(case: dict[str, Any]) -> str:
    """Where the condition of a case stands."""
    return next(key for key in case if key in PLACES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{place_of(case)} {case[place_of(case)]}")
def test_a_condition(case: dict[str, Any]) -> None:
    place = place_of(case)
    found = told(place, case[place])
    expected = [(case["code"], case["at"])] if "code" in case else []
    assert [(fault.code, fault.about["condition"]) for fault in found] == expected
    for fault in found:
        assert case.get("says", "") in fault.text("en")
        assert fault.warning == (fault.code == "else_never")


@pytest.mark.parametrize(
    ("place", "text", "at", "mend"),
    [(place_of(case), case[place_of(case)], case["at"], mend) for case in CASES for mend in case.get("mends", ())],
)
def test_its_mend_is_right(place: str, text: str, at: str, mend: str) -> None:
    (fault,) = told(place, text)
    assert (mend in fault.mend("zh"), mend in fault.mend("en")) == (True, True)
    assert [fault.text("en") for fault in told(place, text.replace(at, mend))] == []


def test_every_kind_is_met() -> None:
    assert {case["code"] for case in CASES if "code" in case} == set(CODES)
