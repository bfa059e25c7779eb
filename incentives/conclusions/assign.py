"""Assignments that need other reps, such as a mentor (P3): a step for each period over what was drawn.

Whoever has somebody keeps them while the conclusion stands and they are still there. The others take turns, in the
order of their keys: the free ones of the same unit come up fewest charges first, then fewest before, then by key. Who
needs somebody cannot be somebody else's. Where nobody is left, that is said.
"""

from __future__ import annotations

import duckdb

from incentives.engine.layers import Rows
from incentives.plan.columns import Plan
from incentives.plan.rules import Asked, Rule
from incentives.sql import literal, quoted


def create_assigned(
    con: duckdb.DuckDBPyConnection, plan: Plan, frame: str, rows: Rows, rules: tuple[Rule, ...]
) -> None:  # fmt: skip
    """Make `assigned_<frame>`: key, period_no, conclusion, action, what, who (NULL where nobody is available)."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE `assigned_{frame}` "
        f"(`{plan.key}` VARCHAR, period_no INTEGER, conclusion VARCHAR, action INTEGER, what VARCHAR, who VARCHAR)"
    )
    steps = [(rule, number, a) for rule in rules for number, a in enumerate(rule.actions) if a.do == "assign"]
    if not steps:
        return
    names = ", ".join(literal(rule.name) for rule, _, _ in steps)
    create_needs(con, plan, frame, names)
    periods = con.execute(f"SELECT DISTINCT period_no FROM `needs_{frame}` ORDER BY 1").fetchall()
    able = narrowed(con, plan, frame, rows, [action for _, _, action in steps])
    for (period_no,) in periods:
        for rule, number, action in steps:
            con.execute(f"INSERT INTO `assigned_{frame}` {kept(plan, frame, able, rule, number, action, period_no)}")
        for rule, number, action in steps:
            most = most_of(con, action, rule.grain, period_no)
            new = chosen(plan, frame, able, rule, number, action, period_no, most)
            con.execute(f"INSERT INTO `assigned_{frame}` {new}")


def narrowed(con: duckdb.DuckDBPyConnection, plan: Plan, frame: str, rows: Rows, actions: list[Asked]) -> str:
    """Make `able_<frame>`: the rows with nothing but what decides, period by period, for they are read many times."""
    key = f"`{plan.key}`"
    names = dict.fromkeys(name for action in actions for name in (*action.same, action.among))
    picks = "".join(f", r.{quoted(name)}" for name in names)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE `able_{frame}` AS SELECT r.{key}, r.period_no, r.left_on, r.period_end{picks} "
        f"FROM {rows(names)} r ORDER BY r.period_no"
    )
    return f"`able_{frame}`"


def create_needs(con: duckdb.DuckDBPyConnection, plan: Plan, frame: str, names: str) -> None:
    """Make `needs_<frame>`: key, period_no, conclusion of those of the names that are drawn or stand, each once."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE `needs_{frame}` AS "
        f"SELECT `{plan.key}`, period_no, conclusion FROM `drawn_{frame}` "
        f"WHERE withheld = '' AND conclusion IN ({names}) "
        f"UNION SELECT `{plan.key}`, period_no, conclusion FROM `effect_{frame}` "
        f"WHERE standing AND conclusion IN ({names})"
    )


def kept(plan: Plan, frame: str, rows: str, rule: Rule, number: int, action: Asked, period_no: int) -> str:
    """Those who keep whom they had in the period before; whoever left or is no longer there is not kept."""
    key, what = f"`{plan.key}`", literal(action.what.zh or action.what.en)
    return f"""SELECT DISTINCT n.{key}, n.period_no, n.conclusion, {number}, {what}, a.who
  FROM `needs_{frame}` n
  JOIN `assigned_{frame}` a ON a.{key} = n.{key} AND a.what = {what} AND a.period_no = {period_no} - 1
  JOIN {rows} r ON r.{key} = a.who AND r.period_no = {period_no} AND (r.left_on IS NULL OR r.left_on > r.period_end)
  WHERE n.period_no = {period_no} AND n.conclusion = {literal(rule.name)} AND a.who IS NOT NULL"""


def most_of(con: duckdb.DuckDBPyConnection, action: Asked, grain: str, period_no: int) -> int:
    """How many charges one may have in a period; one where the policy does not say."""
    if not action.most:
        return 1
    sql = f"SELECT {quoted(action.most)} FROM figures WHERE grain = '{grain}' AND period_no = {period_no}"
    return int(con.execute(sql).fetchall()[0][0])


def chosen(
    plan: Plan, frame: str, rows: str, rule: Rule, number: int, action: Asked, period_no: int, most: int
) -> str:  # fmt: skip
    """Those who have nobody yet, each with the next one who is free in the same unit."""
    key, what = f"`{plan.key}`", literal(action.what.zh or action.what.en)
    unit = ", ".join(f"r.{quoted(name)}" for name in action.same) or "''"
    turn = f"PARTITION BY {unit} ORDER BY"
    same = "".join(f" AND f.{quoted(name)} = n.{quoted(name)}" for name in action.same)
    units = "".join(f", r.{quoted(name)}" for name in action.same)
    assigned, here = f"`assigned_{frame}`", f"period_no = {period_no}"
    return f"""SELECT n.{key}, {period_no}, {literal(rule.name)}, {number}, {what}, f.who FROM (
    SELECT r.{key}{units}, ROW_NUMBER() OVER ({turn} r.{key}) AS turn
    FROM {rows} r JOIN `needs_{frame}` m ON m.{key} = r.{key} AND m.period_no = r.period_no
    WHERE r.{here} AND m.conclusion = {literal(rule.name)} AND r.{key} NOT IN (
      SELECT {key} FROM {assigned} WHERE {here} AND what = {what})
  ) n LEFT JOIN (
    SELECT r.{key} AS who{units}, ROW_NUMBER() OVER ({turn} s.charge, COALESCE(b.times, 0), r.{key}) AS turn
    FROM {rows} r
    CROSS JOIN (SELECT CAST(range AS INTEGER) AS charge FROM range(1, {most} + 1)) s
    LEFT JOIN (SELECT who, COUNT(DISTINCT {key}) AS charges FROM {assigned}
      WHERE {here} AND what = {what} AND who IS NOT NULL GROUP BY who) c ON c.who = r.{key}
    LEFT JOIN (SELECT who, COUNT(DISTINCT {key}) AS times FROM {assigned}
      WHERE what = {what} AND who IS NOT NULL GROUP BY who) b ON b.who = r.{key}
    WHERE r.{here} AND r.{quoted(action.among)} AND s.charge > COALESCE(c.charges, 0)
      AND (r.left_on IS NULL OR r.left_on > r.period_end)
      AND r.{key} NOT IN (SELECT {key} FROM `needs_{frame}` WHERE {here} AND conclusion = {literal(rule.name)})
  ) f ON f.turn = n.turn{same}"""
