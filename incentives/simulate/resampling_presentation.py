"""Drawn costs made ready for people: the least, the middle and the most, and how often what."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from incentives.outcome.figures_text import value_text
from incentives.simulate import charts
from incentives.simulate.resampling import Drawn
from incentives.simulate.study import Heading, Picture, Sheet, Study, besides
from incentives.simulate.words import word

MOST_BINS = 20
RANKS = {"least": 0, "five": 5, "median": 50, "ninety_five": 95, "most": 100}


def drawn_study(drawn: Drawn, lang: str) -> Study:
    """Return the sentences, tables and picture of the draws, in `lang`."""
    drawing = drawn.drawing
    widths = ", ".join(f"{name} ±{value_text(width, 'ratio', lang)}" for name, width in drawing.widths.items())
    said = (*besides(drawn.about, lang), word("drawn", lang, draws=drawing.draws, seed=drawing.seed))
    rows = [(word("before", lang), drawn.now, Decimal("0.00"))]
    rows += [(word(code, lang), cost, cost - drawn.now) for code, cost in summary(drawn).items()]
    headings = (
        Heading("", ""),
        Heading("", word("cost", lang), "money"),
        Heading("", word("difference", lang), "signed"),
    )
    bins = bins_of(drawn)
    often = Sheet(
        word("drawn_often", lang),
        (Heading("", word("from", lang), "money"), Heading("", word("draws", lang), "count")),
        tuple((low, Decimal(number)) for low, number in bins),
    )
    exact = Sheet("", (Heading("draw", ""), Heading("cost", "")), tuple(enumerate(drawn.costs, 1)))
    sheets = (Sheet(word("cost", lang), headings, tuple(rows), frozenset({0})), often)
    return Study(word("vary", lang, widths=widths), drawn.about, said, sheets, exact, (histogram(bins, lang),))


def summary(drawn: Drawn) -> dict[str, Decimal]:
    """The least, 5 %, median, 95 % and the most, each the cost of a draw."""
    return {code: drawn.percentile(rank) for code, rank in RANKS.items()}


def bins_of(drawn: Drawn) -> list[tuple[Decimal, int]]:
    """Return the number of draws by cost: (from, count) in steps of 1, 2 or 5 times a power of ten, empty ones too."""
    low, high = min(drawn.costs), max(drawn.costs)
    steps = (Decimal(f) * 10**n / 100 for n in count() for f in (1, 2, 5))
    step = next(step for step in steps if (high - low) / step < MOST_BINS - 1)
    first = low // step * step - (step if low < 0 and low % step else 0)
    number = int((high - first) // step) + 1
    counts = [0] * number
    for cost in drawn.costs:
        counts[int((cost - first) // step)] += 1
    return [(first + n * step, found) for n, found in enumerate(counts)]


def histogram(bins: list[tuple[Decimal, int]], lang: str) -> Picture:
    """A bar for each step of the cost."""
    most, step = max(number for _, number in bins), charts.WIDTH // len(bins)
    heights = [number * charts.HEIGHT // most for _, number in bins]
    bars = tuple(
        (n * step, charts.HEIGHT - high, max(step - 2, 1), high, f"{low:,f}: {number}")
        for n, ((low, number), high) in enumerate(zip(bins, heights, strict=True))
    )
    return Picture(word("drawn_often", lang), (f"{bins[0][0]:,f}", f"{bins[-1][0]:,f}"), bars=bars)
