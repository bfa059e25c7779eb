"""What a policy costs under drawn figures: of the rows that are kept, only what pay needs is computed again.

Where nothing that is computed again looks at other tables, many draws go through the database abreast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from decimal import Decimal

from incentives.conclusions.run import carry_out
from incentives.database import Database, literal, quoted
from incentives.engine.division import sql_type
from incentives.engine.periods import TURN, create_figures
from incentives.engine.run import begin
from incentives.language.types import NumberType
from incentives.outcome.again import CARRIED, Kept, numbers_of, rows_with
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import (
    Column,
    Plan,
)
from incentives.plan.differ import Otherwise, narrowed, resting
from incentives.plan.part import part_of, read_by
from incentives.simulate.abreast import abreast_sql, asked_of, at_once, go_abreast, lay_periods, lay_vesting, years
from incentives.simulate.compare import components, salaried

MILLION = 10**6
MANY, FEW = 1_000, 200
DRAWN = "drawn rows"


def costs_redrawn(base: Kept, widths: Mapping[Column, int], seed: int, draws: int) -> Iterator[Decimal]:
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
    """What columns come to together in the rows of each of the numbered periods."""
    found = dict.fromkeys(numbers, Decimal("0.00"))
    if names and found:
        sums = " + ".join(f"COALESCE(SUM({quoted(name)}), 0)" for name in names)
        within = f"period_no IN ({', '.join(map(str, found))})"
        rows = con.query(f"SELECT period_no, {sums} FROM {quoted(table)} WHERE {within} GROUP BY period_no")
        found |= {int(number): Decimal(sum_) for number, sum_ in rows}
    return found


def needed(plan: Plan, frame: str, names: Set[str], wanted: Set[str]) -> Otherwise:
    """What rests on the named columns, without themselves, as far as the wanted ones need it."""
    found = resting(plan, frame, names, [rule for rule in plan.rules if rule.grain == frame])
    found = narrowed(plan, frame, found, wanted)
    return replace(found, columns=found.columns - names)


def lay_down(
    con: Database,
    base: Kept,
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
