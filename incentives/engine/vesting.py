"""What vests of an amount from one change of its state to the next: cash that comes in, a day that has come (C10).

What is paid by the end of a period depends on the state then alone. So a state is looked at only in periods in which it
changes, and what is paid in one of them is the difference to the end of the period before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from incentives.engine.division import sql_type
from incentives.engine.expression import column_sql
from incentives.engine.gathering import lines
from incentives.language.infer import Scoped, infer
from incentives.language.tree import Node
from incentives.language.types import Type
from incentives.language.walk import names_in
from incentives.plan.columns import Column, Plan, Terms
from incentives.plan.pay.vesting import STATE, collects, in_parts, of_order
from incentives.tables.periods import period_number_sql

CENTS = 2
NO_CASH = f"CAST(0 AS {sql_type(STATE['come'])}) AS came"
WHEN = ("now", "before")


@dataclass(frozen=True)
class Amounts:
    """Amounts that vest: their SELECT, what tells them apart, the SELECTs of their changes, and when these matter.

    `line` gives booked_no, amount, left_no and what the formula `due` names; a change who, period_no, came. `come`:
    whether what came in counts. `types` are those of the names.
    """

    who: str
    line: str
    changes: Iterable[str]
    due: Node
    types: Mapping[str, Type]
    come: bool
    before: Mapping[str, str]


def steps(amounts: Amounts, terms: Terms, scale: int, mode: str) -> str:
    """A row per amount and period in which its state changes: `now`, what is paid of it by then, and `before`.

    Columns besides: those of the amount, period_no, and the state as `come_now`, `late_now`, `come_before`, ….
    """
    ctes = {**amounts.before, "line": amounts.line, "change": "\n  UNION ALL ".join(amounts.changes)}
    sums = ""
    if amounts.come:
        walk = f"PARTITION BY {amounts.who} ORDER BY period_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        sums = f", SUM(came) AS came, SUM(SUM(came)) OVER ({walk}) AS come"
    ctes["walk"] = f"SELECT {amounts.who}, period_no{sums} FROM change GROUP BY {amounts.who}, period_no"
    on = " AND ".join(f"l.{name.strip()} = w.{name.strip()}" for name in amounts.who.split(","))
    paid = in_parts(terms, scale)
    names = (names_in(amounts.due) | names_in(paid)) - {"due"}
    known = {name: sql for name, sql in state(amounts.types).items() if name.rpartition("_")[0] in names}
    picks = "".join(f", {sql} AS {name}" for name, sql in known.items())
    stay = "" if terms.on_leaving == "as_collected" else " WHERE COALESCE(w.period_no <= l.left_no, TRUE)"
    ctes["state"] = f"SELECT l.*, w.period_no{picks} FROM walk w JOIN line l ON {on}{stay}"
    scope = {name: Scoped(kind) for name, kind in amounts.types.items()}
    due = infer(amounts.due, scope)
    owed = [f"{since(when, column_sql(due, scale, mode, named(when)), amounts)} AS due_{when}" for when in WHEN]
    ctes["owed"] = f"SELECT s.*, {', '.join(owed)} FROM state s"
    now, before = (since(when, column_sql(infer(paid, scope), scale, "half_up", named(when)), amounts) for when in WHEN)
    whole = ",\n".join(f"{name} AS (\n  {sql}\n)" for name, sql in ctes.items())
    return f"""WITH {whole}
SELECT s.*, {now} AS now, {before} AS before
FROM owed s"""


def since(when: str, sql: str, amounts: Amounts) -> str:
    """What is due; nothing before the period in which it was booked."""
    if when == "now":
        return sql
    return f"CASE WHEN s.period_no = s.booked_no THEN CAST(0 AS {sql_type(amounts.types['due'])}) ELSE {sql} END"


def state(types: Mapping[str, Type]) -> dict[str, str]:
    """The columns of a state at the end of the row's period (`_now`) and at that of the period before (`_before`)."""
    come, turn = sql_type(types["come"]), sql_type(types["turn"])
    found = {"come_now": f"CAST(w.come AS {come})", "come_before": f"CAST(w.come - w.came AS {come})"}
    for name in ("late", "returned", "left"):
        found[f"{name}_now"] = f"COALESCE(l.{name}_no <= w.period_no, FALSE)"
        found[f"{name}_before"] = f"COALESCE(l.{name}_no < w.period_no, FALSE)"
    found["turn_now"] = f"CAST(w.period_no - l.booked_no + 1 AS {turn})"
    found["turn_before"] = f"CAST(w.period_no - l.booked_no AS {turn})"
    return found


def named(when: str) -> Callable[[str], str]:
    """How the formulas' names are written, of the state `now` or `before`."""
    changing = {"come", "late", "returned", "left", "turn", "due"}
    return lambda name: f"s.{name}_{when}" if name in changing else f"s.{name}"


def figure_sql(path: str, name: str) -> list[str]:
    """A figure in force in the period `f` under the name that the formulas use; nothing where there is none."""
    return [f"CAST(f.`{path}` AS {sql_type(STATE[name])}) AS {name}"] if path else []


def in_turn(grain: str) -> str:
    """The periods `q` of the instalments of `l` after the first one."""
    within = "q.period_no > l.booked_no AND q.period_no < l.booked_no + l.parts"
    return f"calendar_periods q ON q.grain = '{grain}' AND {within}"


# ---- order by order ----


def order_steps(plan: Plan, grain: str, column: Column, terms: Terms) -> str:
    """The steps of every payee's part of the orders that a column counts, up to the last period of the run.

    Columns besides: key, order_id, booked_no, amount, worth, ordered_on, and returned_on or late_on where they count.
    """
    before = {}
    if collects(terms):
        number = period_number_sql(grain, "t.paid_on", plan.roll.fiscal_start)
        before["cash"] = f"SELECT t.order_id, {number} AS period_no, t.amount AS came FROM receipts t"
    who = f"`{plan.key}`, order_id"
    amounts = Amounts(
        who, order_line(plan, grain, column, terms), order_changes(plan, grain, terms), of_order(terms), STATE,
        collects(terms), before,
    )  # fmt: skip
    return steps(amounts, terms, CENTS, column.mode)


def order_line(plan: Plan, grain: str, column: Column, terms: Terms) -> str:
    """Each payee's part of each order that counts, with what its state depends on."""
    beside = {"worth": "amount", "ordered_on": "ordered_on"}
    start = plan.roll.fiscal_start
    picks = [f"CAST(l.part AS {sql_type(STATE['amount'])}) AS amount", "l.worth", "l.ordered_on"]
    picks += [*figure_sql(terms.hold_back, "held"), *figure_sql(terms.instalments, "parts")]
    if terms.within:
        beside["returned_on"] = "returned_on"
        gone = "CAST(l.returned_on - l.ordered_on AS INTEGER)"
        taken = f"l.returned_on IS NOT NULL AND {gone} <= f.`{terms.within}`"
        picks += [f"CASE WHEN {taken} THEN l.returned_on END AS returned_on"]
        picks += [f"CASE WHEN {taken} THEN {period_number_sql(grain, 'l.returned_on', start)} END AS returned_no"]
        picks += [f"CASE WHEN {taken} THEN CAST({gone} AS {sql_type(STATE['gone'])}) END AS gone"]
        picks += figure_sql(terms.within, "term")
    if terms.after:
        beside["due_on"] = "due_on"
        late = f"(COALESCE(l.due_on, l.ordered_on) + CAST(f.`{terms.after}` AS INTEGER))"
        picks += [f"{late} AS late_on", f"GREATEST({period_number_sql(grain, late, start)}, l.period_no) AS late_no"]
    leaver = f"\n  JOIN reps r ON r.`{plan.key}` = l.`{plan.key}`" if plan.subject == "rep" else ""
    left = period_number_sql(grain, "r.left_on", start) if leaver else "CAST(NULL AS INTEGER)"
    return f"""SELECT l.`{plan.key}`, l.order_id, l.period_no AS booked_no, {left} AS left_no, {", ".join(picks)}
  FROM ({lines(plan, grain, column, beside)}) l
  JOIN figures f ON f.grain = '{grain}' AND f.period_no = l.period_no{leaver}
  WHERE l.part <> 0"""


def order_changes(plan: Plan, grain: str, terms: Terms) -> Iterable[str]:
    """The periods in which the state of an order changes, and what came in then."""
    row = f"SELECT l.`{plan.key}`, l.order_id"
    yield f"{row}, l.booked_no AS period_no, {NO_CASH} FROM line l"
    if collects(terms):
        yield f"""{row}, GREATEST(l.booked_no, c.period_no), c.came
    FROM line l JOIN cash c ON c.order_id = l.order_id"""
    days = [*(["returned_no"] if terms.within else []), *(["late_no"] if terms.after else []), "left_no"]
    for name in days:
        yield f"{row}, l.{name}, {NO_CASH} FROM line l WHERE l.{name} >= l.booked_no"
    if terms.instalments:
        yield f"{row}, q.period_no, {NO_CASH} FROM line l JOIN {in_turn(grain)}"
