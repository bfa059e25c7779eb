"""Simulations as one page with pictures: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from incentives.outcome.figures_text import plain, value_text
from incentives.simulate import charts, side_by_side
from incentives.simulate.model import Comparison
from incentives.simulate.near_boundaries import HAIR
from incentives.simulate.study import Study, cell_text, kicker
from incentives.simulate.words import called, line_text, missing_of, shifted, signed, word

MOST_MOVERS = 100


def page(comparisons: Sequence[Comparison], lang: str) -> str:
    """The whole page as HTML; everything from policy and data is escaped."""
    return _template("page.html").render(
        comparisons=[{"c": one, **drawn(one, lang)} for one in comparisons],
        beside=(side_by_side.headings(comparisons, lang), side_by_side.rows(comparisons, lang)),
        lang=lang,
        w=lambda code, **blanks: word(code, lang, **blanks),
        money=lambda value: value_text(value, "money", lang),
        score=lambda value: value_text(value, "score", lang),
        ratio=lambda value: value_text(value, "ratio", lang),
        signed=lambda value: signed(value, lang),
        called=lambda title, name="": called(title, name, lang),
        line_text=line_text,
        shifted=shifted,
        hair=HAIR,
        most=MOST_MOVERS,
        width=charts.WIDTH,
        row=charts.ROW,
        height=charts.HEIGHT,
    )


def drawn(comparison: Comparison, lang: str) -> dict[str, Any]:
    """The pictures of one comparison."""
    blocks, flows = charts.migration(comparison, word("no_grade", lang))
    return {
        "blocks": blocks, "flows": flows, "bars": charts.cost_bars(comparison), "shifts": charts.shift_bars(comparison),
        "missing": missing_of(comparison, lang),
    }  # fmt: skip


def study_page(study: Study, lang: str) -> str:
    """The whole page of a study as HTML; everything from policy and data is escaped."""
    return _template("study.html").render(
        study=study,
        lang=lang,
        kicker=kicker,
        cell=lambda value, unit: cell_text(value, unit, lang),
        width=charts.WIDTH,
        height=charts.HEIGHT,
    )


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("incentives.simulate", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if isinstance(value, str) and type(value) is str else value,
    )
    return environment.get_template(name)
