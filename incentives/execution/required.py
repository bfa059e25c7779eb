"""Required improvement: the smallest change of one metric that lifts a grade or makes a promotion, found by computing
it.

All rows are tried at once, each with several values at a time, until the one that is enough and the one that is not lie
next to each other. Everything else is held: the other metrics, and the places and sums of the others in a unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from incentives.database import literal, quoted
from incentives.engine.division import sql_type
from incentives.engine.inputs import tiny
from incentives.engine.periods import create_figures
from incentives.engine.run import begin
from incentives.execution.fixpoint import carry_out
from incentives.execution.reassess import CARRIED, Snapshot, numbers_of, rows_with
from incentives.faults import Fault, Place, RefusedError
from incentives.language.tree import Title
from incentives.language.types import EXACT, ChoiceType, NumberType
from incentives.plan.columns import Column, Plan
from incentives.plan.differ import Otherwise
from incentives.plan.graph import closure, dependents, needs_of
from incentives.plan.part import part_of, read_by
from incentives.plan.phases import ACROSS
from incentives.tables import Tables
from incentives.tables.periods import CALLED

AT_ONCE = 300_000  # rows tried at once
FEWEST, MOST = 4, 64  # values of a row tried at once


@dataclass(frozen=True)
class Step:
    """The required improvement of one metric of a row for the target (a grade, or the name of a promotion), the rest
    held: `change` more than its `value`, below zero where less is better, in the metric's unit."""

    key: str
    name: str
    period: str
    target: str
    metric: str
    title: Title
    unit: str
    value: Decimal
    change: Decimal


@dataclass(frozen=True)
class Sought:
    """The rows that are asked about, and their target. Rows are those where `open`, SQL over kept rows, is true;
    `column` must come to `enough`, SQL over its new value `n` and the kept row `k`. `target` is SQL for what is then
    reached."""

    column: str
    open: str
    enough: str
    target: str


def reach(kept: Snapshot, target: str = "", key: str = "") -> tuple[Step, ...]:
    """Return the required change of each metric, for each row or those of one `key`, to get the target. The target is a
    grade or a promotion by its name; without one, the next better grade. Only metrics that are `in_reach` are tried,
    and only those that are enough by themselves are returned. Rows are in order of key and period, metrics in the order
    of the ruleset.

    Raises RefusedError for a target that the policy does not have, without a metric in reach, and for periods of
    another length than the policy assesses.
    """
    outcome = kept.outcome
    metrics = [column for column in outcome.plan.columns(outcome.grain) if is_in_reach(kept, column)]
    if not metrics:
        if outcome.grain != outcome.plan.grain:
            about = {"period": ", ".join(outcome.periods), "own": CALLED[outcome.plan.grain]}
            raise RefusedError([Fault("reach_grain", Place("--reach"), about)])
        raise RefusedError([Fault("nothing_in_reach", outcome.ruleset.place("metrics"))])
    sought = sought_of(kept, target, key)
    tables = replace(outcome.tables, con=outcome.tables.con.another())
    begin(tables.con)
    tables.con.make_view("calendar_periods", f"SELECT * FROM `{kept.periods}`")
    create_figures(tables.con, outcome.plan)
    found = [row for number, metric in enumerate(metrics) for row in steps(kept, tables, metric, sought, number)]
    tables.con.close()
    return tuple(step for _, step in sorted(found, key=lambda row: row[0]))


def is_in_reach(kept: Snapshot, column: Column) -> bool:
    """Return whether a rep can act on a metric, as the ruleset says."""
    metric = kept.outcome.ruleset.policy.metrics.get(column.name) if column.role == "metric" else None
    return metric is not None and metric.in_reach and isinstance(column.type, NumberType)


def sought_of(kept: Snapshot, target: str, key: str) -> Sought:
    """Return the target that is asked for. Raises RefusedError for a name that is neither a grade nor a promotion."""
    plan, frame = kept.outcome.plan, kept.outcome.grain
    who = f" AND k.{quoted(plan.key)} = {literal(key)}" if key else ""
    columns = {column.name: column for column in plan.columns(frame)}
    grade = columns.get("grade")
    grades = grade.type.values if grade and isinstance(grade.type, ChoiceType) else ()
    rules = {rule.name: rule for rule in plan.rules if rule.grain == frame and rule.promotion}
    if target in rules:
        finding = rules[target].findings[0].column
        return Sought(finding, f"NOT k.{quoted(finding)}{who}", f"n.{quoted(finding)}", literal(target))
    if not grades or (target and target not in grades):
        known = ", ".join((*grades, *rules))
        raise RefusedError([Fault("reach_unknown", Place("--reach"), {"target": target, "known": known})])
    rank = "CASE {} " + " ".join(f"WHEN {literal(g)} THEN {n}" for n, g in enumerate(grades)) + " END"
    now, then = rank.format("k.grade"), rank.format("n.grade")
    wanted = str(grades.index(target)) if target else f"{now} - 1"
    names = f"CASE {wanted} " + " ".join(f"WHEN {n} THEN {literal(g)}" for n, g in enumerate(grades)) + " END"
    better = f"k.grade IS NOT NULL AND {now} > {wanted} AND {wanted} >= 0{who}"
    return Sought("grade", better, f"{then} <= {wanted}", names)


def steps(
    kept: Snapshot, tables: Tables, metric: Column, sought: Sought, number: int
) -> list[tuple[tuple[str, int, int], Step]]:  # fmt: skip
    """Return the required value of one metric for each row for which that is enough, with its place in the order."""
    outcome, con = kept.outcome, tables.con
    plan, frame = outcome.plan, outcome.grain
    columns = between(plan, frame, metric.name, sought.column)
    if sought.column not in columns:
        return []
    read = read_by(plan, frame, Otherwise(columns)) | {metric.name}
    every = any(isinstance(c.how, CARRIED) for c in plan.columns(frame) if c.name in columns)
    rows, part = rows_with(kept, read, every), part_of(plan, frame, Otherwise(columns), read, "tried_rows")
    sign = -1 if outcome.ruleset.policy.metrics[metric.name].direction == "lower" else 1
    con.make_table("sought", sought_sql(kept, metric, sought, sign))
    candidates = FIRST
    while True:
        con.make_table("candidates", candidates)
        if not con.query("SELECT 1 FROM candidates LIMIT 1"):
            break
        con.make_table("tried_rows", tried_sql(plan, metric, rows, every, sign))
        carry_out(part, tables, frame, numbers_of(outcome))
        con.make_table("sought", narrowed_sql(kept, sought))
        ((open_rows,),) = con.query("SELECT COUNT(*) FROM sought WHERE enough - least > 1")
        candidates = next_sql(max(FEWEST, min(MOST, AT_ONCE // max(open_rows, 1))))
    found = con.query(
        f"SELECT who, period_no, name, period, target, value, {sign} * enough FROM sought WHERE enough IS NOT NULL"
    )
    unit, about = Decimal(1).scaleb(-metric.scale), (metric.name, metric.title, metric.unit)
    return [
        (
            (who, at, number),
            Step(who, name, period, target, *about, Decimal(value), EXACT.multiply(Decimal(many), unit)),
        )
        for who, at, name, period, target, value, many in found
    ]


def between(plan: Plan, frame: str, metric: str, target: str) -> frozenset[str]:
    """Return the columns through which a metric acts on another column, without those that depend on other subjects."""
    columns = [column for column in plan.columns(frame) if not isinstance(column.how, ACROSS)]
    needs = {column.name: needs_of(column) for column in columns}
    above = closure([target], lambda name: needs.get(name, ())).keys()
    return frozenset((dependents(columns, {metric}) - {metric}) & above)


# `sought`: a row for each that is asked about: who, period_no, name, period, target, value, most (the widest step that
# the metric's range allows), least (the widest step known not to be enough), enough (the smallest known to be)
FIRST = """SELECT DISTINCT who, period_no, LEAST(CAST(10 AS BIGINT) ** n, most)::BIGINT AS step
FROM sought, range(18) t(n) WHERE most > 0"""


def sought_sql(kept: Snapshot, metric: Column, sought: Sought, sign: int) -> str:
    """Return the SELECT of the rows that are asked about, with no candidate tried yet."""
    assert isinstance(metric.type, NumberType)
    value, power = f"k.{quoted(metric.name)}", 10**metric.scale
    room = f"{metric.type.high} - {value}" if sign > 0 else f"{value} - ({metric.type.low})"
    return f"""SELECT k.{quoted(kept.outcome.plan.key)} AS who, k.period_no, k.name, k.period,
  {sought.target} AS target, {value} AS value, CAST(({room}) * {power} AS BIGINT) AS most,
  CAST(0 AS BIGINT) AS least, CAST(NULL AS BIGINT) AS enough
FROM `{kept.rows}` k WHERE {value} IS NOT NULL AND k.assessment = 'assessed' AND {sought.open}"""


def next_sql(parts: int) -> str:
    """Return the SELECT of candidates between the value that is not enough and the one that is, which cut the rest
    in `parts`."""
    return f"""SELECT DISTINCT who, period_no, least + (enough - least) * n // {parts} AS step
FROM sought, range(1, {parts}) t(n) WHERE step > least AND step < enough"""


def tried_sql(plan: Plan, metric: Column, rows: str, every: bool, sign: int) -> str:
    """Return the SELECT of the rows once for each candidate, under a key of its own, with the metric changed in the
    candidate's period."""
    key, name = quoted(plan.key), quoted(metric.name)
    changed = (
        f"CAST(r.{name} + CAST({sign} * c.step AS DECIMAL(19,0)) * {tiny(metric.scale)} AS {sql_type(metric.type)})"
    )
    if every:
        changed = f"CASE WHEN r.period_no = c.period_no THEN {changed} ELSE r.{name} END"
    here = "" if every else " AND r.period_no = c.period_no"
    return f"""SELECT r.* REPLACE ({tried_key()} AS {key}, {changed} AS {name})
FROM `{rows}` r JOIN candidates c ON c.who = r.{key}{here}"""


def tried_key() -> str:
    """Return SQL for the key of a row with a candidate's step."""
    return "c.who || '#' || c.period_no || '#' || c.step"


def narrowed_sql(kept: Snapshot, sought: Sought) -> str:
    """Return the SELECT of the rows asked about after the candidates were computed, without those for which nothing
    is enough."""
    key, frame = quoted(kept.outcome.plan.key), kept.outcome.grain
    results = f"""SELECT c.who, c.period_no, c.step, COALESCE({sought.enough}, FALSE) AS ok FROM candidates c
  JOIN `frame_{frame}` n ON n.{key} = {tried_key()} AND n.period_no = c.period_no
  JOIN `{kept.rows}` k ON k.{key} = c.who AND k.period_no = c.period_no"""
    found = f"""SELECT *, MIN(CASE WHEN ok THEN step END) OVER (PARTITION BY who, period_no) AS first
  FROM ({results})"""
    return f"""SELECT s.* REPLACE (COALESCE(t.short, s.least) AS least, COALESCE(t.first, s.enough) AS enough)
FROM sought s LEFT JOIN (SELECT who, period_no, ANY_VALUE(first) AS first,
    MAX(CASE WHEN NOT ok AND (first IS NULL OR step < first) THEN step END) AS short FROM ({found}) GROUP BY 1, 2) t
  ON t.who = s.who AND t.period_no = s.period_no
WHERE COALESCE(t.first, s.enough) IS NOT NULL"""
