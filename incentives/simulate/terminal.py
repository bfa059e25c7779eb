"""A simulation in a terminal, like a plan before it is applied: the lines, the cost, who moves and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from incentives.outcome.figures_text import plain, value_text
from incentives.simulate import side_by_side
from incentives.simulate.model import Comparison, Mover
from incentives.simulate.near_boundaries import HAIR
from incentives.simulate.words import called, line_text, missing_of, shifted, signed, word

COLOURS = {"~": "yellow", "+": "green", "-": "red"}
MOST_MOVERS, MOST_NEAR = 15, 10


def print_comparison(comparison: Comparison, lang: str, console: Console) -> None:
    """Print one change beside the policy as it stands."""
    title = called(comparison.title, "", lang)
    policy = f"{called(comparison.policy, '', lang)} {comparison.version} · {', '.join(comparison.periods)}"
    console.print(Text(word("title", lang, title=title), style="bold"), Text(policy, style="dim"))
    _heading(console, "lines", lang)
    for line in comparison.lines:
        console.print(Text("  " + line_text(line), style=COLOURS[line.sign]), Text(f"  {line.place}", style="dim"))
    if not comparison.lines:
        console.print("  " + word("no_line", lang))
    if comparison.nothing:
        console.print()
        console.print(Text(word("nothing", lang), style="bold"))
        return
    _print_costs(comparison, lang, console)
    for sentence in missing_of(comparison, lang):
        console.print(Text(plain(sentence)))
    _print_people(comparison, lang, console)
    _print_sides(comparison, lang, console)
    _print_turned(comparison, lang, console)
    _print_near(comparison, lang, console)


def print_side_by_side(comparisons: Sequence[Comparison], lang: str, console: Console) -> None:
    """Several changes: what each component comes to under each of them."""
    _heading(console, "side_by_side", lang)
    first, now, *titles = side_by_side.headings(comparisons, lang)
    table = _table(first, *titles, first=now)
    for row in side_by_side.rows(comparisons, lang):
        table.add_row(*row)
    console.print(table)


def _heading(console: Console, code: str, lang: str, **blanks: object) -> None:
    console.print()
    console.print(Text(word(code, lang, **blanks), style="bold"))


def _table(*headings: str, first: str = "") -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(escape(headings[0]))
    for heading in ((first,) if first else ()) + headings[1:]:
        table.add_column(escape(heading), justify="right")
    return table


def _print_costs(comparison: Comparison, lang: str, console: Console) -> None:
    if not comparison.costs:
        return
    _heading(console, "cost", lang)
    codes = ("before", "after", "difference", "share")
    table = _table(comparison.currency, *(word(code, lang) for code in codes))
    for cost in (*comparison.costs, comparison.total):
        share = value_text(cost.share, "ratio", lang) if cost.share is not None else "–"
        moved = signed(cost.difference, lang)
        style = "" if cost.difference else "dim"
        table.add_row(
            called(cost.title, cost.component, lang),
            *(value_text(value, "money", lang) for value in (cost.before, cost.after)), moved, share, style=style,
        )  # fmt: skip
    console.print(table)


def _print_people(comparison: Comparison, lang: str, console: Console) -> None:
    same = comparison.rows - comparison.gain - comparison.lose
    counts = {name: getattr(comparison, name) for name in ("rows", "gain", "lose", "rise", "fall")}
    console.print()
    console.print(word("people" if comparison.costs else "people_graded", lang, same=same, **counts))
    if comparison.rise or comparison.fall:
        _heading(console, "grades", lang)
        console.print(_matrix(comparison, lang))
    shown = comparison.movers[:MOST_MOVERS]
    _heading(console, "movers", lang, shown=len(shown), n=comparison.changed)
    when = ("period",) if len(comparison.periods) > 1 else ()
    codes = ("key", "name", *when, "unit", "grade", "total", "pay", "difference", "by_line")
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for code in codes:
        justify = "right" if code in ("total", "pay", "difference") else "left"
        table.add_column(word(code, lang), justify=justify, no_wrap=code != "by_line", overflow="fold")  # type: ignore[arg-type]
    for mover in shown:
        table.add_row(*(Text(plain(cell)) for cell in _cells(mover, lang, bool(when))))
    console.print(table)


def _cells(mover: Mover, lang: str, when: bool) -> Iterable[str]:
    before, after = mover.pay
    totals = [value_text(total, "score", lang) for total in mover.totals]
    pay = [value_text(value, "money", lang) for value in mover.pay]
    return (
        mover.key, mover.name, *([mover.period] if when else []), mover.unit, shifted(*mover.grades),
        shifted(*totals), shifted(*pay), signed(after - before, lang), ", ".join(mover.lines),
    )  # fmt: skip


def _matrix(comparison: Comparison, lang: str) -> Table:
    counts = {(moved.before, moved.after): moved.count for moved in comparison.moved}
    grades = [g for g in (*comparison.grades, "") if any(g in pair for pair in counts)]
    table = _table("", *(grade or word("no_grade", lang) for grade in grades))
    for before in grades:
        cells = [
            Text(str(counts.get((before, after), "·")), style="dim" if before == after else "bold") for after in grades
        ]
        table.add_row(before or word("no_grade", lang), *cells)
    return table


def _print_sides(comparison: Comparison, lang: str, console: Console) -> None:
    for by in dict.fromkeys(side.by for side in comparison.sides):
        _heading(console, f"by_{by}", lang)
        table = _table("", *(word(code, lang) for code in ("rows", "gain", "lose", "before", "after", "difference")))
        for side in (side for side in comparison.sides if side.by == by):
            money = [value_text(value, "money", lang) for value in (side.before, side.after)]
            counts = (str(n) for n in (side.rows, side.gain, side.lose))
            table.add_row(Text(plain(side.label)), *counts, *money, signed(side.after - side.before, lang))
        console.print(table)


def _print_turned(comparison: Comparison, lang: str, console: Console) -> None:
    if not comparison.turned:
        return
    _heading(console, "turned", lang)
    for turned in comparison.turned:
        title = called(turned.title, turned.conclusion, lang)
        console.print(Text(f"  {title}  +{turned.appears} -{turned.vanishes}"))
        for sign, key, name in turned.people:
            console.print(Text(plain(f"    {sign} {key} {name}"), style=COLOURS[sign]))


def _print_near(comparison: Comparison, lang: str, console: Console) -> None:
    if not comparison.near:
        return
    _heading(console, "near", lang, hair=f"{HAIR}")
    for one in comparison.near[:MOST_NEAR]:
        blanks = {"total": f"{one.total}", "grade": one.grade, "edge": f"{one.edge}", "other": one.other}
        when = f" {one.period}" if len(comparison.periods) > 1 else ""
        console.print(Text(plain(f"  {one.key} {one.name}{when}  ") + word("near_one", lang, **blanks)))
