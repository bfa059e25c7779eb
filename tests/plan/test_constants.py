"""What room the value of a constant leaves: its digits, whether it divides, and which range is enough for the rest."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.faults import RefusedError
from incentives.language.types import NumberType
from incentives.plan.compile import compile_plan, try_compile
from incentives.ruleset.units import constant_type
from incentives.simulate import change_of, changed_ruleset
from tests.engine.small import assessed, ruleset_of, snapshot

CASES: dict[str, Any] = yaml.load(Path(__file__).with_name("constants.yaml").read_text("utf-8"), yaml.BaseLoader)
POLICY = """
figures:
  k1: {unit: ratio, value: 80%}
  k2: {unit: ratio, value: {2025-01-01: 120%, 2025-07-01: 130%}}
  k3: {unit: count, value: 12}
  k4: {unit: ratio, value: 1.03755}
  none: {unit: count, value: 0}
  both: {unit: money, value: {2025-01-01: -1, 2025-07-01: 1}}
metrics:
  sales: {unit: money, source: [crm]}
  coef: {unit: ratio, source: [crm]}
  narrow: {unit: ratio, range: [0, 9], source: [crm]}
columns:
  x: {unit: money, formula: 'FORMULA'}
"""


@pytest.mark.parametrize("case", CASES["types"], ids=lambda case: " ".join(case[:3]))
def test_the_type_of_a_constant(case: list[str]) -> None:
    unit, bounds, values, expected = case
    low, high, scale = expected.split()
    limits = [Decimal(bound) for bound in bounds.split()]
    found = constant_type(unit, map(Decimal, values.split()), (limits[0], limits[1]) if limits else None)
    assert found == NumberType(Decimal(low), Decimal(high), int(scale))


def test_a_constant_without_room_is_as_wide_as_its_values() -> None:
    assert constant_type("ratio", [Decimal("0.8125")], room=False) == NumberType(Decimal("0.0001"), Decimal(1), 4)
    assert constant_type("money", [Decimal(-5), Decimal(20)], room=False) == NumberType(Decimal(-100), Decimal(100), 0)


@pytest.mark.parametrize("case", CASES["formulas"], ids=lambda case: case["formula"])
def test_constants_within_formulas(case: dict[str, str]) -> None:
    _, faults = try_compile(ruleset_of(POLICY.replace("FORMULA", case["formula"])))
    assert [fault.text("en") for fault in faults] == ([case["said"]] if "said" in case else [])
    if "range" not in case:
        return
    path, bounds = case["range"].split(" ", 1)
    assert f"this is enough: {path}: {bounds}." in faults[0].mend("en")
    name = path.removeprefix("metrics.")
    enough = POLICY.replace(f"{name}: {{", f"{name}: {{range: {bounds}, ")
    assert not try_compile(ruleset_of(enough.replace("FORMULA", case["formula"])))[1]


def test_a_value_that_has_another_type_is_computed_by_it() -> None:
    policy = ruleset_of(POLICY.replace("FORMULA", "sales * coef * figures.k1 / figures.k3"))
    rows = [
        snapshot("R1", "2025Q1", name, at) for name, at in (("sales", "999999.99"), ("coef", "1.234567"), ("narrow", 1))
    ]
    plan = compile_plan(policy)
    for k1, k3 in (("0.8", 12), ("0.999999", 12), ("10", 101), ("0", 1000), ("999.999999", 1)):
        changed = changed_ruleset(policy, change_of(None, (f"figures.k1.value={k1}", f"figures.k3.value={k3}")))
        other = assessed(changed, {"reps": [{"rep_id": "R1"}], "snapshots": rows}, "2025Q1")
        expected = Decimal("999999.99") * Decimal("1.234567") * Decimal(k1) / k3
        assert other.rows(["x"]) == [(expected.quantize(Decimal("0.01"), "ROUND_HALF_UP"),)]
        assert compile_plan(changed, plan).figures == other.plan.figures


def test_a_divisor_that_a_change_sets_to_zero_is_refused() -> None:
    policy = ruleset_of(POLICY.replace("FORMULA", "sales / figures.k3"))
    changed = changed_ruleset(policy, change_of(None, ("figures.k3.value=0",)))
    with pytest.raises(RefusedError) as refused:
        compile_plan(changed, compile_plan(policy))
    assert [fault.code for fault in refused.value.faults] == ["divisor_zero_figure"]


@pytest.mark.parametrize("quota", ["sales", "sales_target"])
def test_a_quota_that_takes_too_many_digits_names_the_metric_that_it_comes_from(quota: str) -> None:
    text = f"""
metrics: {{sales: {{unit: money, source: [crm]}}}}
targets: {{sales: {{signed: not_needed, base: 100, when_zero: exempt}}}}
pay:
  commission:
    kind: commission
    base: sales
    tiers:
      by: interpolated
      quota: {quota}
      rows: {{a: {{to: 90.5%, rate: 3.25%}}, b: {{to: 150.5%, rate: 4.5%}}, c: {{rate: 5%}}}}
    factor: {{more: {{when: sales > 1, then: 1.005}}}}
"""
    [fault] = try_compile(ruleset_of(text))[1]
    assert fault.code == "too_many_digits_of"
    ranges = str(fault.about["ranges"]).removeprefix("metrics.sales: ")
    assert not try_compile(ruleset_of(text.replace("{unit: money", f"{{unit: money, range: {ranges}")))[1]
