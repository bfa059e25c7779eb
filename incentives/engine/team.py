"""Sums over the people below a manager: a self-join of a stage's rows, level by level, by the manager of each row."""

from __future__ import annotations

from incentives.plan.columns import Below, Column, Plan


def below_join(plan: Plan, column: Column, rows: str) -> str:
    """Return the join of the rows `p` on the sums over the rows that stand so many levels below, of the relation
    `rows`."""
    name, key = f"`t{column.name}`", f"`{plan.key}`"
    how = column.how
    assert isinstance(how, Below)
    picks = f"SUM(b.`{how.of}`) AS brought, BOOL_OR(b.`{how.lacks}`) AS lacks"
    sql = f"SELECT m{how.level}.{key}, b.period_no, {picks}\n    {chain(plan, how, rows)}"
    on = f"{name}.{key} = p.{key} AND {name}.period_no = p.period_no"
    return f"\n  LEFT JOIN (\n    {sql}\n    GROUP BY 1, 2\n  ) {name} ON {on}"


def below_sql(column: Column, kind: str) -> str:
    """Return the value of the column where it is joined; zero where nobody stands there."""
    joined = f"`t{column.name}`"
    return f"CASE WHEN {joined}.lacks THEN NULL ELSE COALESCE({joined}.brought, CAST(0 AS {kind})) END"


def chain(plan: Plan, how: Below, rows: str) -> str:
    """Return FROM and WHERE: the rows `b`, and the managers above them as `m1`, `m2`, … up to the level.

    Who has left passes nothing on. Where nearer managers are asked of, only the rows of which none is entitled.
    """
    key, below, joins = f"`{plan.key}`", "b", ""
    for level in range(1, how.level + 1):
        joins += f" JOIN {rows} m{level} ON m{level}.{key} = {below}.manager_id AND m{level}.period_no = b.period_no"
        below = f"m{level}"
    there = "".join(f" AND COALESCE(m{n}.left_on >= m{n}.period_start, TRUE)" for n in range(1, how.level + 1))
    asked = "".join(f" AND NOT m{level}.`{how.entitled}`" for level in how.nearer)
    return f"FROM {rows} b{joins} WHERE (b.`{how.of}` IS NOT NULL OR b.`{how.lacks}`){there}{asked}"
