"""The parts that stages and their sources share: a CTE that is joined, and the SQL of names and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from incentives.database import quoted
from incentives.language.tree import Node
from incentives.language.typed import Scoped
from incentives.language.walk import names_in
from incentives.plan.columns import Plan
from incentives.plan.names import inner_name
from incentives.tables.periods import day_number_sql

ROWS = quoted(inner_name("rows"))  # how many rows of a table a source counts
# what history functions walk along, and the period around a month that is tracked: the spine has them beside the plan's
SEQ, SKIPPED, GAP = WALK = (inner_name("seq"), inner_name("skipped"), inner_name("gap"))
AROUND = inner_name("around_no")
DAY = "day"  # the grain of the figures in force on a day


@dataclass(frozen=True)
class Source:
    """A CTE that the first stage joins: its SQL, its join on the spine `p`, and what each column reads of it.

    `counts`: the table of which it counts every row, by key and period, in ROWS; it is read once, into a table.
    """

    name: str
    sql: str
    on: str
    columns: dict[str, str]
    counts: str = ""


def read_table(frame: str, source: Source) -> str:
    """Return the name of the table that a counting source of a frame is read into."""
    return f"read_{frame}_{source.counts}"


def keyed(plan: Plan, name: str) -> str:
    """Return the join of a source on subject and period."""
    return f"{name}.`{plan.key}` = p.`{plan.key}` AND {name}.period_no = p.period_no"


def figures_join(grain: str, rows: str, period: str = "period_no") -> str:
    """Return the join of `rows` on the figures in force in their period, as `f`."""
    return f" JOIN figures f ON f.grain = '{grain}' AND f.period_no = {rows}.{period}"


def dated_join(rows: str, day: str) -> str:
    """Return the join of `rows` on the figures in force on their own `day`, as `f`."""
    return f" JOIN figures f ON f.grain = '{DAY}' AND f.period_no = {day_number_sql(f'{rows}.`{day}`')}"


def scope_of(plan: Plan, frame: str) -> dict[str, Scoped]:
    """Return the names that a formula of the frame may read: its columns and the policy's figures."""
    scope = {column.name: column.scoped for column in plan.columns(frame)}
    return scope | {figure.path: Scoped(figure.type) for figure in plan.figures}


def figures_read(grain: str, rows: str, formula: Node) -> str:
    """Return the join of `rows` on the figures of their period, where a formula reads one."""
    return figures_join(grain, rows) if any("." in name for name in names_in(formula)) else ""


def namer(rows: str) -> Callable[[str], str]:
    """Return the function that writes a formula's names in SQL: figures are in `f`, everything else in `rows`."""
    return lambda name: f"{'f' if '.' in name else rows}.{quoted(name)}"
