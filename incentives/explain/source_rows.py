"""The rows of a table that made up a figure: orders, receipts or events, with what is shown of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from incentives.engine.expression import column_sql
from incentives.engine.gathering import STANDS, by_period, by_sign, lines
from incentives.engine.rows import condition, figures_for, rows_of, table_scope
from incentives.engine.source import namer
from incentives.explain.case import Case
from incentives.explain.model import Fact, Line
from incentives.explain.titles import is_stated, shown_of, title_of
from incentives.explain.words import coded, known, word
from incentives.language import tree as t
from incentives.language.infer import infer
from incentives.language.tell import tell
from incentives.language.walk import map_nodes
from incentives.outcome.concluded_text import result_text
from incentives.outcome.figures_text import plain, value_text
from incentives.plan.columns import Aggregated, Column
from incentives.plan.sources import DATED_BY
from incentives.tables import sharing

MOST_ROWS = 20
# what is shown of a row: what it is called, what is said of it, what it is worth
SHOWN = {
    "orders": ("order_id", ("customer_id",), "amount"),
    "receipts": ("order_id", (), "amount"),
    "events": ("kind", ("value", "source"), ""),
    "postings": ("team", ("ends_on", "level", "share"), ""),
}


def gathered(case: Case, column: Column, how: Aggregated) -> Line:
    """Return a line with the rows that counted and the value taken of each; beyond 20 rows the rest share one line."""
    rows = split_rows(case, column) if how.split else counted_rows(case, column, how)
    children = rows[:MOST_ROWS]
    if len(rows) > MOST_ROWS:
        rest = [row.value for row in rows[MOST_ROWS:]]
        amounts = [value for value in rest if isinstance(value, Decimal)]
        shown = value_text(sum(amounts, Decimal(0)), "money", case.lang) if amounts else ""
        children += (Line(word("more_rows", case.lang, n=len(rest)), shown=shown, kind="row"),)
    facts = () if children else (Fact(word("no_rows", case.lang, table=word(f"table_{how.table}", case.lang)), None),)
    return Line("", sentence=sentence_of(case, how), kind="input", children=children, facts=facts)


def sentence_of(case: Case, how: Aggregated) -> str:
    """Return a sentence that says what is counted or summed, and over which rows."""
    table = word(f"table_{how.table}", case.lang)
    where = tell_row(case, how.where) if how.where is not None else word("every_row", case.lang)
    code = "split" if how.split else how.take.replace(" ", "_")
    of = tell_row(case, how.of) if how.of is not None else ""
    said = word(f"take_{code}", case.lang, table=table, where=where, of=of)
    return plain(said if how.rows == "in_period" else word(f"rows_{how.rows}", case.lang, said=said))


def tell_row(case: Case, node: t.Node) -> str:
    """A formula over the rows of a table as a sentence."""

    def title(name: str) -> str:
        if "." in name:
            return shown_of(case, name) if is_stated(case, name) else title_of(case, name)
        return word(f"row_{name}", case.lang)

    def value(name: str) -> str | None:
        return shown_of(case, name) if "." in name and not is_stated(case, name) else None

    return tell(map_nodes(node, spoken), case.lang, title, value)


def spoken(node: t.Node) -> t.Node:
    """A condition as people say it: `not(returned)` is a word of its own, and that there is a value goes without."""
    match node:
        case t.Not(of=t.Name(name=name)) if known(f"row_not_{name}"):
            return t.Name(f"not_{name}")
        case t.And(parts=parts):
            rest = tuple(part for part in parts if not (isinstance(part, t.Call) and part.name == "present"))
            return t.And(rest) if len(rest) > 1 else rest[0] if rest else t.Truth(True)
        case _:
            return node


def counted_rows(case: Case, column: Column, how: Aggregated) -> tuple[Line, ...]:
    """The rows of this row's subject and period where the condition holds, by date."""
    if how.take == "run" and how.of is not None:
        where = how.of if how.where is None else t.And((how.where, how.of))
        how = replace(how, take="count", of=None, where=where, rows="so_far")
        column = replace(column, how=how)
    named, beside, worth = SHOWN[how.table]
    day = DATED_BY[how.table]
    wanted = [named, *beside, *([worth] if worth else []), day]
    of = how.of if how.of is not None and not how.take.startswith("count") else None
    found = case.rows(rows_sql(case, column, how, wanted, of), case.key, case.number)
    lines = []
    for row in found:
        fields, said = dict(zip(wanted, row, strict=False)), row[len(wanted) :]
        amount = said[3] if how.signed else fields.get(worth)
        taken = row[-1] if of is not None else amount
        line = row_line(case, how.table, fields, taken, column.unit if of is not None else "money")
        lines.append(
            note_line(case, line, said[0], said[1], said[2], fields["amount"]) if said[0] is not None else line
        )
    return tuple(lines)


def rows_sql(case: Case, column: Column, how: Aggregated, wanted: list[str], of: t.Node | None) -> str:
    """The rows that count, with the columns `wanted` and, last, the amount `of`."""
    plan, name_of = case.outcome.plan, namer("o")
    scope = table_scope(plan, how.table, how.signed)
    # columns that only read what is to be shown, so that the rows carry it
    shown = [replace(column, how=showing(how, name)) for name in wanted]
    where = condition(how.where, scope, name_of) or "TRUE"
    if how.signed and how.take in ("min", "max", "last"):
        where += f" AND {STANDS}"
    where += by_period(how)
    picks = [f"o.`{name}`" for name in wanted]
    picks += [*note_picks(how), by_sign(how, "o.amount") if how.signed else "NULL"]
    if of is not None:
        value = column_sql(infer(of, scope), column.scale, column.mode, name_of)
        picks.append(by_sign(how, value) if how.take == "sum" else value)
    return (
        f"SELECT {', '.join(picks)} FROM ({rows_of(plan, case.grain, how.table, [column, *shown])}) o"
        f"{figures_for(case.grain, [column])} WHERE {where} AND o.`{plan.key}` = ? AND o.period_no = ? "
        f"ORDER BY {', '.join(f'o.`{name}`' for name in (wanted[-1], *wanted[:-1]))}{note_order(how)}"
    )


def note_order(how: Aggregated) -> str:
    """SQL: the order of the rows of one order, after what they are ordered by themselves."""
    return ", o.counted_on, o.note_id, o.sign" if how.signed and how.table == "orders" else ""


def showing(how: Aggregated, name: str) -> Aggregated:
    """A column that only reads what is to be shown of the rows of another, so that they carry it."""
    return replace(how, take="last", of=t.Name(name), where=None, split=False)


def note_picks(how: Aggregated) -> list[str]:
    """SQL of what a row says of credit notes: the one that made it, its day, and whether the row is taken off."""
    if not (how.signed and how.table == "orders" and how.rows == "in_period"):
        return ["NULL", "NULL", "NULL"]
    return ["CASE WHEN o.note_id <> o.order_id THEN o.note_id END", "o.counted_on", "o.sign < 0"]


def note_line(case: Case, line: Line, note: str, day: date, less: bool, amount: Decimal) -> Line:
    """The line of what a credit note did to an order: what was there before is taken off, what is left is counted."""
    about = {"order": line.title, "amount": value_text(amount, "money", case.lang)}
    told = word("note_off" if less else "note_on", case.lang, **about)
    return replace(line, title=plain(note), sentence=plain(f"{day.isoformat()} · {told}"))


def row_line(case: Case, table: str, fields: dict[str, Any], value: Decimal | None, unit: str = "money") -> Line:
    """One row: what it is called, its day and what is said of it, and what it counts for."""
    named, beside, _ = SHOWN[table]
    said = [fields[DATED_BY[table]].isoformat()]
    told = {name: value_text(fields[name], "ratio" if name == "share" else "", case.lang) for name in beside}
    if table == "events":  # words that come with the data
        told["value"] = result_text(fields["value"] or "", case.lang)
        told["source"] = plain(coded("source", fields["source"] or "", case.lang))
    said += [word(f"of_{name}", case.lang, value=told[name]) for name in beside if fields[name]]
    return Line(
        title=plain(str(fields[named])),
        value=value,
        shown=taken_text(value, unit, case.lang) if value is not None else "",
        sentence=plain(" · ".join(said)),
        kind="row",
    )


def taken_text(value: object, unit: str, lang: str) -> str:
    """Return the value taken of a row: a number, or the value of an event."""
    return result_text(value, lang) if isinstance(value, str) else value_text(value, unit, lang)


def share_text(case: Case, part: int, whole: int) -> str:
    """The share of a credit: in percent where that is exact, else the fraction."""
    told = sharing.shown(part, whole)
    return told if "/" in told else value_text(Decimal(told), "ratio", case.lang)


def split_rows(case: Case, column: Column) -> tuple[Line, ...]:
    """The orders of which this row's subject has a share, each divided as the engine divides it (POLICY C6)."""
    plan = case.outcome.plan
    beside = {"customer_id": "customer_id", "ordered_on": "ordered_on", "sold": "amount"}
    picks = ", ".join(
        ("t.order_id", "t.customer_id", "t.ordered_on", "t.sold", "t.whole", "c.part", "c.whole", "t.part")
    )
    notes = "t.note_id, t.counted_on, t.sign"
    found = case.rows(
        f"SELECT {picks}, {notes} FROM ({lines(plan, case.grain, column, beside, told=True)}) t "
        f"LEFT JOIN credit_parts c ON c.order_id = t.order_id AND c.rep_id = t.`{plan.key}` "
        f"WHERE t.`{plan.key}` = ? AND t.period_no = ? "
        "ORDER BY t.ordered_on, t.order_id, t.counted_on, t.note_id, t.sign",
        case.key,
        case.number,
    )
    told = []
    for order, customer, day, sold, whole, share, of, part, note, on, sign in found:
        line = row_line(case, "orders", {"order_id": order, "customer_id": customer, "ordered_on": day}, part)
        if note != order:
            line = note_line(case, line, note, on, sign < 0, sold)
        if share is not None:
            texts = {"whole": value_text(whole, "money", case.lang), "share": share_text(case, share, of)}
            line = replace(line, sentence=f"{line.sentence} · {word('credited', case.lang, **texts)}")
        told.append(line)
    return tuple(told)
