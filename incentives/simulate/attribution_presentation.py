"""An attribution made ready for people: what was, the parts of the difference, what is."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

from incentives.outcome.figures_text import value_text
from incentives.simulate import charts
from incentives.simulate.attribution import Attribution, Part
from incentives.simulate.study import Heading, Picture, Sheet, Study, besides, lacking_text
from incentives.simulate.tally import Tally
from incentives.simulate.words import called, word

MOST_PEOPLE, MOST_COMPONENTS = 15, 4
POLICY = ("lines", "together")


def attribution_study(found: Attribution, lang: str) -> Study:
    """Return the sentences, tables and picture of an attribution, in `lang`."""
    later, change = ", ".join(found.about.periods), called(found.about.change, "", lang)
    if found.against:
        title = word("between", lang, earlier=found.against, later=later)
        said = (*besides(found.about, lang), word("between_means", lang))
    else:
        title = word("attribution", lang, title=change)
        said = (*lacking_text(found.about, lang), word("attribution_means", lang))
    sheets = [parts_of(found, lang)]
    if found.against:
        sheets += [components_of(found, lang), people_of(found, lang)]
    return Study(title, found.about, said, tuple(sheets), rows_of(found), (waterfall(found, lang),))


def label(part: Part, lang: str) -> str:
    """Return the name of a part: its paths, or its part of the data."""
    return ", ".join(part.paths) if part.kind == "lines" else word(f"part_{part.kind}", lang)


def ends(found: Attribution, lang: str) -> tuple[str, str]:
    """Return the names of the first and the last row."""
    if found.against:
        return found.against, ", ".join(found.about.periods)
    return word("before", lang), word("after", lang)


def parts_of(found: Attribution, lang: str) -> Sheet:
    """The parts between what was and what is, with the components that move where they are a few."""
    moving = moving_of(found)
    moving = moving if 1 < len(moving) <= MOST_COMPONENTS and not found.against else []
    titles = [called(found.about.components[name], name, lang) for name in moving]
    headings = (
        Heading("", word("part", lang)),
        Heading("", word("cost", lang), "signed"),
        *(Heading("", word(code, lang), "count") for code in ("gain", "lose")),
        *(Heading("", title, "signed") for title in titles),
    )

    def whole(name: str, tally: Tally) -> tuple[Any, ...]:
        costs = (tally.costs.get(one, Decimal(0)) for one in moving)
        cost, *others = (value_text(value, "money", lang) for value in (tally.cost, *costs))
        return name, cost, None, None, *others

    first, last = ends(found, lang)
    rows = [
        (label(p, lang), p.cost, *map(counted, (p.gain, p.lose)), *(p.costs.get(name, Decimal(0)) for name in moving))
        for p in found.parts
    ]
    whole_rows = (whole(first, found.before), *rows, whole(last, found.after))
    return Sheet(word("parts", lang), headings, whole_rows, frozenset({0, len(rows) + 1}))


def moving_of(found: Attribution) -> list[str]:
    """The components in which any part moves something."""
    return [name for name in found.about.components if any(part.costs.get(name) for part in found.parts)]


def components_of(found: Attribution, lang: str) -> Sheet:
    """Each component in both periods, and what the figures and the policy add to it."""
    rows = []
    for name in moving_of(found):
        before, after = (tally.costs.get(name, Decimal(0)) for tally in (found.before, found.after))
        policy = sum((p.costs.get(name, Decimal(0)) for p in found.parts if p.kind in POLICY), Decimal(0))
        title = called(found.about.components[name], name, lang)
        rows.append((title, before, after - before - policy, policy, after))
    return Sheet(word("components", lang), (Heading("", ""), *sides(found, lang)), tuple(rows))


def sides(found: Attribution, lang: str) -> tuple[Heading, ...]:
    """The headings of what was, what the figures and the policy add, and what is."""
    first, last = ends(found, lang)
    return (
        Heading("", first, "money"), Heading("", word("by_figures", lang), "signed"),
        Heading("", word("by_policy", lang), "signed"), Heading("", last, "money"),
    )  # fmt: skip


def counted(number: int | None) -> Decimal | None:
    """A count as tables show it."""
    return None if number is None else Decimal(number)


def people_of(found: Attribution, lang: str) -> Sheet:
    """Those whose pay differs most between the periods."""
    headings = (Heading("", word("key", lang)), Heading("", word("name", lang)), *sides(found, lang))
    rows = tuple((p.key, p.name, p.before, p.figures, p.policy, p.after) for p in found.people[:MOST_PEOPLE])
    return Sheet(word("between_people", lang), headings, rows)


def rows_of(found: Attribution) -> Sheet:
    """The parts between what was and what is, in exact figures."""
    names = list(found.about.components)
    headings = ("part", "paths", "cost", *(f"cost_{name}" for name in names), "gain", "lose")
    sides = [(kind, t.cost, t.costs) for kind, t in (("before", found.before), ("after", found.after))]
    before, after = (
        (kind, "", cost, *(costs.get(n, Decimal(0)) for n in names), None, None) for kind, cost, costs in sides
    )
    parts = [
        (p.kind, " ".join(p.paths), p.cost, *(p.costs.get(n, Decimal(0)) for n in names), p.gain, p.lose)
        for p in found.parts
    ]
    return Sheet("", tuple(Heading(name, name) for name in headings), (before, *parts, after))


def waterfall(found: Attribution, lang: str) -> Picture:
    """Return a chart with a bar for each part, from the cost before to the cost after."""
    levels = list(accumulate([found.before.cost, *(part.cost for part in found.parts)]))
    low, high, step = min(levels), max(levels), charts.WIDTH // max(len(found.parts), 1)

    def height(value: Decimal) -> int:
        return charts.HEIGHT - int((value - low) * charts.HEIGHT / (high - low)) if high > low else charts.HEIGHT

    bars = tuple(
        (n * step, height(max(pair)), step - 4, max(1, abs(height(pair[0]) - height(pair[1]))),
         f"{label(part, lang)}: {part.cost:+,f}")
        for n, (part, pair) in enumerate(zip(found.parts, pairwise(levels), strict=True))
    )  # fmt: skip
    across = (
        f"{name} {tally.cost:,f}" for name, tally in zip(ends(found, lang), (found.before, found.after), strict=True)
    )
    first, last = across
    return Picture(word("parts", lang), (first, last), bars=bars)
