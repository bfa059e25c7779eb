"""A goal made ready for people: which values meet it, or the nearest two and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incentives.outcome.figures_text import value_text
from incentives.simulate.goal import Sought
from incentives.simulate.study import Heading, Sheet, Study, besides
from incentives.simulate.sweep_presentation import axis_title, curve, point_text, rows_of, tables_of
from incentives.simulate.words import word


def goal_study(sought: Sought, lang: str) -> Study:
    """Return the sentences, tables and picture of a search for a goal, in `lang`."""
    sweep, goal = sought.sweep, sought.goal
    title = word("goal", lang, goal=goal.text, named=", ".join(axis_title(axis, lang) for axis in sweep.axes))
    chosen = sought.nearest if sought.best is None else (sought.best,)
    picture = curve(sweep, goal.text, sought.reached, goal.value, goal.text, together=True)
    return Study(
        title,
        sweep.about,
        (*besides(sweep.about, lang), *answer(sought, lang)),
        tables_of(sweep, [sweep.points[n] for n in chosen], lang),
        goal_rows(sought),
        (picture,),
    )


def answer(sought: Sought, lang: str) -> Iterator[str]:
    """Return sentences about the values that meet the goal."""
    sweep, unit = sought.sweep, sought.goal.unit
    reached = [value_text(value, unit, lang) for value in sought.reached]
    texts = [point_text(sweep.axes, point.values) for point in sweep.points]
    yield word("goal_now", lang, goal=sought.goal.text, value=value_text(sought.now, unit, lang))
    if sought.best is None:
        two = word("and", lang).join(f"{texts[n]} → {reached[n]}" for n in sought.nearest)
        yield word("goal_none", lang, count=len(texts), two=two)
        return
    best, value = texts[sought.best], reached[sought.best]
    if len(sought.met) == 1:
        yield word("goal_one", lang, count=len(texts), best=best, value=value)
        return
    listed = ", ".join(texts[a] if a == b else f"{texts[a]} – {texts[b]}" for a, b in stretches(sought.met))
    yield word("goal_several", lang, met=len(sought.met), count=len(texts), listed=listed)
    todays = [axis.text(axis.today) for axis in sweep.axes if axis.today is not None]
    code = "goal_best" if todays else "goal_first"
    yield word(code, lang, best=best, value=value, today=todays[0] if todays else "")


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in order as stretches without gaps, first and last of each."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        first = found.pop()[0] if found and found[-1][1] == number - 1 else number
        found.append((first, number))
    return found


def goal_rows(sought: Sought) -> Sheet:
    """Every point with what it reaches and whether that meets the goal, the policy as it stands first."""
    known = rows_of(sought.sweep)
    met = ["", *(str(n in sought.met).lower() for n in range(len(sought.reached)))]
    rows = zip((sought.now, *sought.reached), met, known.rows, strict=True)
    headings = (Heading("reached", "reached"), Heading("met", "met"), *known.headings)
    return Sheet("", headings, tuple((value, one, *row) for value, one, row in rows))
