"""What a frame gathers from rows of a table: sums, counts and extremes, shares of a split, runs of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from incentives.engine.division import sql_type
from incentives.engine.expression import column_sql
from incentives.engine.postings import posting_rows
from incentives.engine.source import ROWS, Source, dated_join, figures_join, keyed, namer
from incentives.language.infer import Scoped, Typed, infer
from incentives.language.tree import And, Name, Node
from incentives.language.types import MOST_DIGITS, NumberType
from incentives.language.walk import names_in
from incentives.plan.columns import Aggregated, Column, Plan
from incentives.plan.names import inner_name
from incentives.plan.sources import DATED_BY, POSTED, SOURCES
from incentives.tables.periods import period_number_sql

SUM, ZERO = inner_name("sum"), Decimal(0)


def number_sql(text: str) -> str:
    """The number that a text is, `85%` as 0.85, exactly; NULL where it is none, or has more decimals than a ratio."""
    plain = f"REPLACE(REPLACE(REPLACE({text}, ',', ''), '％', ''), '%', '')"
    exact = f"REGEXP_MATCHES({plain}, '^-?[0-9]{{1,12}}([.][0-9]{{1,4}})?$')"
    value = f"CAST({plain} AS DECIMAL(22,4))"
    percent = f"{text} LIKE '%\\%' ESCAPE '\\' OR {text} LIKE '%％'"
    hundredth = f"CAST({value} * CAST(0.01 AS DECIMAL(3,2)) AS DECIMAL(18,6))"
    return f"CASE WHEN NOT {exact} THEN NULL WHEN {percent} THEN {hundredth} ELSE CAST({value} AS DECIMAL(18,6)) END"


def of_first(where: Node | None) -> bool:
    """Whether a condition holds for a customer's first order only."""
    match where:
        case Name(name="first_ever"):
            return True
        case And(parts=parts):
            return any(of_first(part) for part in parts)
    return False


def split(plan: Plan, grain: str, column: Column, table: str = "") -> Source:
    """What of an amount per order each subject has, by period; of its lines in `table`, if they stand in one."""
    key, kind, name = f"`{plan.key}`", sql_type(column.type), inner_name("split", column.name)
    sql = f"""SELECT {key}, period_no, CAST(SUM(part) AS {kind}) AS `{column.name}` FROM (
    {f"SELECT * FROM `{table}`" if table else lines(plan, grain, column)}
  ) GROUP BY {key}, period_no"""
    value = f"`{name}`.`{column.name}`"
    return Source(name, sql, keyed(plan, f"`{name}`"), {column.name: f"COALESCE({value}, CAST(0 AS {kind}))"})


def lines(plan: Plan, grain: str, column: Column, beside: Mapping[str, str] = MappingProxyType({})) -> str:
    """The SELECT of what each subject has of each order that a column counts: key, order_id, period_no, part.

    With a split it is shared by the order's credits so that the parts add up to it: largest remainder, ties by key,
    below zero as above (C6); where an order has no credits, all of it is its own rep's. `beside`: columns of the
    order, by their new name.
    """
    how = column.how
    assert isinstance(how, Aggregated)
    assert how.of is not None
    key, scope, name_of = f"`{plan.key}`", table_scope(plan, how.table), namer("o")
    where = condition(how.where, scope, name_of) or "TRUE"
    amount = column_sql(infer(how.of, scope), 2, column.mode, name_of)
    picks = "".join(f", o.`{of}` AS {name}" for name, of in beside.items())
    rows = rows_of(plan, grain, how.table, [column], frozenset(beside.values()))
    own = f"""SELECT o.order_id, o.{key}, o.period_no, {amount} AS {"amount" if how.split else "part"}{picks}
        FROM ({rows}) o{figures_for(grain, [column])} WHERE {where}"""
    if not how.split:
        return own
    passed = "".join(f", {name}" for name in beside)
    exact = "CAST(ABS(amount) AS DECIMAL(24,2)) * CAST(share AS DECIMAL(9,6))"  # a credit note is split as its order
    turn = f"ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY exact - whole DESC, {key})"
    # what is left is whole cents, or of credits beyond 100 % the nearest to it
    left = "SUM(exact - whole) OVER (PARTITION BY order_id) * 100 + CAST(0.5 AS DECIMAL(2,1))"
    cent = f"CASE WHEN {turn} <= {left} THEN CAST(0.01 AS DECIMAL(3,2)) ELSE 0 END"
    signed = "CASE WHEN below THEN -part ELSE part END"
    # only credited orders are put in order: the others, mostly far more, go straight through
    return f"""WITH booked AS (
      SELECT e.*, c.rep_id AS credited, c.share FROM ({own}) e LEFT JOIN credits c ON c.order_id = e.order_id
    )
    SELECT order_id, {key}, period_no, amount AS part{passed} FROM booked WHERE share IS NULL
    UNION ALL
    SELECT order_id, {key}, period_no, {signed}{passed} FROM (SELECT *, whole + {cent} AS part FROM (
      SELECT order_id, credited AS {key}, period_no, amount < 0 AS below, {exact} AS exact,
        CAST(FLOOR({exact} * CAST(100 AS DECIMAL(3,0))) AS DECIMAL(20,0)) * CAST(0.01 AS DECIMAL(3,2)) AS whole{passed}
      FROM booked WHERE share IS NOT NULL
    ))"""


# columns of a table that are made of others
MADE = {
    "returned": "t.returned_on IS NOT NULL",
    "first_ever": "t.order_id IN (SELECT order_id FROM first_orders)",
    "number": number_sql("t.value"),
}


def aggregated(plan: Plan, grain: str, columns: list[Column], lined: Mapping[str, str]) -> Iterable[Source]:
    """Sums, counts and extremes over the rows of a table, a CTE a table; splits have one of their own (C6, M4).

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
        else:
            kind = "_first" if of_first(column.how.where) else ""
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
        sql = f"""SELECT o.`{plan.key}`, o.period_no, COUNT(*) AS {ROWS}, {", ".join(picks)}
  FROM ({rows_of(plan, grain, table, members)}) o{figures_for(grain, members)}
  GROUP BY o.`{plan.key}`, o.period_no"""
        yield Source(name, sql, keyed(plan, name), outs, "" if kind else table)


def aggregate(plan: Plan, column: Column) -> str:
    """One aggregate as SQL over the rows `o`, cast to the column's type."""
    how = column.how
    assert isinstance(how, Aggregated)
    name_of = namer("o")
    scope = table_scope(plan, how.table)
    where = condition(how.where, scope, name_of)
    value, exact = "1", None
    if how.of is not None:
        typed = infer(how.of, scope)
        exact = finer(column, typed) if how.take == "sum" else None
        value = column_sql(typed, exact.scale if exact else column.scale, column.mode, name_of)
    inside = f"CASE WHEN {where} THEN {value} END" if where else value
    kind = sql_type(column.type)
    match how.take:
        case "count":
            return f"CAST(COUNT({inside}) AS {kind})"
        case "count distinct":
            once = of_first(how.where) and how.of == Name("customer_id")  # each customer has but one first order
            return f"CAST(COUNT({'' if once else 'DISTINCT '}{inside}) AS {kind})"
        case "sum" if exact:
            summed = infer(Name(SUM), {SUM: Scoped(exact)})
            return column_sql(summed, column.scale, column.mode, lambda _: f"SUM({inside})")
        case "last":
            return f"MAX_BY({inside}, {latest(how.table)})"
        case _:
            return f"CAST({how.take.upper()}({inside}) AS {kind})"


def finer(column: Column, typed: Typed) -> NumberType | None:
    """The type of the sum of what has more decimals than its metric, and is therefore rounded only once, at the end.

    None where each row is rounded: in pay, and where a division or too many digits leave no other way.
    """
    if column.role != "metric" or typed.ratio or not isinstance(typed.type, NumberType):
        return None
    many = replace(typed.type, low=min(typed.type.low, ZERO) * 1000, high=max(typed.type.high, ZERO) * 1000)
    return many if many.scale > column.scale and many.digits <= MOST_DIGITS else None


def rows_of(plan: Plan, grain: str, table: str, columns: list[Column], more: Set[str] = frozenset()) -> str:
    """The rows of a table with the period they fall in and the columns that its formulas may read, and `more`.

    Where all columns ask for first orders, only these are there.
    """
    used = frozenset({DATED_BY[table], "order_id", "value"}).union(more, *(reads(c) for c in columns)) | runs(columns)
    if all(isinstance(c.how, Aggregated) and c.how.rows == "in_period" for c in columns):
        return table_rows(plan, grain, table, columns, used)
    return up_to(plan, grain, table, columns, used)


def table_rows(plan: Plan, grain: str, table: str, columns: Sequence[Column], used: Set[str]) -> str:
    """The rows of a table, each once, with the period they fall in; postings once in each of these."""
    if table == "postings":
        return posting_rows(plan, grain, used)
    number = period_number_sql(grain, f"t.`{DATED_BY[table]}`", plan.roll.fiscal_start)
    only_first = all(isinstance(c.how, Aggregated) and of_first(c.how.where) for c in columns)
    posted = [c for c in POSTED if c in used and table == "orders"]
    picks = [f"t.`{c}`" for c in SOURCES[table] if c in used and c not in MADE and c not in posted]
    picks += [f"w.`{c}`" for c in posted]
    made = MADE | {"first_ever": "TRUE"} if only_first else MADE
    picks += [f"{made[c]} AS {c}" for c in made if c in used and c in SOURCES[table]]
    owner = f"{'x' if table == 'receipts' else 't'}.`{plan.key}`"
    join = " JOIN orders x ON x.order_id = t.order_id" if table == "receipts" else ""
    if posted:
        join += f""" LEFT JOIN postings w ON w.`{plan.key}` = {owner}
    AND w.valid_from <= t.{DATED_BY[table]} AND w.valid_to >= t.{DATED_BY[table]}"""
    read = "first_orders" if only_first else table
    return f"SELECT {', '.join([f'{owner} AS `{plan.key}`', f'{number} AS period_no', *picks])} FROM `{read}` t{join}"


def up_to(plan: Plan, grain: str, table: str, columns: Sequence[Column], used: Set[str]) -> str:
    """Rows of a table once for each period that ends on their day or later; while they are valid, where asked."""
    valid = any(isinstance(c.how, Aggregated) and c.how.rows == "valid" for c in columns)
    names = ", ".join(f"t.`{name}`" for name in (plan.key, *(c for c in SOURCES[table] if c in used)))
    until = " AND (t.until_on IS NULL OR t.until_on >= q.last_day)" if valid and table == "events" else ""
    rows = table_rows(plan, grain, table, columns, used | ({"until_on"} if until else set()))
    return f"""SELECT {names}, q.period_no, t.period_no = q.period_no AS within FROM ({rows}) t
    JOIN calendar_periods q ON q.grain = '{grain}' AND t.{DATED_BY[table]} <= q.last_day{until}"""


def run_of(plan: Plan, grain: str, column: Column) -> Source:
    """How many of the last rows, a customer's each, have a condition in a row; the longest of them (P7).

    The run counts in the period of its last row.
    """
    how, name_of, name = column.how, namer("o"), inner_name("run", column.name)
    assert isinstance(how, Aggregated)
    assert how.of is not None
    scope, kind, key = table_scope(plan, how.table), sql_type(column.type), f"`{plan.key}`"
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


def runs(columns: Sequence[Column]) -> frozenset[str]:
    """What a run is counted by, where one of the columns is one."""
    asked = any(isinstance(c.how, Aggregated) and c.how.take == "run" for c in columns)
    return frozenset({"customer_id"} if asked else ())


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
    if not any("." in name for column in columns for name in reads(column)):
        return ""
    how = columns[0].how
    assert isinstance(how, Aggregated)
    return dated_join("o", DATED_BY[how.table]) if how.dated else figures_join(grain, "o")


def condition(where: Node | None, scope: dict[str, Scoped], name_of: Callable[[str], str]) -> str:
    """A condition as SQL; empty where there is none."""
    return "" if where is None else column_sql(infer(where, scope), 0, "half_up", name_of)


def latest(table: str) -> str:
    """What orders the rows of a table in time; on one day, by id."""
    if table == "postings":
        return f"o.`{DATED_BY[table]}`"
    return f"CONCAT(CAST(o.`{DATED_BY[table]}` AS VARCHAR), o.`{'value' if table == 'events' else 'order_id'}`)"
