"""Conclusions in a terminal: by conclusion, status and action who has it, and who is nearest to a promotion."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from incentives.outcome.concluded_text import word as stated
from incentives.outcome.figures_text import plain
from incentives.reports.model import Climb, Drawn, Report, Told
from incentives.reports.words import word

COLOURS = {"proposed": "yellow", "decided": "green", "standing": "cyan"}
MOST_NAMED = 12
INDENT = 6


def print_conclusions(report: Report, console: Console) -> None:
    """Print the conclusions, first those that people have yet to decide; then the promotions."""
    if report.conclusions:
        console.print()
        n = sum(count for drawn in report.conclusions for _, count in drawn.counts)
        console.print(Text(f"{word('conclusions', report.lang)} {n}", style="bold"))
        for drawn in report.conclusions:
            _print_drawn(report, drawn, console)
    if report.promotions:
        console.print()
        console.print(Text(word("promotions", report.lang), style="bold"))
        for climb in report.promotions:
            _print_climb(report, climb, console)


def _print_drawn(report: Report, drawn: Drawn, console: Console) -> None:
    line = Text(f"  {plain(drawn.title)}")
    for status, count in drawn.counts:
        line.append(f"  {stated(status, report.lang)} {count}", style=COLOURS.get(status, "dim"))
    console.print(line)
    shown: dict[str, list[str]] = {}
    for one in drawn.people:
        for what in _what(report, one, several=len(drawn.counts) > 1):
            shown.setdefault(what, []).append(_named(report, one))
    for what, people in shown.items():
        _print_people(report, plain(what), people, console)


def _what(report: Report, one: Told, several: bool) -> list[str]:
    """Return the heading of a list of people: the actions, the status where it differs, and the cause."""
    marked = f"{stated(one.status, report.lang)} · " if several else ""
    beside = f"{'，' if report.lang == 'zh' else ', '}{one.state}" if one.state else ""
    return [f"{marked}{action}{beside}" for action in one.actions or ("",)]


def _named(report: Report, one: Told) -> str:
    """Return the name of a person; of a standing conclusion also the reason, which nothing else of the period shows."""
    period = f" {one.period}" if len(report.periods) > 1 else ""
    why = ("；" if report.lang == "zh" else "; ").join(dict.fromkeys(one.because)) if one.status == "standing" else ""
    why = word("drawn_for", report.lang, why=why) if why else ""
    return plain(f"{one.key} {one.name}{period}{why}")


def _print_people(report: Report, what: str, people: list[str], console: Console) -> None:
    """Under what, its people, as many in a line as the window holds."""
    if what:
        console.print(Text(f"    {what}", style="dim"))
    named = people[:MOST_NAMED]
    if len(people) > MOST_NAMED:
        named.append(word("more", report.lang, n=len(people) - MOST_NAMED))
    for line in _filled(named, console.width - INDENT):
        console.print(Text(" " * INDENT + line))


def _filled(pieces: list[str], width: int) -> Iterator[str]:
    """The pieces in lines of at most `width` cells, none of them broken."""
    line = ""
    for piece in pieces:
        if line and cell_len(f"{line}  {piece}") > width:
            yield line
            line = piece
        else:
            line = f"{line}  {piece}" if line else piece
    if line:
        yield line


def _print_climb(report: Report, climb: Climb, console: Console) -> None:
    """Print how many are on the level, how many meet each criterion, and the names of those who meet all."""
    n = len(climb.people)
    line = Text(f"  {plain(climb.title)}  ").append(word("on_level", report.lang, n=n), style="dim")
    console.print(line)
    met = [f"{title} {asked} {sum(steps[at].met for _, steps in climb.people)}/{n}"
           for at, (title, asked) in enumerate(climb.criteria)]  # fmt: skip
    for text in _filled([plain(one) for one in met], console.width - INDENT):
        console.print(Text(" " * INDENT + text, style="dim"))
    ready = [f"{person.key} {person.name}" for person, steps in climb.people if all(step.met for step in steps)]
    if ready:
        _print_people(report, word("all_met", report.lang), [plain(one) for one in ready], console)
