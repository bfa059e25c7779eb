"""The lines in which a policy differs from another, and the columns of its plan that depend on them."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress
from typing import Any

from pydantic_core import PydanticCustomError

from incentives.execution.salaries import SALARY
from incentives.language.tree import Title
from incentives.language.walk import names_in
from incentives.plan.columns import Aggregated, Column, Computed, Plan
from incentives.plan.graph import reads_of
from incentives.plan.names import ceiling_named
from incentives.ruleset import Ruleset
from incentives.ruleset.kinds import number
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.scalars import plain, written
from incentives.simulate.model import PolicyLine
from incentives.simulate.rebalance import percent

SECTIONS = {"metric": "metrics", "figure": "columns", "pay": "pay", "target": "targets", "ceiling": "grade.ceilings"}
PERCENTS = ("%", "％")
IGNORED = {"version", "announced_on", "ruleset"}  # change no figure
SAID = {"title", "why"}  # nor does what is only said of a part


def changed_lines(before: Ruleset, after: Ruleset) -> tuple[PolicyLine, ...]:
    """Every value that is changed (~), new (+) or gone (-), in the order of their paths in the changed policy."""
    old, new = dict(leaves(before.document.data)), dict(leaves(after.document.data))
    found = []
    for path in [*new, *(path for path in old if path not in new)]:
        if path[0] in IGNORED or is_said(path) or old.get(path) == new.get(path):
            continue
        sign = "~" if path in old and path in new else "+" if path in new else "-"
        document = after.document if path in new else before.document
        was, now = (text_at(side.document, path) for side in (before, after))
        title, place = titled(document, path), (after if sign == "+" else before).document.place(path)
        found.append(PolicyLine(sign, ".".join(map(str, path)), title, was, alongside(was, now), place))
    return tuple(found)


def alongside(was: str, now: str) -> str:
    """A number in place of a percentage with the percentage that it is: `6` for 5 % is 600 %."""
    if was.endswith(PERCENTS) and not now.endswith(PERCENTS):
        with suppress(PydanticCustomError):
            return f"{now} ({percent(number(plain(now)))})"
    return now


def is_said(path: Path) -> bool:
    """Return whether a path leads to a title or a reason, in one language or in both."""
    return path[-1] in SAID or (path[-1] in ("zh", "en") and len(path) > 1 and path[-2] in SAID)


def leaves(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value at the end of a path."""
    if isinstance(data, dict) and data:
        for key, part in data.items():
            yield from leaves(part, (*path, key))
    elif isinstance(data, list) and data:
        for index, part in enumerate(data):
            yield from leaves(part, (*path, index))
    else:
        yield path, data


def text_at(document: Document, path: Path) -> str:
    """The value as it is written in its file; as it reads where it stands in none."""
    value = document.at(path)
    if value is None:
        return ""
    place = document.values.get(path)
    lines = document.texts.get(place.file, "").split("\n") if place else []
    if place and place.line and len(lines) >= place.line:
        text = lines[place.line - 1][place.column - 1 : place.end_column - 1]
        if text.strip():
            return text.strip("'\"")
    return written(value) if not isinstance(value, dict | list) else str(value)


def titled(document: Document, path: Path) -> Title:
    """The title of the nearest part around a value that has one."""
    for depth in range(len(path), 0, -1):
        part = document.at(path[:depth])
        if isinstance(part, dict) and "title" in part:
            title = part["title"]
            return Title(**title) if isinstance(title, dict) else Title(str(title), str(title))
    return Title()


def resting_on(plan: Plan, frame: str, paths: list[str], raising: Set[str]) -> dict[str, frozenset[str]]:
    """For each column of a frame the given paths of the policy that it is computed from, directly or through others.

    A path counts for a column where it is, or lies inside, what the column was made of: the place of its own section,
    or a figure that its formula reads. The base salary rests on what components `raising` it did in earlier periods.
    """
    found = rests_of(plan, frame, paths, frozenset())
    raised = frozenset().union(*(found.get(name, frozenset()) for name in raising))
    return rests_of(plan, frame, paths, raised) if raised else found


def rests_of(plan: Plan, frame: str, paths: list[str], salary: frozenset[str]) -> dict[str, frozenset[str]]:
    """The same where the base salary rests on `salary`."""
    found: dict[str, frozenset[str]] = {}
    for column in plan.columns(frame):
        own = {path for path in paths if any(touches(path, named) for named in named_by(column))}
        own |= salary if column.name == SALARY else set()
        through = [found.get(name, frozenset()) for where, name in reads_of(column) if where == frame]
        found[column.name] = frozenset(own).union(*through)
    return found


def touches(path: str, named: str) -> bool:
    """Return whether a path of the policy is what a column names: the figure itself, or a part of the component."""
    return path == named or path.startswith(f"{named}.") or named.startswith(f"{path}.")


def named_by(column: Column) -> list[str]:
    """Return the parts of the policy that a column reads by itself: the figures of its formulas, and its own
    section."""
    how = column.how
    trees = [how.formula] if isinstance(how, Computed) else []
    if isinstance(how, Aggregated):
        trees = [tree for tree in (how.of, how.where) if tree is not None]
    figures = [name for tree in trees for name in names_in(tree) if "." in name]
    section = SECTIONS.get(column.role)
    own = [f"{section}.{ceiling_named(column.name)}"] if section else []
    if column.role == "grade":
        own.append("grade.bands")
    return figures + own
