"""A policy and changed ones, assessed over the same data: what each changes, and which of its edits moved whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incentives.language.tree import Title
from incentives.outcome.again import again, keep
from incentives.outcome.assess import assess
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.ruleset import Ruleset
from incentives.simulate.causes import caused
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.compare import compared
from incentives.simulate.model import Comparison
from incentives.tables import Tables


def simulate(
    ruleset: Ruleset, tables: Tables, changes: Sequence[Change], periods: Sequence[str], base: Outcome | None = None
) -> list[Comparison]:  # fmt: skip
    """Each change beside the policy as it stands, over the asked periods (ids of one grain); `base` is what comes of
    it there, where that is known already.

    Every period of the data is computed under the change, so that what it carries forward is in later ones. Neither
    the ruleset nor the tables are changed. Raises RefusedError with the faults of a change before anything is run.
    """
    now = base.plan if base else compile_plan(ruleset)
    tried: list[tuple[Title, Ruleset, Plan]] = []
    for change in changes:
        policy = changed_ruleset(ruleset, change)
        tried.append((change.title, policy, compile_plan(policy, now)))
    before = keep(base or assess(ruleset, tables, periods, now))
    found = []
    for change, (title, policy, plan) in zip(changes, tried, strict=True):
        new = again(before, policy, plan)
        comparison = compared(before, new, title)
        found.append(replace(comparison, movers=caused(before, change, new, comparison.movers)))
    return found
