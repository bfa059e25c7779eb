"""Sources of a frame's first stage: delivered values, targets, aggregates, finer frames."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from incentives.database import literal
from incentives.engine.division import divide_sql, sql_type
from incentives.engine.gathering import aggregated
from incentives.engine.source import AROUND, ROWS, Source, keyed
from incentives.engine.timing import lined
from incentives.plan.columns import Aggregated, Column, Concluded, Delivered, Plan, RolledUp, Stood, Taken, Targeted


def sources_of(plan: Plan, frame: str, grain: str, columns: Sequence[Column]) -> list[Source]:
    """Return the sources of the columns of a frame's first stage, in a fixed order."""
    found = [
        *delivered(plan, grain, [c for c in columns if isinstance(c.how, Delivered)]),
        *targeted(plan, grain, [c for c in columns if isinstance(c.how, Targeted)]),
        *aggregated(plan, grain, [c for c in columns if isinstance(c.how, Aggregated)], lined(plan, frame)),
        *rolled_up(plan, [c for c in columns if isinstance(c.how, RolledUp) and c.how.finer], grain),
        *taken(plan, [c for c in columns if isinstance(c.how, Taken)], frame),
        *concluded(plan, frame, [c for c in columns if isinstance(c.how, Stood | Concluded)]),
    ]
    return [source for source in found if source.columns]


def delivered(plan: Plan, grain: str, columns: list[Column]) -> Iterable[Source]:
    """Return the snapshots of a grain, a column a metric; an absent value is zero where the metric says so."""
    picks, outs = [], {}
    for column in columns:
        assert isinstance(column.how, Delivered)
        kind = sql_type(column.type)
        metric = literal(column.how.metric)
        picks.append(f"MAX(CASE WHEN s.metric = {metric} THEN CAST(s.value AS {kind}) END) AS `{column.name}`")
        value = f"d.`{column.name}`"
        outs[column.name] = f"COALESCE({value}, CAST(0 AS {kind}))" if column.how.zero else value
    sql = f"""SELECT s.`{plan.key}`, p.period_no, COUNT(*) AS {ROWS}, {", ".join(picks)}
  FROM snapshots s JOIN calendar_periods p ON p.grain = '{grain}' AND p.period = s.period
  GROUP BY s.`{plan.key}`, p.period_no"""
    yield Source("d", sql, keyed(plan, "d"), outs, "snapshots")


def targeted(plan: Plan, grain: str, columns: list[Column]) -> Iterable[Source]:
    """Return the targets that count, a CTE a scope (T2–T4)."""
    scopes: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        assert isinstance(column.how, Targeted)
        scopes[column.how.scope].append(column)
    for scope, members in scopes.items():
        name = f"t_{scope}"
        picks, outs = [], {}
        for column in members:
            how = column.how
            assert isinstance(how, Targeted)
            here = f"t.metric = {literal(how.metric)}" + (" AND t.signed" if how.signed else "")
            if how.side == "signed":
                picks.append(f"MAX(CASE WHEN {here} THEN 1 ELSE 0 END) AS `{column.name}`")
                outs[column.name] = f"COALESCE({name}.`{column.name}`, 0) = 1"
            else:
                value = f"CAST(t.{how.side} AS {sql_type(column.type)})"
                picks.append(f"MAX(CASE WHEN {here} THEN {value} END) AS `{column.name}`")
                outs[column.name] = f"{name}.`{column.name}`"
        subject = "'' AS subject_id" if scope == "company" else "t.subject_id"
        sql = f"""SELECT {subject}, p.period_no, {", ".join(picks)}
  FROM targets t JOIN calendar_periods p ON p.grain = '{grain}' AND p.period = t.period
  WHERE t.scope = '{scope}' AND t.counts GROUP BY 1, p.period_no"""
        owner = {"rep": f"p.`{plan.key}`", "company": "''"}.get(scope, f"p.`{scope}`")
        yield Source(name, sql, f"{name}.subject_id = {owner} AND {name}.period_no = p.period_no", outs)


def rolled_up(plan: Plan, columns: list[Column], grain: str) -> Iterable[Source]:
    """Yield the sources of columns of finer frames over the periods inside each of this frame's, a CTE a frame."""
    finer: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        assert isinstance(column.how, RolledUp)
        finer[column.how.finer].append(column)
    for frame, members in finer.items():
        name = f"r_{frame}"
        picks, outs = [], {}
        for column in members:
            assert isinstance(column.how, RolledUp)
            picks.append(f"{roll(column, column.how.take, f'f.`{column.how.of}`', 'f.period_no')} AS `{column.name}`")
            counted = column.how.take == "count"
            value = f"{name}.`{column.name}`"
            outs[column.name] = f"COALESCE({value}, CAST(0 AS {sql_type(column.type)}))" if counted else value
        sql = f"""SELECT f.`{plan.key}`, p.period_no, {", ".join(picks)}
  FROM `frame_{frame}` f JOIN calendar_periods q ON q.grain = '{frame}' AND q.period_no = f.period_no
  JOIN calendar_periods p ON p.grain = '{grain}' AND p.first_day <= q.last_day AND p.last_day >= q.last_day
  GROUP BY f.`{plan.key}`, p.period_no"""
        yield Source(name, sql, keyed(plan, name), outs)


def roll(column: Column, take: str, value: str, order: str = "", over: str = "") -> str:
    """Return SQL for `take` over a group, or over the window `over`, exact; a mean is rounded once, to the column's
    scale."""
    kind = sql_type(column.type)
    count = f"COUNT({value}){over}"
    match take:
        case "count":
            return f"CAST({count} AS {kind})"
        case "mean":
            units = f"SUM(CAST({value} * {10**column.scale} AS DECIMAL(38,0))){over}"
            mean = f"CAST({divide_sql(units, count, 0)} * {tiny(column.scale)} AS {kind})"
            return f"CASE WHEN {count} > 0 THEN {mean} END"
        case "last":
            return f"MAX_BY({value}, {order})"
        case _:
            return f"CAST({take.upper()}({value}){over} AS {kind})"


def taken(plan: Plan, columns: list[Column], frame: str) -> Iterable[Source]:
    """Yield the sources of columns of another frame in the row of the same period, or of the one around it."""
    others: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        assert isinstance(column.how, Taken)
        others[column.how.frame].append(column)
    for other, members in others.items():
        name = f"k_{other}"
        number = AROUND if other == plan.grain and frame != plan.grain else "period_no"
        outs = {c.name: f"{name}.`{c.how.of}`" for c in members if isinstance(c.how, Taken)}
        on = f"{name}.`{plan.key}` = p.`{plan.key}` AND {name}.period_no = p.`{number}`"
        yield Source(name, f"SELECT * FROM `frame_{other}`", on, outs)


def concluded(plan: Plan, frame: str, columns: list[Column]) -> Iterable[Source]:
    """Yield the source of the conclusions in effect in a row's period: drawn in it, or standing since an earlier
    one."""
    picks, outs = [], {}
    for column in columns:
        how = column.how
        names = (how.conclusion,) if isinstance(how, Stood) else how.conclusions if isinstance(how, Concluded) else ()
        here = f"conclusion IN ({', '.join(map(literal, names))})"
        if isinstance(how, Stood):
            here += " AND standing"
        elif isinstance(how, Concluded) and not how.standing:
            here += " AND NOT standing"
        picks.append(f"MAX(CASE WHEN {here} THEN 1 ELSE 0 END) AS `{column.name}`")
        outs[column.name] = f"COALESCE(e.`{column.name}`, 0) = 1"
    sql = f"SELECT `{plan.key}`, period_no, {', '.join(picks)}\n  FROM `effect_{frame}` GROUP BY 1, period_no"
    yield Source("e", sql, keyed(plan, "e"), outs)


def tiny(scale: int) -> str:
    """Return SQL for 10^-scale as an exact decimal."""
    return f"CAST('{'0.' + '0' * (scale - 1) + '1' if scale else '1'}' AS DECIMAL({scale + 1},{scale}))"
