"""What two outcomes differ in, measured by the database over the pairs of their rows (`b` before, `a` after)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import duckdb

from incentives.language.tree import Title
from incentives.outcome.outcome import Outcome
from incentives.simulate.model import Cost, Moved, Mover, Side, Turned
from incentives.sql import quoted

MOST_MOVERS, MOST_NAMED = 200, 12
BY = {
    "region": "COALESCE(NULLIF(b.region, ''), '–')",
    "level": "COALESCE(NULLIF(b.level, ''), '–')",
    "tenure": "CASE WHEN b.tenure_months IS NULL THEN '–' WHEN b.tenure_months < 12 THEN '0–1' "
    "WHEN b.tenure_months < 36 THEN '1–3' WHEN b.tenure_months < 60 THEN '3–5' ELSE '5+' END",
}
WIDTHS = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
MOST_BINS = 24
Paid = Mapping[str, Mapping[str, str]]


def costs_of(con: duckdb.DuckDBPyConnection, pairs: str, paid: Paid, titles: Mapping[str, Title]) -> tuple[Cost, ...]:
    """What each component comes to on both sides, in money."""
    if not titles:
        return ()
    picks = ", ".join(f"COALESCE(SUM({paid[side][name]}), 0)" for name in titles for side in ("b", "a"))
    found = [Decimal(value) for value in con.execute(f"SELECT {picks} {pairs}").fetchall()[0]]
    return tuple(Cost(name, title, found[2 * n], found[2 * n + 1]) for n, (name, title) in enumerate(titles.items()))


def grade_moves(con: duckdb.DuckDBPyConnection, pairs: str, grades: tuple[str, ...]) -> tuple[Moved, ...]:
    """How many have each grade before and after; "" for those without one."""
    if not grades:
        return ()
    sql = f"SELECT COALESCE(b.grade, ''), COALESCE(a.grade, ''), count(*) {pairs} GROUP BY 1, 2"
    place = {grade: n for n, grade in enumerate((*grades, ""))}
    found = con.execute(sql).fetchall()
    return tuple(Moved(*row) for row in sorted(found, key=lambda row: (place[row[0]], place[row[1]])))


def movers_of(
    con: duckdb.DuckDBPyConnection,
    key: str,
    pairs: str,
    paid: Paid,
    graded: bool,
    rests: Mapping[str, frozenset[str]],
) -> tuple[Mover, ...]:
    """The rows whose grade, total or pay differs, the largest difference of pay first; with the lines that did it."""
    names = list(paid["b"])
    there = "b.grade, a.grade, b.total, a.total" if graded else "NULL, NULL, NULL, NULL"
    both = ", ".join(f"{paid[side][name]}" for name in names for side in ("b", "a"))
    shift = " + ".join(f"({paid['a'][name]} - {paid['b'][name]})" for name in names) or "0"
    differs = [f"{paid['a'][name]} <> {paid['b'][name]}" for name in names]
    differs += ["a.grade IS DISTINCT FROM b.grade", "a.total IS DISTINCT FROM b.total"] if graded else []
    unit = "COALESCE(NULLIF(b.team, ''), b.region)"
    found = con.execute(
        f"SELECT a.{key}, a.name, a.period, {unit}, {there}{', ' + both if both else ''} "
        f"{pairs} WHERE {' OR '.join(differs) or 'FALSE'} ORDER BY ABS({shift}) DESC, a.{key}, a.period_no "
        f"LIMIT {MOST_MOVERS}"
    ).fetchall()
    movers = []
    for who, name, period, unit, old_grade, new_grade, old_total, new_total, *rest in found:
        parts = [(part, Decimal(rest[2 * n]), Decimal(rest[2 * n + 1])) for n, part in enumerate(names)]
        moved = tuple(part for part in parts if part[1] != part[2])
        asked = [part for part, _, _ in moved] + (["total"] if old_total != new_total else [])
        asked += ["grade"] if old_grade != new_grade else []
        lines = sorted(frozenset().union(*(rests.get(part, frozenset()) for part in asked)))
        sums = (sum((p[1] for p in parts), Decimal(0)), sum((p[2] for p in parts), Decimal(0)))
        grades = (old_grade or "", new_grade or "")
        movers.append(Mover(who, name, period, unit or "", grades, (old_total, new_total), sums, moved, tuple(lines)))
    return tuple(movers)


def sides_of(con: duckdb.DuckDBPyConnection, pairs: str, shift: str, before: str, after: str) -> tuple[Side, ...]:
    """Who gains and who loses by region, level and length of service in years."""
    found: list[Side] = []
    for by, label in BY.items():
        sql = f"""SELECT {label}, count(*), count(CASE WHEN {shift} > 0 THEN 1 END),
            count(CASE WHEN {shift} < 0 THEN 1 END), SUM({before}), SUM({after}) {pairs} GROUP BY 1 ORDER BY 1"""
        rows = con.execute(sql).fetchall()
        if len(rows) > 1:
            found += [Side(by, name, n, up, down, Decimal(was), Decimal(now)) for name, n, up, down, was, now in rows]
    return tuple(found)


def turned_of(old: Outcome, new: Outcome, old_table: str, new_table: str) -> tuple[Turned, ...]:
    """The conclusions that one side draws for a row and the other does not, without rejected and withheld ones."""
    if not (old.conclusions and new.conclusions):
        return ()
    key = quoted(new.plan.key)
    drawn = "(SELECT * FROM {} WHERE status NOT IN ('rejected', 'withheld'))"
    on = f"a.{key} = b.{key} AND a.period_no = b.period_no AND a.conclusion = b.conclusion"
    sides = [drawn.format(f"{table}_concluded") for table in (old_table, new_table)]
    found = new.con.execute(
        f"SELECT COALESCE(a.conclusion, b.conclusion), b.{key} IS NULL, COALESCE(a.{key}, b.{key}), "
        f"COALESCE(a.name, b.name) FROM {sides[0]} b FULL JOIN {sides[1]} a ON {on} "
        f"WHERE a.{key} IS NULL OR b.{key} IS NULL ORDER BY 1, 2 DESC, 3, COALESCE(a.period_no, b.period_no)"
    ).fetchall()
    titles = {rule.name: rule.title for plan in (old.plan, new.plan) for rule in plan.rules}
    turned = []
    for name in dict.fromkeys(row[0] for row in found):
        mine = [row for row in found if row[0] == name]
        people = tuple(("+" if appears else "-", who, called) for _, appears, who, called in mine[:MOST_NAMED])
        appears = sum(row[1] for row in mine)
        turned.append(Turned(name, titles.get(name, Title(name, name)), appears, len(mine) - appears, people))
    return tuple(turned)


def shifts_of(con: duckdb.DuckDBPyConnection, pairs: str, shift: str) -> tuple[tuple[Decimal, int], ...]:
    """How many rows' pay changes by how much: (from, count) in steps of equal width; rows without a change left out."""
    changed = f"FROM (SELECT CAST({shift} AS DECIMAL(18,2)) AS shift {pairs}) WHERE shift <> 0"
    low, high = con.execute(f"SELECT min(shift), max(shift) {changed}").fetchall()[0]
    if low is None:
        return ()
    width = next((w for w in WIDTHS if (high - low) / w <= MOST_BINS), WIDTHS[-1])
    sql = f"SELECT shift - (shift % {width} + {width}) % {width} AS low, count(*) {changed} GROUP BY 1 ORDER BY 1"
    return tuple((Decimal(at), n) for at, n in con.execute(sql).fetchall())
