"""What the policy reads and the data has nothing of in an asked period: remarked, for it counts as zero or missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incentives.engine.periods import is_within
from incentives.engine.run import frames_for
from incentives.faults import Fault, Place
from incentives.language.tree import Title
from incentives.plan.columns import Aggregated, Delivered, Plan, Targeted, grain_of
from incentives.plan.sources import DATED_BY
from incentives.sql import literal
from incentives.tables import Tables
from incentives.tables.periods import Period

TITLES = {
    "orders": Title("订单", "orders"),
    "receipts": Title("回款", "receipts"),
    "events": Title("事件", "events"),
    "snapshots": Title("指标数据：{}", "snapshots of {}"),
    "targets": Title("目标：{}", "targets of {}"),
}
RARE = ("events",)  # which may well be none in a period of which the data has everything else
MOST_NAMED = 5
NO_TITLE = Title()


@dataclass(frozen=True)
class Read:
    """What is read of a table, or of a metric in it: its rows (SQL) by their first and last day."""

    table: str
    rows: str
    metric: Title = NO_TITLE


def emptied(plan: Plan, tables: Tables, frame: str, wanted: Sequence[Period], relation: str) -> list[Fault]:
    """A warning for each asked period within the time of the policy: what of all that it reads has no row there.

    Nothing is wanting in a period in which everybody's result is on record.
    """
    read = [one for one in reads(plan, frame) if one.table != "targets" or any_of(tables, one.rows)]
    faults = []
    for period in wanted if read else ():
        if is_on_record(tables, period, relation):
            continue
        within = f"first >= DATE '{period.first}' AND last <= DATE '{period.last}'"
        there = ", ".join(f"EXISTS (SELECT 1 FROM ({one.rows}) WHERE {within})" for one in read)
        found = tables.con.execute(f"SELECT {there}").fetchall()[0]
        none = [one for one, any_row in zip(read, found, strict=True) if not any_row]
        if len(none) < len(read):
            none = [one for one in none if one.table not in RARE]
        if none and is_within(plan, period):
            about: dict[str, object] = {"period": period.id, "nothing": len(none) == len(read)}
            about["what"] = {lang: listed(none, lang) for lang in ("zh", "en")}
            faults.append(Fault("period_empty", Place(""), about, warning=True))
    return faults


def is_on_record(tables: Tables, period: Period, relation: str) -> bool:
    """Whether all results of a period stand on record."""
    sql = f"SELECT count(*), bool_and(locked) FROM `{relation}` WHERE period = {literal(period.id)}"
    rows, locked = tables.con.execute(sql).fetchall()[0]
    return bool(rows and locked)


def any_of(tables: Tables, rows: str) -> bool:
    """Whether there are rows at all: a target that the policy computes needs none in any period."""
    return bool(tables.con.execute(f"SELECT 1 FROM ({rows}) LIMIT 1").fetchall())


def listed(none: Sequence[Read], lang: str) -> str:
    """What there is none of, in words: `no orders, no snapshots of sales, margin`."""
    said = []
    for table in dict.fromkeys(one.table for one in none):
        names = [one.metric.get(lang) for one in none if one.table == table]
        more = f" … ({len(names)})" if len(names) > MOST_NAMED else ""
        what = TITLES[table].get(lang).format(("、" if lang == "zh" else ", ").join(names[:MOST_NAMED]) + more)
        said.append(f"没有{what}" if lang == "zh" else f"no {what}")
    return ("；" if lang == "zh" else ", ").join(said)


def reads(plan: Plan, frame: str) -> list[Read]:
    """What the frame, and those that it is computed from, read of the tables."""
    found: dict[tuple[str, str], Read] = {}
    for name in frames_for(plan, frame):
        for column in plan.columns(name):
            match column.how:
                case Aggregated(table=table) if table in TITLES:
                    rows = f"SELECT {DATED_BY[table]} AS first, {DATED_BY[table]} AS last FROM {table}"
                    found[table, ""] = Read(table, rows)
                case Delivered(metric=metric):
                    found["snapshots", metric] = of_metric("snapshots", metric, column.title, grain_of(name))
                case Targeted(metric=metric):
                    title = next((c.title for c in plan.columns(name) if c.name == metric), NO_TITLE)
                    found["targets", metric] = of_metric("targets", metric, title, grain_of(name))
    return sorted(found.values(), key=lambda one: list(TITLES).index(one.table))


def of_metric(table: str, metric: str, title: Title, grain: str) -> Read:
    """The rows of a metric in a table that names its periods."""
    rows = (
        f"SELECT p.first_day AS first, p.last_day AS last FROM {table} x JOIN calendar_periods p "
        f"ON p.grain = '{grain}' AND p.period = x.period WHERE x.metric = {literal(metric)}"
    )
    return Read(table, rows, Title(title.zh or title.en or metric, title.en or title.zh or metric))
