"""A figure along a range, `PATH=LO..HI:STEP`, and the policies that stand at each of its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product
from math import prod

from pydantic_core import PydanticCustomError

from incentives.faults import Fault, Place, RefusedError
from incentives.language.tree import Title
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.ruleset import Ruleset
from incentives.ruleset.figures import dated, value_on
from incentives.ruleset.kinds import number
from incentives.ruleset.overlay import steps
from incentives.ruleset.scalars import plain
from incentives.simulate.change import changed_ruleset, setting
from incentives.simulate.levers import path_named
from incentives.simulate.lines import PERCENTS, is_said, text_at, titled
from incentives.simulate.rebalance import percent
from incentives.simulate.trial import Tried

MOST = 400  # policies of one run
RANGE = re.compile(r"\s*(\S+?)\s*\.\.\s*(\S+?)\s*:\s*(\S+)\s*")
NO_TITLE = Title()


@dataclass(frozen=True)
class Axis:
    """A figure by its path and the values that it is tried at, in order; `percent`: they are written so."""

    path: str
    values: tuple[Decimal, ...]
    percent: bool = False
    title: Title = NO_TITLE
    today: Decimal | None = None

    def text(self, value: Decimal) -> str:
        """A value as the policy writes it."""
        return percent(value) if self.percent else f"{value.normalize():f}"


def axes_of(texts: Sequence[str], option: str, together: bool = False) -> tuple[Axis, ...]:
    """Return the axes that several `PATH=LO..HI:STEP` define. `together`: they go step by step, so all have as many
    values.

    Raises RefusedError with every fault, also for more than MOST policies.
    """
    faults: list[Fault] = []
    found = [axis for text in texts if (axis := axis_of(text, option, faults))]
    paths = [axis.path for axis in found]
    faults += [Fault("axis_twice", Place(option), {"path": p}) for p in dict.fromkeys(paths) if paths.count(p) > 1]
    lengths = [len(axis.values) for axis in found]
    if together and len(set(lengths)) > 1:
        said = ", ".join(f"{axis.path}: {len(axis.values)}" for axis in found)
        faults.append(Fault("axis_lengths", Place(option), {"said": said}))
    if not together and not faults and prod(lengths) > MOST:
        faults.append(Fault("axis_many", Place(option), {"count": prod(lengths), "most": MOST}))
    if faults:
        raise RefusedError(faults)
    return tuple(found)


def axis_of(text: str, option: str, faults: list[Fault]) -> Axis | None:
    """One axis; what is wrong with it is added to the faults."""
    path, _, span = text.rpartition("=")
    found, place = RANGE.fullmatch(span), Place(f"{option} {path.strip()}".strip())
    try:
        values = [number(plain(part)) for part in found.groups()] if found and path.strip() else []
    except PydanticCustomError:
        values = []
    if not found or not values:
        faults.append(Fault("axis_form", Place(option), {"text": text, "option": option}))
        return None
    low, high, step = values
    signs = {part.endswith(PERCENTS) for part, value in zip(found.groups(), values, strict=True) if value}
    if len(signs) > 1:
        faults.append(Fault("axis_mixed", place, {"text": span.strip()}))
    elif step <= 0 or high < low:
        faults.append(Fault("axis_order", place, {"text": span.strip()}))
    elif (count := int((high - low) // step) + 1) > MOST:
        faults.append(Fault("axis_many", place, {"count": count, "most": MOST}))
    else:
        return Axis(path.strip(), tuple(low + step * n for n in range(count)), True in signs)
    return None


def placed(axes: Sequence[Axis], ruleset: Ruleset, option: str) -> tuple[Axis, ...]:
    """The axes by their paths, where they are named by a title. Raises RefusedError with every title that is none."""
    found: list[Axis] = []
    faults: list[Fault] = []
    for axis in axes:
        try:
            found.append(replace(axis, path=path_named(ruleset, axis.path, Place(f"{option} {axis.path}"))))
        except RefusedError as refused:
            faults += refused.faults
    if faults:
        raise RefusedError(faults)
    return tuple(found)


def known(axes: Sequence[Axis], ruleset: Ruleset, day: date) -> tuple[Axis, ...]:
    """The axes with the title that their figure has in the policy, and its value there on a day, where it is one."""
    document, found = ruleset.document, []
    for axis in axes:
        path, _ = steps(document.data, axis.path)
        try:
            today = number(value_on(dated(document.at(path)), day))
        except PydanticCustomError:
            today = None
        found.append(replace(axis, title=titled(document, path), today=today))
    return tuple(found)


def crossed(axes: Sequence[Axis]) -> list[tuple[Decimal, ...]]:
    """Every value of each axis with every value of the others; the last one moves first."""
    return list(product(*(axis.values for axis in axes)))


def at(ruleset: Ruleset, axes: Sequence[Axis], values: Sequence[Decimal], option: str, rebalance: bool) -> Ruleset:
    """The policy with the figures at these values. Raises RefusedError with every fault."""
    figures = {a.path: a.text(value) if a.percent else value for a, value in zip(axes, values, strict=True)}
    return changed_ruleset(ruleset, setting(figures, option, rebalance))


def compiled(
    ruleset: Ruleset, axes: Sequence[Axis], points: Sequence[Sequence[Decimal]], option: str, rebalance: bool,
    like: Plan,
) -> list[Tried]:  # fmt: skip
    """The policy of every point, compiled beside a plan that is `like` them.

    Raises RefusedError with the faults of all, each of them once.
    """
    found: list[Tried] = []
    faults: dict[tuple[str, str], Fault] = {}
    for values in points:
        try:
            policy = at(ruleset, axes, values, option, rebalance)
            found.append((policy, compile_plan(policy, like)))
        except RefusedError as refused:
            for fault in refused.faults:
                faults.setdefault((fault.code, fault.text("en")), fault)
    if not faults:
        faults = {(axis.path, ""): why for axis in axes if (why := unfit(axis, ruleset, option))}
    if faults:
        raise RefusedError(list(faults.values()))
    return found


def unfit(axis: Axis, ruleset: Ruleset, option: str) -> Fault | None:
    """Why an axis does not fit what the policy has there: a text, or a percentage and no % in the range."""
    document, place = ruleset.document, Place(f"{option} {axis.path}")
    path, _ = steps(document.data, axis.path)
    figure = ruleset.policy.figures.get(str(path[1])) if path[0] == "figures" else None
    if is_said(path) or (figure is not None and figure.unit == "text"):
        return Fault("axis_text", place, {"value": text_at(document, path)})
    value = document.at(path)
    values = value.values() if isinstance(value, dict) else [value]
    percents = [text for one in values if (text := str(one)).endswith(PERCENTS)]
    if percents and not axis.percent and any(axis.values):
        return Fault("axis_percent", place, {"value": percents[0]})
    return None
