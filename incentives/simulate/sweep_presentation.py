"""A sweep made ready for people: what each value costs, whom it grades how, who gains and who loses, and the curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from incentives.simulate import charts
from incentives.simulate.axis import Axis
from incentives.simulate.study import Heading, Line, Picture, Sheet, Study, besides
from incentives.simulate.sweep import Point, Sweep
from incentives.simulate.tally import Spread, Tally
from incentives.simulate.words import called, word

MOST_COMPONENTS = 4  # in a table for people


def sweep_study(sweep: Sweep, lang: str) -> Study:
    """Return the sentences, tables and picture of a sweep, in `lang`."""
    named = ", ".join(axis_title(axis, lang) for axis in sweep.axes)
    title = word("sweep", lang, named=named)
    level = f"{word('before', lang)} {sweep.now.cost:,f}"
    picture = curve(sweep, word("cost", lang), [point.tally.cost for point in sweep.points], sweep.now.cost, level)
    return Study(title, sweep.about, besides(sweep.about, lang), tables_of(sweep, sweep.points, lang),
                 rows_of(sweep), (picture,))  # fmt: skip


def axis_title(axis: Axis, lang: str) -> str:
    """The path of a figure, with its title where it has one."""
    title = called(axis.title, "", lang)
    return f"{axis.path} ({title})" if title else axis.path


def tables_of(sweep: Sweep, points: Sequence[Point], lang: str) -> tuple[Sheet, ...]:
    """Return tables of the cost of each point and of the people whom it moves, below the policy as it stands."""
    headings = tuple(Heading("", value_heading(sweep.axes, axis)) for axis in sweep.axes)
    ends = [(word("before", lang), *[""] * (len(headings) - 1))]
    ends += [tuple(axis.text(v) for axis, v in zip(sweep.axes, p.values, strict=True)) for p in points]
    rows = [(end, one) for end, one in zip(ends, [sweep.now, *(point.tally for point in points)], strict=True)]
    return tuple(
        Sheet(word(code, lang), headings + more, tuple((*end, *cells(one)) for end, one in rows), frozenset({0}))
        for code, (more, cells) in (
            ("cost_along", costs_along(sweep, [one for _, one in rows], lang)),
            ("people_along", people_along(sweep, lang)),
        )
    )


Cells = tuple[tuple[Heading, ...], Callable[[Tally], tuple[Any, ...]]]


def costs_along(sweep: Sweep, counted: Sequence[Tally], lang: str) -> Cells:
    """The cost beside what it is now, then the components that move most, where more than one does."""
    ranges = {name: [one.costs.get(name, Decimal(0)) for one in counted] for name in sweep.about.components}
    moving = [name for name, costs in ranges.items() if len(set(costs)) > 1]
    most = sorted(moving, key=lambda name: min(ranges[name]) - max(ranges[name]))[:MOST_COMPONENTS]
    parts = [name for name in moving if name in most] if len(moving) > 1 else []
    units = {"cost": "money", "difference": "signed", "share": "ratio"}
    headings = [Heading("", word(code, lang), unit) for code, unit in units.items()]
    headings += [Heading("", called(sweep.about.components[name], name, lang), "money") for name in parts]

    def cells(one: Tally) -> tuple[Any, ...]:
        difference = one.cost - sweep.now.cost
        return one.cost, difference, part_of(difference, sweep.now.cost), *(one.costs.get(name) for name in parts)

    return tuple(headings), cells


def people_along(sweep: Sweep, lang: str) -> Cells:
    """Return a table with the number of people by grade, of those who gain and by how much, and of those who lose."""
    grades = list(sweep.now.grades)
    headings = [Heading("", grade, "count") for grade in grades]
    headings += [
        Heading("", word(code, lang), unit)
        for side in ("gain", "lose")
        for code, unit in ((side, "count"), ("median", "money"), ("most", "money"))
    ]

    def cells(one: Tally) -> tuple[Any, ...]:
        counts = (Decimal(one.grades.get(grade, 0)) for grade in grades)
        return *counts, *spread_of(one.gain), *spread_of(one.lose)

    return tuple(headings), cells


def spread_of(side: Spread) -> tuple[Any, ...]:
    """Return the number, the median and the most, where there are any."""
    return (Decimal(side.count), *((side.median, side.most) if side.count else (None, None)))


def value_heading(axes: Sequence[Axis], axis: Axis) -> str:
    """The end of a path, or all of it where two end alike."""
    ends = [".".join(other.path.split(".")[-2:]) for other in axes]
    own = ".".join(axis.path.split(".")[-2:])
    return own if ends.count(own) == 1 else axis.path


def part_of(difference: Decimal, whole: Decimal) -> Decimal | None:
    """A difference as a part of what it was, 6 decimals; None of nothing."""
    return (difference / abs(whole)).quantize(Decimal("0.000001")) if whole else None


def rows_of(sweep: Sweep) -> Sheet:
    """Every point in exact figures, the policy as it stands first, its values empty."""
    parts, grades = list(sweep.about.components), list(sweep.now.grades)
    names = [*(axis.path for axis in sweep.axes), "cost", "difference", *(f"cost_{name}" for name in parts)]
    names += ["median_pay", *(f"rows_{grade}" for grade in grades)]
    names += [f"{side}_{what}" for side in ("gain", "lose") for what in ("rows", "median", "most")]
    nowhere: tuple[Any, ...] = ("",) * len(sweep.axes)
    rows = []
    for values, one in [(nowhere, sweep.now), *((point.values, point.tally) for point in sweep.points)]:
        costs = (one.costs.get(name, Decimal(0)) for name in parts)
        counts = (one.grades.get(grade, 0) for grade in grades)
        sides = (value for side in (one.gain, one.lose) for value in (side.count, side.median, side.most))
        rows.append((*values, one.cost, one.cost - sweep.now.cost, *costs, one.median, *counts, *sides))
    return Sheet("", tuple(Heading(name, name) for name in names), tuple(rows))


def curve(
    sweep: Sweep, title: str, values: Sequence[Decimal], level: Decimal, level_label: str, together: bool = False
) -> Picture:
    """Return a chart of the cost along the first figure, with a level across; a line for each value of the second
    figure, unless they go together."""
    first, *others = sweep.axes
    low, high = min(level, *values), max(level, *values)
    start, end = first.values[0], first.values[-1]

    def height(value: Decimal) -> int:
        return charts.HEIGHT - int((value - low) * charts.HEIGHT / (high - low)) if high > low else charts.HEIGHT

    lines: dict[tuple[Decimal, ...], list[tuple[int, int, str]]] = {}
    for point, value in zip(sweep.points, values, strict=True):
        x = int((point.values[0] - start) * charts.WIDTH / (end - start)) if end > start else 0
        said = f"{point_text(sweep.axes, point.values)}: {value:,f}"
        lines.setdefault(() if together else point.values[1:], []).append((x, height(value), said))
    drawn = tuple(
        Line(" ".join(f"{x},{y}" for x, y, _ in marks), tuple(marks), point_text(others, rest) if rest else "")
        for rest, marks in lines.items()
    )
    ends = (first.text(start), first.text(end))
    return Picture(title, ends, (f"{low:,f}", f"{high:,f}"), drawn, level=height(level), level_label=level_label)


def point_text(axes: Sequence[Axis], values: Sequence[Decimal]) -> str:
    """The values of a point as the policy writes them; which is which where there are several."""
    texts = [axis.text(value) for axis, value in zip(axes, values, strict=True)]
    if len(texts) == 1:
        return texts[0]
    return " · ".join(f"{value_heading(axes, axis)} {text}" for axis, text in zip(axes, texts, strict=True))
