"""The report in a terminal: a compact table, the distribution of grades, the remarks; it fits the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from incentives.outcome.figures_text import plain, value_text
from incentives.reports.model import Count, Group, Report, Row
from incentives.reports.report import shown_scores
from incentives.reports.terminal_conclusions import print_conclusions
from incentives.reports.words import graded_text, subjects_word, word

COLOURS = ("bold green", "cyan", "yellow", "red")
STATE_COLOUR = "dim"
BAR = 24
REACH = "reach"  # the column, and the word of its title
MOST_ROWS = 500
MOST_NAMED = 12
GAP, NARROWEST, WHOLE, WIDEST = 2, 4, 11, 18
ZEROS, SCORES, SMALLER, TEAM, LARGER = 50, 40, 20, 15, 10  # what goes where the window is narrow, the highest first
KEPT = 4  # components of pay that go after the team


def print_report(report: Report, console: Console) -> None:
    """Print `report` for people; long lists are cut and say so."""
    console.print(Text(plain(f"{report.title}  {report.version}"), style="bold"), Text(_scope(report), style="dim"))
    if report.rows:
        _print_table(report, console)
    else:
        console.print(word("nobody", report.lang, report.subject))
    left = report.hidden + max(0, len(report.rows) - MOST_ROWS)
    if left:
        console.print(Text(word("hidden", report.lang, shown=min(len(report.rows), MOST_ROWS), n=left), style="dim"))
    for count in report.counts:
        _print_count(report, count, console)
    _print_controls(report, console)
    print_conclusions(report, console)
    _print_reach(report, console)
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


@dataclass(frozen=True)
class Line:
    """One column of the table: `spare` says when it goes where the window is narrow, the highest first; 0 never."""

    heading: str
    cells: list[Text]
    spare: int = 0
    figure: bool = True

    @property
    def width(self) -> int:
        """Return the width at which no figure is cut; headings wrap, short Latin words do not; names may be cut."""
        longest = max((cell.cell_len for cell in self.cells), default=0)
        parts = (min(len(part), WHOLE) for part in self.heading.split() if part.isascii())
        return max(longest, NARROWEST, *parts) if self.figure else min(max(longest, cell_len(self.heading)), WIDEST)


def _print_table(report: Report, console: Console) -> None:
    """The table with as many columns as the window holds; what does not fit is named below it."""
    lines, left_out = _lines(report), []
    while sum(line.width + GAP for line in lines) - GAP > console.width and any(line.spare for line in lines):
        most = max(line.spare for line in lines)
        left_out += [line.heading for line in lines if line.spare == most]
        lines = [line for line in lines if line.spare != most]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for line in lines:
        table.add_column(
            escape(line.heading), justify="right" if line.figure else "left", no_wrap=not line.figure,
            overflow="fold" if line.figure else "ellipsis", min_width=line.width if line.figure else None,
            max_width=None if line.figure else line.width,
        )  # fmt: skip
    for cells in zip(*(line.cells for line in lines), strict=True):
        table.add_row(*cells)
    console.print(table)
    if left_out:
        console.print(Text(word("narrow", report.lang, columns=" · ".join(left_out)), style="dim"))


def _lines(report: Report) -> list[Line]:
    lang, rows = report.lang, report.rows[:MOST_ROWS]
    lines = [Line(report.key_title, [Text(plain(row.key)) for row in rows], figure=False)]
    lines.append(Line(word("name", lang, report.subject), [Text(plain(row.name)) for row in rows], figure=False))
    if len(report.periods) > 1:
        lines.append(Line(word("period", lang), [Text(row.period) for row in rows], figure=False))
    if any(row.team or row.region for row in report.rows):
        teams = [Text(plain(row.team or row.region)) for row in rows]
        lines.append(Line(word("team", lang), teams, TEAM, figure=False))
    for place, heading in shown_scores(report):
        lines.append(Line(plain(heading.title), [_figure(row.scores[place], "score") for row in rows], SCORES))
    if any(heading.role == "total" for heading in report.figures):
        lines.append(Line(word("total", lang), [_figure(row.total, "score") for row in rows]))
    if report.grades and any(heading.role == "grade" for heading in report.figures):
        lines.append(Line(word("grade", lang), [_grade(report, row) for row in rows], figure=False))
    several = len(report.pay) > 1
    spares = _spares(rows, len(report.pay))
    for place, heading in enumerate(report.pay):
        cells = [_figure(row.pay[place], "money") for row in rows]
        lines.append(Line(plain(heading.title), cells, spares[place] if several else 0))
    if several:
        lines.append(Line(word("pay_total", lang), [_figure(row.pay_total, "money") for row in rows]))
    return lines + _further(report, rows)


def _spares(rows: Sequence[Row], count: int) -> list[int]:
    """Return the order in which components leave a narrow window: those that pay nothing first, the largest last."""
    sums = [sum((abs(row.pay[place] or Decimal(0)) for row in rows), Decimal(0)) for place in range(count)]
    ranks = sorted(range(count), key=lambda place: (-sums[place], place))
    return [
        ZEROS if not sums[place] else (LARGER if ranks.index(place) < KEPT else SMALLER) + ranks.index(place)
        for place in range(count)
    ]


def _further(report: Report, rows: Sequence[Row]) -> list[Line]:
    """Return the columns that follow: monthly tracking, carried balances, and answers in words under `columns:`."""
    lines = []
    for heading in report.figures:
        carried = heading.role == "balance" and any(row.figures.get(heading.name) for row in report.rows)
        answer = heading.role == "figure" and heading.unit == "text" and heading.name != REACH
        if carried or heading.role == "tracking" or answer:
            values = [row.figures.get(heading.name) for row in rows]
            cells = [Text(plain(value_text(value, heading.unit, report.lang))) for value in values]
            lines.append(Line(plain(heading.title), cells, figure=heading.unit != "text"))
    return lines


def _figure(value: Decimal | None, unit: str) -> Text:
    return Text(value_text(value, unit, "en"), style="" if value else "dim")


def _grade(report: Report, row: Row) -> Text:
    """`S→B` where the decision differs from what was computed; the state where there is no grade."""
    if row.grade is None:
        return Text(row.standing, style=STATE_COLOUR)
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
    everyone = f"{before}{subjects_word(report.subject, report.lang)} {count.employed}"
    console.print(Text(f"{everyone} = " + " + ".join(states or ["0"])))
    if count.others_graded:
        console.print(Text(f"{before}{graded_text(count, report.lang)}"))
    most = max((share.count for share in count.grades), default=0)
    graded = sum(share.count for share in count.grades)
    wide = max((cell_len(share.label) for share in count.grades), default=0)
    for share in count.grades if graded else ():
        bar = "█" * -(-share.count * BAR // most)
        label = share.label + " " * (wide - cell_len(share.label))
        line = Text(f"  {label}  ").append(f"{bar:<{BAR}} ", style=_colour(report, share.label))
        part = (Decimal(share.count) / graded).quantize(Decimal("0.001"))
        console.print(line.append(f"{share.count:>5}  {value_text(part, 'ratio', report.lang):>6}"))


def _print_controls(report: Report, console: Console) -> None:
    if report.controls:
        sums = [f"{plain(c.title)} {value_text(c.amount, 'money', report.lang)}" for c in report.controls]
        console.print()
        console.print(Text(f"{report.currency}  ".lstrip() + " · ".join(sums)))


def _print_reach(report: Report, console: Console) -> None:
    """Print the improvement for a better grade in full: it is too long for a column of the table."""
    rows = [row for row in report.rows[:MOST_ROWS] if row.figures.get(REACH)]
    if rows:
        console.print()
        console.print(Text(f"{word(REACH, report.lang)} {len(rows)}", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    for row in rows:
        period = [Text(row.period)] if len(report.periods) > 1 else []
        table.add_row(Text("  " + plain(row.key)), Text(plain(row.name)), *period, Text(plain(row.figures[REACH])))
    console.print(table)


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
        console.print(Text("  " + word("more", report.lang, report.subject, n=group.count - MOST_NAMED), style="dim"))
