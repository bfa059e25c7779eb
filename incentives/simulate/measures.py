"""Differences between two outcomes, measured by the database over the table of their rows before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from incentives.database import Database, quoted
from incentives.execution.reassess import Snapshot
from incentives.language.tree import Title
from incentives.outcome.outcome import Outcome
from incentives.simulate.model import Cost, Moved, Mover, Side, Turned

MOST_MOVERS, MOST_NAMED = 200, 12
BY = {
    "region": "COALESCE(NULLIF(region, ''), '–')",
    "level": "COALESCE(NULLIF(level, ''), '–')",
    "tenure": "CASE WHEN tenure_months IS NULL THEN '–' WHEN tenure_months < 12 THEN '0–1' "
    "WHEN tenure_months < 36 THEN '1–3' WHEN tenure_months < 60 THEN '3–5' ELSE '5+' END",
}
WIDTHS = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
MOST_BINS = 24
NOTHING = Decimal(0)
Titles = Mapping[str, Title]
Resting = Sequence[Mapping[str, frozenset[str]]]


def both(name: str) -> str:
    """The columns of a figure before and after."""
    return f"{quoted(f'{name}_before')}, {quoted(f'{name}_after')}"


def differs(titles: Iterable[str], graded: bool) -> str:
    """Return whether any figure of a row is another one after the change."""
    names = [*titles, *(("grade", "total") if graded else ())]
    return " OR ".join(f"{quoted(f'{n}_before')} IS DISTINCT FROM {quoted(f'{n}_after')}" for n in names) or "FALSE"


def counts_of(con: Database, pairs: str, titles: Titles, graded: bool) -> tuple[int, int, int, int]:
    """Return the number of rows, of rows that differ in anything, and of rows that are paid more and less."""
    changed = f"CASE WHEN {differs(titles, graded)} THEN 1 END"
    sides = ", ".join(f"count(CASE WHEN difference {sign} 0 THEN 1 END)" for sign in (">", "<"))
    rows, moved, gain, lose = con.query(f"SELECT count(*), count({changed}), {sides} FROM {pairs}")[0]
    return rows, moved, gain, lose


def costs_of(
    con: Database, pairs: str, titles: Titles, salaried: frozenset[str]
) -> tuple[Cost, ...]:  # fmt: skip
    """Return the cost of each component on both sides, in money."""
    if not titles:
        return ()
    picks = ", ".join(
        f"COALESCE(SUM({quoted(f'{name}_{when}')}), 0)" for name in titles for when in ("before", "after")
    )
    found = [Decimal(value) for value in con.query(f"SELECT {picks} FROM {pairs}")[0]]
    return tuple(
        Cost(name, title, found[2 * n], found[2 * n + 1], name not in salaried)
        for n, (name, title) in enumerate(titles.items())
    )


def grade_moves(con: Database, pairs: str, grades: tuple[str, ...]) -> tuple[Moved, ...]:
    """Return the number of rows by grade before and after; "" for those without one."""
    if not grades:
        return ()
    place = {grade: n for n, grade in enumerate((*grades, ""))}
    found = con.query(f"SELECT {both('grade')}, count(*) FROM {pairs} GROUP BY 1, 2")
    return tuple(Moved(*row) for row in sorted(found, key=lambda row: (place[row[0]], place[row[1]])))


def movers_of(
    con: Database, pairs: str, titles: Titles, graded: bool, rests: Resting
) -> tuple[Mover, ...]:  # fmt: skip
    """The rows in which anything differs, the largest difference of pay first, with the lines that did it.

    At most MOST_MOVERS of them. `rests`: what each column rests on before, and after.
    """
    key = quoted(next(iter(con.columns(pairs))))
    scored = ", ".join(map(both, ("grade", "total"))) if graded else "'', '', NULL, NULL"
    parts = "".join(f", {both(name)}" for name in titles)
    found = con.query(
        f"SELECT {key}, name, period, COALESCE(NULLIF(team, ''), region), {scored}, {both('pay_total')}{parts} "
        f"FROM {pairs} WHERE {differs(titles, graded)} "
        f"ORDER BY ABS(difference) DESC, {key}, period_no LIMIT {MOST_MOVERS}"
    )
    movers = []
    for who, name, period, unit, old_grade, new_grade, old_total, new_total, was, now, *rest in found:
        sides = zip(titles, rest[::2], rest[1::2], strict=True)
        moved = tuple((part, amount(b), amount(a)) for part, b, a in sides if b != a)
        asked = [part for part, _, _ in moved] + (["total"] if old_total != new_total else [])
        asked += ["grade"] if old_grade != new_grade else []
        lines = {line for part in asked for known in rests for line in known.get(part, ())}
        movers.append(
            Mover(who, name, period, unit or "", (old_grade, new_grade), (old_total, new_total),
                  (Decimal(was), Decimal(now)), moved, tuple(sorted(lines)))
        )  # fmt: skip
    return tuple(movers)


def amount(value: Any) -> Decimal | None:
    """An amount as the model has it; None where it is missing."""
    return None if value is None else Decimal(value)


def sides_of(con: Database, pairs: str) -> tuple[Side, ...]:
    """Return the gains and losses by region, level and length of service in years."""
    found: list[Side] = []
    for by, label in BY.items():
        sql = f"""SELECT {label}, count(*), count(CASE WHEN difference > 0 THEN 1 END),
            count(CASE WHEN difference < 0 THEN 1 END), SUM(pay_total_before), SUM(pay_total_after)
            FROM {pairs} GROUP BY 1 ORDER BY 1"""
        rows = con.query(sql)
        if len(rows) > 1:
            found += [Side(by, name, n, up, down, Decimal(was), Decimal(now)) for name, n, up, down, was, now in rows]
    return tuple(found)


def turned_of(before: Snapshot, new: Outcome) -> tuple[Turned, ...]:
    """The conclusions that one side draws for a row and the other does not, without rejected and withheld ones."""
    key, after = quoted(new.plan.key), new.conclusions
    if before.concluded == after:  # nothing that conclusions rest on differs
        return ()
    sides = [drawn(key, table) for table in (before.concluded, after)]
    found = new.con.query(
        f"SELECT COALESCE(a.conclusion, b.conclusion), b.{key} IS NULL, COALESCE(a.{key}, b.{key}), "
        f"COALESCE(a.name, b.name) FROM {sides[0]} b FULL JOIN {sides[1]} a "
        f"ON a.{key} = b.{key} AND a.period_no = b.period_no AND a.conclusion = b.conclusion "
        f"WHERE a.{key} IS NULL OR b.{key} IS NULL ORDER BY 1, 2 DESC, 3, COALESCE(a.period_no, b.period_no)"
    )
    titles = {rule.name: rule.title for plan in (before.outcome.plan, new.plan) for rule in plan.rules}
    turned = []
    for name in dict.fromkeys(row[0] for row in found):
        mine = [row for row in found if row[0] == name]
        people = tuple(("+" if appears else "-", who, called) for _, appears, who, called in mine[:MOST_NAMED])
        appears = sum(row[1] for row in mine)
        turned.append(Turned(name, titles.get(name, Title(name, name)), appears, len(mine) - appears, people))
    return tuple(turned)


def drawn(key: str, table: str) -> str:
    """Return SQL for the conclusions of one side, each once; no rows where its policy concludes nothing."""
    if not table:
        return f"(SELECT '' AS {key}, '' AS name, 0 AS period_no, '' AS conclusion WHERE FALSE)"
    named = f"SELECT DISTINCT {key}, name, period_no, conclusion FROM {quoted(table)}"
    return f"({named} WHERE status NOT IN ('rejected', 'withheld'))"


def shifts_of(con: Database, pairs: str) -> tuple[tuple[Decimal, int], ...]:
    """Return the number of rows by change of pay: (from, count) in steps of equal width; rows without a change left
    out."""
    changed = f"FROM (SELECT CAST(difference AS DECIMAL(18,2)) AS shift FROM {pairs}) WHERE shift <> 0"
    low, high = con.query(f"SELECT min(shift), max(shift) {changed}")[0]
    if low is None:
        return ()
    width = next((w for w in WIDTHS if (high - low) / w <= MOST_BINS), WIDTHS[-1])
    sql = f"SELECT shift - (shift % {width} + {width}) % {width} AS low, count(*) {changed} GROUP BY 1 ORDER BY 1"
    return tuple((Decimal(at), n) for at, n in con.query(sql))
