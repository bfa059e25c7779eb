"""The report as one page: no script, nothing loaded from elsewhere, drawn on paper as well as on a screen."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from incentives.outcome.concluded_text import STATUSES
from incentives.outcome.concluded_text import word as stated
from incentives.outcome.figures_text import plain, value_text
from incentives.outcome.statuses import status_text
from incentives.reports import charts
from incentives.reports.model import Heading, Line, Report, Row
from incentives.reports.report import shown_scores
from incentives.reports.words import subjects_word, word

MOST_DETAILED = 400
SHADES = 5
QUIET_ROLES = {
    "key", "metric", "target", "attainment", "score", "total", "grade", "pay", "pay_total", "criterion", "finding",
}  # fmt: skip
QUIET_NAMES = {
    "name", "period", "team", "region", "assessment", "assessment_reason", "assessment_detail",
    "decision_reason", "decided_by", "decided_on",
}  # fmt: skip


def page(report: Report) -> str:
    """The whole page as HTML. Everything from the data is escaped; control characters show as `�`."""
    lang = report.lang
    return _template().render(
        r=report,
        w=lambda code, **blanks: word(code, lang, report.subject, **blanks),
        subjects=subjects_word(report.subject, lang),
        show=lambda value, unit: value_text(value, unit, lang),
        shade=lambda grade: _shade(report, grade),
        s=lambda status: stated(status, lang),
        statuses=("", *(s for s in STATUSES if any(s in dict(drawn.counts) for drawn in report.conclusions))),
        scores=shown_scores(report),
        details=lambda row: _details(report, row),
        detailed=len(report.rows) <= MOST_DETAILED,
        strips=charts.strips(report.counts),
        columns=charts.columns(report.bins),
        ticks=charts.ticks(report.bins),
        pay_bars=charts.pay_bars(report.controls),
        width=charts.WIDTH,
        bar=_bar,
        grid=_grid(report),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("incentives.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if isinstance(value, str) and type(value) is str else value,
    )
    return environment.get_template("page.html")


def _shade(report: Report, grade: str | None) -> int:
    return min(report.grades.index(grade), SHADES - 1) if grade in report.grades else SHADES - 1


def _bar(score: Decimal | None) -> int:
    """The length of a score's bar: 100 % for a score of 150, where shipped scores are capped."""
    return 0 if score is None else max(0, min(100, int(score * 2 / 3)))


def _grid(report: Report) -> str:
    parts = ["minmax(3.6rem, .7fr)", "minmax(4.4rem, 1fr)"]
    parts += ["5.5rem"] if len(report.periods) > 1 else []
    parts += ["minmax(4.2rem, 1fr)"]
    parts += ["minmax(3.9rem, 1fr)"] * len(shown_scores(report)) + ["4rem"]
    parts += ["minmax(3.8rem, .8fr)"] if report.grades else []
    parts += ["minmax(5.7rem, 1.1fr)"] * (len(report.pay) + (len(report.pay) > 1))
    return " ".join(parts)


def _details(report: Report, row: Row) -> dict[str, Any]:
    """Return the details below a row: its metrics line by line, then all its other figures."""
    figures = row.figures
    lines = [line for line in report.lines if any(figures.get(n) is not None for n in (line.actual, line.target))]
    units = {heading.name: heading.unit for heading in report.figures}
    listed = [
        (heading.title, _said(heading, figures[heading.name], report.lang))
        for heading in report.figures
        if heading.role not in QUIET_ROLES
        and heading.name not in QUIET_NAMES
        and figures[heading.name] not in {None, ""}
    ]
    cells = [
        (line.title, *(value_text(figures.get(n), units.get(n, ""), report.lang) if n else "" for n in _names(line)))
        for line in lines
    ]
    return {"lines": cells, "listed": listed}


def _said(heading: Heading, value: Any, lang: str) -> str:
    return status_text(value, lang) if heading.name == "status" else value_text(value, heading.unit, lang)


def _names(line: Line) -> tuple[str, ...]:
    return (line.actual, line.target, line.stretch, line.attainment, line.score)
