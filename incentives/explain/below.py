"""Who below a manager brought in what, and what it is paid at."""

from __future__ import annotations

from decimal import Decimal

from incentives.engine.team import chain
from incentives.explain.case import Case
from incentives.explain.model import Fact, Line
from incentives.explain.titles import shown_as, shown_of, title_of
from incentives.explain.words import joined, word
from incentives.language.types import EXACT
from incentives.outcome.figures_text import plain, short
from incentives.plan.columns import Below

MOST_PEOPLE = 20


def below(case: Case, how: Below) -> Line:
    """A line for each who stands there, what it brought in × the rate, most first; beyond 20 the rest in one line."""
    plan, relation = case.outcome.plan, f"`{case.outcome.relation}`"
    key = f"`{plan.key}`"
    found = case.rows(
        f"SELECT b.{key}, b.name, b.`{how.of}` {chain(plan, how, relation)} AND m{how.level}.{key} = ? "
        f"AND b.period_no = ? ORDER BY b.`{how.of}` DESC, b.{key}",
        case.key,
        case.number,
    )
    rows = tuple(line(case, how, plain(f"{who} {name or ''}".strip()), value) for who, name, value in found)
    if len(rows) > MOST_PEOPLE:
        rest = sum((value for _, _, value in found[MOST_PEOPLE:]), Decimal(0))
        more = word("more_people", case.lang, n=len(rows) - MOST_PEOPLE)
        rows = (*rows[:MOST_PEOPLE], line(case, how, more, rest))
    said = word("below", case.lang, of=title_of(case, how.of))
    said = joined([said, word("below_once", case.lang) if how.nearer else ""], case.lang)
    facts = () if rows else (Fact(word("nobody_below", case.lang), None),)
    return Line("", sentence=said, kind="input", children=rows, facts=facts)


def line(case: Case, how: Below, title: str, value: Decimal) -> Line:
    """What one of them, or the rest, brought in, and × the rate."""
    shown = shown_as(case, case.columns[how.of], value)
    rate = case.values.get(how.at)
    if not isinstance(rate, Decimal):
        return Line(title, value=value, shown=shown, kind="row")
    product = short(EXACT.multiply(value, rate))
    told = word("below_rate", case.lang, value=shown, rate=shown_of(case, how.at))
    return Line(title, value=value, shown=shown, sentence=f"{told} = {product}", kind="row")
