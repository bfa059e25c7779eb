"""What a frame gathers from rows of a table: sums, counts and extremes, shares of a split, runs of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from incentives.engine.division import sql_type
from incentives.engine.expression import column_sql, value_sql
from incentives.engine.postings import posting_rows
from incentives.engine.source import ROWS, Source, dated_join, figures_join, keyed, namer
from incentives.language.infer import Scoped, Typed, infer
from incentives.language.quotients import halves
from incentives.language.tree import And, Arithmetic, Missing, Name, Node
from incentives.language.types import MOST_DIGITS, AnyType, NumberType
from incentives.language.walk import names_in
from incentives.plan.columns import Aggregated, Column, Plan
from incentives.plan.names import inner_name
from incentives.plan.notes import GIVEN, as_delivered
from incentives.plan.sources import DATED_BY, MONEY, POSTED, SOURCES, scope_of_rows
from incentives.tables.changes import CHANGES, FIRST_CHANGES
from incentives.tables.periods import period_number_sql

# of a row: the order or credit note that made it, whether it is taken off, and the day on which it counts
MADE_BY = {"note_id": "o.note_id", "sign": "o.sign", "counted_on": "o.counted_on"}
MADE_ALONE = {"note_id": "o.order_id", "sign": "1", "counted_on": "o.ordered_on"}
SUM, UNDER, ZERO = inner_name("sum"), inner_name("under"), Decimal(0)
NOTHING = Typed(Missing(), AnyType())
OWN = " AND o.period_no = o.booked_no"
STANDS = "o.stands"  # of an order: there is something left of it at the end of the period


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
    """The SELECT of what each subject has of each order that a column counts: key, order_id, booked_no, the period of
    the order, period_no, that in which it counts, and part, below zero where it is taken off.

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
    where += OWN if how.own else ""
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
    who = "order_id, note_id, sign" if how.signed else "order_id"
    cents = "CAST(100 AS DECIMAL(3,0))", "CAST(0.01 AS DECIMAL(3,2))"
    # in whole numbers: the cents times the part of the credit, of its whole; a credit note is split as its order
    exact = f"CAST(CAST(ABS(amount) AS DECIMAL(24,2)) * {cents[0]} AS HUGEINT) * share"
    turn = f"ROW_NUMBER() OVER (PARTITION BY {who} ORDER BY exact % denominator DESC, {key})"
    # what is left is whole cents, or of credits beyond 100 % the nearest to it
    left = f"(2 * SUM(exact % denominator) OVER (PARTITION BY {who}) + denominator) // (2 * denominator)"
    cent = f"CAST(exact // denominator + CASE WHEN {turn} <= {left} THEN 1 ELSE 0 END AS DECIMAL(20,0)) * {cents[1]}"
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
    """What a row counts, less where it is taken off."""
    return f"CASE WHEN {rows}sign < 0 THEN -({sql}) ELSE {sql} END" if how.signed else sql


def lacking(plan: Plan, grain: str, column: Column) -> str:
    """The SELECT of the rows that a sum counts and of which what it adds up is missing: the rows' own columns."""
    how, name_of, scope = column.how, namer("o"), table_scope(plan, column.how.table)  # type: ignore[union-attr]
    assert isinstance(how, Aggregated)
    assert how.of is not None
    where = condition(how.where, scope, name_of) or "TRUE"
    value = column_sql(infer(how.of, scope), column.scale, column.mode, name_of)
    rows = rows_of(plan, grain, how.table, [column])
    return f"SELECT o.* FROM ({rows}) o{figures_for(grain, [column])} WHERE {where} AND {value} IS NULL"


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
    """One aggregate as SQL over the rows `o`, cast to the column's type."""
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
    where = f"{where or 'TRUE'}{OWN}" if how.own else where
    inside = f"CASE WHEN {where} THEN {value} END" if where else value
    kind = sql_type(column.type)
    match how.take:
        case "count" | "count distinct" if how.signed:  # of first orders each customer has but one at a time
            return f"CAST(COALESCE(SUM({inside}), 0) AS {kind})"
        case "count":
            return f"CAST(COUNT({inside}) AS {kind})"
        case "count distinct":
            return f"CAST(COUNT({'' if once(how) else 'DISTINCT '}{inside}) AS {kind})"
        case "sum" if column.role == "metric" and typed.ratio:
            return quotient_sum(column, typed, scope, where)
        case "sum" if exact:
            summed = infer(Name(SUM), {SUM: Scoped(exact)})
            return column_sql(summed, column.scale, column.mode, lambda _: f"SUM({inside})")
        case "last":
            return f"MAX_BY({inside}, {latest(how.table)})"
        case _:
            return f"CAST({how.take.upper()}({inside}) AS {kind})"


def once(how: Aggregated) -> bool:
    """Whether what is counted is different in each row, as a customer is of first orders."""
    return of_first(how.where) and how.of == Name("customer_id")


def distinct_of(plan: Plan, grain: str, column: Column) -> Source:
    """How many different values the orders have of which something is left.

    A value that the orders of one period no longer have, for credit notes, is one less in the period of these.
    """
    how, name_of, name = column.how, namer("o"), inner_name("distinct", column.name)
    assert isinstance(how, Aggregated)
    assert how.of is not None
    scope, kind, key = table_scope(plan, how.table, how.signed), sql_type(column.type), f"`{plan.key}`"
    where = condition(how.where, scope, name_of) or "TRUE"
    value = column_sql(infer(how.of, scope), column.scale, column.mode, name_of)
    rows = rows_of(plan, grain, how.table, [column], frozenset({"amount"}))
    turn = f"PARTITION BY {key}, booked_no, value ORDER BY period_no"
    left = "CASE WHEN {0}worth > 0 OR ({0}worth = 0 AND {0}orders > 0) THEN 1 ELSE 0 END"
    sql = f"""SELECT {key}, period_no, CAST(SUM({left.format("")} - COALESCE({left.format("b_")}, 0)) AS {kind})
      AS `{column.name}` FROM (
    SELECT *, LAG(worth) OVER ({turn}) AS b_worth, LAG(orders) OVER ({turn}) AS b_orders FROM (
      SELECT {key}, booked_no, period_no, value, SUM(SUM(worth)) OVER ({turn}) AS worth,
        SUM(SUM(sign)) OVER ({turn}) AS orders FROM (
        SELECT o.{key}, o.booked_no, o.period_no, {value} AS value, {by_sign(how, "o.amount")} AS worth, o.sign
        FROM ({rows}) o{figures_for(grain, [column])} WHERE {where})
      WHERE value IS NOT NULL GROUP BY {key}, booked_no, period_no, value))
  GROUP BY {key}, period_no"""
    value = f"`{name}`.`{column.name}`"
    return Source(name, sql, keyed(plan, f"`{name}`"), {column.name: f"COALESCE({value}, CAST(0 AS {kind}))"})


def quotient_sum(column: Column, typed: Typed, scope: dict[str, Scoped], where: str) -> str:
    """A sum of quotients that have one denominator, rounded once."""
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
    signed = all(isinstance(c.how, Aggregated) and c.how.signed for c in columns)
    number = period_number_sql(grain, f"t.`{DATED_BY[table]}`", plan.roll.fiscal_start)
    only_first = all(isinstance(c.how, Aggregated) and of_first(c.how.where) for c in columns)
    posted = [c for c in POSTED if c in used and table == "orders"]
    own = [c for c in SOURCES[table] if c in used and c not in MADE and c not in posted]
    picks = [SIGNED.get((table, c), f"t.`{c}`") if signed else f"t.`{c}`" for c in own]
    picks += signs_of(plan, grain, table, number, signed)
    picks += [f"w.`{c}`" for c in posted]
    made = MADE | {"first_ever": "TRUE"} if only_first else MADE
    picks += [f"{made[c]} AS {c}" for c in made if c in used and c in SOURCES[table]]
    owner = f"{'x' if table == 'receipts' else 't'}.`{plan.key}`"
    join = " JOIN orders x ON x.order_id = t.order_id" if table == "receipts" else ""
    if posted:
        join += f""" LEFT JOIN postings w ON w.`{plan.key}` = {owner}
    AND w.valid_from <= t.{DATED_BY[table]} AND w.valid_to >= t.{DATED_BY[table]}"""
    read = "first_orders" if only_first else table
    if table == "orders" and signed:
        number = period_number_sql(grain, "t.counted_on", plan.roll.fiscal_start)
        read = FIRST_CHANGES if only_first else CHANGES
    return f"SELECT {', '.join([f'{owner} AS `{plan.key}`', f'{number} AS period_no', *picks])} FROM `{read}` t{join}"


# a receipt below zero, as it is where it is taken off
SIGNED = {("receipts", "amount"): "ABS(t.amount) AS amount"}


def signs_of(plan: Plan, grain: str, table: str, booked: str, signed: bool) -> list[str]:
    """What rows carry besides: the period of an order itself, whose figures count; whether they are taken off, what
    made them, whether they are counted as a row, and whether they stand to the end of the period."""
    found = [f"{booked} AS booked_no"] if table == "orders" else []
    if not signed:
        return found
    if table == "receipts":
        return ["CASE WHEN t.amount < 0 THEN -1 ELSE 1 END AS sign", "TRUE AS is_row", "TRUE AS stands"]
    turns = {name: period_number_sql(grain, f"t.{name}", plan.roll.fiscal_start) for name in ("counted_on", "stood_to")}
    stands = f"t.sign > 0 AND {booked} = {turns['counted_on']} AND COALESCE({turns['stood_to']} > {booked}, TRUE)"
    return [*found, "t.sign", "t.note_id", "t.is_row", "t.given", "t.counted_on", "t.stood_to", f"{stands} AS stands"]


def up_to(plan: Plan, grain: str, table: str, columns: Sequence[Column], used: Set[str]) -> str:
    """Rows of a table once for each period that ends on their day or later; while they are valid, where asked."""
    valid = any(isinstance(c.how, Aggregated) and c.how.rows == "valid" for c in columns)
    signed = all(isinstance(c.how, Aggregated) and c.how.signed for c in columns)
    names = ", ".join(f"t.`{name}`" for name in (plan.key, *(c for c in SOURCES[table] if c in used)))
    day = "counted_on" if table == "orders" and signed else DATED_BY[table]
    if table == "orders":
        names += ", q.period_no AS booked_no"
    if signed and table == "orders":
        names += (
            ", t.sign, t.note_id, t.is_row, t.given, t.sign > 0 AND COALESCE(t.stood_to > q.last_day, TRUE) AS stands"
        )
    until = " AND (t.until_on IS NULL OR t.until_on >= q.last_day)" if valid and table == "events" else ""
    rows = table_rows(plan, grain, table, columns, used | ({"until_on"} if until else set()))
    return f"""SELECT {names}, q.period_no, t.period_no = q.period_no AS within FROM ({rows}) t
    JOIN calendar_periods q ON q.grain = '{grain}' AND t.{day} <= q.last_day{until}"""


def run_of(plan: Plan, grain: str, column: Column) -> Source:
    """How many of the last rows, a customer's each, have a condition in a row; the longest of them (P7).

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


def runs(columns: Sequence[Column]) -> frozenset[str]:
    """What a run is counted by, where one of the columns is one."""
    asked = any(isinstance(c.how, Aggregated) and c.how.take == "run" for c in columns)
    return frozenset({"customer_id"} if asked else ())


def table_scope(plan: Plan, table: str, signed: bool = False) -> dict[str, Scoped]:
    """What a formula over a table may name; `signed`: over the changes of orders."""
    scope = scope_of_rows(table)
    if signed and table == "orders":
        scope[GIVEN.name] = Scoped(MONEY, False)
    return scope | {figure.path: Scoped(figure.type, False) for figure in plan.figures}


def reads(column: Column) -> frozenset[str]:
    """The names that an aggregate's formulas read."""
    how = column.how
    assert isinstance(how, Aggregated)
    parts = [part for part in (how.where, how.of) if part is not None]
    return frozenset().union(*(names_in(part) for part in parts))


def figures_for(grain: str, columns: list[Column]) -> str:
    """The join of rows `o` on the policy's figures, where any of the formulas reads one: those of an order's own period
    or day, for its credit notes too."""
    if not any("." in name for column in columns for name in reads(column)):
        return ""
    how = columns[0].how
    assert isinstance(how, Aggregated)
    if how.dated:
        return dated_join("o", DATED_BY[how.table])
    return figures_join(grain, "o", "booked_no" if how.table == "orders" else "period_no")


def condition(where: Node | None, scope: dict[str, Scoped], name_of: Callable[[str], str]) -> str:
    """A condition as SQL; empty where there is none."""
    if where is None:
        return ""
    if GIVEN.name in scope:
        where = as_delivered(where)
    return column_sql(infer(where, scope), 0, "half_up", name_of)


def latest(table: str) -> str:
    """What orders the rows of a table in time; on one day, by id."""
    if table == "postings":
        return f"o.`{DATED_BY[table]}`"
    return f"CONCAT(CAST(o.`{DATED_BY[table]}` AS VARCHAR), o.`{'value' if table == 'events' else 'order_id'}`)"
