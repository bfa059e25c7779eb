"""Assignments that need other reps, such as a mentor (P3): a step for each period over what was drawn.

Whoever has somebody keeps them while the conclusion stands and they are still there. The others take turns, in the
order of their keys: the free ones of the same unit come up fewest charges first, then fewest before, then by key. Who
needs somebody cannot be somebody else's. Where nobody is left, that is said.
"""

from __future__ import annotations

from incentives.database import Database, literal, quoted
from incentives.engine.layers import Rows
from incentives.plan.columns import Plan
from incentives.plan.rules import Asked, Rule

STAYS = "(r.left_on IS NULL OR r.left_on > r.period_end)"


def create_assigned(
    con: Database, plan: Plan, frame: str, rows: Rows, rules: tuple[Rule, ...]
) -> None:  # fmt: skip
    """Make `assigned_<frame>`: key, period_no, conclusion, action, what, who (NULL where nobody is available), and
    whether they are `new` in the period."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE `assigned_{frame}` "
        f"(`{plan.key}` VARCHAR, period_no INTEGER, conclusion VARCHAR, action INTEGER, what VARCHAR, who VARCHAR, "
        "new BOOLEAN)"
    )
    steps = [(rule, number, a) for rule in rules for number, a in enumerate(rule.actions) if a.do == "assign"]
    if not steps:
        return
    units = list(dict.fromkeys(name for _, _, action in steps for name in action.same))
    create_needs(con, plan, frame, rows(units), [rule for rule, _, _ in steps], units)
    create_able(con, plan, frame, rows, [action for _, _, action in steps])
    for (period_no,) in con.query(f"SELECT DISTINCT period_no FROM `needs_{frame}` ORDER BY 1"):
        for rule, number, action in steps:
            old = kept(plan, frame, rows([]), rule, number, action, period_no)
            con.execute(f"INSERT INTO `assigned_{frame}` {old}")
        for rule, number, action in steps:
            most = most_of(con, action, rule.grain, period_no)
            con.execute(f"INSERT INTO `assigned_{frame}` {chosen(plan, frame, rule, number, action, period_no, most)}")


def create_needs(
    con: Database, plan: Plan, frame: str, rows: str, rules: list[Rule], units: list[str]
) -> None:  # fmt: skip
    """Make `needs_<frame>`: key, period_no, conclusion of those of the rules that are drawn or stand, each once, with
    the units that somebody is looked for in."""
    key, picks = quoted(plan.key), "".join(f", r.{quoted(name)}" for name in units)
    named = f"conclusion IN ({', '.join(literal(rule.name) for rule in rules)})"
    con.make_table(
        f"needs_{frame}",
        f"SELECT n.*{picks} FROM ("
        f"SELECT {key}, period_no, conclusion FROM `drawn_{frame}` WHERE withheld = '' AND {named} "
        f"UNION SELECT {key}, period_no, conclusion FROM `effect_{frame}` WHERE standing AND {named}"
        f") n JOIN {rows} r ON r.{key} = n.{key} AND r.period_no = n.period_no",
    )


def create_able(con: Database, plan: Plan, frame: str, rows: Rows, actions: list[Asked]) -> None:
    """Make `able_<frame>`: who may be somebody's, while they are still there, with nothing but what decides."""
    names = dict.fromkeys(name for action in actions for name in (*action.same, action.among))
    picks = "".join(f", r.{quoted(name)}" for name in names)
    among = " OR ".join(dict.fromkeys(f"r.{quoted(action.among)}" for action in actions))
    con.make_table(
        f"able_{frame}",
        f"SELECT r.{quoted(plan.key)}, r.period_no{picks} FROM {rows(names)} r WHERE ({among}) AND {STAYS}",
    )


def kept(plan: Plan, frame: str, rows: str, rule: Rule, number: int, action: Asked, period_no: int) -> str:
    """Those who keep whom they had in the period before; whoever left or is no longer there is not kept."""
    key, what = quoted(plan.key), literal(action.what.zh or action.what.en)
    return f"""SELECT DISTINCT n.{key}, n.period_no, n.conclusion, {number}, {what}, a.who, FALSE
  FROM `needs_{frame}` n
  JOIN `assigned_{frame}` a ON a.{key} = n.{key} AND a.what = {what} AND a.period_no = {period_no} - 1
  JOIN {rows} r ON r.{key} = a.who AND r.period_no = {period_no} AND {STAYS}
  WHERE n.period_no = {period_no} AND n.conclusion = {literal(rule.name)} AND a.who IS NOT NULL"""


def most_of(con: Database, action: Asked, grain: str, period_no: int) -> int:
    """Return the most charges that one may have in a period; one where the policy does not say."""
    if not action.most:
        return 1
    sql = f"SELECT {quoted(action.most)} FROM figures WHERE grain = '{grain}' AND period_no = {period_no}"
    return int(con.query(sql)[0][0])


def chosen(plan: Plan, frame: str, rule: Rule, number: int, action: Asked, period_no: int, most: int) -> str:
    """Those who have nobody yet, each with the next one who is free in the same unit."""
    key, what = quoted(plan.key), literal(action.what.zh or action.what.en)
    unit = ", ".join(f"r.{quoted(name)}" for name in action.same) or "''"
    turn = f"PARTITION BY {unit} ORDER BY"
    same = "".join(f" AND f.{quoted(name)} = n.{quoted(name)}" for name in action.same)
    units = "".join(f", r.{quoted(name)}" for name in action.same)
    here, needed = f"period_no = {period_no}", f"conclusion = {literal(rule.name)}"
    of = f"FROM `assigned_{frame}` WHERE what = {what}"
    charges = (
        f"(SELECT who, COUNT(*) AS {{}} FROM (SELECT DISTINCT who, {key} {of} AND who IS NOT NULL{{}}) GROUP BY who)"
    )
    return f"""SELECT n.{key}, {period_no}, {literal(rule.name)}, {number}, {what}, f.who, TRUE FROM (
    SELECT r.{key}{units}, ROW_NUMBER() OVER ({turn} r.{key}) AS turn FROM `needs_{frame}` r
    ANTI JOIN (SELECT {key} {of} AND {here}) a ON a.{key} = r.{key}
    WHERE r.{here} AND r.{needed}
  ) n LEFT JOIN (
    SELECT r.{key} AS who{units}, ROW_NUMBER() OVER ({turn} s.charge, COALESCE(b.times, 0), r.{key}) AS turn
    FROM `able_{frame}` r
    ANTI JOIN (SELECT {key} FROM `needs_{frame}` WHERE {here} AND {needed}) m ON m.{key} = r.{key}
    CROSS JOIN (SELECT CAST(range AS INTEGER) AS charge FROM range(1, {most} + 1)) s
    LEFT JOIN {charges.format("now", f" AND {here}")} c ON c.who = r.{key}
    LEFT JOIN {charges.format("times", " AND new")} b ON b.who = r.{key}
    WHERE r.{here} AND r.{quoted(action.among)} AND s.charge > COALESCE(c.now, 0)
  ) f ON f.turn = n.turn{same}"""
