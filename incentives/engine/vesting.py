"""The vesting of an amount between one change of its state and the next: cash that comes in, a day that is reached
(C10).

The amount paid by the end of a period depends on the state then alone. So a state is examined only in periods in which
it changes. The pay of such a period is the difference to the end of the period before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from incentives.engine.division import sql_type
from incentives.engine.expression import column_sql
from incentives.language.infer import Scoped, infer
from incentives.language.tree import Node
from incentives.language.types import Type
from incentives.language.walk import names_in
from incentives.plan.columns import Column, Plan, Terms
from incentives.plan.pay.vesting import STATE, collects, in_parts, of_order
from incentives.ruleset.units import unit_type
from incentives.tables.changes import PAYMENTS
from incentives.tables.periods import period_number_sql

CENTS, WEIGHT = 2, 6  # decimals of the pay of an order by itself, and of its weight among those of its period
NEVER = 2_147_483_647  # no period has this number
WHEN = ("now", "before")
WORTH_OF = "CASE WHEN sign < 0 THEN -worth ELSE worth END"  # the amount that a row adds to its order's worth


@dataclass(frozen=True)
class Amounts:
    """Amounts that vest: the CTEs that they are read by, and the SELECT of a row per amount and period that matters.

    A row has booked_no, left_no and what the formula `due` names; period_no; `amount` and `worth` by the end of the
    period, and by that of the one before (`was_amount`, `was_worth`); and, where `come` counts, what came in by the end
    of the period (`come`) and in it (`came`). `types` are those of the names.
    """

    ctes: Mapping[str, str]
    rows: str
    due: Node
    types: Mapping[str, Type]


def steps(amounts: Amounts, terms: Terms, scale: int, mode: str) -> str:
    """Return the SQL of a row per amount and period in which its state changes: `now`, the pay of it by then, and
    `before`.

    Columns besides: those of the amount, period_no, and the state as `come_now`, `late_now`, `come_before`, ….
    """
    ctes = {**amounts.ctes, "step": amounts.rows}
    paid = in_parts(terms, scale)
    names = (names_in(amounts.due) | names_in(paid)) - {"due"}
    known = {name: sql for name, sql in state(amounts.types).items() if name.rpartition("_")[0] in names}
    picks = "".join(f", {sql} AS {name}" for name, sql in known.items())
    stay = "" if terms.on_leaving == "as_collected" else " WHERE COALESCE(w.period_no <= w.left_no, TRUE)"
    ctes["state"] = f"SELECT w.*{picks} FROM step w{stay}"
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
    """Return SQL for what is due; zero before the period in which it was booked."""
    if when == "now":
        return sql
    return f"CASE WHEN s.period_no = s.booked_no THEN CAST(0 AS {sql_type(amounts.types['due'])}) ELSE {sql} END"


def state(types: Mapping[str, Type]) -> dict[str, str]:
    """Return SQL by name for the columns of a state at the end of the row's period (`_now`) and of the period before
    (`_before`)."""
    come, turn = sql_type(types["come"]), sql_type(types["turn"])
    found = {"come_now": f"CAST(w.come AS {come})", "come_before": f"CAST(w.come - w.came AS {come})"}
    for name in ("amount", "worth"):
        found[f"{name}_now"] = f"CAST(w.{name} AS {sql_type(types[name])})"
        found[f"{name}_before"] = f"CAST(w.was_{name} AS {sql_type(types[name])})"
    for name in ("late", "returned", "left"):
        found[f"{name}_now"] = f"COALESCE(w.{name}_no <= w.period_no, FALSE)"
        found[f"{name}_before"] = f"COALESCE(w.{name}_no < w.period_no, FALSE)"
    found["turn_now"] = f"CAST(w.period_no - w.booked_no + 1 AS {turn})"
    found["turn_before"] = f"CAST(w.period_no - w.booked_no AS {turn})"
    return found


def named(when: str) -> Callable[[str], str]:
    """Return the function that writes the formulas' names in SQL, of the state `now` or `before`."""
    changing = {"amount", "worth", "come", "late", "returned", "left", "turn", "due"}
    return lambda name: f"s.{name}_{when}" if name in changing else f"s.{name}"


def figure_sql(path: str, name: str) -> list[str]:
    """Return a figure in force in the period `f` under the name that the formulas use; nothing where there is none."""
    return [f"CAST(f.`{path}` AS {sql_type(STATE[name])}) AS {name}"] if path else []


def in_turn(grain: str) -> str:
    """Return SQL for the periods `q` of the instalments of `l` after the first one."""
    within = "q.period_no > l.booked_no AND q.period_no < l.booked_no + l.parts"
    return f"calendar_periods q ON q.grain = '{grain}' AND {within}"


def so_far(who: str) -> str:
    """Return the window over the periods of an amount, up to the row's."""
    return f"PARTITION BY {who} ORDER BY period_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


# ---- order by order ----


def order_steps(plan: Plan, grain: str, column: Column, table: str, terms: Terms, scale: int) -> str:
    """Return the SQL of the steps of every payee's part of the orders that a column counts, whose lines are in `table`;
    the pay of each has `scale` decimals.

    Columns besides: key, order_id, booked_no, amount, worth, ordered_on, and returned_on or late_on where they count.
    """
    key, number = f"`{plan.key}`", period_number_sql(grain, "paid_on", plan.roll.fiscal_start)
    ctes = {
        "alter": altered(plan, table),
        "line": order_line(plan, grain, table, terms),
        "timed": "\n  UNION ALL ".join(order_turns(key, grain, terms)),
        "valued": valued(key),
    }
    rows = "SELECT t.* FROM valued t"
    if collects(terms):
        ctes["cash"] = cash_sql(number)
        rows = order_rows(key, terms)
    due = unit_type("money", None, scale)
    return steps(Amounts(ctes, rows, of_order(terms), {**STATE, "due": due}), terms, scale, column.mode)


def altered(plan: Plan, table: str) -> str:
    """Return the SELECT of what credit notes change of each payee's part of an order, and of the order's worth: in a
    period, by its end, and the next period in which any does."""
    key = f"`{plan.key}`"
    who, own = f"{key}, order_id", "WHERE note_id <> order_id"
    turn = f"PARTITION BY {who} ORDER BY period_no"
    sums = "".join(
        f", SUM({sql}) AS {name}, SUM(SUM({sql})) OVER ({so_far(who)}) AS {name}_so_far"
        for name, sql in (("part", "part"), ("worth", WORTH_OF))
    )
    return f"""SELECT {who}, booked_no, period_no{sums}, COALESCE(LEAD(period_no) OVER ({turn}), {NEVER}) AS until_no
  FROM `{table}` {own} GROUP BY {who}, booked_no, period_no"""


def valued(key: str) -> str:
    """Return the SELECT of the lines in the periods in which time or credit notes change their state, with their
    amounts by then."""
    now = "".join(
        f", l.own_{name} + COALESCE(a.{of}_so_far, 0) AS {name}, l.own_{name} + COALESCE(a.{of}_so_far, 0) "
        f"- CASE WHEN a.period_no = l.period_no THEN a.{of} ELSE 0 END AS was_{name}"
        for name, of in (("amount", "part"), ("worth", "worth"))
    )
    within = "a.period_no <= l.period_no AND a.until_no > l.period_no"
    return f"""SELECT l.*{now}
  FROM timed l LEFT JOIN alter a ON a.{key} = l.{key} AND a.order_id = l.order_id AND {within}"""


def cash_sql(number: str) -> str:
    """Return the SELECT of the cash received for each order: in a period, by its end, and the next period with any."""
    turn = "PARTITION BY order_id ORDER BY period_no"
    return f"""SELECT order_id, period_no, SUM(amount) AS came, SUM(SUM(amount)) OVER ({so_far("order_id")}) AS come,
    COALESCE(LEAD(period_no) OVER ({turn}), {NEVER}) AS until_no
  FROM (SELECT order_id, {number} AS period_no, amount FROM {PAYMENTS}) GROUP BY order_id, period_no"""


def order_turns(key: str, grain: str, terms: Terms) -> Iterable[str]:
    """Yield the SELECTs of the lines in the periods in which anything but cash changes their state, each once. The
    first is that of the booking."""
    yield "SELECT l.*, l.booked_no AS period_no FROM line l"
    days = days_of(terms)
    for turn, day in enumerate(days):
        yield f"SELECT l.*, l.{day} FROM line l WHERE l.{day} > l.booked_no{apart(f'l.{day}', days[:turn])}"
    if terms.instalments:
        yield f"SELECT l.*, q.period_no FROM line l JOIN {in_turn(grain)}{apart('q.period_no', days)}"
    others = " AND a.period_no >= l.booked_no + l.parts" if terms.instalments else ""
    yield f"""SELECT l.*, a.period_no FROM line l JOIN alter a ON a.{key} = l.{key} AND a.order_id = l.order_id
    WHERE a.period_no > l.booked_no{apart("a.period_no", days)}{others}"""


def days_of(terms: Terms) -> list[str]:
    """Return the columns of a line's periods in which something falls due or falls away."""
    return [*(["returned_no"] if terms.within else []), *(["late_no"] if terms.after else []), "left_no"]


def apart(number: str, days: Iterable[str]) -> str:
    """Return the condition that a period is none of the other ones of its line."""
    return "".join(f" AND COALESCE({number} <> l.{day}, TRUE)" for day in days)


def order_rows(key: str, terms: Terms) -> str:
    """Return the SELECT of the lines in the periods in which anything changes their state, with the cash received by
    then."""
    later = "c.period_no > l.booked_no" if not terms.instalments else "c.period_no >= l.booked_no + l.parts"
    none = f"CAST(0 AS {sql_type(STATE['come'])})"
    so_far = "a.period_no <= c.period_no AND a.until_no > c.period_no"
    sums = "".join(
        "".join(f", l.own_{name} + COALESCE(a.{of}_so_far, 0) AS {now}" for now in (name, f"was_{name}"))
        for name, of in (("amount", "part"), ("worth", "worth"))
    )
    return f"""SELECT t.*, CASE WHEN c.period_no = t.period_no THEN c.came ELSE {none} END AS came,
    COALESCE(c.come, {none}) AS come
  FROM valued t LEFT JOIN cash c ON c.order_id = t.order_id AND c.period_no <= t.period_no AND c.until_no > t.period_no
  UNION ALL
  SELECT l.*, c.period_no{sums}, c.came, c.come
  FROM line l JOIN cash c ON c.order_id = l.order_id AND {later}{apart("c.period_no", days_of(terms))}
  LEFT JOIN alter a ON a.{key} = l.{key} AND a.order_id = l.order_id AND {so_far}
  WHERE COALESCE(a.period_no <> c.period_no, TRUE)"""


def beside(terms: Terms) -> dict[str, str]:
    """Return the columns of an order that its lines carry along, by the name that they have there."""
    found = {"worth": "amount", "ordered_on": "ordered_on"}
    found |= {"returned_on": "returned_on"} if terms.within else {}
    return found | ({"due_on": "due_on"} if terms.after else {})


def order_line(plan: Plan, grain: str, table: str, terms: Terms) -> str:
    """Return the SELECT of each payee's part of each order that counts, with the columns that its state depends on."""
    start = plan.roll.fiscal_start
    picks = [f"CAST(l.part AS {sql_type(STATE['amount'])}) AS own_amount", f"{WORTH_OF} AS own_worth", "l.ordered_on"]
    picks += [*figure_sql(terms.hold_back, "held"), *figure_sql(terms.instalments, "parts")]
    if terms.within:
        gone = "CAST(l.returned_on - l.ordered_on AS INTEGER)"
        taken = f"l.returned_on IS NOT NULL AND {gone} <= f.`{terms.within}`"
        picks += [f"CASE WHEN {taken} THEN l.returned_on END AS returned_on"]
        picks += [f"CASE WHEN {taken} THEN {period_number_sql(grain, 'l.returned_on', start)} END AS returned_no"]
        picks += [f"CASE WHEN {taken} THEN CAST({gone} AS {sql_type(STATE['gone'])}) END AS gone"]
        picks += figure_sql(terms.within, "term")
    if terms.after:
        late = f"(COALESCE(l.due_on, l.ordered_on) + CAST(f.`{terms.after}` AS INTEGER))"
        picks += [f"{late} AS late_on", f"GREATEST({period_number_sql(grain, late, start)}, l.booked_no) AS late_no"]
    leaver, left = "", "CAST(NULL AS INTEGER)"
    if plan.subject == "rep":
        left = period_number_sql(grain, "r.left_on", start)
        leavers = f"SELECT `{plan.key}`, left_on FROM reps WHERE left_on IS NOT NULL"
        leaver = f"\n  LEFT JOIN ({leavers}) r ON r.`{plan.key}` = l.`{plan.key}`"
    rows = orders_and_notes(f"`{plan.key}`", table, terms)
    return f"""SELECT l.`{plan.key}`, l.order_id, l.booked_no, {left} AS left_no, {", ".join(picks)}
  FROM ({rows}) l JOIN figures f ON f.grain = '{grain}' AND f.period_no = l.booked_no{leaver}"""


def orders_and_notes(key: str, table: str, terms: Terms) -> str:
    """Return the SELECT of each payee's part of each order; it is zero for an order of which only a credit note is
    theirs."""
    more = beside(terms)
    # a part that is nothing matters where a credit note makes it something
    altered = f"EXISTS (SELECT 1 FROM alter a WHERE a.{key} = o.{key} AND a.order_id = o.order_id)"
    first = f"ROW_NUMBER() OVER (PARTITION BY {key}, order_id ORDER BY period_no) AS turn"
    return f"""SELECT {key}, order_id, booked_no, part, sign, {", ".join(more)} FROM `{table}` o
    WHERE note_id = order_id AND (part <> 0 OR {altered})
    UNION ALL
    SELECT {key}, order_id, booked_no, 0, sign, {", ".join("0" if name == "worth" else name for name in more)} FROM (
      SELECT n.*, {first} FROM `{table}` n WHERE note_id <> order_id AND NOT EXISTS (
        SELECT 1 FROM `{table}` o WHERE o.note_id = n.order_id AND o.{key} = n.{key}))
    WHERE turn = 1"""
