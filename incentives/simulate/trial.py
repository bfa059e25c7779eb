"""The outcome of a changed policy over the tables and periods of one that is there: every study runs through here."""

from __future__ import annotations

from incentives.outcome.assess import assess
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.ruleset import Ruleset

Tried = tuple[Ruleset, Plan]


def trial(base: Outcome, ruleset: Ruleset, plan: Plan | None = None) -> Outcome:
    """The outcome of `ruleset`, whose plan may be given, over the tables and periods of `base`, which stays as it is.

    Raises RefusedError as `assess`.
    """
    return assess(ruleset, base.tables, base.periods, plan)


def forget(base: Outcome, tried: Outcome) -> None:
    """Free the tables of a trial; it cannot be read any more."""
    if tried.con is not base.con:
        tried.con.close()
