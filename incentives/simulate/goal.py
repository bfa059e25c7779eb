"""A goal, such as `cost = 12_000_000`, and the values of a figure that reach it; where none does, the nearest two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pydantic_core import PydanticCustomError

from incentives.execution.session import Session
from incentives.faults import Fault, Place, RefusedError
from incentives.language.near import near_names
from incentives.ruleset import Ruleset
from incentives.ruleset.kinds import number
from incentives.ruleset.scalars import plain
from incentives.simulate.axis import Axis
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.sweep import Sweep, along
from incentives.simulate.tally import Tally

SIGNS = {"<=": "<=", ">=": ">=", "=": "=", "≤": "<=", "≥": ">=", "＝": "="}
FORM = re.compile(r"(.*?)([<>=≤≥＝]+)(.*)", re.DOTALL)
PERCENTS = ("%", "％")
PLACE = Place("--goal")
MOST_NAMED = 12


@dataclass(frozen=True)
class Goal:
    """A goal: a measure (cost, median, or part or share `of` a component or grade), a sign and a value.

    Money in the policy's currency, a share as a ratio of the rows that have a grade.
    """

    measure: str
    of: str
    sign: str
    value: Decimal
    text: str

    @property
    def unit(self) -> str:
        """Return the unit in which its values read."""
        return "ratio" if self.measure == "share" else "money"


@dataclass(frozen=True)
class Sought:
    """A goal beside what the policy comes to `now` and at each point of the axes, which move step by step (`reached`).

    `met`: the numbers of the points that meet it, `best` the one nearest to today's value; `nearest`: where none does,
    the two that come nearest, one on each side where there are any.
    """

    goal: Goal
    sweep: Sweep
    now: Decimal
    reached: tuple[Decimal, ...]
    met: tuple[int, ...]
    best: int | None
    nearest: tuple[int, ...]


def spellings(ruleset: Ruleset) -> dict[str, tuple[str, str]]:
    """Every way to write a measure of a policy → (measure, what it is of)."""
    found = dict.fromkeys(("cost", "总额", "费用"), ("cost", ""))
    found |= dict.fromkeys(("median pay", "中位数", "薪酬中位数"), ("median", ""))
    for name, part in ruleset.policy.pay.items():
        for text in dict.fromkeys(text for text in (name, part.title.zh, part.title.en) if text):
            found |= dict.fromkeys((f"cost of {text}", f"{text}费用", f"{text}总额"), ("part", name))
    for grade in ruleset.policy.grade.bands if ruleset.policy.grade else ():
        found |= dict.fromkeys((f"share of {grade}", f"{grade}占比"), ("share", grade))
    return found


def goal_of(text: str, ruleset: Ruleset) -> Goal:
    """The goal that a text says. Raises RefusedError, with the nearest measure that the policy has."""
    parts = FORM.fullmatch(text.strip())
    if not parts or not parts[1].strip() or parts[2] not in SIGNS:
        raise RefusedError([Fault("goal_form", PLACE, {"text": text})])
    try:
        value = number(plain(parts[3].replace(",", "").replace("，", "").strip()))
    except PydanticCustomError:
        raise RefusedError([Fault("goal_value", PLACE, {"value": parts[3].strip()})]) from None
    known = spellings(ruleset)
    short = {squeezed(spelling): spelling for spelling in known}
    asked = squeezed(parts[1])
    if asked not in short:
        (near, *_) = [short[key] for key in near_names(asked, list(short), 1)] or [""]
        about = {"measure": parts[1].strip(), "close": near, "known": named(known)}
        raise RefusedError([Fault("goal_measure_close" if near else "goal_measure", PLACE, about)])
    goal = Goal(*known[short[asked]], SIGNS[parts[2]], value, " ".join(text.split()))
    percent = parts[3].strip().endswith(PERCENTS)
    if value > 1 if goal.unit == "ratio" else percent:
        about = {"measure": parts[1].strip(), "value": parts[3].strip()}
        raise RefusedError([Fault(f"goal_{goal.unit}", PLACE, about)])
    return goal


def squeezed(text: str) -> str:
    """A text without its spaces and capitals."""
    return "".join(text.split()).casefold()


def named(known: dict[str, tuple[str, str]]) -> str:
    """One spelling of each measure."""
    first = {meant: text for text, meant in reversed(known.items())}
    names = sorted(first.values(), key=list(known).index)
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def seek(
    session: Session, text: str, axes: Sequence[Axis], periods: Sequence[str], change: Change | None = None
) -> Sought:  # fmt: skip
    """The points at which the goal is met, of axes that move together, on top of `change`.

    Every point is assessed: nothing is taken for granted between them. Raises RefusedError with the faults of the goal
    and of all values before anything is run.
    """
    goal = goal_of(text, changed_ruleset(session.ruleset, change) if change else session.ruleset)
    points = list(zip(*(axis.values for axis in axes), strict=True))
    found = along(session, axes, points, periods, change, "--vary")
    exact = [measured(goal, point.tally) for point in found.points]
    met = [n for n, value in enumerate(exact) if meets(goal, value)]
    far = [distance(found, n) for n in range(len(exact))]
    best = min(met, key=lambda n: (far[n], n)) if met else None
    nearest = () if met else nearest_two(exact, Fraction(goal.value), far, goal.sign == "=")
    return Sought(goal, found, six(measured(goal, found.now)), tuple(map(six, exact)), tuple(met), best, nearest)


def measured(goal: Goal, tally: Tally) -> Fraction:
    """Return the value of a policy in the goal's measure, exactly; a share of nobody is zero."""
    match goal.measure:
        case "cost":
            return Fraction(tally.cost)
        case "part":
            return Fraction(tally.costs.get(goal.of, Decimal(0)))
        case "median":
            return Fraction(tally.median)
        case _:  # the share of a grade
            graded = sum(tally.grades.values())
            return Fraction(tally.grades.get(goal.of, 0), graded) if graded else Fraction(0)


def meets(goal: Goal, value: Fraction) -> bool:
    """Return whether a value is what the goal wants."""
    return {"<=": value <= goal.value, ">=": value >= goal.value, "=": value == goal.value}[goal.sign]


def distance(sweep: Sweep, number: int) -> Decimal:
    """Return the distance of a point from today's value of the first figure that has one."""
    pairs = zip(sweep.axes, sweep.points[number].values, strict=True)
    return next((abs(value - axis.today) for axis, value in pairs if axis.today is not None), Decimal(0))


def nearest_two(values: Sequence[Fraction], goal: Fraction, far: Sequence[Decimal], sides: bool) -> tuple[int, ...]:
    """The numbers of the two values nearest to the goal, in order; one on each side, if asked and if there are."""
    order = sorted(range(len(values)), key=lambda n: (abs(values[n] - goal), far[n], n))
    if sides:
        ends = [[n for n in order if (values[n] < goal) == below] for below in (True, False)]
        if all(ends):
            return tuple(sorted(end[0] for end in ends))
    return tuple(sorted(order[:2]))


def six(value: Fraction) -> Decimal:
    """A value as far as six decimals, money with its two."""
    units, rest = divmod(value.numerator * 10**6, value.denominator)
    found = (Decimal(units) + (1 if rest * 2 >= value.denominator else 0)).scaleb(-6)
    return found.quantize(Decimal("0.01")) if found == found.quantize(Decimal("0.01")) else found
