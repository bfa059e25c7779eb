"""Many policies at once: along a range, for a goal, edit by edit, between two periods, under drawn figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from incentives.api.arguments import (
    Periods,
    named,
    periods_given,
    ruleset_given,
    tables_given,
    text_given,
    texts_given,
)
from incentives.execution.session import Session
from incentives.lookup import NotThereError, in_force
from incentives.ruleset import Ruleset
from incentives.tables import Tables
from incentives.tables.periods import parse_period

if TYPE_CHECKING:
    from incentives.api.arguments import Edit
    from incentives.simulate import Change
    from incentives.simulate.attribution import Attribution
    from incentives.simulate.goal import Sought
    from incentives.simulate.levers import Lever
    from incentives.simulate.resampling import Drawn
    from incentives.simulate.sweep import Sweep

RANGE = '"figures.score_cap.value=100..150:10"'


def sweep(
    ruleset: Ruleset, tables: Tables, ranges: str | Sequence[str], periods: Periods = None, change: Edit | None = None
) -> Sweep:  # fmt: skip
    """A figure, or two, at every value of a range, `PATH=LO..HI:STEP`, on top of a change: cost, grades, who gains.

    Raises RefusedError with the faults of all values before anything is run.
    """
    from incentives.simulate.axis import axes_of
    from incentives.simulate.sweep import sweep as swept

    axes = axes_of(texts_given(ranges, "ranges", RANGE), "ranges")
    session, ids, tried = asked(ruleset, tables, periods, change)
    with named("ranges", "--sweep"):
        return swept(session, axes, ids, tried)


def goal(
    ruleset: Ruleset, tables: Tables, text: str, ranges: str | Sequence[str], periods: Periods = None,
    change: Edit | None = None,
) -> Sought:  # fmt: skip
    """The values of figures that reach a goal such as "cost <= 12_000_000"; figures of several ranges move together.

    Every value is assessed. Raises RefusedError with the faults of the goal and of all values.
    """
    from incentives.simulate.axis import axes_of
    from incentives.simulate.goal import seek

    axes = axes_of(texts_given(ranges, "ranges", RANGE), "ranges", together=True)
    session, ids, tried = asked(ruleset, tables, periods, change)
    wanted = text_given(text, "text", '"cost <= 12_000_000"')
    with named("text", "--goal"), named("ranges", "--vary"):
        return seek(session, wanted, axes, ids, tried)


def attribute(ruleset: Ruleset, tables: Tables, change: Edit, periods: Periods = None) -> Attribution:
    """Return the part of the cost of a change that each of its edits has, in the order in which they are written."""
    from incentives.api.edits import change_given
    from incentives.simulate.attribution import attribute as attributed

    tried = change_given(change)
    session, ids, _ = asked(ruleset, tables, periods, None)
    return attributed(session, tried, ids)


def against(
    ruleset: Ruleset, tables: Tables, earlier: str, period: str | None = None, change: Edit | None = None
) -> Attribution:  # fmt: skip
    """Return the pay of a period less that of an earlier one: the parts that figures and policy cause.

    Raises NotThereError where these are not two periods of one kind, the earlier one first.
    """
    from incentives.simulate.between import between

    text_given(earlier, "earlier", '"2026Q2"')
    session, ids, tried = asked(ruleset, tables, period, change)
    plan = session.plan
    with named("earlier"):
        before = periods_given(earlier, tables, plan)
        in_force(plan, before)
        found = [parse_period(id_, plan.roll.fiscal_start) for id_ in (*before, *ids)]
        first, last = (found[0], found[-1]) if len(found) == 2 else (None, None)
        if first is None or last is None or first.grain != last.grain or first.last >= last.first:
            raise NotThereError("against_period", earlier, (), later=", ".join(ids))
    return between(session, first, last, tried)


def vary_data(
    ruleset: Ruleset, tables: Tables, drawing: str, periods: Periods = None, change: Edit | None = None
) -> Drawn:  # fmt: skip
    """Return the spread of the cost when each rep's figures vary, such as "sales:±10%,seed=7"; one seed gives one
    answer."""
    from incentives.simulate.resampling import draw, drawing_of

    with named("drawing", "--vary-data"):
        drawn = drawing_of(text_given(drawing, "drawing", '"sales:±10%,seed=7"'))
    session, ids, tried = asked(ruleset, tables, periods, change)
    with named("drawing", "--vary-data"):
        return draw(session, drawn, ids, tried)


def levers(ruleset: Ruleset, find: str = "") -> tuple[Lever, ...]:
    """Return the values of a policy that can be changed: title, path, value and unit of each; those whose texts hold
    `find`."""
    from incentives.simulate.levers import found_by, levers_of

    found = levers_of(ruleset_given(ruleset))
    found = found_by(found, text_given(find, "find", '"cap"')) if find else found
    if not found:
        with named("find"):
            raise NotThereError("levers_none", find or "–", (), text=find or "–")
    return found


def asked(
    ruleset: Ruleset, tables: Tables, periods: Periods, change: Edit | None
) -> tuple[Session, tuple[str, ...], Change | None]:  # fmt: skip
    """Return what every study starts from: a session, periods in which the policy is in force, the change."""
    from incentives.api.edits import change_given

    tried = None if change is None else change_given(change)
    session = Session(ruleset_given(ruleset), tables_given(tables))
    ids = periods_given(periods, session.tables, session.plan)
    with named("periods"):
        in_force(session.plan, ids)
    return session, ids, tried
