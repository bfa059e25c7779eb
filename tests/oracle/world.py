"""One evaluation: the policy, the data, and every column's value found on demand and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from .days import MONTHS, Period
from .formula import Tree, parse
from .leavers import is_gone
from .lines import Line
from .people import People, Rows
from .value import holds, rounded, value_of

SCALES = {"money": 2, "ratio": 6, "rate": 6, "score": 2, "count": 0, "days": 2, "hours": 2}
Policy = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A subject in a period of a frame: a grain, or `tracking` for months seen against the assessment's period."""

    key: str
    period: Period
    frame: str


Define = Callable[["World", Row], Any]


class DataError(Exception):
    """A value that the policy calls an error: absent, or a zero divisor."""


@dataclass
class World:
    """What columns are computed from, and what has been computed."""

    policy: Policy
    data: dict[str, Rows]
    people: People
    snapshots: dict[tuple[str, str, str], str]
    lines: dict[str, dict[str, list[Line]]]
    credits: dict[str, dict[str, Fraction]]
    grain: str
    first: date
    columns: dict[tuple[str, str], Define] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    present: frozenset[Row] = frozenset()
    known: dict[tuple[Row, str], Any] = field(default_factory=dict)

    def value(self, row: Row, name: str) -> Any:
        """The value of a column or of a policy's figure (`figures.x`) in a row."""
        if (row, name) not in self.known:
            if name.startswith("figures."):
                self.known[row, name] = figure(self.policy, name.removeprefix("figures."), row.period.first)
            elif is_gone(self, row) and name in self.measured and row.frame == self.grain:
                self.known[row, name] = None
            else:
                self.known[row, name] = self.columns[row.frame, name](self, row)
        return self.known[row, name]

    @property
    def measured(self) -> set[str]:
        """The names of what is measured, or computed from it."""
        return {*self.policy.get("metrics", {}), *self.policy.get("columns", {})}

    def formula(self, row: Row, text: str) -> Any:
        """The exact value of a formula in a row."""
        return self.tree(row, parse(text))

    def tree(self, row: Row, tree: Tree) -> Any:
        """The exact value of a parsed formula in a row."""
        return value_of(tree, lambda name: self.value(row, name), lambda name, args: past(self, row, name, args))

    def holds(self, row: Row, text: str) -> bool:
        """Whether a condition holds in a row; a missing one does not."""
        return self.holds_tree(row, parse(text))

    def holds_tree(self, row: Row, tree: Tree) -> bool:
        """The same for a parsed condition."""
        return holds(tree, lambda name: self.value(row, name), lambda name, args: past(self, row, name, args))

    def given(self, row: Row, written: str) -> Any:
        """A value as the policy states it: `40%`, `150`, or `figures.x`."""
        return self.formula(row, written)

    def others(self, row: Row, unit: str) -> list[Row]:
        """All rows of the same frame and period, and of the same unit (`company`: all)."""
        same = [r for r in self.rows[row.frame] if r.period == row.period]
        if unit == "company":
            return same
        return [r for r in same if self.value(r, unit) == self.value(row, unit)]

    def in_force(self, row: Row) -> bool:
        """Whether the row's period begins inside the effective range of the policy."""
        effective = self.policy["effective"]
        end = date.fromisoformat(effective["to"]) if effective.get("to") else date.max
        return date.fromisoformat(effective["from"]) <= row.period.first <= end


def figure(policy: Policy, name: str, on: date) -> Any:
    """The value of `figures.<name>` in force on a day; before its first date, the first one."""
    about = policy["figures"][name]
    written = about["value"]
    if isinstance(written, dict):
        begun = [first for first in sorted(written) if date.fromisoformat(first) <= on]
        written = written[begun[-1] if begun else min(written)]
    if about["unit"] == "switch":
        return written in ("on", "true")
    if about["unit"] == "date":
        return date.fromisoformat(written)
    return written if about["unit"] == "text" else parse(written)[1]


def finished(value: Any, about: dict[str, Any]) -> Any:
    """A column's value: money and scores, and what says how it is rounded, rounded once, at its end; else as it is."""
    if not isinstance(value, Fraction) or not (about["unit"] in ("money", "score") or {"scale", "rounding"} & {*about}):
        return value
    return rounded(value, int(about.get("scale", SCALES[about["unit"]])), about.get("rounding", "half_up"))


def before(world: World, row: Row, start: Period) -> Iterator[Row]:
    """The rows of a subject from `start` backwards, exempt ones skipped; periods without a row come as they are."""
    period = start
    while period.last >= world.first:
        earlier = Row(row.key, period, row.frame)
        if earlier not in world.present or not is_exempt(world, earlier):
            yield earlier
        period = period.back(1)


def is_exempt(world: World, row: Row) -> bool:
    """Whether a row's period is exempt, which history functions skip."""
    exempt = ("left", "decision", "status", "least_time")
    return row.frame in (world.grain, "year") and world.value(row, "assessment_reason") in exempt


def past(world: World, row: Row, name: str, arguments: tuple[Tree, ...]) -> Any:
    """A history function: what the same subject's other periods hold."""
    of = arguments[0]
    if name in ("standing", "concluded"):
        from .conclusions import stands, takes_effect  # conclusions are columns of the world, too

        return (stands if name == "standing" else takes_effect)(world, row, of[1])
    if name in ("prior", "last_year"):
        otherwise = world.tree(row, arguments[1]) if len(arguments) > 1 else None
        if name == "last_year":
            earlier = [Row(row.key, row.period.back(12 // MONTHS[row.period.grain]), row.frame)]
        else:
            steps = int(arguments[2][1]) if len(arguments) > 2 else 1
            earlier = list(before(world, row, row.period.back(1)))[steps - 1 : steps]
        found = [world.tree(r, of) for r in earlier if r in world.present]
        return otherwise if not found or found[0] is None else found[0]
    line = list(before(world, row, row.period))
    if name == "streak" and is_exempt(world, row):
        return Fraction(0)
    if name == "streak":
        run = [r in world.present and world.holds_tree(r, of) for r in line]
        return Fraction((*run, False).index(False))
    window = [r for r in line[: int(arguments[1][1])] if r in world.present]
    if name == "count":
        return Fraction(sum(world.holds_tree(r, of) for r in window))
    values = [v for v in (world.tree(r, of) for r in window) if v is not None]
    return sum(values, Fraction(0)) if values else None
