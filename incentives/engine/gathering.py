"""Columns gathered from the rows of a table: sums, counts and extremes, shares of a split, runs of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from incentives.engine.division import sql_type
from incentives.engine.expression import column_sql, value_sql
from incentives.engine.rows import condition, figures_for, of_first, rows_of, table_scope
from incentives.engine.source import ROWS, Source, keyed, namer
from incentives.language.infer import Scoped, Typed, infer
from incentives.language.quotients import halves
from incentives.language.tree import Arithmetic, Missing, Name
from incentives.language.types import MOST_DIGITS, AnyType, NumberType
from incentives.plan.columns import Aggregated, Column, Plan
from incentives.plan.names import inner_name, step_of
from incentives.plan.sources import DATED_BY

# of a row: the order or credit note that made it, whether it is taken off, and the day on which it counts
MADE_BY = {"note_id": "o.note_id", "sign": "o.sign", "counted_on": "o.counted_on"}
MADE_ALONE = {"note_id": "o.order_id", "sign": "1", "counted_on": "o.ordered_on"}
SUM, UNDER, ZERO = inner_name("sum"), inner_name("under"), Decimal(0)
NOTHING = Typed(Missing(), AnyType())
OWN, LATE = " AND o.period_no = o.booked_no", " AND o.period_no > o.booked_no"
STANDS = "o.stands"  # of an order: there is something left of it at the end of the period
LONG = 20_000  # characters of a formula that is of a table of many lines


def split(plan: Plan, grain: str, column: Column, table: str = "") -> Source:
    """Return the source of each subject's part of an amount per order, by period; from its lines in `table`, if
    there are any."""
    key, kind, name = f"`{plan.key}`", sql_type(column.type), inner_name("split", column.name)
    own = isinstance(column.how, Aggregated) and column.how.own
    stored = f"SELECT * FROM `{table}`{' WHERE period_no = booked_no' if own else ''}"
    sql = f"""SELECT {key}, period_no, CAST(SUM(part) AS {kind}) AS `{column.name}` FROM (
    {stored if table else lines(plan, grain, column)}
  ) GROUP BY {key}, period_no"""
    value = f"`{name}`.`{column.name}`"
    return Source(name, sql, keyed(plan, f"`{name}`"), {column.name: f"COALESCE({value}, CAST(0 AS {kind}))"})


def lines(
    plan: Plan, grain: str, column: Column, beside: Mapping[str, str] = MappingProxyType({}), told: bool = False
) -> str:
    """Return the SELECT of what each subject has of each order that a column counts: key, order_id, booked_no, the
    period of the order, period_no, that in which it counts, and part, below zero where it is taken off.

    With a split it is shared by the order's credits so that the parts add up to it: largest remainder, ties by key,
    below zero as above (C6); where an order has no credits, all of it is its own rep's. `beside`: columns of the
    order, by their new name. `told`: with the amount as a `whole`, and what made the row, for who tells it.
    """
    how = column.how
    assert isinstance(how, Aggregated)
    assert how.of is not None
    key, scope, name_of = f"`{plan.key}`", table_scope(plan, how.table, how.signed), namer("o")
    where = condition(how.where, scope, name_of) or "TRUE"
    amount = column_sql(infer(how.of, scope), 2, column.mode, name_of)
    picks = "".join(f", o.`{of}` AS {name}" for name, of in beside.items())
    rows = rows_of(plan, grain, how.table, [column], frozenset(beside.values()))
    about, made = f"o.order_id, o.{key}, o.booked_no, o.period_no", MADE_BY if how.signed else MADE_ALONE
    where += by_period(how)
    source = f"FROM ({rows}) o{figures_for(grain, [column])} WHERE {where}"
    if not how.split:
        more = "".join(f", {sql} AS {name}" for name, sql in ({"whole": amount} | made if told else {}).items())
        return f"SELECT {about}, {by_sign(how, amount)} AS part{picks}{more} {source}"
    needed = made if told else {"note_id": made["note_id"], "sign": made["sign"]}
    marks = "".join(f", {sql} AS {name}" for name, sql in needed.items())
    own = f"SELECT {about}, {amount} AS amount{marks}{picks} {source}"
    kept = "".join(f", {name}" for name in (*beside, *needed))
    passed = (
        "".join(f", {name}" for name in (*beside, *made)) + ", amount AS whole"
        if told
        else "".join(f", {name}" for name in beside)
    )
    inner = kept + (", amount" if told else "")
    return credited(how, key, own, passed, inner)


def credited(how: Aggregated, key: str, own: str, passed: str, inner: str) -> str:
    """Return the SELECT of the parts of orders by their credits: of those in `own` that have none, all is their own
    rep's.

    `passed` and `inner`: what goes along with each, as more columns, outside and inside the split.
    """
    who = "order_id, note_id, sign" if how.signed else "order_id"
    cents = "CAST(100 AS DECIMAL(3,0))", "CAST(0.01 AS DECIMAL(3,2))"
    # in whole numbers: the cents times the part of the credit, of its whole; a credit note is split as its order
    exact = f"CAST(CAST(ABS(amount) AS DECIMAL(24,2)) * {cents[0]} AS HUGEINT) * share"
    turn = f"ROW_NUMBER() OVER (PARTITION BY {who} ORDER BY exact % denominator DESC, {key})"
    # the rest is whole cents, or for credits beyond 100 % the nearest to it
    left = f"plain_half_up(SUM(exact % denominator) OVER (PARTITION BY {who}), denominator)"
    whole = f"plain_down(exact, denominator) + CASE WHEN {turn} <= {left} THEN 1 ELSE 0 END"
    cent = f"CAST({whole} AS DECIMAL(20,0)) * {cents[1]}"
    part = f"CASE WHEN below THEN {by_sign(how, '-part', '')} ELSE {by_sign(how, 'part', '')} END"
    periods = "order_id, {}, booked_no, period_no"
    # only credited orders are put in order: the others, mostly far more, go straight through
    return f"""WITH booked AS (
      SELECT e.*, c.rep_id AS credited, c.part AS share, c.whole AS denominator
      FROM ({own}) e LEFT JOIN credit_parts c ON c.order_id = e.order_id
    )
    SELECT {periods.format(key)}, {by_sign(how, "amount", "")} AS part{passed} FROM booked WHERE share IS NULL
    UNION ALL
    SELECT {periods.format(key)}, {part}{passed} FROM (SELECT *, {cent} AS part FROM (
      SELECT {periods.format(f"credited AS {key}")}, amount < 0 AS below, {exact} AS exact, denominator{inner}
      FROM booked WHERE share IS NOT NULL
    ))"""


def by_sign(how: Aggregated, sql: str, rows: str = "o.") -> str:
    """Return SQL for the amount that a row counts, negative where it is deducted.

    A long formula stands in the statement once.
    """
    if how.signed and len(sql) > LONG:
        return f"CAST(CASE WHEN {rows}sign < 0 THEN -1 ELSE 1 END AS DECIMAL(1,0)) * ({sql})"
    return f"CASE WHEN {rows}sign < 0 THEN -({sql}) ELSE {sql} END" if how.signed else sql


def lacking(plan: Plan, grain: str, column: Column) -> str:
    """Return the SELECT of the rows that a sum counts and of which what it adds up is missing: the rows' own
    columns."""
    how, name_of, scope = column.how, namer("o"), table_scope(plan, column.how.table)  # type: ignore[union-attr]
    assert isinstance(how, Aggregated)
    assert how.of is not None
    where = condition(how.where, scope, name_of) or "TRUE"
    value = column_sql(infer(how.of, scope), column.scale, column.mode, name_of)
    rows = rows_of(plan, grain, how.table, [column])
    return f"SELECT o.* FROM ({rows}) o{figures_for(grain, [column])} WHERE {where} AND {value} IS NULL"


def aggregated(plan: Plan, grain: str, columns: list[Column], lined: Mapping[str, str]) -> Iterable[Source]:
    """Yield the sources of sums, counts and extremes over the rows of a table, a CTE a table; splits have their own
    (C6, M4).

    `lined`: the tables of the lines of those columns that have one.

    What asks for first orders has one too: these are few, and only they need be looked for.
    """
    tables: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for column in columns:
        assert isinstance(column.how, Aggregated)
        if column.how.split:
            yield split(plan, grain, column, lined.get(column.name, ""))
        elif column.how.take == "run":
            yield run_of(plan, grain, column)
        elif column.how.signed and column.how.take == "count distinct" and not once(column.how):
            yield distinct_of(plan, grain, column)
        else:
            kind = "_first" if of_first(column.how.where) else ""
            kind += "" if column.how.signed == (column.how.table == "orders") else "_given"
            kind += "" if column.how.rows == "in_period" else f"_{column.how.rows}"
            kind += "_dated" if column.how.dated else ""
            tables[column.how.table, kind].append(column)
    for (table, kind), members in tables.items():
        name = f"a_{table}{kind}"
        picks, outs = [], {}
        for column in members:
            picks.append(f"{aggregate(plan, column)} AS `{column.name}`")
            zero = column.how.take.startswith(("count", "sum"))  # type: ignore[union-attr]
            value = f"{name}.`{column.name}`"
            outs[column.name] = f"COALESCE({value}, CAST(0 AS {sql_type(column.type)}))" if zero else value
        count = "COUNT(CASE WHEN o.is_row THEN 1 END)" if members[0].how.signed else "COUNT(*)"  # type: ignore[union-attr]
        sql = f"""SELECT o.`{plan.key}`, o.period_no, {count} AS {ROWS}, {", ".join(picks)}
  FROM ({rows_of(plan, grain, table, members)}) o{figures_for(grain, members)}
  GROUP BY o.`{plan.key}`, o.period_no"""
        yield Source(name, sql, keyed(plan, name), outs, "" if kind else table)


def aggregate(plan: Plan, column: Column) -> str:
    """Return one aggregate as SQL over the rows `o`, cast to the column's type."""
    how = column.how
    assert isinstance(how, Aggregated)
    name_of = namer("o")
    scope = table_scope(plan, how.table, how.signed)
    where = condition(how.where, scope, name_of)
    value, exact, typed = "1", None, NOTHING
    if how.of is not None:
        typed = infer(how.of, scope)
        exact = finer(column, typed) if how.take == "sum" else None
        value = column_sql(typed, exact.scale if exact else column.scale, column.mode, name_of)
    is_sum = how.take == "sum" or (how.signed and how.take.startswith("count"))
    if how.signed and is_sum:
        value = by_sign(how, value if how.take == "sum" else "1")
    elif how.signed:
        where = f"{where or 'TRUE'} AND {STANDS}"
    where = f"{where or 'TRUE'}{by_period(how)}" if by_period(how) else where
    inside = f"CASE WHEN {where} THEN {value} END" if where else value
    kind = sql_type(column.type)
    match how.take:
        case "count" | "count distinct" if how.signed:  # of first orders each customer has but one at a time
            return f"CAST(COALESCE(SUM({inside}), 0) AS {kind})"
        case "count":
            return f"CAST(COUNT({inside}) AS {kind})"
        case "count distinct":
            return f"CAST(COUNT({'' if once(how) else 'DISTINCT '}{inside}) AS {kind})"
        case "sum" if is_metric(column) and typed.ratio:
            return quotient_sum(column, typed, scope, where)
        case "sum" if exact:
            summed = infer(Name(SUM), {SUM: Scoped(exact)})
            return column_sql(summed, column.scale, column.mode, lambda _: f"SUM({inside})")
        case "last":
            return f"MAX_BY({inside}, {latest(how.table)})"
        case _:
            return f"CAST({how.take.upper()}({inside}) AS {kind})"


def by_period(how: Aggregated) -> str:
    """Return the condition that an order counts in its own or an earlier period, where only these are gathered; else
    empty."""
    return OWN if how.own else LATE if how.late else ""


def once(how: Aggregated) -> bool:
    """Return whether each row counts a different value, as first orders count customers."""
    return of_first(how.where) and how.of == Name("customer_id")


def distinct_of(plan: Plan, grain: str, column: Column) -> Source:
    """Return the source of the number of different values among the orders of which something is left.

    A value that the orders of one period no longer have, for credit notes, is one less in the period of these.
    """
    name, kind = inner_name("distinct", column.name), sql_type(column.type)
    sql = f"""SELECT `{plan.key}`, period_no, CAST(SUM(part) AS {kind}) AS `{column.name}` FROM (
    {distinct_parts(plan, grain, column)}
  ) GROUP BY `{plan.key}`, period_no"""
    value = f"`{name}`.`{column.name}`"
    return Source(name, sql, keyed(plan, f"`{name}`"), {column.name: f"COALESCE({value}, CAST(0 AS {kind}))"})


def distinct_parts(plan: Plan, grain: str, column: Column) -> str:
    """Return the SELECT of how many values more or less the orders of one period have in another: key, booked_no,
    period_no, part."""
    how, name_of = column.how, namer("o")
    assert isinstance(how, Aggregated)
    assert how.of is not None
    scope, key = table_scope(plan, how.table, how.signed), f"`{plan.key}`"
    where = condition(how.where, scope, name_of) or "TRUE"
    value = column_sql(infer(how.of, scope), column.scale, column.mode, name_of)
    rows = rows_of(plan, grain, how.table, [column], frozenset({"amount"}))
    turn = f"PARTITION BY {key}, booked_no, value ORDER BY period_no"
    only = " WHERE period_no > booked_no" if how.late else ""
    left = "CASE WHEN {0}worth > 0 OR ({0}worth = 0 AND {0}orders > 0) THEN 1 ELSE 0 END"
    return f"""SELECT {key}, booked_no, period_no, {left.format("")} - COALESCE({left.format("b_")}, 0) AS part FROM (
    SELECT *, LAG(worth) OVER ({turn}) AS b_worth, LAG(orders) OVER ({turn}) AS b_orders FROM (
      SELECT {key}, booked_no, period_no, value, SUM(SUM(worth)) OVER ({turn}) AS worth,
        SUM(SUM(sign)) OVER ({turn}) AS orders FROM (
        SELECT o.{key}, o.booked_no, o.period_no, {value} AS value, {by_sign(how, "o.amount")} AS worth, o.sign
        FROM ({rows}) o{figures_for(grain, [column])} WHERE {where})
      WHERE value IS NOT NULL GROUP BY {key}, booked_no, period_no, value)){only}"""


def is_metric(column: Column) -> bool:
    """Return whether a column is a metric, or what credit notes are of one: rounded once, and not row by row."""
    return column.role == "metric" or step_of(column.name) == "late"


def quotient_sum(column: Column, typed: Typed, scope: dict[str, Scoped], where: str) -> str:
    """Return SQL for a sum of quotients that have one denominator, rounded once."""
    over, under = (infer(half, scope) for half in halves(typed))
    assert isinstance(over.type, NumberType)
    assert isinstance(column.how, Aggregated)
    many = replace(over.type, low=min(over.type.low, ZERO) * 1000, high=max(over.type.high, ZERO) * 1000)
    value = column_sql(over, many.scale, "half_up", namer("o"))
    value = by_sign(column.how, value)
    inside = f"CASE WHEN {where} THEN {value} END" if where else value
    sqls = {SUM: f"SUM({inside})", UNDER: f"MAX({value_sql(under, namer('o'))})"}
    summed = infer(Arithmetic("/", Name(SUM), Name(UNDER)), {SUM: Scoped(many), UNDER: Scoped(under.type)})
    return column_sql(summed, column.scale, column.mode, lambda name: sqls[name])


def finer(column: Column, typed: Typed) -> NumberType | None:
    """Return the type of the sum of what has more decimals than its metric, and is therefore rounded only once, at the
    end.

    None where each row is rounded: in pay, and where a division or too many digits leave no other way.
    """
    if not is_metric(column) or typed.ratio or not isinstance(typed.type, NumberType):
        return None
    many = replace(typed.type, low=min(typed.type.low, ZERO) * 1000, high=max(typed.type.high, ZERO) * 1000)
    return many if many.scale > column.scale and many.digits <= MOST_DIGITS else None


def run_of(plan: Plan, grain: str, column: Column) -> Source:
    """Return the source of the longest run (P7): how many of a customer's last rows in a row meet a condition.

    The run counts in the period of its last row.
    """
    how, name_of, name = column.how, namer("o"), inner_name("run", column.name)
    assert isinstance(how, Aggregated)
    assert how.of is not None
    scope, kind, key = table_scope(plan, how.table, how.signed), sql_type(column.type), f"`{plan.key}`"
    where = condition(how.where, scope, name_of) or "TRUE"
    holds = condition(how.of, scope, name_of)
    rows = rows_of(plan, grain, how.table, [replace(column, how=replace(how, rows="so_far"))])
    whose = ", ".join(dict.fromkeys((key, "`customer_id`", "period_no")))
    walk = f"PARTITION BY {whose} ORDER BY {DATED_BY[how.table]}, value"
    sql = f"""SELECT {key}, period_no, CAST(MAX(run) AS {kind}) AS `{column.name}` FROM (
    SELECT {whose}, COUNT(CASE WHEN turn > broken THEN 1 END) AS run FROM (
      SELECT *, MAX(CASE WHEN holds THEN 0 ELSE turn END) OVER (PARTITION BY {whose}) AS broken FROM (
        SELECT *, ROW_NUMBER() OVER ({walk}) AS turn FROM (
          SELECT o.*, {holds} AS holds
          FROM ({rows}) o{figures_for(grain, [column])} WHERE {where})))
    GROUP BY {whose} HAVING MAX(CASE WHEN within THEN 1 ELSE 0 END) = 1
  ) GROUP BY {key}, period_no"""
    value = f"`{name}`.`{column.name}`"
    return Source(name, sql, keyed(plan, f"`{name}`"), {column.name: f"COALESCE({value}, CAST(0 AS {kind}))"})


def latest(table: str) -> str:
    """Return SQL for the key that orders the rows of a table in time; on one day, by id."""
    if table == "postings":
        return f"o.`{DATED_BY[table]}`"
    return f"CONCAT(CAST(o.`{DATED_BY[table]}` AS VARCHAR), o.`{'value' if table == 'events' else 'order_id'}`)"
