"""The figures of the reps drawn again many times over, `sales:±10%,seed=7`, and what the policy then costs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic_core import PydanticCustomError

from incentives.faults import Fault, Place, RefusedError
from incentives.language.near import near_names
from incentives.language.types import NumberType
from incentives.outcome.assess import assess
from incentives.plan.columns import Delivered
from incentives.ruleset import Ruleset
from incentives.ruleset.kinds import number
from incentives.ruleset.scalars import plain
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.model import About
from incentives.simulate.redrawn import MILLION, costs_redrawn
from incentives.simulate.sweep import about_of
from incentives.simulate.tally import tally
from incentives.simulate.trial import kept
from incentives.tables import Tables

MOST, MOST_NAMED = 10_000, 12
PLACE = Place("--vary-data")
SPREAD = re.compile(r"(.+?)\s*[:：]\s*(?:±|\+/?-)\s*(\S+)")
SETTING = re.compile(r"(seed|draws)\s*=\s*([0-9][0-9_]*)")


@dataclass(frozen=True)
class Drawing:
    """How to draw: by metric the width as a ratio, the seed, and how many times (0: as `redrawn.py` does by itself)."""

    widths: Mapping[str, Decimal]
    seed: int
    draws: int


@dataclass(frozen=True)
class Drawn:
    """What the policy costs as it is (`now`) and in each of the draws, in their order."""

    about: About
    drawing: Drawing
    now: Decimal
    costs: tuple[Decimal, ...]

    def percentile(self, percent: int) -> Decimal:
        """The cost that this many percent of the draws do not exceed: one of them, by nearest rank."""
        return sorted(self.costs)[max(-(-percent * len(self.costs) // 100), 1) - 1]


def drawing_of(text: str) -> Drawing:
    """What `sales:±10%,margin:±5%,seed=7,draws=200` says; without a seed it is 1.

    Raises RefusedError with every fault.
    """
    widths: dict[str, Decimal] = {}
    twice = []
    settings = {"seed": 1}
    faults = []
    for part in (part.strip() for part in text.replace("，", ",").split(",")):
        if found := SETTING.fullmatch(part):
            settings[found[1]] = int(found[2].replace("_", ""))
        elif (found := SPREAD.fullmatch(part)) and (width := width_of(found[2])) is not None:
            twice += [found[1]] if found[1] in widths else []
            widths[found[1]] = width
        else:
            faults.append(Fault("draw_form", PLACE, {"text": part}))
    faults += [Fault("axis_twice", PLACE, {"path": name}) for name in twice]
    if not faults and not widths:
        faults.append(Fault("draw_form", PLACE, {"text": text}))
    if not 1 <= settings.get("draws", 1) <= MOST:
        faults.append(Fault("draw_many", PLACE, {"count": settings["draws"], "most": MOST}))
    if faults:
        raise RefusedError(faults)
    return Drawing(widths, settings["seed"], settings.get("draws", 0))


def width_of(text: str) -> Decimal | None:
    """A width above zero and up to 100 %, in whole millionths; None where it is none."""
    try:
        width = number(plain(text))
    except PydanticCustomError:
        return None
    return width if 0 < width <= 1 and width * MILLION % 1 == 0 else None


def draw(
    ruleset: Ruleset, tables: Tables, drawing: Drawing, periods: Sequence[str], change: Change | None = None
) -> Drawn:  # fmt: skip
    """The cost over the asked periods where each rep's delivered figures lie elsewhere: each multiplied by one plus or
    minus up to the width, every millionth as likely as the others, by itself; rounded to its metric's scale and kept
    within its range. Earlier periods stay as they are. The same seed gives the same draws, whatever the machine.

    Raises RefusedError for a metric that is not delivered for these periods.
    """
    policy = changed_ruleset(ruleset, change) if change else ruleset
    base = assess(policy, tables, periods)
    known = {c.name: c for c in base.plan.columns(base.grain) if isinstance(c.how, Delivered)}
    columns = {c.name: c for c in known.values() if isinstance(c.type, NumberType)}
    spelt = {title: c for c in columns.values() for title in (c.title.zh, c.title.en) if title} | columns
    faults = []
    for text in drawing.widths:
        if text not in spelt:
            there = ", ".join(sorted(columns)[:MOST_NAMED]) + (" …" if len(columns) > MOST_NAMED else "")
            near = ", ".join(near_names(text, spelt, 1)) or there or "–"
            faults.append(Fault("draw_metric", PLACE, {"metric": text, "near": near}))
    if faults:
        raise RefusedError(faults)
    widths = {spelt[text]: int(width * MILLION) for text, width in drawing.widths.items()}
    if len(widths) < len(drawing.widths):
        raise RefusedError([Fault("axis_twice", PLACE, {"path": ", ".join(drawing.widths)})])
    with kept(base) as before:
        now = tally(base, before)
        costs = tuple(costs_redrawn(before, widths, drawing.seed, drawing.draws))
    return Drawn(about_of(base, policy, change, (now,)), replace(drawing, draws=len(costs)), now.cost, costs)
