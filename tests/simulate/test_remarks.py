"""What is odd about a change that is tried is told: shares without a percent sign, figures that nothing reads."""

from __future__ import annotations

import pytest

from incentives.plan.compile import compile_plan
from incentives.simulate import change_of, odd_of
from tests.engine.small import ruleset_of

POLICY = """
figures: {spare: {unit: money, value: 5}, used: {unit: rate, value: 60%}}
metrics: {sales: {unit: money, source: [crm]}}
pay:
  paid: {kind: commission, base: sales, tiers: {by: slice, rows: {low: {to: 100, rate: 1%}, top: {rate: figures.used}}}}
"""


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("pay.paid.tiers.rows.low.rate=2", ["share_plain"]),
        ("pay.paid.tiers.rows.low.rate=2%", []),
        ("figures.used.value=0.6", ["share_plain"]),
        ("figures.used.value=3%", []),
        ("figures.spare.value=6", ["figure_unread"]),
    ],
)
def test_what_is_tried(edit: str, told: list[str]) -> None:
    ruleset = ruleset_of(POLICY)
    odd = odd_of(ruleset, compile_plan(ruleset), [change_of(None, [edit])])
    assert [fault.code for fault in odd] == told
    assert all(edit.partition("=")[0] in str(fault.place) for fault in odd)
