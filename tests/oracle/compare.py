"""Holds an outcome of the engine against the oracle's, column by column and row by row."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from incentives.api import Outcome

from .conclusions import all_drawn, all_standing
from .evaluate import Result
from .value import rounded
from .world import World

UNSEEN = ("part", "check")


def differences(outcome: Outcome, oracle: Result) -> list[str]:
    """Every cell in which the two differ, as text; and every row or column that only one of them has."""
    columns = [c for c in outcome.columns if c.role not in UNSEEN]
    key = outcome.plan.key
    names = [c.name for c in columns]
    scales, modes = {c.name: c.scale for c in columns}, {c.name: c.mode for c in columns}
    found = []
    rows = {(row[names.index(key)], row[names.index("period")]): row for row in outcome.rows(names)}
    asked = {place for place in oracle if place[1] in outcome.periods}
    found += [f"{place}: only one of them has the row" for place in sorted(asked ^ set(rows))]
    for place in sorted(asked & set(rows)):
        for name, engine in zip(names, rows[place], strict=True):
            if name not in (key, "period"):
                expected = shown(oracle[place].get(name, "(unknown to the oracle)"), scales[name], modes[name])
                if same(engine) != expected:
                    found.append(f"{place} {name}: engine {engine}, oracle {expected}")
    # what can never be carried on has no column
    computed = {name for place in asked for name, value in oracle[place].items()
                if not name.endswith("_carried") or value}  # fmt: skip
    known = {c.name for frame in outcome.plan.frames for c in outcome.plan.columns(frame)}
    found += [f"{name}: unknown to the engine" for name in sorted(computed - known) if not name.startswith("~")]
    return found


def undrawn(outcome: Outcome, world: World) -> list[str]:
    """Every conclusion that only one of them draws, withholds or lets stand in a period that the outcome has."""
    if not any(rule.grain == outcome.grain for rule in outcome.plan.rules):
        return []
    key, frame = outcome.plan.key, outcome.grain
    period = f"JOIN calendar_periods p ON p.grain = '{frame}' AND p.period_no = d.period_no"
    sql = f"SELECT d.{key}, p.period, d.conclusion, d.withheld FROM drawn_{frame} d {period}"
    drawn = {row for row in outcome.con.query(sql) if row[1] in outcome.periods}
    sql = f"SELECT d.{key}, p.period, d.conclusion FROM effect_{frame} d {period} WHERE d.standing"
    stand = {row for row in outcome.con.query(sql) if row[1] in outcome.periods}
    expected = {row for row in all_drawn(world, frame) if row[1] in outcome.periods}
    stood = {row for row in all_standing(world, frame) if row[1] in outcome.periods}
    found = [f"drawn by the engine alone: {row}" for row in sorted(drawn - expected)]
    found += [f"drawn by the oracle alone: {row}" for row in sorted(expected - drawn)]
    found += [f"stands for the engine alone: {row}" for row in sorted(stand - stood)]
    return found + [f"stands for the oracle alone: {row}" for row in sorted(stood - stand)]


def shown(value: Any, scale: int, mode: str) -> Any:
    """A value of the oracle as a column shows it."""
    return rounded(value, scale, mode) if isinstance(value, Fraction) else value


def same(value: Any) -> Any:
    """A value of the engine as the oracle writes it."""
    return Fraction(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value
