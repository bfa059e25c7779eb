"""Figures that look beyond their own row: at the months inside, the periods before, or the others of the unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from incentives.engine.stepping import every_row
from incentives.engine.team import chain
from incentives.explain.case import Case
from incentives.explain.model import Fact, Line
from incentives.explain.titles import rule_title, shown_as, shown_of, title_of
from incentives.explain.words import joined, word
from incentives.language.types import EXACT
from incentives.outcome.figures_text import plain, short
from incentives.plan.columns import (
    Before,
    Below,
    Column,
    Concluded,
    Counted,
    Past,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Stood,
    Taken,
    Vested,
    grain_of,
)
from incentives.plan.names import step_of
from incentives.tables.periods import a_year, period_of, year_begins

MOST_PEOPLE = 20
MOST_PERIODS = 12
Walked = tuple[int, dict[str, Any] | None]


def across_of(case: Case, column: Column) -> Line:
    """The sentence and rows of a column that reads other rows."""
    match column.how:
        case RolledUp(finer=finer) if finer:
            return months(case, column.how)
        case RolledUp(within=within, take=take):
            n = unit_size(case, within)
            sentence = word(f"within_{take}", case.lang, unit=unit_text(case, (within,)), n=n)
            return Line("", sentence=sentence, kind="input")
        case Past():
            return past(case, column.how)
        case RunningSum():
            return running(case, column.how)
        case Settled():
            return Line("", sentence=word("settled", case.lang), kind="input")
        case Before():
            return Line("", sentence=before(case, column.how), kind="input")
        case Taken(frame=frame):
            grain = word(f"grain_{grain_of(frame)}", case.lang)
            return Line("", sentence=word("taken", case.lang, grain=grain), kind="input")
        case Ranked():
            return Line("", sentence=ranked(case, column.how), kind="input")
        case Counted(of=of, within=within):
            unit = unit_text(case, within)
            return Line("", sentence=word("counted", case.lang, unit=unit, of=title_of(case, of)), kind="input")
        case Below():
            return below(case, column.how)
        case Stood(conclusion=name):
            return in_effect(case, (name,), standing=True)
        case Concluded(conclusions=names, standing=standing):
            return in_effect(case, names, standing=None if standing else False)
        case _:
            raise AssertionError(f"{column.name} does not look beyond its row")


def ranked(case: Case, how: Ranked) -> str:
    """By what and among how many a row is placed, and whether equals share a place."""
    by = word("comma", case.lang).join(title_of(case, name) for name, _ in how.order)
    units = tuple(name for name in how.within if name in case.columns and step_of(name) != "among")
    where = "".join(f" AND `{name}` IS NOT DISTINCT FROM ?" for name in how.within)
    sql = f"SELECT count(*) FROM `{case.outcome.relation}` WHERE period_no = ?{where}"
    n = case.rows(sql, case.number, *(case.values[name] for name in how.within))[0][0]
    told = word("ranked", case.lang, unit=unit_text(case, units), by=by, n=n)
    return joined([told, word(f"shared_{how.shared}", case.lang) if how.shared else ""], case.lang)


def in_effect(case: Case, names: tuple[str, ...], standing: bool | None) -> Line:
    """Return a line that names the conclusions in effect in the row's period: drawn in it, standing, or both."""
    where = "" if standing is None else " AND standing" if standing else " AND NOT standing"
    found = case.rows(
        f"SELECT e.conclusion, e.standing, p.period FROM `effect_{case.frame}` e "
        f"JOIN calendar_periods p ON p.grain = '{case.grain}' AND p.period_no = e.since_no "
        f"WHERE e.`{case.outcome.plan.key}` = ? AND e.period_no = ? AND e.conclusion = ANY(?){where} ORDER BY ALL",
        case.key, case.number, list(names),
    )  # fmt: skip
    told = [
        word("stands_since" if stands else "takes_effect", case.lang, title=rule_title(case, name), period=since)
        for name, stands, since in found
    ]
    titles = word("comma", case.lang).join(rule_title(case, name) for name in names)
    sentence = joined(told, case.lang) or word("not_in_effect", case.lang, title=titles)
    return Line("", sentence=sentence, kind="input")


def unit_text(case: Case, within: tuple[str, ...]) -> str:
    """The unit whose rows are looked at, by its title and value."""
    parts = [f"{title_of(case, name)} {shown_of(case, name)}" for name in within if name in case.columns]
    return plain(word("comma", case.lang).join(parts)) or word("company", case.lang)


def unit_size(case: Case, within: str) -> int:
    """Return the number of rows in the period and unit; it names none of them."""
    where = f" AND `{within}` = ?" if within in case.columns else ""
    blanks = [case.values[within]] if where else []
    sql = f"SELECT count(*) FROM `{case.outcome.relation}` WHERE period_no = ?{where}"
    return int(case.rows(sql, case.number, *blanks)[0][0])


def months(case: Case, how: RolledUp) -> Line:
    """The values of the shorter periods inside this one."""
    plan = case.outcome.plan
    finer = {c.name: c for c in plan.columns(how.finer)}[how.of]
    found = case.rows(
        f"SELECT f.period, f.`{how.of}` FROM `frame_{how.finer}` f "
        f"JOIN calendar_periods q ON q.grain = '{grain_of(how.finer)}' AND q.period_no = f.period_no "
        f"JOIN calendar_periods p ON p.grain = '{case.grain}' AND q.last_day BETWEEN p.first_day AND p.last_day "
        f"WHERE f.`{plan.key}` = ? AND p.period_no = ? ORDER BY f.period_no",
        case.key,
        case.number,
    )
    rows = tuple(period_line(case, finer, period, value) for period, value in found)
    grain = word(f"grain_{grain_of(how.finer)}", case.lang)
    of = title_of(case, how.of) if how.of in case.columns else finer.title.get(case.lang)
    return Line("", sentence=word(f"rolled_{how.take}", case.lang, grain=grain, of=of), kind="input", children=rows)


def period_line(case: Case, column: Column, period: str, value: Any, note: str = "") -> Line:
    """The value of one period."""
    return Line(period, value=value, shown=shown_as(case, column, value), sentence=note, kind="row")


def before(case: Case, how: Before) -> str:
    """Return a sentence that names the row whose value was carried on."""
    found = case.rows(
        f"SELECT period, period_no FROM `spine_{case.frame}` WHERE `{case.outcome.plan.key}` = ? AND period_no < ? "
        "ORDER BY period_no DESC LIMIT 1",
        case.key, case.number,
    )  # fmt: skip
    if not found or (how.year and begins(case, found[0][1]) != begins(case, case.number)):
        return word("before_none", case.lang)
    return word("before", case.lang, of=title_of(case, how.of), period=found[0][0])


def history(case: Case) -> dict[int, dict[str, Any]]:
    """This subject's rows of all periods by number, with every column that looks back."""
    return case.once(("history",), lambda: history_rows(case))


def history_rows(case: Case) -> dict[int, dict[str, Any]]:
    """The same plan emitted again, for all periods, or what was stepped through them; filtered after the last stage."""
    plan = case.outcome.plan
    looks = [column.how.of for column in case.columns.values() if isinstance(column.how, Past | RunningSum)]
    timed = [column.how for column in case.columns.values() if isinstance(column.how, Vested)]
    looks += [name for how in timed for name in (how.earned, how.open) if name]
    wanted = list(dict.fromkeys(["period_no", "period", "exempted", "locked", *looks]))
    found = case.rows(
        f"SELECT {', '.join(f'`{name}`' for name in wanted)} FROM ({every_row(plan, case.frame)}) "
        f"WHERE `{plan.key}` = ? ORDER BY period_no",
        case.key,
    )
    return {int(row[0]): dict(zip(wanted, row, strict=True)) for row in found}


def past(case: Case, how: Past) -> Line:
    """The periods that a history function looked at, newest first; exempted ones and gaps are named."""
    looked = walk(case, history(case), how)
    rows = [looked_at(case, how, number, row) for number, row in looked[:MOST_PERIODS]]
    if len(looked) > MOST_PERIODS:
        rows.append(Line(word("more_periods", case.lang, n=len(looked) - MOST_PERIODS), kind="row"))
    sentence = word(f"looked_{how.function}", case.lang, n=how.periods)
    return Line("", sentence=sentence, kind="input", children=tuple(rows))


def walk(case: Case, rows: dict[int, dict[str, Any]], how: Past) -> list[Walked]:
    """The periods that are looked at, from the newest on, until the function has what it needs.

    An exempted period is passed over, but for the row's own: it takes its place in a window and ends a streak.
    """
    here = case.number
    if how.function == "last_year":
        before = here - a_year(case.grain)
        return [(before, rows.get(before))]
    first = min(rows, default=here)
    number = here - 1 if how.function == "prior" else here
    looked: list[Walked] = []
    left = how.periods
    while number >= first and left > 0:
        row = rows.get(number)
        looked.append((number, row))
        number -= 1
        passed = row is not None and skipped(row)
        if how.function == "streak":
            going = (passed and number + 1 < here) or (row is not None and row[how.of] and not passed)
            left = 1 if going else 0
        elif not passed or number + 1 == here:
            left -= 1
    return looked


def skipped(row: dict[str, Any]) -> bool:
    """Return whether a period does not count for history functions: one that is exempted and has no result on
    record."""
    return bool(row["exempted"] and not row["locked"])


def looked_at(case: Case, how: Past, number: int, row: dict[str, Any] | None) -> Line:
    """One period that was looked at."""
    if row is None:
        period = period_of(case.grain, number, case.outcome.plan.roll.fiscal_start).id
        return Line(period, sentence=word("no_row", case.lang), kind="row")
    line = period_line(case, case.columns[how.of], row["period"], row[how.of])
    if skipped(row) and how.function != "last_year":
        return replace(line, value=None, sentence=word("skipped", case.lang))
    return line


def running(case: Case, how: RunningSum) -> Line:
    """The months since the start of the assessment period, or the periods since that of the year, up to this one."""
    if how.year:
        return in_the_year(case, how)
    grain = case.outcome.plan.grain
    around = case.rows(
        "SELECT q.period_no FROM calendar_periods q JOIN calendar_periods m ON m.grain = ? AND m.period_no = ? "
        "WHERE q.grain = ? AND q.first_day <= m.last_day AND q.last_day >= m.last_day",
        case.grain, case.number, grain,
    )[0][0]  # fmt: skip
    inside = case.rows(
        "SELECT m.period_no FROM calendar_periods m JOIN calendar_periods q ON q.grain = ? AND q.period_no = ? "
        "WHERE m.grain = ? AND m.last_day BETWEEN q.first_day AND q.last_day AND m.period_no <= ? ORDER BY 1",
        grain, around, case.grain, case.number,
    )  # fmt: skip
    column, rows = case.columns[how.of], history(case)
    lines = tuple(period_line(case, column, rows[n]["period"], rows[n][how.of]) for (n,) in inside if n in rows)
    return Line("", sentence=word("running", case.lang), kind="input", children=lines)


def in_the_year(case: Case, how: RunningSum) -> Line:
    """The periods of the year up to this one."""
    column, first = case.columns[how.of], begins(case, case.number)
    rows = [row for number, row in history(case).items() if first <= number <= case.number]
    lines = tuple(period_line(case, column, row["period"], row[how.of]) for row in rows)
    return Line("", sentence=word("running_year", case.lang), kind="input", children=lines)


def begins(case: Case, number: int) -> int:
    """The number of the first period of the year around one."""
    return year_begins(case.grain, number, case.outcome.plan.roll.fiscal_start)


def below(case: Case, how: Below) -> Line:
    """A line for each who stands there, what it brought in × the rate, most first; beyond 20 the rest in one line."""
    plan, relation = case.outcome.plan, f"`{case.outcome.relation}`"
    key = f"`{plan.key}`"
    found = case.rows(
        f"SELECT b.{key}, b.name, b.`{how.of}` {chain(plan, how, relation)} AND m{how.level}.{key} = ? "
        f"AND b.period_no = ? ORDER BY b.`{how.of}` DESC NULLS FIRST, b.{key}",
        case.key,
        case.number,
    )
    rows = tuple(line(case, how, plain(f"{who} {name or ''}".strip()), value) for who, name, value in found)
    if len(rows) > MOST_PEOPLE:
        rest = sum((value or Decimal(0) for _, _, value in found[MOST_PEOPLE:]), Decimal(0))
        more = word("more_people", case.lang, n=len(rows) - MOST_PEOPLE)
        rows = (*rows[:MOST_PEOPLE], line(case, how, more, rest))
    said = word("below", case.lang, of=title_of(case, how.of))
    said = joined([said, word("below_once", case.lang) if how.nearer else ""], case.lang)
    facts = () if rows else (Fact(word("nobody_below", case.lang), None),)
    return Line("", sentence=said, kind="input", children=rows, facts=facts)


def line(case: Case, how: Below, title: str, value: Decimal | None) -> Line:
    """Return a line with what one of them, or the rest, brought in, and the product with the rate."""
    if value is None:
        return Line(title, shown=shown_as(case, case.columns[how.of], None), kind="row")
    shown = shown_as(case, case.columns[how.of], value)
    rate = case.values.get(how.at)
    if not isinstance(rate, Decimal):
        return Line(title, value=value, shown=shown, kind="row")
    product = short(EXACT.multiply(value, rate))
    told = word("below_rate", case.lang, value=shown, rate=shown_of(case, how.at))
    return Line(title, value=value, shown=shown, sentence=f"{told} = {product}", kind="row")
