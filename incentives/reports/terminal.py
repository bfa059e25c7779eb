"""The report in a terminal: a compact table, the distribution of grades, the remarks; it fits the window."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from incentives.outcome.figures_text import plain, value_text
from incentives.reports.model import Count, Group, Report, Row
from incentives.reports.report import shown_scores
from incentives.reports.words import word

COLOURS = ("bold green", "cyan", "yellow", "red")
STATE_COLOUR = "dim"
BAR = 24
MOST_ROWS = 500
MOST_NAMED = 12
SCORES_FROM = 140


def print_report(report: Report, console: Console) -> None:
    """Print `report` for people; long lists are cut and say so."""
    console.print(Text(plain(f"{report.title}  {report.version}"), style="bold"), Text(_scope(report), style="dim"))
    if report.rows:
        console.print(_table(report, console.width))
    else:
        console.print(word("nobody", report.lang))
    left = report.hidden + max(0, len(report.rows) - MOST_ROWS)
    if left:
        console.print(Text(word("hidden", report.lang, shown=min(len(report.rows), MOST_ROWS), n=left), style="dim"))
    for count in report.counts:
        _print_count(report, count, console)
    _print_controls(report, console)
    for group in report.groups:
        _print_group(report, group, console)


def _scope(report: Report) -> str:
    parts = [_span(report.periods)]
    if report.team:
        parts.append(word("only_team", report.lang, team=plain(report.team)))
    if not report.with_pay:
        parts.append(word("without_pay", report.lang))
    return " · ".join(parts)


def _span(periods: tuple[str, ...]) -> str:
    return f"{periods[0]}..{periods[-1]}" if len(periods) > 1 else "".join(periods)


def _table(report: Report, width: int) -> Table:
    lang = report.lang
    scores = shown_scores(report) if width >= SCORES_FROM else ()
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(escape(report.key_title), no_wrap=True)
    table.add_column(word("name", lang), overflow="ellipsis", no_wrap=True, max_width=18)
    if len(report.periods) > 1:
        table.add_column(word("period", lang), no_wrap=True)
    if any(row.team or row.region for row in report.rows):
        table.add_column(word("team", lang), overflow="ellipsis", no_wrap=True, max_width=14)
    for _, heading in scores:
        table.add_column(escape(plain(heading.title)), justify="right", overflow="fold")
    table.add_column(word("total", lang), justify="right", no_wrap=True)
    if report.grades:
        table.add_column(word("grade", lang), no_wrap=True)
    for heading in report.pay:
        table.add_column(escape(plain(heading.title)), justify="right", no_wrap=True, overflow="ellipsis")
    if len(report.pay) > 1:
        table.add_column(word("pay_total", lang), justify="right", no_wrap=True)
    for row in report.rows[:MOST_ROWS]:
        table.add_row(*_cells(report, row, [i for i, _ in scores]))
    return table


def _cells(report: Report, row: Row, scores: list[int]) -> list[Text]:
    cells = [Text(plain(row.key)), Text(plain(row.name))]
    if len(report.periods) > 1:
        cells.append(Text(row.period))
    if any(r.team or r.region for r in report.rows):
        cells.append(Text(plain(row.team or row.region)))
    cells += [_figure(row.scores[i], "score") for i in scores]
    cells.append(_figure(row.total, "score"))
    if report.grades:
        cells.append(_grade(report, row))
    cells += [_figure(amount, "money") for amount in row.pay]
    if len(report.pay) > 1:
        cells.append(_figure(row.pay_total, "money"))
    return cells


def _figure(value: Decimal | None, unit: str) -> Text:
    quiet = value is None or (unit == "money" and not value)
    return Text("–" if quiet else value_text(value, unit, "en"), style="dim" if quiet else "")


def _grade(report: Report, row: Row) -> Text:
    """`S→B` where the decision differs from what was computed; the state where there is no grade."""
    if row.grade is None:
        return Text(word(f"short_{row.assessment}", report.lang), style=STATE_COLOUR)
    text = Text()
    if row.computed_grade is not None and row.computed_grade != row.grade:
        text.append(f"{row.computed_grade}→", style="dim")
    return text.append(row.grade, style=_colour(report, row.grade))


def _colour(report: Report, grade: str) -> str:
    place = report.grades.index(grade) if grade in report.grades else len(COLOURS)
    return COLOURS[min(place, len(COLOURS) - 1)]


def _print_count(report: Report, count: Count, console: Console) -> None:
    states = [f"{word(state, report.lang)} {n}" for state, n in count.states if n]
    before = f"{count.period}  " if len(report.counts) > 1 else ""
    console.print()
    console.print(Text(f"{before}{word('employed', report.lang)} {count.employed} = " + " + ".join(states or ["0"])))
    most = max((share.count for share in count.grades), default=0)
    graded = sum(share.count for share in count.grades)
    for share in count.grades if graded else ():
        bar = "█" * -(-share.count * BAR // most)
        line = Text(f"  {share.label:<3}").append(f"{bar:<{BAR}} ", style=_colour(report, share.label))
        part = (Decimal(share.count) / graded).quantize(Decimal("0.001"))
        console.print(line.append(f"{share.count:>5}  {value_text(part, 'ratio', report.lang):>6}"))


def _print_controls(report: Report, console: Console) -> None:
    if report.controls:
        sums = [f"{plain(c.title)} {value_text(c.amount, 'money', report.lang)}" for c in report.controls]
        console.print()
        console.print(Text(f"{report.currency}  ".lstrip() + " · ".join(sums)))


def _print_group(report: Report, group: Group, console: Console) -> None:
    console.print()
    console.print(Text(f"{group.title} {group.count}", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    for person in group.people[:MOST_NAMED]:
        period = [Text(person.period)] if len(report.periods) > 1 else []
        table.add_row(
            Text("  " + plain(person.key)), Text(plain(person.name)), *period, Text(plain(person.note), style="dim")
        )
    console.print(table)
    if group.count > MOST_NAMED:
        console.print(Text("  " + word("more", report.lang, n=group.count - MOST_NAMED), style="dim"))
