"""What a frame reads from tables before its first stage: delivered values, targets, aggregates, finer frames."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from incentives.engine.expression import column_sql, divide_sql, sql_type
from incentives.language.infer import Scoped, infer
from incentives.language.tree import And, Name, Node
from incentives.language.walk import names_in
from incentives.plan.columns import Aggregated, Column, Delivered, Plan, RolledUp, Taken, Targeted
from incentives.plan.sources import DATED_BY, SOURCES
from incentives.sql import literal, quoted
from incentives.tables.periods import period_number_sql


@dataclass(frozen=True)
class Source:
    """A CTE that the first stage joins: its SQL, its join on the spine `p`, and what each column reads of it."""

    name: str
    sql: str
    on: str
    columns: dict[str, str]


def sources_of(plan: Plan, frame: str, grain: str) -> list[Source]:
    """The sources of a frame, in a fixed order."""
    columns = plan.frames[frame][0]
    found = [
        *delivered(plan, grain, [c for c in columns if isinstance(c.how, Delivered)]),
        *targeted(plan, grain, [c for c in columns if isinstance(c.how, Targeted)]),
        *aggregated(plan, grain, [c for c in columns if isinstance(c.how, Aggregated)]),
        *rolled_up(plan, [c for c in columns if isinstance(c.how, RolledUp) and c.how.finer], grain),
        *taken(plan, [c for c in columns if isinstance(c.how, Taken)], frame),
    ]
    return [source for source in found if source.columns]


def delivered(plan: Plan, grain: str, columns: list[Column]) -> Iterable[Source]:
    """The snapshots of a grain, a column a metric; an absent value is zero where the metric says so."""
    picks, outs = [], {}
    for column in columns:
        assert isinstance(column.how, Delivered)
        kind = sql_type(column.type)
        metric = literal(column.how.metric)
        picks.append(f"MAX(CASE WHEN s.metric = {metric} THEN CAST(s.value AS {kind}) END) AS `{column.name}`")
        value = f"d.`{column.name}`"
        outs[column.name] = f"COALESCE({value}, CAST(0 AS {kind}))" if column.how.zero else value
    sql = f"""SELECT s.`{plan.key}`, p.period_no, {", ".join(picks)}
  FROM snapshots s JOIN calendar_periods p ON p.grain = '{grain}' AND p.period = s.period
  GROUP BY s.`{plan.key}`, p.period_no"""
    yield Source("d", sql, keyed(plan, "d"), outs)


def targeted(plan: Plan, grain: str, columns: list[Column]) -> Iterable[Source]:
    """The targets that count, a CTE a scope (T2–T4)."""
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


def aggregated(plan: Plan, grain: str, columns: list[Column]) -> Iterable[Source]:
    """Sums, counts and extremes over the rows of a table, a CTE a table; splits have one of their own (C6, M4).

    What asks for first orders has one too: these are few, and only they need be looked for.
    """
    tables: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for column in columns:
        assert isinstance(column.how, Aggregated)
        if column.how.split:
            yield split(plan, grain, column)
        else:
            tables[column.how.table, "_first" if of_first(column.how.where) else ""].append(column)
    for (table, first), members in tables.items():
        name = f"a_{table}{first}"
        picks, outs = [], {}
        for column in members:
            picks.append(f"{aggregate(plan, column)} AS `{column.name}`")
            zero = column.how.take.startswith(("count", "sum"))  # type: ignore[union-attr]
            value = f"{name}.`{column.name}`"
            outs[column.name] = f"COALESCE({value}, CAST(0 AS {sql_type(column.type)}))" if zero else value
        sql = f"""SELECT o.`{plan.key}`, o.period_no, {", ".join(picks)}
  FROM ({rows_of(plan, grain, table, members)}) o{figures_for(grain, members)}
  GROUP BY o.`{plan.key}`, o.period_no"""
        yield Source(name, sql, keyed(plan, name), outs)


def aggregate(plan: Plan, column: Column) -> str:
    """One aggregate as SQL over the rows `o`, cast to the column's type."""
    how = column.how
    assert isinstance(how, Aggregated)
    name_of = namer("o")
    scope = table_scope(plan, how.table)
    where = condition(how.where, scope, name_of)
    value = "1"
    if how.of is not None:
        typed = infer(how.of, scope)
        value = column_sql(typed, column.scale, column.mode, name_of)
    inside = f"CASE WHEN {where} THEN {value} END" if where else value
    kind = sql_type(column.type)
    match how.take:
        case "count":
            return f"CAST(COUNT({inside}) AS {kind})"
        case "count distinct":
            return f"CAST(COUNT(DISTINCT {inside}) AS {kind})"
        case "last":
            return f"MAX_BY({inside}, {latest(how.table)})"
        case _:
            return f"CAST({how.take.upper()}({inside}) AS {kind})"


def rows_of(plan: Plan, grain: str, table: str, columns: list[Column]) -> str:
    """The rows of a table with the period they fall in and the columns that its formulas may read.

    Where all columns ask for first orders, only those of a customer's first day are there.
    """
    used = frozenset({DATED_BY[table], "order_id", "value"}).union(*(reads(c) for c in columns))
    number = period_number_sql(grain, f"t.`{DATED_BY[table]}`", plan.roll.fiscal_start)
    picks = [f"t.`{c}`" for c in SOURCES[table] if c in used and c not in ("returned", "first_ever")]
    if "returned" in used:
        picks.append("t.returned_on IS NOT NULL AS returned")
    if "first_ever" in used:
        first = f"ROW_NUMBER() OVER (PARTITION BY t.customer_id ORDER BY t.{DATED_BY[table]}, t.order_id) = 1"
        picks.append(f"t.customer_id IS NOT NULL AND {first} AS first_ever")
    owner = f"{'x' if table == 'receipts' else 't'}.`{plan.key}`"
    join = " JOIN orders x ON x.order_id = t.order_id" if table == "receipts" else ""
    if all(isinstance(c.how, Aggregated) and of_first(c.how.where) for c in columns):
        join = f""" JOIN (SELECT customer_id, MIN({DATED_BY[table]}) AS first_day FROM `{table}` GROUP BY customer_id) x
    ON x.customer_id = t.customer_id AND x.first_day = t.{DATED_BY[table]}"""
    return f"SELECT {', '.join([f'{owner} AS `{plan.key}`', f'{number} AS period_no', *picks])} FROM `{table}` t{join}"


def of_first(where: Node | None) -> bool:
    """Whether a condition holds for a customer's first order only."""
    match where:
        case Name(name="first_ever"):
            return True
        case And(parts=parts):
            return any(of_first(part) for part in parts)
    return False


def split(plan: Plan, grain: str, column: Column) -> Source:
    """An amount per order shared by its credits so that the parts add up to it: largest remainder, ties by key (C6).

    Where an order has no credits, all of it is its own rep's.
    """
    how = column.how
    assert isinstance(how, Aggregated)
    key, kind, name = f"`{plan.key}`", sql_type(column.type), f"a{column.name}"
    scope, name_of = table_scope(plan, how.table), namer("o")
    where = condition(how.where, scope, name_of) or "TRUE"
    assert how.of is not None
    amount = column_sql(infer(how.of, scope), 2, column.mode, name_of)
    share = "CAST(e.amount AS DECIMAL(24,2)) * CAST(COALESCE(c.share, 1) AS DECIMAL(9,6))"
    rows = rows_of(plan, grain, how.table, [column])
    turn = f"ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY exact - whole DESC, {key})"
    over = "(amount - SUM(whole) OVER (PARTITION BY order_id)) * 100"
    sql = f"""SELECT {key}, period_no, CAST(SUM(part) AS {kind}) AS `{column.name}` FROM (
    SELECT {key}, period_no, whole + CASE WHEN {turn} <= {over} THEN CAST(0.01 AS DECIMAL(3,2)) ELSE 0 END AS part
    FROM (
      SELECT e.order_id, COALESCE(c.rep_id, e.{key}) AS {key}, e.period_no, e.amount, {share} AS exact,
        CAST(FLOOR({share} * CAST(100 AS DECIMAL(3,0))) AS DECIMAL(20,0)) * CAST(0.01 AS DECIMAL(3,2)) AS whole
      FROM (SELECT o.order_id, o.{key}, o.period_no, {amount} AS amount
        FROM ({rows}) o{figures_for(grain, [column])} WHERE {where}) e
      LEFT JOIN credits c ON c.order_id = e.order_id
    )
  ) GROUP BY {key}, period_no"""
    value = f"`{name}`.`{column.name}`"
    return Source(name, sql, keyed(plan, f"`{name}`"), {column.name: f"COALESCE({value}, CAST(0 AS {kind}))"})


def rolled_up(plan: Plan, columns: list[Column], grain: str) -> Iterable[Source]:
    """Columns of finer frames over the periods inside each of this frame's, a CTE a frame."""
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
    """`take` over a group, or over the window `over`, exact; a mean is rounded once, to the column's scale."""
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
    """Columns of another frame in the row of the same period, or of the one around it."""
    others: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        assert isinstance(column.how, Taken)
        others[column.how.frame].append(column)
    for other, members in others.items():
        name = f"k_{other}"
        number = "around_no" if other == plan.grain and frame != plan.grain else "period_no"
        outs = {c.name: f"{name}.`{c.how.of}`" for c in members if isinstance(c.how, Taken)}
        on = f"{name}.`{plan.key}` = p.`{plan.key}` AND {name}.period_no = p.{number}"
        yield Source(name, f"SELECT * FROM `frame_{other}`", on, outs)


def keyed(plan: Plan, name: str) -> str:
    """The join of a source on subject and period."""
    return f"{name}.`{plan.key}` = p.`{plan.key}` AND {name}.period_no = p.period_no"


def tiny(scale: int) -> str:
    """10^-scale as an exact decimal."""
    return f"CAST('{'0.' + '0' * (scale - 1) + '1' if scale else '1'}' AS DECIMAL({scale + 1},{scale}))"


def table_scope(plan: Plan, table: str) -> dict[str, Scoped]:
    """What a formula over a table may name."""
    scope = {name: Scoped(kind, optional) for name, (kind, optional) in SOURCES[table].items()}
    return scope | {figure.path: Scoped(figure.type, False) for figure in plan.figures}


def reads(column: Column) -> frozenset[str]:
    """The names that an aggregate's formulas read."""
    how = column.how
    assert isinstance(how, Aggregated)
    parts = [part for part in (how.where, how.of) if part is not None]
    return frozenset().union(*(names_in(part) for part in parts))


def figures_for(grain: str, columns: list[Column]) -> str:
    """The join of rows `o` on the policy's figures, where any of the formulas reads one."""
    return figures_join(grain, "o") if any("." in name for column in columns for name in reads(column)) else ""


def figures_join(grain: str, rows: str) -> str:
    """The join of `rows` on the figures in force in their period, as `f`."""
    return f" JOIN figures f ON f.grain = '{grain}' AND f.period_no = {rows}.period_no"


def condition(where: Node | None, scope: dict[str, Scoped], name_of: Callable[[str], str]) -> str:
    """A condition as SQL; empty where there is none."""
    return "" if where is None else column_sql(infer(where, scope), 0, "half_up", name_of)


def latest(table: str) -> str:
    """What orders the rows of a table in time; on one day, by id."""
    return f"CONCAT(CAST(o.`{DATED_BY[table]}` AS VARCHAR), o.`{'value' if table == 'events' else 'order_id'}`)"


def namer(rows: str) -> Callable[[str], str]:
    """How a formula's names are written: figures are in `f`, everything else in `rows`."""
    return lambda name: f"{'f' if '.' in name else rows}.{quoted(name)}"
