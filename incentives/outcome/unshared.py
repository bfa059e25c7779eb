"""Pools of money that nobody has points for: kept, and remarked on."""

from __future__ import annotations

from incentives.faults import Fault, Place
from incentives.plan.columns import Plan
from incentives.ruleset import Ruleset
from incentives.tables import Tables


def unshared(ruleset: Ruleset, plan: Plan, tables: Tables, frame: str, relation: str) -> list[Fault]:
    """A warning for every pool above zero of a unit and period that nobody is paid of."""
    faults = []
    for name, component in ruleset.policy.pay.items() if frame == plan.grain else ():
        pool = component.pool
        if pool is None:
            continue
        unit = "''" if pool.within == "company" else f"`{pool.within}`"
        rows = tables.con.execute(
            f"SELECT period, {unit}, MAX(`~pool {name}`) FROM `{relation}` "
            f"WHERE in_force AND NOT `~scored {name}` AND `~pool {name}` > 0 GROUP BY period_no, 1, 2 "
            "ORDER BY period_no, 2"
        ).fetchall()
        title = component.title.zh or component.title.en or name
        for period, of, money in rows:
            about = {"title": title, "period": period, "unit": of, "money": f"{money:,f}"}
            faults.append(Fault("pool_unshared", Place("pay"), about, warning=True))
    return faults
