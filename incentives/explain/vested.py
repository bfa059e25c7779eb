"""The part of earlier earnings that is paid now, order by order or period by period, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from incentives.database import literal
from incentives.engine.reversing import anew_steps
from incentives.engine.stepping import every_row
from incentives.engine.timing import lines_of, order_scale, order_terms, period_steps
from incentives.engine.vesting import order_steps
from incentives.explain.case import Case
from incentives.explain.model import Fact, Line
from incentives.explain.other_rows import history
from incentives.explain.titles import shown_of
from incentives.explain.words import joined, word
from incentives.outcome.figures_text import plain, value_text
from incentives.plan.columns import Column, Terms, Vested
from incentives.plan.pay.vesting import collects
from incentives.tables.periods import period_of

MOST_ROWS = 20
STEPS = "steps_told"  # a table of what vests for the row that is explained


def vested(case: Case, column: Column, how: Vested) -> Line:
    """The orders, or the periods, of which something is paid or taken back now; what is still held; the terms."""
    if how.reverses:
        return anew(case, column, how)
    case.outcome.con.make_table(STEPS, steps_sql(case, column, how))  # read three times, and long to plan
    rows = [step_line(case, how, step) for step in due_now(case, how)]
    children = tuple(rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        rest = sum((row.value for row in rows[MOST_ROWS:] if isinstance(row.value, Decimal)), Decimal(0))
        more = word("more_rows" if how.open else "more_periods", case.lang, n=len(rows) - MOST_ROWS)
        children += (Line(more, shown=value_text(rest, "money", case.lang), kind="row"),)
    told = [] if rows else [word("vest_none", case.lang)]
    held, n = held_of(case, how)
    if n:
        told.append(word("vest_held", case.lang, amount=value_text(held, "money", case.lang), n=n))
    facts = tuple(Fact(text, None) for text in told)
    how_paid = word("vest_orders" if how.open else "vest_periods", case.lang)
    return Line("", sentence=joined([how_paid, terms_text(case, how.terms)], case.lang), kind="input",
                children=children, facts=facts)  # fmt: skip


def anew(case: Case, column: Column, how: Vested) -> Line:
    """Return a line that lists, by earlier period, the change that credit notes of its orders make."""
    plan, key = case.outcome.plan, case.outcome.plan.key
    mine = f"(SELECT * FROM ({every_row(plan, case.frame)}) WHERE `{key}` = {literal(case.key)})"
    earlier = f"SELECT MAX(period_no) FROM `spine_{case.frame}` WHERE `{key}` = ? AND period_no < ?"
    found = case.rows(
        f"SELECT booked_no, now, before FROM ({anew_steps(plan, case.frame, column, how, mine)}) "
        f"WHERE period_no <= ? AND period_no > COALESCE(({earlier}), -1) ORDER BY booked_no, period_no",
        case.number, case.key, case.number,
    )  # fmt: skip
    children = []
    for booked, now, before in found:
        told = word("vest_anew", case.lang, before=money(case, before), now=money(case, now))
        title = period_of(case.grain, int(booked), plan.roll.fiscal_start).id
        children.append(Line(title, value=now - before, shown=money(case, now - before), sentence=told, kind="row"))
    none = () if children else (Fact(word("vest_none", case.lang), None),)
    return Line("", sentence="", kind="input", children=tuple(children), facts=none)


def terms_text(case: Case, terms: Terms) -> str:
    """Return the terms of payment in words, with the values in force in the row's period."""
    blanks = (("hold", "share", terms.hold_back), ("within", "n", terms.within), ("after", "n", terms.after),
              ("parts", "n", terms.instalments))  # fmt: skip
    told = []
    for code, blank, path in blanks:
        if path:
            value = shown_of(case, path) if blank == "share" else int(case.values[path])
            told.append(word(f"vest_{code}", case.lang, **{blank: value}))
    return joined(told, case.lang)


def steps_sql(case: Case, column: Column, how: Vested) -> str:
    """The steps of this row's subject as the engine takes them, up to the row's period."""
    plan = case.outcome.plan
    if how.open:
        lines, terms = lines_of(case.frame, how), order_terms(how)
        sql = order_steps(plan, case.grain, case.columns[how.lines], lines, terms, order_scale(how))
    else:
        mine = f"(SELECT * FROM ({every_row(plan, case.frame)}) WHERE `{plan.key}` = {literal(case.key)})"
        sql = period_steps(plan, case.frame, column, how, mine)
    mine = f"`{plan.key}` = {literal(case.key)} AND period_no <= {case.number}"
    return f"SELECT * FROM ({sql}) WHERE {mine}{gate(case, how)}"


def gate(case: Case, how: Vested) -> str:
    """Return a condition in SQL: the order was booked in a period in which the conditions held."""
    if not how.open:
        return ""
    held = [str(number) for number, row in history(case).items() if row[how.open]]
    return f" AND booked_no IN ({', '.join(held) or 'NULL'})"


def due_now(case: Case, how: Vested) -> list[dict[str, Any]]:
    """The steps since this subject's row before this one that change what is due."""
    by = "ordered_on, order_id" if how.open else "booked_no"
    sign = "<" if how.taken else "<>"
    earlier = f"SELECT MAX(period_no) FROM `spine_{case.frame}` WHERE `{case.outcome.plan.key}` = ? AND period_no < ?"
    con = case.outcome.con
    rows = con.query(
        f"SELECT * FROM {STEPS} WHERE period_no > COALESCE(({earlier}), -1) AND now {sign} before "
        f"ORDER BY {by}, period_no",
        [case.key, case.number],
    )
    names = list(con.columns(STEPS))
    return [dict(zip(names, row, strict=True)) for row in rows]


def held_of(case: Case, how: Vested) -> tuple[Decimal, int]:
    """Return the amount earned and not paid by now, and its number of orders or periods, without returned ones."""
    which = "order_id" if how.open else "booked_no"
    kept = f"WHERE COALESCE(returned_no, {case.number} + 1) > {case.number}" if how.open and how.terms.within else ""
    sql = f"""SELECT MAX_BY(amount, period_no) - SUM(now - before) AS held FROM {STEPS} {kept}
        GROUP BY {which} HAVING MAX_BY(amount, period_no) <> SUM(now - before)"""
    held, n = case.rows(f"SELECT COALESCE(SUM(held), 0), COUNT(*) FROM ({sql})")[0]
    return Decimal(held), int(n)


def step_line(case: Case, how: Vested, step: Mapping[str, Any]) -> Line:
    """One order or period: what it earned, what has become of it, what was paid before and what is paid now."""
    told = [step["ordered_on"].isoformat()] if how.open else []
    told.append(word("vest_earned", case.lang, amount=money(case, step["amount"])))
    told += order_text(case, how.terms, step) if how.open else []
    if not how.open and how.lines and step["worth"] > 0:
        come, worth = money(case, step["come_now"]), money(case, step["worth"])
        told.append(word("vest_vested", case.lang, come=come, worth=worth))
    if how.terms.instalments and step["turn_now"] <= step["parts"]:
        told.append(word("vest_turn", case.lang, turn=int(step["turn_now"]), n=int(step["parts"])))
    told.append(word("vest_due", case.lang, amount=money(case, step["now"])))
    if step["before"]:
        told.append(word("vest_before", case.lang, amount=money(case, step["before"])))
    start = case.outcome.plan.roll.fiscal_start
    title = plain(str(step["order_id"])) if how.open else period_of(case.grain, step["booked_no"], start).id
    paid = step["now"] - step["before"]
    return Line(title, value=paid, shown=money(case, paid), sentence=joined(told, case.lang), kind="row")


def order_text(case: Case, terms: Terms, step: Mapping[str, Any]) -> list[str]:
    """Return the state of an order: the cash collected, a return, a deadline passed, a payee who left."""
    told = []
    if collects(terms) and step["worth"] > 0:
        come, worth = max(step["come_now"], Decimal(0)), step["worth"]
        told.append(word("vest_cash", case.lang, come=money(case, min(come, worth)), worth=money(case, worth)))
        if terms.after and step["late_now"] and come < worth:
            told.append(word("vest_late", case.lang, day=step["late_on"].isoformat()))
    if terms.within and step["returned_now"]:
        told.append(word("vest_returned", case.lang, day=step["returned_on"].isoformat()))
    if step.get("left_now"):
        told.append(word("vest_left", case.lang))
    return told


def money(case: Case, value: Decimal) -> str:
    """An amount as people read it, with more decimals than cents only where it has them."""
    cents = value.quantize(Decimal("0.01"))
    return value_text(cents if cents == value else value.normalize(), "money", case.lang)
