"""Warnings for tables and metrics that the policy reads and that have no row in an asked period: they count as zero
or missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from incentives.engine.periods import is_within
from incentives.engine.run import frames_for
from incentives.faults import Fault, Place
from incentives.language.tree import Title
from incentives.plan.columns import Aggregated, Delivered, Plan, Targeted, grain_of
from incentives.plan.sources import DATED_BY
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
    """A table, or a metric in it for periods of a grain, that the policy reads."""

    table: str
    metric: str = ""
    grain: str = ""
    title: Title = NO_TITLE


Spans = dict[tuple[str, str, str], list[tuple[date, date]]]  # of a table, metric and grain: periods that have rows


def emptied(plan: Plan, tables: Tables, frame: str, wanted: Sequence[Period], relation: str) -> list[Fault]:
    """Return a warning for each asked period within the time of the policy, with the inputs that have no row there.

    A period whose results are all on record needs no inputs.
    """
    read = reads(plan, frame)
    if not read or not wanted:
        return []
    spans = spans_of(tables, read, wanted)
    # a target that the policy computes needs none in any period
    read = [one for one in read if one.table != "targets" or (one.table, one.metric, one.grain) in spans]
    recorded = on_record(tables, relation)
    faults = []
    for period in wanted:
        if period.id in recorded or not is_within(plan, period):
            continue
        none = [one for one in read if not has_rows(spans, one, period)]
        if len(none) < len(read):
            none = [one for one in none if one.table not in RARE]
        if none:
            about: dict[str, object] = {"period": period.id, "nothing": len(none) == len(read)}
            about["what"] = {lang: listed(none, lang) for lang in ("zh", "en")}
            faults.append(Fault("period_empty", Place(""), about, warning=True))
    return faults


def on_record(tables: Tables, relation: str) -> set[str]:
    """Return the periods whose results are all on record."""
    found = tables.con.query(f"SELECT period FROM `{relation}` GROUP BY period HAVING bool_and(locked)")
    return {period for (period,) in found}


def spans_of(tables: Tables, read: Sequence[Read], wanted: Sequence[Period]) -> Spans:
    """Return the first and last days of the periods of metrics, and of the asked periods of other tables, that have
    rows."""
    found: Spans = {}
    for table in dict.fromkeys(one.table for one in read):
        if day := DATED_BY.get(table):
            # one row each is looked for: the table may be a file of millions
            there = (f"EXISTS (SELECT 1 FROM {table} WHERE {day} BETWEEN '{p.first}' AND '{p.last}')" for p in wanted)
            rows = tables.con.query(f"SELECT {', '.join(there)}")[0]
            found[table, "", ""] = [(p.first, p.last) for p, has in zip(wanted, rows, strict=True) if has]
            continue
        sql = (
            f"SELECT x.metric, p.grain, p.first_day, p.last_day FROM (SELECT DISTINCT metric, period FROM {table}) x "
            "JOIN calendar_periods p ON p.period = x.period"
        )
        for metric, grain, first, last in tables.con.query(sql):
            found.setdefault((table, metric, grain), []).append((first, last))
    return found


def has_rows(spans: Spans, one: Read, period: Period) -> bool:
    """Return whether there are rows of that within a period."""
    known = spans.get((one.table, one.metric, one.grain), [])
    return any(period.first <= first and last <= period.last for first, last in known)


def listed(none: Sequence[Read], lang: str) -> str:
    """Return the tables and metrics without rows, in words: `no orders, no snapshots of sales, margin`."""
    said = []
    for table in dict.fromkeys(one.table for one in none):
        names = [one.title.get(lang) for one in none if one.table == table]
        more = f" … ({len(names)})" if len(names) > MOST_NAMED else ""
        what = TITLES[table].get(lang).format(("、" if lang == "zh" else ", ").join(names[:MOST_NAMED]) + more)
        said.append(f"没有{what}" if lang == "zh" else f"no {what}")
    return ("；" if lang == "zh" else ", ").join(said)


def reads(plan: Plan, frame: str) -> list[Read]:
    """Return the tables and metrics that the frame, and those that it is computed from, read."""
    found: dict[tuple[str, str], Read] = {}
    for name in frames_for(plan, frame):
        grain = grain_of(name)
        for column in plan.columns(name):
            match column.how:
                case Aggregated(table=table) if table in TITLES:
                    found[table, ""] = Read(table)
                case Delivered(metric=metric):
                    found["snapshots", metric] = Read("snapshots", metric, grain, titled(column.title, metric))
                case Targeted(metric=metric):
                    title = next((c.title for c in plan.columns(name) if c.name == metric), NO_TITLE)
                    found["targets", metric] = Read("targets", metric, grain, titled(title, metric))
                case _:
                    pass  # reads no table by itself
    return sorted(found.values(), key=lambda one: list(TITLES).index(one.table))


def titled(title: Title, metric: str) -> Title:
    """Return the title of a metric in both languages, by its name where it has none."""
    return Title(title.zh or title.en or metric, title.en or title.zh or metric)
