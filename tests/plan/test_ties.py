"""What decides among equals: columns that there are, and the id as the last of them or not at all."""

from __future__ import annotations

import pytest

from incentives.plan.compile import try_compile
from tests.engine.small import ruleset_of

POLICY = """
metrics: {sales: {unit: money, source: [crm]}, cost: {unit: money, source: [crm]}}
columns: {place: {unit: count, rank: {of: sales, ties: [TIES]}}}
scorecards: {card: {items: {sales: {weight: 100%, score: 'min(100, max(0, sales))'}}}}
grade: {of: {card: 100%}, bands: {A: '>= 1', B: '< 1'}, distribution: {within: company, most: {A: 50%}, ties: [TIES]}}
"""


@pytest.mark.parametrize(
    ("ties", "codes"),
    [
        ("", []),
        ("cost", []),
        ("cost, rep_id", []),
        ("rep_id", []),
        ("rep_id, cost", ["ties_after_key"]),
        ("cost, nothing", ["tie_unknown"]),
        ("costs", ["tie_unknown_close"]),
    ],
)
def test_what_may_decide(ties: str, codes: list[str]) -> None:
    _, faults = try_compile(ruleset_of(POLICY.replace("TIES", ties)))
    assert [fault.code for fault in faults] == codes * 2
