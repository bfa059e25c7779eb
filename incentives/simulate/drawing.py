"""The figures of the reps drawn again many times over, `sales:±10%,seed=7`, and what the policy then costs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches

from pydantic_core import PydanticCustomError

from incentives.conclusions.run import carry_out
from incentives.engine.division import sql_type
from incentives.engine.periods import create_figures
from incentives.engine.run import begin
from incentives.faults import Fault, Place, RefusedError
from incentives.language.types import NumberType
from incentives.outcome.again import CARRIED, Kept, numbers_of, rows_with, whole
from incentives.outcome.assess import assess
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column, Concluded, Delivered, Plan, Stood, Vested
from incentives.plan.differ import Otherwise, resting
from incentives.plan.part import part_of, read_by
from incentives.plan.phases import needs_of
from incentives.ruleset import Ruleset
from incentives.ruleset.kinds import number
from incentives.ruleset.scalars import plain
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.compare import components, salaried, total
from incentives.simulate.model import About
from incentives.simulate.sweep import about_of
from incentives.simulate.tally import tally
from incentives.simulate.trial import kept
from incentives.sql import literal, quoted
from incentives.tables import Tables

DRAWS, MOST = 200, 10_000
PLACE = Place("--vary-data")
SPREAD = re.compile(r"(.+?)\s*[:：]\s*(?:±|\+/?-)\s*(\S+)")
SETTING = re.compile(r"(seed|draws)\s*=\s*([0-9][0-9_]*)")
MILLION = 10**6


@dataclass(frozen=True)
class Drawing:
    """How to draw: by metric the width as a ratio, the seed, and how many times."""

    widths: Mapping[str, Decimal]
    seed: int
    draws: int


@dataclass(frozen=True)
class Drawn:
    """What the policy costs as it is (`now`) and in each of the draws, in their order."""

    about: About
    drawing: Drawing
    now: Decimal
    costs: tuple[Decimal, ...]

    def percentile(self, percent: int) -> Decimal:
        """The cost that this many percent of the draws do not exceed: one of them, by nearest rank."""
        return sorted(self.costs)[max(-(-percent * len(self.costs) // 100), 1) - 1]


def drawing_of(text: str) -> Drawing:
    """What `sales:±10%,margin:±5%,seed=7,draws=200` says; without them seed 1 and DRAWS draws.

    Raises RefusedError with every fault.
    """
    widths: dict[str, Decimal] = {}
    settings = {"seed": 1, "draws": DRAWS}
    faults = []
    for part in (part.strip() for part in text.replace("，", ",").split(",")):
        if found := SETTING.fullmatch(part):
            settings[found[1]] = int(found[2].replace("_", ""))
        elif (found := SPREAD.fullmatch(part)) and (width := width_of(found[2])) is not None:
            widths[found[1]] = width
        else:
            faults.append(Fault("draw_form", PLACE, {"text": part}))
    if not faults and not widths:
        faults.append(Fault("draw_form", PLACE, {"text": text}))
    if not 1 <= settings["draws"] <= MOST:
        faults.append(Fault("draw_many", PLACE, {"count": settings["draws"], "most": MOST}))
    if faults:
        raise RefusedError(faults)
    return Drawing(widths, settings["seed"], settings["draws"])


def width_of(text: str) -> Decimal | None:
    """A width above zero and up to 100 %, in whole millionths; None where it is none."""
    try:
        width = number(plain(text))
    except PydanticCustomError:
        return None
    return width if 0 < width <= 1 and width * MILLION % 1 == 0 else None


def draw(
    ruleset: Ruleset, tables: Tables, drawing: Drawing, periods: Sequence[str], change: Change | None = None
) -> Drawn:  # fmt: skip
    """The cost over the asked periods where each rep's delivered figures lie elsewhere: each multiplied by one plus or
    minus up to the width, every millionth as likely as the others, by itself; rounded to its metric's scale and kept
    within its range. Earlier periods stay as they are. The same seed gives the same draws, whatever the machine.

    Raises RefusedError for a metric that is not delivered for these periods.
    """
    policy = changed_ruleset(ruleset, change) if change else ruleset
    base = assess(policy, tables, periods)
    known = {c.name: c for c in base.plan.columns(base.grain) if isinstance(c.how, Delivered)}
    columns = {c.name: c for c in known.values() if isinstance(c.type, NumberType)}
    faults = []
    for name in drawing.widths:
        if name not in columns:
            near = ", ".join(get_close_matches(name, columns, 1)) or ", ".join(sorted(columns)[:12]) or "–"
            faults.append(Fault("draw_metric", PLACE, {"metric": name, "near": near}))
    if faults:
        raise RefusedError(faults)
    with kept(base) as before:
        now = tally(base, before)
        costs = tuple(costs_drawn(before, drawing, [columns[name] for name in drawing.widths]))
    return Drawn(about_of(base, policy, change, (now,)), drawing, now.cost, costs)


def costs_drawn(base: Kept, drawing: Drawing, metrics: Sequence[Column]) -> Iterator[Decimal]:
    """The cost of each draw: of the kept rows with other figures, in which only what pay needs of them is computed."""
    outcome = base.outcome
    plan, frame = outcome.plan, outcome.grain
    names = {metric.name for metric in metrics}
    otherwise = needed(plan, frame, names, paid_by(outcome))
    columns = [column for column in plan.columns(frame) if column.name in otherwise.columns]
    con, relation = outcome.tables.con.cursor(), ""
    try:
        begin(con)
        con.execute(f"CREATE TEMP VIEW calendar_periods AS SELECT * FROM {quoted(base.periods)}")
        create_figures(con, plan)
        read = read_by(plan, frame, otherwise) | names
        every = otherwise.concluded or any(isinstance(column.how, CARRIED) for column in columns)
        rows, part = rows_with(base, read, every), part_of(plan, frame, otherwise, read, "drawn rows")
        for turn in range(1, drawing.draws + 1):
            picks = ", ".join(drawn_sql(base, metric, drawing, turn) for metric in metrics)
            con.execute(f"CREATE OR REPLACE TEMP TABLE `drawn rows` AS SELECT * REPLACE ({picks}) FROM {quoted(rows)}")
            if columns:
                carry_out(part, replace(outcome.tables, con=con), frame, numbers_of(outcome))
            relation = relation or whole(base, plan, columns, con)
            found = con.execute(f"SELECT COALESCE(SUM({total(outcome, 'r')}), 0) FROM {quoted(relation)} r").fetchall()
            yield Decimal(found[0][0])
    finally:
        con.close()


def paid_by(outcome: Outcome) -> frozenset[str]:
    """The columns that are paid."""
    return frozenset(components(outcome)) - salaried(outcome)


def needed(plan: Plan, frame: str, names: Set[str], wanted: Set[str]) -> Otherwise:
    """What rests on the named columns, without themselves, as far as the wanted ones need it."""
    found = resting(plan, frame, names, [rule for rule in plan.rules if rule.grain == frame])
    columns = {c.name: c for c in plan.columns(frame) if c.name in found.columns}
    up = wanted & columns.keys()
    while more := {name for one in up for name in needs_of(columns[one]) if name in columns} - up:
        up |= more
    if found.concluded and any(isinstance(columns[name].how, Stood | Concluded) for name in up):
        return Otherwise(found.columns - names, concluded=True)
    vested = [how for how in (columns[name].how for name in up) if isinstance(how, Vested)]
    return Otherwise(frozenset(up | {how.lines for how in vested if how.lines}) - names)


def drawn_sql(base: Kept, metric: Column, drawing: Drawing, turn: int) -> str:
    """A metric of the kept rows in one draw, as SQL; in the periods that were not asked for as it is."""
    assert isinstance(metric.type, NumberType)
    name, width = quoted(metric.name), int(drawing.widths[metric.name] * MILLION)
    seed = literal(f"{drawing.seed}/{turn}/{metric.name}/")
    digest = f"md5(CONCAT({seed}, period, '/', {quoted(base.outcome.plan.key)}))"  # the same on every machine
    number = f"CAST(CONCAT('0x', SUBSTRING({digest}, 1, 15)) AS BIGINT)"
    times = f"CAST({MILLION - width} + {number} % {2 * width + 1} AS DECIMAL(8,0)) * CAST('0.000001' AS DECIMAL(7,6))"
    value = f"CAST({name} * ({times}) AS DECIMAL(38,{metric.type.scale}))"
    low, high = (f"CAST('{end:f}' AS DECIMAL(38,{metric.type.scale}))" for end in (metric.type.low, metric.type.high))
    kept_within = f"CAST(GREATEST({low}, LEAST({high}, {value})) AS {sql_type(metric.type)})"
    asked = ", ".join(map(str, numbers_of(base.outcome)))
    return f"CASE WHEN {name} IS NOT NULL AND period_no IN ({asked}) THEN {kept_within} ELSE {name} END AS {name}"
