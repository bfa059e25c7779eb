"""Policies that differ in figures alone come to the same together as one by one, whatever rests on the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentives.api import assess
from incentives.execution.reassess import Snapshot, snapshot_of
from incentives.faults import RefusedError
from incentives.plan.compile import try_compile
from incentives.simulate import batch_totals, batched_scenarios
from incentives.simulate.axis import axes_of, compiled, crossed
from incentives.simulate.tally import Tally, tally
from incentives.simulate.trial import Tried
from tests.engine.small import Rows, assessed
from tests.oracle.drawing import Policy
from tests.oracle.policies import policies
from tests.oracle.samples import samples, terms
from tests.simulate.made import POLICY, tables
from tests.simulate.made import policy as made_policy
from tests.simulate.test_again import kept_of, nudged, ruleset_of
from tests.simulate.test_waves import before, policy
from tests.sizes import examples

# what is swept, and how many of it go together: those that follow each other up to a power of ten, zero alone
SWEPT = (
    (["figures.share.value=5%..20%:1%"], [6, 10]),
    (["figures.long.value=0..4:1"], [1, 1, 3]),
    (["figures.least.value=0..9000:500"], [1, 2, 16]),
    (["scorecards.results.items.sales.weight=40%..80%:5%"], [9]),
    (["figures.prize.value=0..900:100", "figures.more.value=100%..200%:50%"], [1, 2] * 10),
)


def tried(base: Snapshot, *texts: str) -> list[Tried]:
    axes = axes_of(texts, "--sweep")
    return compiled(policy(), axes, crossed(axes), "--sweep", "weight" in texts[0], base.outcome.plan)


@cache
def one_by_one(*texts: str) -> list[Tally]:
    return list(batch_totals.alone(before(), tried(before(), *texts)))


@pytest.mark.parametrize(("texts", "together"), SWEPT)
@pytest.mark.parametrize("most", [30, 100, 10_000])
def test_together_is_one_by_one(
    texts: Sequence[str], together: list[int], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    base = before()
    swept = tried(base, *texts)
    monkeypatch.setattr(batched_scenarios, "MOST_ROWS", most)
    assert list(batch_totals.tallies(base, swept)) == one_by_one(*texts)
    assert [len(group.policies) for group in batch_totals.groups(base, swept)] == together


@settings(
    max_examples=examples("TALLIES"),
    suppress_health_check=list(HealthCheck),
)
@given(policies(), st.integers(0, 199), st.lists(st.integers(0, 999), min_size=2, max_size=12))
def test_random_policies_together_are_one_by_one(one: Policy, seed: int, numbers: list[int]) -> None:
    policy = {**one, **terms(seed)} | ({"conclusions": {}} if seed % 2 else {})
    base = kept_of(policy, samples(seed, 1 + seed % 6))
    found = []
    for number in numbers if base else ():
        with suppress(RefusedError):
            found.append(ruleset_of(nudged(policy, number)))
    if base:
        plans = [(ruleset, plan) for ruleset in found if (plan := try_compile(ruleset, base.outcome.plan)[0])]
        together = said(batch_totals.tallies(base, plans))
        assert together == said(batch_totals.alone(base, plans))
        for (ruleset, plan), tallied in zip(plans[:2], together, strict=False):
            with suppress(RefusedError):
                assert tallied == tally(assess(ruleset, base.outcome.tables, base.outcome.periods, plan), base)


def said(found: Iterator[Tally]) -> list[Tally | list[str]]:
    """The tallies up to where the data break a policy, and what is then said."""
    many: list[Tally | list[str]] = []
    try:
        many.extend(found)
    except RefusedError as refused:
        many.append([fault.text("en") for fault in refused.faults])
    return many


def test_grades_that_nobody_is_paid_by_are_counted() -> None:
    text = POLICY[: POLICY.index("  bonus:")]
    base = snapshot_of(assess(made_policy(text), tables(text=text), ["2026Q1"]))
    axes = axes_of(["scorecards.results.items.sales.weight=10%..90%:40%"], "--sweep")
    swept = compiled(base.outcome.ruleset, axes, crossed(axes), "--sweep", True, base.outcome.plan)
    found = list(batch_totals.tallies(base, swept))
    assert len({tuple(one.grades.values()) for one in found}) == 3
    for (ruleset, plan), one in zip(swept, found, strict=True):
        assert one == tally(assess(ruleset, base.outcome.tables, base.outcome.periods, plan), base)


PAID = """
figures:
  share: {unit: rate, value: 10%}
  quarter: {unit: rate, value: 4%}
metrics:
  sold: {unit: money, over: orders, take: sum amount}
pay:
  commission:
    kind: commission
    base: sold
    tiers: {by: slice, edge: lower, rows: {low: {to: 1_000, rate: figures.share}, top: {rate: 15%}}}
    timing: {hold_back: 40%, claw_back: {within: 120}}
  parts: {kind: bonus, formula: 'round half up(sold * figures.quarter, 2)', timing: {instalments: 3}}
  lead: {kind: commission, override: {of: sold, levels: {1: figures.quarter}}}
"""
ORDERS = [  # day, rep, amount, day of the return, day and amount of the cash
    ("2026-01-05", "A", "1500.01", "", ("2026-04-02", "700")),
    ("2026-02-10", "B", "2500.55", "2026-05-20", ("2026-02-11", "2500.55")),
    ("2026-04-20", "A", "-300", "", None),
    ("2026-05-01", "B", "90.10", "", ("2026-08-01", "90.10")),
    ("2026-07-15", "C", "4000", "2026-07-30", None),
    ("2026-07-16", "A", "1234.56", "", ("2026-12-01", "1000")),
]


def test_what_vests_and_is_carried_on_goes_together_too() -> None:
    """A reports to C, B leaves in the third quarter; what is taken back is more than what is earned."""
    rows: Rows = {
        "reps": [{"rep_id": "A"}, {"rep_id": "B", "left_on": "2026-08-03"}, {"rep_id": "C"}],
        "postings": [{"rep_id": rep, "from": "2025-12-01", "manager_id": "" if rep == "C" else "C"} for rep in "ABC"],
        "orders": [
            {"order_id": str(n), "rep_id": rep, "ordered_on": on, "amount": amount}
            | ({"returned_on": back} if back else {})
            for n, (on, rep, amount, back, _) in enumerate(ORDERS)
        ],
        "receipts": [
            {"order_id": str(n), "on": cash[0], "amount": cash[1]} for n, (*_, cash) in enumerate(ORDERS) if cash
        ],
    }
    base = snapshot_of(assessed(PAID, rows, "2026Q1", "2026Q2", "2026Q3", "2026Q4"))
    axes = axes_of(["figures.share.value=15%..30%:5%", "figures.quarter.value=2%..6%:2%"], "--sweep")
    swept = compiled(base.outcome.ruleset, axes, crossed(axes), "--sweep", False, base.outcome.plan)
    assert [len(group.policies) for group in batch_totals.groups(base, swept)] == [12]
    found = list(batch_totals.tallies(base, swept))
    assert found == list(batch_totals.alone(base, swept))
    assert len({one.cost for one in found}) == 12
    for (ruleset, plan), one in zip(swept[::5], found[::5], strict=True):
        whole = assess(ruleset, base.outcome.tables, base.outcome.periods, plan)
        assert tally(whole, base) == one
