"""The oracle's entry: a policy and data as plain text in, every column's value by subject and period out."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from .conclusions import define_conclusions
from .days import Period
from .grades import define_grades
from .leavers import rows_after
from .lines import read_lines
from .metrics import define_metrics
from .pay import define_pay
from .people import ATTRIBUTES, Rows, day, read_people, span, spine
from .scores import define_scores
from .targets import define_targets
from .tracking import FRAME, define_tracking
from .trade import seen_as
from .world import Row, World

OF_THE_PERIOD = ("period_start", "period_end", "tenure_months")
OF_THE_REP = ("name", "hired_on", "left_on", "worked_share")
DECIDED = {"decision_reason": "reason", "decided_by": "decided_by", "decided_on": "decided_on"}
Result = dict[tuple[str, str], dict[str, Any]]


def read_policy(path: Path) -> dict[str, Any]:
    """A ruleset with every scalar as the text that stands in the file."""
    policy: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return policy


def read_folder(path: Path) -> dict[str, Rows]:
    """The CSV files of a folder as rows of text."""
    found: dict[str, Rows] = {}
    for file in sorted(path.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            found[file.stem] = list(csv.DictReader(text))
    return found


def evaluate(policy: dict[str, Any], data: dict[str, Rows]) -> Result:
    """(subject, period) → column → value, for all grains; raises DataError where the policy calls a value an error.

    Columns of a month's row are those of the month and, where the policy tracks anything, of the tracking.
    """
    return result_of(build(policy, data))


def result_of(world: World) -> Result:
    """Every column of every row of a world."""
    result: Result = defaultdict(dict)
    for frame, name in sorted(world.columns, key=lambda column: column[0] == FRAME):
        for row in world.rows.get(frame, []):
            result[row.key, row.period.name][name] = world.value(row, name)
    return dict(result)


def build(policy: dict[str, Any], data: dict[str, Rows]) -> World:
    """The world of a policy and data, nothing computed yet."""
    key = f"{policy.get('subject', 'rep')}_id"
    people = read_people(policy, data, key)
    first, last = span(policy, data)
    shares: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for credit in data.get("credits", []):
        shares[credit["order_id"]][credit[key]] = Fraction(credit["share"])
    world = World(
        policy=policy,
        data=data,
        people=people,
        snapshots={(r[key], r["period"], r["metric"]): r["value"] for r in data.get("snapshots", [])},
        lines=read_lines(seen_as(policy, data, people, key), key),
        credits=dict(shares),
        grain=policy.get("grain", "quarter"),
        first=first,
    )
    for define in (define_metrics, define_targets, define_scores, define_grades, define_pay, define_tracking):
        world.columns |= define(world)
    world.columns |= define_conclusions(world)
    frames = {frame for frame, _ in world.columns}
    for frame in sorted(frames):
        grain = "month" if frame == FRAME else frame
        there = spine(people, grain, first, last)
        if frame == world.grain:
            there += rows_after(policy, data, people, there, last)
        world.rows[frame] = [Row(subject, period, frame) for subject, period in sorted(there, key=in_turn)]
        common = {(frame, name): partial(attribute, name=name) for name in (*ATTRIBUTES, *OF_THE_REP)}
        common |= {(frame, name): partial(of_period, name=name) for name in OF_THE_PERIOD}
        common |= {(frame, name): partial(decided, name=column) for name, column in DECIDED.items()}
        world.columns = common | world.columns
    world.present = frozenset(row for rows in world.rows.values() for row in rows)
    return world


def in_turn(place: tuple[str, Period]) -> tuple[str, int]:
    """Rows are in order of key, then of period."""
    return place[0], place[1].number


def decided(world: World, row: Row, name: str) -> Any:
    """What the committee's decision of the period says."""
    text = world.people.decided(row.key, row.period, name)
    return day(text) if name == "decided_on" else text


def of_period(world: World, row: Row, name: str) -> Any:
    """The period's ends, and the whole months since the day of hiring by its end or the day of leaving."""
    if name != "tenure_months":
        return row.period.first if name == "period_start" else row.period.last
    rep = world.people.reps[row.key]
    hired, left = day(rep.get("hired_on", "")), day(rep.get("left_on", ""))
    if hired is None:
        return None
    after = min(row.period.last, left or row.period.last) + timedelta(days=1)
    months = (after.year - hired.year) * 12 + after.month - hired.month - (1 if after.day < hired.day else 0)
    return Fraction(max(0, months))


def attribute(world: World, row: Row, name: str) -> Any:
    """What the posting says at the end of the period; text that is not there is empty, money is missing."""
    if name == "worked_share":
        return world.people.worked_share(row.key, row.period)
    if name in OF_THE_REP:
        text = world.people.reps[row.key].get(name, "")
        return text if name == "name" else day(text)
    text = world.people.attributes(row.key, row.period)[name]
    if name == "base_salary":
        return Fraction(text) if text else None
    return text
