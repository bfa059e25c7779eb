"""The pay of a frame from earnings of this and earlier periods: the tables and CTEs of components that have a
timing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from incentives.engine.division import sql_type
from incentives.engine.gathering import lines
from incentives.engine.reversing import altered as altered_periods
from incentives.engine.reversing import anew_steps, late_lines, late_of
from incentives.engine.vesting import (
    CENTS,
    WEIGHT,
    Amounts,
    beside,
    figure_sql,
    in_turn,
    order_steps,
    so_far,
    steps,
)  # fmt: skip
from incentives.language.types import NumberType, Type
from incentives.plan.columns import Aggregated, Column, Plan, Terms, Vested, grain_of
from incentives.plan.names import is_gathered, names_of
from incentives.plan.pay.vesting import STATE, of_period
from incentives.tables.periods import period_number_sql

# what its state takes back of an amount; what is booked below zero, or is less for a credit note, is not taken back
TAKEN = "CASE WHEN t.period_no > booked_no AND amount = was_amount THEN LEAST(now - before, 0) ELSE 0 END"


def vested(columns: Iterable[Column]) -> list[tuple[Column, Vested]]:
    """Return the columns of the amounts paid now, with their `how`."""
    return [(column, column.how) for column in columns if isinstance(column.how, Vested)]


def vesting(plan: Plan, frame: str) -> dict[str, str]:
    """Return the tables that the timed components of a frame read, and their SQL: the lines of their orders, and the
    vesting of all orders of a subject booked in one period, by the period in which it happens. Columns that are
    given have their tables already."""
    columns, key, grain = {column.name: column for column in plan.columns(frame)}, f"`{plan.key}`", grain_of(frame)
    found: dict[str, str] = {}
    for column, how in vested(columns.values()):
        gathered = [columns[name] for name in filter(is_gathered, how.left)]
        if gathered and all(isinstance(one.how, Aggregated) for one in gathered):
            found[late_of(frame, column)] = late_lines(plan, grain, gathered)
        if how.lines and isinstance(columns[how.lines].how, Aggregated):
            found[lines_of(frame, how)] = lines(
                plan, grain, vesting_lines(columns[how.lines]), beside(how.terms), told=True
            )
            found[table_of(frame, column)] = f"""SELECT {key}, booked_no, t.period_no, SUM(now - before) AS paid,
  SUM({TAKEN}) AS taken, SUM(CASE WHEN t.period_no = booked_no THEN amount ELSE amount - was_amount END) AS worth FROM (
{order_steps(plan, grain, columns[how.lines], lines_of(frame, how), order_terms(how), order_scale(how))}
) t JOIN calendar_periods c ON c.grain = '{grain}' AND c.period_no = t.period_no
GROUP BY {key}, booked_no, t.period_no"""
    return found


def lined(plan: Plan, frame: str) -> dict[str, str]:
    """Return the gathered columns whose orders vest, with the name of the table of each one's lines."""
    return {how.lines: lines_of(frame, how) for _, how in vested(plan.columns(frame)) if how.lines}


def lines_of(frame: str, how: Vested) -> str:
    """Return the name of the table of each subject's part of each vesting order: key, order_id, period_no, part, and
    `beside`."""
    return f"lines_{frame}_{how.lines}"


def table_of(frame: str, column: Column) -> str:
    """Return the name of the table of the vested amounts of a component's orders: key, booked_no, period_no, paid."""
    return f"vesting_{frame}_{names_of(column.name)[0]}"


def order_terms(how: Vested) -> Terms:
    """Return the terms by which each order vests; instalments only where the order is paid for by itself."""
    return how.terms if how.open else replace(how.terms, instalments="")


def order_scale(how: Vested) -> int:
    """Return the decimals of an order's pay, or of its weight."""
    return CENTS if how.open else WEIGHT


def paid_cte(name: str) -> str:
    """Return the name of the CTE of a column's amounts paid now."""
    return f"`paid {name}`"


def paid_ctes(plan: Plan, frame: str, stage: Sequence[Column], number: int) -> dict[str, str]:
    """Return the CTEs of the amounts paid now by column: who, period_no, paid; over the rows of the stage before."""
    return {column.name: paid_sql(plan, frame, column, how, f"s{number - 1}") for column, how in vested(stage)}


def paid_sql(plan: Plan, frame: str, column: Column, how: Vested, rows: str) -> str:
    """Return the SELECT of what is paid in each row of earlier or present earnings. An amount due in a period
    without a row is paid in the subject's next one."""
    key = f"`{plan.key}`"
    if how.reverses:
        due = f"""SELECT {key}, period_no, SUM(now - before) AS paid FROM (
{anew_steps(plan, frame, column, how, rows)}
  ) GROUP BY {key}, period_no"""
    elif how.open:
        which, table = "taken" if how.taken else "paid", table_of(frame, column)
        due = f"""SELECT v.{key}, v.period_no, SUM(v.{which}) AS paid FROM `{table}` v
    JOIN {rows} e ON e.{key} = v.{key} AND e.period_no = v.booked_no AND e.`{how.open}`
    GROUP BY v.{key}, v.period_no"""
    else:
        step = TAKEN if how.taken else "now - before"
        due = f"""SELECT {key}, period_no, SUM({step}) AS paid FROM (
{period_steps(plan, frame, column, how, rows)}
  ) t GROUP BY {key}, period_no"""
    turn = f"PARTITION BY {key} ORDER BY period_no ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING"
    return f"""SELECT r.{key} AS who, r.period_no, CAST(SUM(d.paid) AS {sql_type(column.type)}) AS paid
  FROM (SELECT {key}, period_no, COALESCE(MAX(period_no) OVER ({turn}), -1) AS after_no FROM {rows}) r
  JOIN ({due}) d ON d.{key} = r.{key} AND d.period_no > r.after_no AND d.period_no <= r.period_no
  GROUP BY r.{key}, r.period_no"""


def vesting_lines(column: Column) -> Column:
    """Return the lines of a component's orders with all that credit notes change of them."""
    how = column.how
    assert isinstance(how, Aggregated)
    return replace(column, how=replace(how, own=False))


def period_steps(plan: Plan, frame: str, column: Column, how: Vested, rows: str) -> str:
    """Return the SELECT of the steps of each subject's earnings of each period, which vest as the orders booked in
    it do."""
    key, grain, terms = f"`{plan.key}`", grain_of(frame), how.terms
    types = period_types(column.scale)
    read = {"earned": f"e.`{how.earned}`"}
    picks = [f"CAST({sql} AS {sql_type(types['amount'])}) AS {name}" for name, sql in read.items()]
    picks += figure_sql(terms.instalments, "parts")
    left, here = (period_number_sql(grain, f"e.{day}", plan.roll.fiscal_start) for day in ("left_on", "period_start"))
    altered = f"EXISTS (SELECT 1 FROM alter a WHERE a.{key} = e.{key} AND a.booked_no = e.period_no)"
    line = f"""SELECT e.{key}, CAST(e.period_no AS INTEGER) AS booked_no, {", ".join(picks)},
    CAST(e.period_no AS INTEGER) + {left} - {here} AS left_no
  FROM {rows} e JOIN figures f ON f.grain = '{grain}' AND f.period_no = e.period_no
  WHERE e.`{how.earned}` <> 0{f" OR (e.in_force AND {altered})" if how.left else ""}"""
    zero = f"CAST(0 AS {sql_type(types['come'])})"
    who, none = f"{key}, booked_no", f"{zero} AS came, {zero} AS more"
    row = f"SELECT l.{key}, l.booked_no"
    changes = [f"{row}, l.booked_no AS period_no, {none} FROM line l"]
    if how.lines:
        changes.append(f"SELECT v.{key}, v.booked_no, v.period_no, v.paid, v.worth FROM `{table_of(frame, column)}` v")
    if how.left:
        changes.append(f"SELECT {key}, booked_no, period_no, {none} FROM alter")
    if terms.instalments:
        changes.append(f"{row}, q.period_no, {none} FROM line l JOIN {in_turn(grain)}")
        changes.append(f"{row}, l.left_no, {none} FROM line l WHERE l.left_no >= l.booked_no")
    walk = f"""SELECT {who}, period_no, SUM(came) AS came, SUM(SUM(came)) OVER ({so_far(who)}) AS come,
    SUM(more) AS more, SUM(SUM(more)) OVER ({so_far(who)}) AS worth
  FROM change GROUP BY {who}, period_no"""
    ctes = {"alter": altered_periods(plan, frame, column, how, rows)} if how.left else {}
    ctes |= {"line": line, "change": "\n  UNION ALL ".join(changes), "walk": walk}
    by_row = f"ON {{0}}.{key} = w.{key} AND {{0}}.booked_no = w.booked_no"
    amount = was = f"CAST(COALESCE(l.earned, 0) AS {sql_type(types['amount'])})"
    join = ""
    if how.left:
        join = f" LEFT JOIN alter a {by_row.format('a')} AND a.period_no <= w.period_no AND a.until_no > w.period_no"
        was = f"CASE WHEN a.period_no = w.period_no THEN a.before ELSE COALESCE(a.now, {amount}) END"
        amount = f"COALESCE(a.now, {amount})"
    found = f"""SELECT l.*, {amount} AS amount, {was} AS was_amount, w.period_no, w.came, w.come, w.worth,
    w.worth - w.more AS was_worth
  FROM walk w JOIN line l {by_row.format("l")}{join}"""
    return steps(Amounts(ctes, found, of_period(), types), terms, column.scale, column.mode)


def period_types(scale: int) -> dict[str, Type]:
    """Return the types of the names in the formula of a period's amount; what does not fit them refuses the run."""
    decimals = ((10**13, scale), (10**14, CENTS), (10**14, WEIGHT))
    earned, orders, come = (NumberType(Decimal(-most), Decimal(most), n) for most, n in decimals)
    return {**STATE, "amount": earned, "due": earned, "worth": orders, "come": come}
