"""Warnings for rows of the data that no row of the outcome can take: they are never dropped in silence."""

from __future__ import annotations

from incentives.engine.inputs import sources_of
from incentives.engine.source import ROWS, read_table
from incentives.faults import Fault, Place
from incentives.plan.columns import Aggregated, Plan, grain_of
from incentives.plan.leavers import GONE
from incentives.plan.sources import DATED_BY
from incentives.tables import Tables
from incentives.tables.periods import period_number_sql

MOST_NAMED = 5


def unplaced(plan: Plan, tables: Tables, frame: str, numbers: list[int]) -> list[Fault]:
    """Return a warning per table with rows, in the numbered periods, of someone who has no row there (not employed
    then)."""
    if frame != plan.grain or not numbers:
        return []
    found = sources(plan)
    rows = " UNION ALL ".join(
        f"SELECT {number} AS turn, `{plan.key}`, period_no, number FROM ({sql})"
        for number, sql in enumerate(found.values())
    )
    lost = tables.con.query(
        f"""SELECT t.turn, t.`{plan.key}`, SUM(t.number) FROM ({rows}) t
        LEFT JOIN `spine_{plan.grain}` s ON s.`{plan.key}` = t.`{plan.key}` AND s.period_no = t.period_no
          AND NOT s.`{GONE}`
        WHERE t.period_no IN ({", ".join(map(str, numbers))}) AND s.period_no IS NULL GROUP BY 1, 2 ORDER BY 1, 2"""
    )
    faults = []
    for number, table in enumerate(found):
        keys = [(key, rows) for turn, key, rows in lost if turn == number]
        if keys:
            named = ", ".join(str(key) for key, _ in keys[:MOST_NAMED]) + (" …" if len(keys) > MOST_NAMED else "")
            about = {"table": table, "rows": sum(rows for _, rows in keys), "keys": named}
            faults.append(Fault("rows_unplaced", Place(table), about, warning=True))
    return faults


def undrawn(plan: Plan, tables: Tables, frame: str, numbers: list[int]) -> list[Fault]:
    """Return a warning per approval or rejection, in the numbered periods, of a conclusion that was not drawn: it
    changes nothing."""
    if not numbers or not any(rule.grain == frame for rule in plan.rules):
        return []
    key, titles = f"`{plan.key}`", {rule.name: rule.title for rule in plan.rules}
    found = tables.con.query(
        f"SELECT d.decision, d.{key}, p.period, d.conclusion FROM `ruled_{frame}` d "
        f"JOIN calendar_periods p ON p.grain = '{grain_of(frame)}' AND p.period_no = d.period_no "
        f"LEFT JOIN `drawn_{frame}` w ON w.{key} = d.{key} AND w.period_no = d.period_no "
        "AND w.conclusion = d.conclusion AND (w.withheld = '' OR d.decision = 'rejected') "
        "WHERE d.decision IN ('approved', 'rejected') AND w.conclusion IS NULL "
        f"AND d.period_no IN ({', '.join(map(str, numbers))}) "
        "ORDER BY 2, d.period_no, 4"
    )
    faults = []
    for decision, who, period, name in found[:MOST_NAMED]:
        title = titles[name]
        about = {"key": who, "period": period, "title": {"zh": title.get("zh"), "en": title.get("en")}}
        faults.append(Fault(f"{decision}_undrawn", Place("decisions"), about, warning=True))
    if len(found) > MOST_NAMED:
        more = {"more": len(found) - MOST_NAMED}
        faults.append(Fault("approved_undrawn_more", Place("decisions"), more, warning=True))
    return faults


def sources(plan: Plan) -> dict[str, str]:
    """Return SQL for each table that speaks of someone in a period: keys, period numbers and how many rows each has."""
    found = {
        table: counted(f"SELECT x.`{plan.key}`, p.period_no FROM {table} x {in_period(plan)}")
        for table in ("snapshots", "history", "decisions")
    }
    if plan.subject == "rep":
        rows = f"SELECT x.subject_id AS rep_id, p.period_no FROM targets x {in_period(plan)} WHERE x.scope = 'rep'"
        found["targets"] = counted(rows)
        for table in ("orders", "events"):
            number = period_number_sql(plan.grain, f"x.{DATED_BY[table]}", plan.roll.fiscal_start)
            found[table] = counted(f"SELECT x.rep_id, {number} AS period_no FROM {table} x")
        if any(isinstance(column.how, Aggregated) and column.how.split for column in plan.columns()):
            number = period_number_sql(plan.grain, f"o.{DATED_BY['orders']}", plan.roll.fiscal_start)
            shared = f"SELECT x.rep_id, {number} AS period_no FROM credits x JOIN orders o ON o.order_id = x.order_id"
            found["credits"] = counted(shared)
    counted_by_note = plan.subject == "rep" and any(column.name == GONE for column in plan.columns())
    if counted_by_note:
        found["orders"] = still_owed(plan)
    for source in sources_of(plan, plan.grain, plan.grain, plan.frames[plan.grain][0]):
        if source.counts == "orders" and counted_by_note:
            continue
        if source.counts in found:  # counted when it was read
            found[source.counts] = f"SELECT *, {ROWS} AS number FROM `{read_table(plan.grain, source)}`"
    return found


def still_owed(plan: Plan) -> str:
    """Return SQL for the orders, without credit notes that take back what was paid for their order in a row after
    leaving."""
    key, number = f"`{plan.key}`", period_number_sql(plan.grain, f"x.{DATED_BY['orders']}", plan.roll.fiscal_start)
    return f"""SELECT x.*, 1 AS number FROM (SELECT x.{key}, {number} AS period_no, x.reverses FROM orders x) x
        LEFT JOIN `spine_{plan.grain}` s ON s.{key} = x.{key} AND s.period_no = x.period_no
        WHERE x.reverses IS NULL OR s.period_no IS NULL"""


def in_period(plan: Plan) -> str:
    """Return the join of rows `x` that name a period on its number."""
    return f"JOIN calendar_periods p ON p.grain = '{plan.grain}' AND p.period = x.period"


def counted(rows: str) -> str:
    """Return SQL that counts each row as one."""
    return f"SELECT *, 1 AS number FROM ({rows})"
