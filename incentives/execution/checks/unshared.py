"""Warnings for pools of money that nobody has points for; they are kept."""

from __future__ import annotations

from incentives.database import quoted
from incentives.faults import Fault, Place
from incentives.plan.columns import Plan
from incentives.plan.names import inner_name
from incentives.ruleset import Ruleset
from incentives.tables import Tables


def unshared(ruleset: Ruleset, plan: Plan, tables: Tables, frame: str, relation: str) -> list[Fault]:
    """Return a warning for every pool above zero of a unit and period that nobody is paid of."""
    faults = []
    for name, component in ruleset.policy.pay.items() if frame == plan.grain else ():
        pool = component.pool
        if pool is None:
            continue
        unit = "''" if pool.within == "company" else f"`{pool.within}`"
        money, scored = quoted(inner_name("pool", name)), quoted(inner_name("scored", name))
        rows = tables.con.query(
            f"SELECT period, {unit}, MAX({money}) FROM `{relation}` "
            f"WHERE in_force AND NOT {scored} AND {money} > 0 GROUP BY period_no, 1, 2 "
            "ORDER BY period_no, 2"
        )
        title = component.title.zh or component.title.en or name
        for period, of, amount in rows:
            about = {"title": title, "period": period, "unit": of, "money": f"{amount:,f}"}
            faults.append(Fault("pool_unshared", Place("pay"), about, warning=True))
    return faults
