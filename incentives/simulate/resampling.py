"""Resampling: the cost of the policy with the figures of the reps drawn many times over, `sales:±10%,seed=7`.

Of the rows that are kept, only the columns that pay needs are recomputed. Where none of them looks at other tables,
many draws go through the database together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic_core import PydanticCustomError

from incentives.database import Database, literal, quoted
from incentives.engine.division import sql_type
from incentives.engine.periods import TURN, create_figures
from incentives.engine.run import begin
from incentives.execution.assess import assess
from incentives.execution.fixpoint import carry_out
from incentives.execution.reassess import CARRIED, Snapshot, numbers_of, rows_with
from incentives.execution.session import Session
from incentives.faults import Fault, Place, RefusedError
from incentives.language.near import near_names
from incentives.language.types import NumberType
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import (
    Column,
    Delivered,
    Plan,
)
from incentives.plan.differ import Otherwise, narrowed, resting
from incentives.plan.part import part_of, read_by
from incentives.ruleset.kinds import number
from incentives.ruleset.scalars import plain
from incentives.simulate.batched_scenarios import (
    abreast_sql,
    asked_of,
    at_once,
    go_abreast,
    lay_periods,
    lay_vesting,
    years,
)
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.compare import components, salaried
from incentives.simulate.model import About
from incentives.simulate.sweep import about_of
from incentives.simulate.tally import tally
from incentives.simulate.trial import kept

MILLION = 10**6
MANY, FEW = 1_000, 200
DRAWN = "drawn rows"
MOST, MOST_NAMED = 10_000, 12
PLACE = Place("--vary-data")
SPREAD = re.compile(r"(.+?)\s*[:：]\s*(?:±|\+/?-)\s*(\S+)")
SETTING = re.compile(r"(seed|draws)\s*=\s*([0-9][0-9_]*)")


@dataclass(frozen=True)
class Drawing:
    """The terms of the draws: by metric the width as a ratio, the seed, and their number (0: `costs_redrawn`
    decides)."""

    widths: Mapping[str, Decimal]
    seed: int
    draws: int


@dataclass(frozen=True)
class Drawn:
    """The cost of the policy as it is (`now`) and in each of the draws, in their order."""

    about: About
    drawing: Drawing
    now: Decimal
    costs: tuple[Decimal, ...]

    def percentile(self, percent: int) -> Decimal:
        """The cost that this many percent of the draws do not exceed: one of them, by nearest rank."""
        return sorted(self.costs)[max(-(-percent * len(self.costs) // 100), 1) - 1]


def drawing_of(text: str) -> Drawing:
    """Return the terms that `sales:±10%,margin:±5%,seed=7,draws=200` states; without a seed it is 1.

    Raises RefusedError with every fault.
    """
    widths: dict[str, Decimal] = {}
    twice = []
    settings = {"seed": 1}
    faults = []
    for part in (part.strip() for part in text.replace("，", ",").split(",")):
        if found := SETTING.fullmatch(part):
            settings[found[1]] = int(found[2].replace("_", ""))
        elif (found := SPREAD.fullmatch(part)) and (width := width_of(found[2])) is not None:
            twice += [found[1]] if found[1] in widths else []
            widths[found[1]] = width
        else:
            faults.append(Fault("draw_form", PLACE, {"text": part}))
    faults += [Fault("axis_twice", PLACE, {"path": name}) for name in twice]
    if not faults and not widths:
        faults.append(Fault("draw_form", PLACE, {"text": text}))
    if not 1 <= settings.get("draws", 1) <= MOST:
        faults.append(Fault("draw_many", PLACE, {"count": settings["draws"], "most": MOST}))
    if faults:
        raise RefusedError(faults)
    return Drawing(widths, settings["seed"], settings.get("draws", 0))


def width_of(text: str) -> Decimal | None:
    """A width above zero and up to 100 %, in whole millionths; None where it is none."""
    try:
        width = number(plain(text))
    except PydanticCustomError:
        return None
    return width if 0 < width <= 1 and width * MILLION % 1 == 0 else None


def draw(
    session: Session, drawing: Drawing, periods: Sequence[str], change: Change | None = None
) -> Drawn:  # fmt: skip
    """The cost over the asked periods where each rep's delivered figures lie elsewhere: each multiplied by one plus or
    minus up to the width, every millionth as likely as the others, by itself; rounded to its metric's scale and kept
    within its range. Earlier periods stay as they are. The same seed gives the same draws, whatever the machine.

    Raises RefusedError for a metric that is not delivered for these periods.
    """
    policy = changed_ruleset(session.ruleset, change) if change else session.ruleset
    base = assess(policy, session.tables, periods) if change else session.outcome(periods)
    known = {c.name: c for c in base.plan.columns(base.grain) if isinstance(c.how, Delivered)}
    columns = {c.name: c for c in known.values() if isinstance(c.type, NumberType)}
    spelt = {title: c for c in columns.values() for title in (c.title.zh, c.title.en) if title} | columns
    faults = []
    for text in drawing.widths:
        if text not in spelt:
            there = ", ".join(sorted(columns)[:MOST_NAMED]) + (" …" if len(columns) > MOST_NAMED else "")
            near = ", ".join(near_names(text, spelt, 1)) or there or "–"
            faults.append(Fault("draw_metric", PLACE, {"metric": text, "near": near}))
    if faults:
        raise RefusedError(faults)
    widths = {spelt[text]: int(width * MILLION) for text, width in drawing.widths.items()}
    if len(widths) < len(drawing.widths):
        raise RefusedError([Fault("axis_twice", PLACE, {"path": ", ".join(drawing.widths)})])
    with kept(base) as before:
        now = tally(base, before)
        costs = tuple(costs_redrawn(before, widths, drawing.seed, drawing.draws))
    return Drawn(about_of(base, policy, change, (now,)), replace(drawing, draws=len(costs)), now.cost, costs)


def costs_redrawn(base: Snapshot, widths: Mapping[Column, int], seed: int, draws: int) -> Iterator[Decimal]:
    """The cost of each draw, in order. `widths`: the metrics with what they are multiplied by at the most, less one,
    in millionths. Draws are numbered from 1; with 0 of them there are MANY, or FEW where each goes by itself.
    """
    outcome, metrics = base.outcome, {metric.name for metric in widths}
    plan, frame, paid = outcome.plan, outcome.grain, frozenset(components(outcome)) - salaried(outcome)
    otherwise = needed(plan, frame, metrics, paid)
    columns = [column for column in plan.columns(frame) if column.name in otherwise.columns]
    moved = sorted((metrics | otherwise.columns) & paid)
    still = sum(summed(outcome.con, sorted(paid - {*moved}), base.rows, numbers_of(outcome)).values(), Decimal(0))
    con = outcome.tables.con.another()
    try:
        begin(con)
        read = read_by(plan, frame, otherwise) | metrics
        every = otherwise.concluded or any(isinstance(column.how, CARRIED) for column in columns)
        rows, part = rows_with(base, read, every), part_of(plan, frame, otherwise, read, DRAWN)
        alone = otherwise.concluded or not go_abreast(columns)
        size = 1 if alone else at_once(con, rows)
        apart = 0 if alone else years(con, base)
        draws = draws or (FEW if alone else MANY)
        for first in range(1, draws + 1, size):
            turns = range(first, min(first + size, draws + 1))
            lay_down(con, base, rows, widths, seed, turns, apart)
            lay_vesting(con, base, columns, turns, apart)
            create_figures(con, plan)
            asked = asked_of(base, turns, apart)
            carry_out(part, replace(outcome.tables, con=con), frame, [n for numbers in asked for n in numbers])
            found = summed(con, moved, f"frame_{frame}", [n for numbers in asked for n in numbers])
            yield from (sum((found[n] for n in numbers), still) for numbers in asked)
    finally:
        con.close()


def summed(con: Database, names: list[str], table: str, numbers: Iterable[int]) -> dict[int, Decimal]:
    """Return the sums of columns over the rows of each of the numbered periods."""
    found = dict.fromkeys(numbers, Decimal("0.00"))
    if names and found:
        sums = " + ".join(f"COALESCE(SUM({quoted(name)}), 0)" for name in names)
        within = f"period_no IN ({', '.join(map(str, found))})"
        rows = con.query(f"SELECT period_no, {sums} FROM {quoted(table)} WHERE {within} GROUP BY period_no")
        found |= {int(number): Decimal(sum_) for number, sum_ in rows}
    return found


def needed(plan: Plan, frame: str, names: Set[str], wanted: Set[str]) -> Otherwise:
    """Return the columns that depend on the named ones, without those, as far as the wanted ones need them."""
    found = resting(plan, frame, names, [rule for rule in plan.rules if rule.grain == frame])
    found = narrowed(plan, frame, found, wanted)
    return replace(found, columns=found.columns - names)


def lay_down(
    con: Database,
    base: Snapshot,
    rows: str,
    widths: Mapping[Column, int],
    seed: int,
    turns: range,
    apart: int,
) -> None:
    """Make the rows of these draws and their periods; of one draw, where `apart` is 0, as they are."""
    lay_periods(con, base, turns, apart)
    drawn = [drawn_sql(base.outcome, metric, width, seed) for metric, width in widths.items()]
    con.make_table(DRAWN, abreast_sql(con, base, rows, turns, apart, drawn))


def drawn_sql(outcome: Outcome, metric: Column, width: int, seed: int) -> str:
    """A metric of the kept rows in the draw TURN, as SQL; in the periods that were not asked for as it is."""
    assert isinstance(metric.type, NumberType)
    name, scale, kind = quoted(metric.name), metric.type.scale, sql_type(metric.type)
    parts = (literal(f"{seed}/"), TURN, literal(f"/{metric.name}/"), "period", "'/'", quoted(outcome.plan.key))
    number = f"CAST(CONCAT('0x', SUBSTRING(md5(CONCAT({', '.join(parts)})), 1, 15)) AS BIGINT)"  # alike everywhere
    times = f"CAST({MILLION - width} + {number} % {2 * width + 1} AS DECIMAL(8,0)) * CAST('0.000001' AS DECIMAL(7,6))"
    value = f"CAST({name} * ({times}) AS DECIMAL(38,{scale}))"
    low, high = (f"CAST('{end:f}' AS DECIMAL(38,{scale}))" for end in (metric.type.low, metric.type.high))
    bounded = f"CAST(GREATEST({low}, LEAST({high}, {value})) AS {kind})"
    asked = ", ".join(map(str, numbers_of(outcome)))
    return f"CASE WHEN {name} IS NOT NULL AND period_no IN ({asked}) THEN {bounded} ELSE {name} END AS {name}"
