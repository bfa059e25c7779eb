"""A figure, or two, tried at every value of a range: what each costs, how it grades, who gains and who loses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from incentives.execution.session import Session
from incentives.faults import Fault, Place, RefusedError
from incentives.language.tree import Title
from incentives.outcome.lacking import lacks
from incentives.outcome.outcome import Outcome
from incentives.ruleset import Ruleset
from incentives.simulate.axis import Axis, compiled, crossed, known, placed
from incentives.simulate.batch_totals import tallies
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.model import About
from incentives.simulate.tally import Tally, tally
from incentives.simulate.trial import kept
from incentives.tables.periods import parse_period

MOST_AXES = 2


@dataclass(frozen=True)
class Point:
    """The axes at these values, in their order, and what the policy then comes to."""

    values: tuple[Decimal, ...]
    tally: Tally


@dataclass(frozen=True)
class Sweep:
    """The policy as it stands (`now`) and at every point along the axes."""

    about: About
    axes: tuple[Axis, ...]
    now: Tally
    points: tuple[Point, ...]


def sweep(session: Session, axes: Sequence[Axis], periods: Sequence[str], change: Change | None = None) -> Sweep:
    """Every value of one axis, or every pair of two, over the asked periods, on top of `change`.

    Raises RefusedError with the faults of all values before anything is run.
    """
    if len(axes) > MOST_AXES:
        raise RefusedError([Fault("sweep_axes", Place("--sweep"), {"count": len(axes), "most": MOST_AXES})])
    return along(session, axes, crossed(axes), periods, change, "--sweep")


def along(
    session: Session, axes: Sequence[Axis], points: Sequence[tuple[Decimal, ...]], periods: Sequence[str],
    change: Change | None, option: str,
) -> Sweep:  # fmt: skip
    """The policy as it stands and at each of the points, on top of `change`. Raises RefusedError as `sweep`."""
    tried = changed_ruleset(session.ruleset, change) if change else session.ruleset
    axes = placed(axes, tried, option)
    policies = compiled(tried, axes, points, option, bool(change and change.rebalance), session.plan)
    base = session.outcome(periods)
    with kept(base) as before:
        now = tally(base, before)
        found = tuple(Point(*pair) for pair in zip(points, tallies(before, policies), strict=True))
    about = about_of(base, tried, change, (now, *(point.tally for point in found)))
    return Sweep(about, known(axes, tried, first_day(base)), now, found)


def about_of(base: Outcome, tried: Ruleset, change: Change | None, counted: Iterable[Tally]) -> About:
    """Return the subject of a study; the components are those that any policy of it pays."""
    policy = base.ruleset.policy
    paid = dict.fromkeys(name for one in counted for name in one.costs)
    parts = {**tried.policy.pay, **policy.pay}
    titles = {name: parts[name].title if name in parts else Title() for name in paid}
    return About(policy.title, policy.version, policy.currency or "", change.title if change else Title(),
                 base.periods, titles, lacks(base))  # fmt: skip


def first_day(outcome: Outcome) -> date:
    """The first day of the last period of an outcome."""
    period = parse_period(outcome.periods[-1], outcome.plan.roll.fiscal_start)
    assert period is not None
    return period.first
