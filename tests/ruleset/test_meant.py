"""Conditions, bands and gaps as people write them: told with what to write, which then passes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ruleset.test_lint import ITEM, cases, compiled

CONDITIONS, PEOPLE, GAPS, EMPTY = map(cases, ("condition", "band-people", "gap", "empty"))
POLICY = """
ruleset: x
version: 1
effective: {from: 2026-01-01, to: 2026-12-31}
figures:
  low: {unit: ratio, value: 80%}
  high: {unit: ratio, value: 90%}
metrics:
  sales: {unit: money, source: crm}
  share: {unit: ratio, source: crm}
  one: {unit: count, formula: 1}
  staff: {unit: count, of: one, within: company, take: sum}
  big: {unit: count, over: orders, where: 'amount > 1', take: count}
columns:
  place: {unit: count, rank: {of: sales}}
targets: {sales: {}}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base, cap: 150}}}}
grade:
  of: {results: 100%}
  bands: {S: '>= 95', A: '< 95'}
  ceilings: {low: {when: 'share < 1%', then: A}}
pay:
  podium: {kind: bonus, base: sales, rate: 1%, only_when: 'share > 1', factor: {f: {when: 'share > 2', then: 2}}}
conclusions:
  other: {when: 'share > 3', then: [{do: warn, what: x}]}
"""
PLACES = ["share > 1", "share > 2", "share > 3", "share < 1%", "amount > 1"]


def policy_with(condition: str) -> str:
    return POLICY.replace("'share > 1'", f"'{condition}'")


def errors(text: str) -> dict[str, Any]:
    return {fault.code: fault.about for fault in compiled(text) if not fault.warning}


@pytest.mark.parametrize("case", CONDITIONS, ids=[case["text"] for case in CONDITIONS])
def test_a_condition_is_told_as_it_is_to_be_written(case: dict[str, str]) -> None:
    found = errors(policy_with(case["text"]))
    assert list(found) == ([case["code"]] if "code" in case else [])
    if "write" in case:
        assert found[case["code"]]["write"] == case["write"]
        assert errors(policy_with(case["write"])) == {}


@pytest.mark.parametrize("place", PLACES)
def test_conditions_everywhere(place: str) -> None:
    name = place.split()[0]
    found = errors(POLICY.replace(f"'{place}'", f"'{name} = 95-110'"))
    assert {code: about["write"] for code, about in found.items()} == {"test_subtraction": f"{name} in [95..110)"}


@pytest.mark.parametrize("case", PEOPLE, ids=[case["band"] for case in PEOPLE])
def test_a_share_of_people_is_no_band(case: dict[str, str]) -> None:
    found = errors(POLICY.replace("'>= 95'", f"'{case['band']}'"))
    assert {code: about["write"] for code, about in found.items()} == {case["code"]: case["write"]}
    if case["write"].startswith("distribution"):
        assert errors(POLICY.replace("  ceilings", f"  {case['write']}\n  ceilings")) == {}


@pytest.mark.parametrize("case", GAPS, ids=[" ".join(case["bands"]) for case in GAPS])
def test_the_mend_of_a_gap_closes_it(case: dict[str, Any]) -> None:
    assert gap_mend(case["bands"]) == case["mend"]
    written = case["mend"].split("'")[1]
    if case["mend"].startswith("write "):
        old = case["mend"].removeprefix("write ").split(" as ")[0]
        mended = [written if band == old else band for band in case["bands"]]
    else:
        mended = [*case["bands"], written]
    assert gap_mend(mended) == ""


def gap_mend(bands: list[str]) -> str:
    rows = ", ".join(f"'{test}': 50" for test in bands)
    found = [fault for fault in compiled(ITEM.format(of="visits", rows=rows)) if not fault.warning]
    assert len(found) <= 1
    return str(found[0].about["mend"]["en"]) if found else ""


@pytest.mark.parametrize("case", EMPTY, ids=[case["value"] for case in EMPTY])
def test_a_band_that_is_empty_for_some_time_says_when(case: dict[str, str]) -> None:
    rows = "'< 10%': 0, '[10%..figures.rl)': 50, '>= figures.rl': 100"
    text = ITEM.format(of="share", rows=rows).replace(
        "metrics:", f"  rl: {{unit: ratio, value: {case['value']}}}\nmetrics:"
    )
    (found,) = [fault for fault in compiled(text) if fault.code == "test_outside"]
    assert found.about["from"]["en"] == case["told"]
    assert found.text("en").startswith(f"{case['told']}no value")
