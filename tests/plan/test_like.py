"""A ruleset compiled beside one that is like it comes to the same plan, and is refused for the same faults."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from incentives.api import Ruleset, load_ruleset
from incentives.plan import compile as compiling
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan, try_compile
from incentives.simulate import change_of, changed_ruleset

ROOT = Path(__file__).parents[2]
FIGURES = (  # of these alone nothing is typed again
    "figures.score_cap.value=120",
    "pay.commission.tiers.rows.low.rate=4%",
    "scorecards.results.items.sales.weight=45%|scorecards.results.items.collection_rate.weight=5%",
    "grade.bands.S='>= 112'|grade.bands.A='[95..112)'",
)
MORE = (
    "scorecards.results.items.sales.weight=50%|scorecards.results.items.collection_rate.weight=0%",
    "pay.commission.base=sales * 0.9",
    "pay.commission.title.en=Another",
    "pay.commission.tiers.rows.low.rate=-4%",
    "grade.bands.S='>= 1'|grade.bands.A='[0.5..1)'|grade.bands.B='[0.25..0.5)'|grade.bands.C='< 0.25'",
)


@cache
def policy() -> Ruleset:
    return load_ruleset(ROOT / "rulesets" / "sales-2026.yaml")


@cache
def plan() -> Plan:
    return compile_plan(policy())


@pytest.mark.parametrize("change", [*FIGURES, *MORE])
def test_it_comes_to_the_same(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = changed_ruleset(policy(), change_of(None, tuple(change.split("|"))))
    whole = try_compile(changed)
    like = plan()
    if change in FIGURES:
        monkeypatch.setattr(compiling, "resolve", None)
    assert try_compile(changed, like) == whole
