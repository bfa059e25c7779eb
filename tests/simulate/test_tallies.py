"""Policies that differ in figures alone come to the same together as one by one, whatever rests on the figures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentives.faults import RefusedError
from incentives.outcome.again import Kept
from incentives.plan.compile import try_compile
from incentives.simulate import abreast, tallies
from incentives.simulate.axis import axes_of, compiled, crossed
from incentives.simulate.tally import Tally
from incentives.simulate.trial import Tried
from tests.oracle.drawing import Policy
from tests.oracle.policies import policies
from tests.oracle.samples import samples, terms
from tests.simulate.test_again import kept_of, nudged, ruleset_of
from tests.simulate.test_waves import before, policy

SWEPT = (
    ("figures.share.value=5%..20%:1%",),
    ("figures.long.value=0..4:1",),
    ("figures.least.value=0..9000:500",),
    ("scorecards.results.items.sales.weight=40%..80%:5%",),
    ("figures.prize.value=0..900:100", "figures.more.value=100%..200%:50%"),
)


def tried(base: Kept, *texts: str) -> list[Tried]:
    axes = axes_of(texts, "--sweep")
    return compiled(policy(), axes, crossed(axes), "--sweep", "weight" in texts[0], base.outcome.plan)


@pytest.mark.parametrize("texts", SWEPT)
@pytest.mark.parametrize("most", [30, 100, 10_000])
def test_together_is_one_by_one(texts: Sequence[str], most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    base = before()
    swept = tried(base, *texts)
    monkeypatch.setattr(abreast, "MOST_ROWS", most)
    assert list(tallies.tallies(base, swept)) == list(tallies.alone(base, swept))
    assert [len(group.policies) for group in tallies.groups(base, swept)] == [len(swept)]


@settings(
    max_examples=int(os.environ.get("TALLIES_EXAMPLES", "5")),
    deadline=None,
    derandomize="TALLIES_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(policies(), st.integers(0, 199), st.lists(st.integers(0, 999), min_size=2, max_size=12))
def test_random_policies_together_are_one_by_one(one: Policy, seed: int, numbers: list[int]) -> None:
    base = kept_of({**one, **terms(seed), "conclusions": {}}, samples(seed, 1 + seed % 6))
    found = []
    for number in numbers if base else ():
        with suppress(RefusedError):
            found.append(ruleset_of(nudged({**one, **terms(seed), "conclusions": {}}, number)))
    if base:
        plans = [(ruleset, plan) for ruleset in found if (plan := try_compile(ruleset, base.outcome.plan)[0])]
        assert said(tallies.tallies(base, plans)) == said(tallies.alone(base, plans))


def said(found: Iterator[Tally]) -> list[Tally | list[str]]:
    """The tallies up to where the data break a policy, and what is then said."""
    many: list[Tally | list[str]] = []
    try:
        many.extend(found)
    except RefusedError as refused:
        many.append([fault.text("en") for fault in refused.faults])
    return many
