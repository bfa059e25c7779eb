"""Findings → the distinct situations of each component → what is drawn in them, joined back to the rows.

A situation is written as text of 1 and 0: a sign for every finding of the component, then one for every conclusion
that a decision may reject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from incentives.conclusions.draw import draw
from incentives.conclusions.network import Drawn, Node, Situation, components
from incentives.database import Database, literal
from incentives.engine.layers import Rows
from incentives.plan.columns import Plan
from incentives.plan.rules import Rule


@dataclass
class Drawing:
    """The conclusions drawn so far, by component and situation; the same situation is never drawn twice."""

    parts: tuple[tuple[Node, ...], ...]
    findings: dict[str, tuple[str, ...]]
    rejectable: frozenset[str]
    order: dict[str, int]
    answers: dict[tuple[int, str], tuple[Drawn, ...]] = field(default_factory=dict)

    def signs(self, part: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The findings of a component, and those of its conclusions that may be rejected."""
        nodes = self.parts[part]
        return tuple(f for n in nodes for f in n.findings), tuple(n.name for n in nodes if n.name in self.rejectable)


def drawing_of(rules: tuple[Rule, ...]) -> Drawing:
    """The network of the conclusions of one grain."""
    nodes = [Node(r.name, tuple(f.column for f in r.findings), r.after, r.over) for r in rules]
    findings = {rule.name: tuple(f.column for f in rule.findings) for rule in rules}
    order = {rule.name: number for number, rule in enumerate(rules)}
    return Drawing(tuple(components(nodes)), findings, frozenset(r.name for r in rules if r.proposal), order)


def create_drawn(con: Database, plan: Plan, frame: str) -> None:
    """Make `held_<frame>` (part, key, period_no, situation) and `drawn_<frame>`, both empty.

    Columns of the latter: key, period_no, part, position, conclusion, found (a sign a finding), withheld.
    """
    row = f"`{plan.key}` VARCHAR, period_no INTEGER, part INTEGER"
    con.execute(f"CREATE OR REPLACE TEMP TABLE `held_{frame}` ({row}, situation VARCHAR)")
    drawn = f"{row}, position INTEGER, conclusion VARCHAR, found VARCHAR, withheld VARCHAR"
    con.execute(f"CREATE OR REPLACE TEMP TABLE `drawn_{frame}` ({drawn})")


def draw_parts(
    con: Database, plan: Plan, frame: str, rows: Rows, drawing: Drawing, parts: Sequence[int]
) -> None:  # fmt: skip
    """Draw these components anew into `drawn_<frame>`.

    `rows` have the findings; `ruled_<frame>` says what was decided.
    """
    if not parts:
        return
    names = [name for part in parts for name in drawing.signs(part)[0]]
    picks, any_of = ", ".join(f"r.`{name}`" for name in names), " OR ".join(f"r.`{name}`" for name in names)
    con.make_table(
        f"findings_{frame}", f"SELECT r.`{plan.key}`, r.period_no, {picks} FROM {rows(names)} r WHERE {any_of}"
    )
    within = f"part IN ({', '.join(map(str, parts))})"
    for table in (f"`held_{frame}`", f"`drawn_{frame}`"):
        con.execute(f"DELETE FROM {table} WHERE {within}")
    held = "\nUNION ALL ".join(held_sql(plan, frame, drawing, part) for part in parts)
    con.execute(f"INSERT INTO `held_{frame}` {held}")
    asked = con.query(f"SELECT DISTINCT part, situation FROM `held_{frame}` WHERE {within} ORDER BY 1, 2")
    answer(drawing, [key for key in asked if key not in drawing.answers])
    values = [row for key in asked for row in answer_rows(drawing, *key)]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE `answers_{frame}` "
        "(part INTEGER, situation VARCHAR, position INTEGER, conclusion VARCHAR, found VARCHAR, withheld VARCHAR)"
    )
    if values:
        con.execute(f"INSERT INTO `answers_{frame}` VALUES {', '.join(values)}")
    con.execute(
        f"INSERT INTO `drawn_{frame}` "
        f"SELECT h.`{plan.key}`, h.period_no, h.part, a.position, a.conclusion, a.found, a.withheld "
        f"FROM `held_{frame}` h JOIN `answers_{frame}` a ON a.part = h.part AND a.situation = h.situation"
    )


def held_sql(plan: Plan, frame: str, drawing: Drawing, part: int) -> str:
    """The rows in which any finding of a component holds, each with its situation."""
    findings, rejectable = drawing.signs(part)
    signs = [f"CASE WHEN r.`{name}` THEN '1' ELSE '0' END" for name in findings]
    signs += [f"CASE WHEN d.`{name}` = 1 THEN '1' ELSE '0' END" for name in rejectable]
    join = ""
    if rejectable:
        picks = ", ".join(
            f"MAX(CASE WHEN conclusion = {literal(name)} AND decision = 'rejected' THEN 1 ELSE 0 END) AS `{name}`"
            for name in rejectable
        )
        ruled = f"SELECT `{plan.key}`, period_no, {picks} FROM `ruled_{frame}` GROUP BY 1, 2"
        join = f" LEFT JOIN ({ruled}) d ON d.`{plan.key}` = r.`{plan.key}` AND d.period_no = r.period_no"
    any_of = " OR ".join(f"r.`{name}`" for name in findings)
    situation = " || ".join(signs)
    picks = f"r.`{plan.key}`, r.period_no, {part} AS part, {situation} AS situation"
    return f"SELECT {picks} FROM `findings_{frame}` r{join} WHERE {any_of}"


def answer(drawing: Drawing, asked: list[tuple[int, str]]) -> None:
    """Draw the situations that are new."""
    nodes = [node for nodes in drawing.parts for node in nodes]
    situations = []
    for part, signs in asked:
        findings, rejectable = drawing.signs(part)
        on = {name for name, sign in zip((*findings, *rejectable), signs, strict=True) if sign == "1"}
        situations.append(Situation(frozenset(on & set(findings)), frozenset(on & set(rejectable))))
    drawn = draw(nodes, situations) if situations else []
    for (part, signs), found in zip(asked, drawn, strict=True):
        drawing.answers[part, signs] = found


def answer_rows(drawing: Drawing, part: int, signs: str) -> list[str]:
    """The answers to one situation as rows of SQL values."""
    rows = []
    for drawn in drawing.answers[part, signs]:
        found = "".join("1" if name in drawn.findings else "0" for name in drawing.findings[drawn.name])
        texts = [literal(text) for text in (drawn.name, found, drawn.withheld)]
        rows.append(f"({part}, {literal(signs)}, {drawing.order[drawn.name]}, {', '.join(texts)})")
    return rows
