"""The totals of many policies: those that differ in figures alone are computed together, the others one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from incentives.database import quoted
from incentives.engine.periods import TURN, create_figures
from incentives.engine.run import begin
from incentives.execution.assess import failed
from incentives.execution.reassess import Snapshot, checks_of, every_of, made_over, read_for, rows_with, whole
from incentives.execution.salaries import is_raised
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import TRACKING, Column, Plan
from incentives.plan.differ import Otherwise, differing, narrowed, same, with_figures_of
from incentives.plan.names import inner_name
from incentives.ruleset import Ruleset
from incentives.simulate.batched_scenarios import (
    abreast_sql,
    asked_of,
    at_once,
    go_abreast,
    lay_periods,
    lay_vesting,
    years,
)
from incentives.simulate.compare import total
from incentives.simulate.tally import Tally, tally, tally_by
from incentives.simulate.trial import Tried, trial

TRIED, SHOWN, BEFORE = "tried rows", "tried shown", quoted(inner_name("before"))


@dataclass
class Group:
    """Policies that follow each other and whose plans are alike, and what they compute otherwise than what is kept;
    None of one that goes by itself."""

    policies: list[Tried]
    otherwise: Otherwise | None


def tallies(base: Snapshot, policies: Iterable[Tried]) -> Iterator[Tally]:
    """The tally of each policy, in turn, over the tables and periods of what is kept; no outcome stays.

    Raises RefusedError as `assess`.
    """
    for group in groups(base, policies):
        if group.otherwise and len(group.policies) > 1:
            yield from together(base, group.policies, group.otherwise)
        else:
            yield from alone(base, group.policies)


def alone(base: Snapshot, policies: Iterable[Tried]) -> Iterator[Tally]:
    """The tally of each policy, computed one after the other."""
    for ruleset, plan in policies:
        with trial(base, ruleset, plan, counted(plan, base.outcome.grain)) as outcome:
            yield tally(outcome, base)


def groups(base: Snapshot, policies: Iterable[Tried]) -> list[Group]:
    """The policies in groups, of which those with more than one can be computed together."""
    found: list[Group] = []
    for ruleset, plan in policies:
        new, last = apart(base, ruleset, plan), found[-1] if found else None
        known = last.otherwise if last else None
        if last and known and new and alike(last.policies[0][1], plan, base.outcome.grain):
            last.policies.append((ruleset, plan))
            last.otherwise = Otherwise(known.columns | new.columns, roots=known.roots | new.roots)
        else:
            found.append(Group([(ruleset, plan)], new))
    return found


def apart(base: Snapshot, ruleset: Ruleset, plan: Plan) -> Otherwise | None:
    """Return the columns that a plan computes otherwise than the kept one, as far as they count; None where they cannot
    be batched."""
    frame = base.outcome.grain
    otherwise = differing(base.outcome.plan, plan, frame) if frame in plan.frames and frame != TRACKING else None
    if otherwise is None or is_raised(base.outcome.ruleset, ruleset, otherwise):
        return None
    otherwise = narrowed(plan, frame, otherwise, counted(plan, frame))
    columns = [column for column in plan.columns(frame) if column.name in otherwise.columns]
    return otherwise if not otherwise.concluded and go_abreast(columns) else None


def counted(plan: Plan, frame: str) -> frozenset[str]:
    """The columns that a tally reads, and those that say which rows break the policy."""
    return frozenset(c.name for c in plan.columns(frame) if c.role in ("pay", "check") or c.name == "grade")


def alike(one: Plan, other: Plan, frame: str) -> bool:
    """Return whether two plans differ in the values of figures alone, as far as a frame goes."""
    types = [{figure.path: figure.type for figure in plan.figures} for plan in (one, other)]
    columns = [plan.columns(frame) for plan in (one, other)]
    return (
        types[0] == types[1]
        and len(columns[0]) == len(columns[1])
        and all(same(*pair) for pair in zip(*columns, strict=True))
    )


def together(base: Snapshot, policies: Sequence[Tried], otherwise: Otherwise) -> Iterator[Tally]:
    """The tally of each policy of a group, as many at once as the database takes well."""
    plan = policies[0][1]
    columns = [column for column in plan.columns(base.outcome.grain) if column.name in otherwise.columns]
    rows = rows_with(base, read_for(base, plan, otherwise, columns), every_of(otherwise, columns))
    size = at_once(base.outcome.con, rows)
    for first in range(0, len(policies), size):
        some = policies[first : first + size]
        found = abreast(base, some, otherwise, columns, rows) if len(some) > 1 else None
        yield from found or alone(base, some)


def abreast(
    base: Snapshot, policies: Sequence[Tried], otherwise: Otherwise, columns: Sequence[Column], rows: str
) -> list[Tally] | None:  # fmt: skip
    """The tallies of policies whose rows one run of statements computes; None where a row breaks its policy."""
    (ruleset, plan), frame, turns = policies[0], base.outcome.grain, range(len(policies))
    tables = replace(base.outcome.tables, con=base.outcome.tables.con.another())
    with closing(tables.con) as con:
        begin(con)
        apart = years(con, base)
        lay_periods(con, base, turns, apart)
        create_figures(con, *(with_figures_of(plan, columns, False) for _, plan in policies))
        lay_vesting(con, base, columns, turns, apart)
        con.make_table(TRIED, abreast_sql(con, base, rows, turns, apart))
        asked = [number for numbers in asked_of(base, turns, apart) for number in numbers]
        made = made_over(plan, tables, frame, otherwise, columns, TRIED, asked)
        con.make_view(SHOWN, abreast_sql(con, base, base.rows, turns, apart))
        more = (f"k.{TURN}", f"{total(base.outcome, 'k')} AS {BEFORE}")
        relation = whole(replace(base, rows=SHOWN), plan, made, con, more)
        within = f"FROM {quoted(relation)} WHERE in_force AND NOT locked AND NOT exempted"
        if failed(tables, within, checks_of(plan, frame, made)):
            return None
        outcome = Outcome(plan, ruleset, tables, con, relation, frame, base.outcome.periods, ())
        return tally_by(outcome, TURN, BEFORE)
