"""The amount of one order line by line: its tiers or the line of its rate, its bounds, its currency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from incentives.engine.expression import column_sql
from incentives.engine.rows import figures_for, rows_of, table_scope
from incentives.engine.source import namer
from incentives.explain.case import Case, exact_sql, parts_of
from incentives.explain.model import Line
from incentives.explain.words import word
from incentives.language import tree as t
from incentives.language.infer import infer
from incentives.language.walk import names_in
from incentives.outcome.figures_text import plain, value_text
from incentives.plan.columns import Aggregated, Column, Computed, Given
from incentives.plan.names import inner_name
from incentives.plan.sources import SOURCES
from incentives.ruleset.units import unit_type
from incentives.tables.exchange import matches

MONEY = ("amount", "margin")
BodyOf = Callable[[Case, Column], Line]
of_row = namer("o")


def worked_out(case: Case, column: Column, how: Aggregated, rows: Sequence[Line], body_of: BodyOf) -> tuple[Line, ...]:
    """The lines of orders, each with how its amount came about below it where that takes more than a formula."""
    if how.table != "orders" or how.of is None or not (is_stepped(how.of) or is_exchanged(case, how.of)):
        return tuple(rows)
    found = rows_by_title(case, column, how, [row.title for row in rows if row.kind == "row"])
    return tuple(
        replace(row, children=(amount_line(case, column, how, found[row.title], body_of),))
        if row.title in found
        else row
        for row in rows
    )


def is_stepped(node: t.Node) -> bool:
    """Return whether a formula is more than one step: tiers, lines of a table, a bound."""
    return isinstance(node, t.Labelled | t.Call) or any(is_stepped(child) for child in t.children(node))


def is_exchanged(case: Case, node: t.Node) -> bool:
    """Return whether a formula reads money of orders, some of which were in another currency."""
    foreign = case.once(("foreign",), lambda: case.rows("SELECT 1 FROM exchange_rates LIMIT 1"))
    return bool(foreign) and not names_in(node).isdisjoint(MONEY)


def rows_by_title(case: Case, column: Column, how: Aggregated, titles: Sequence[str]) -> dict[str, dict[Any, Any]]:
    """Return the values of each order and of the policy on its day, by the title of the order's line.

    Beside the names of columns and figures there are "exact", "whole" (the amount) and each part of the formula itself.
    """
    assert how.of is not None
    typed = infer(how.of, table_scope(case.outcome.plan, how.table, how.signed))
    names, parts = sorted({"order_id", "amount", *names_in(how.of)}), list(parts_of(typed, name_sql=of_row))
    shown = [
        replace(column, how=replace(how, take="last", of=t.Name(name), where=None, split=False))
        for name in names
        if "." not in name
    ]
    # of an order that credit notes changed in the period its first row is told
    once = " AND o.note_id = o.order_id" if how.signed else ""
    picks = [of_row(name) for name in names] + [exact_sql(typed, of_row)]
    picks += [column_sql(typed, 2, column.mode, of_row), *(sql for _, sql in parts)]
    picks.append("o.sign < 0" if how.signed else "FALSE")
    keys = ["exact", "whole", *(node for node, _ in parts)]
    blanks = ", ".join("?" for _ in titles) or "NULL"
    found = case.rows(
        f"SELECT {', '.join(picks)} FROM ({rows_of(case.outcome.plan, case.grain, how.table, [column, *shown])}) o"
        f"{figures_for(case.grain, [column])} WHERE o.order_id IN ({blanks}) AND o.period_no = ?{once}",
        *titles,
        case.number,
    )
    rows: dict[str, dict[Any, Any]] = {}
    for row in found:
        values: dict[Any, Any] = {}
        for key, value in zip([*names, *keys, "less"], row, strict=True):
            values[key] = value if values.get(key) is None else values[key]
        rows[plain(str(values["order_id"]))] = values
    return rows


def amount_line(case: Case, column: Column, how: Aggregated, row: dict[Any, Any], body_of: BodyOf) -> Line:
    """Return the line of an order's amount before it is split."""
    assert how.of is not None
    order, whole = row["order_id"], column.name
    typed = infer(how.of, table_scope(case.outcome.plan, how.table))
    made = replace(column, how=Computed(how.of))
    told = replace(
        case,
        columns={name: of_order(column, name) for name in SOURCES["orders"]} | {whole: made},
        typed={whole: typed},
        values={key: value for key, value in row.items() if isinstance(key, str)} | {whole: row["whole"]},
        parts={(whole, node): value for node, value in row.items() if not isinstance(node, str)},
        exact={whole: row["exact"]},
        found={},
    )
    body = body_of(told, made)
    given = foreign_text(case, order)
    title = word("row_worth_off" if row["less"] else "row_worth", case.lang)
    shown = value_text(row["whole"], "money", case.lang)
    line = replace(body, title=title, value=row["whole"], shown=shown, kind="part", formula=None)
    return own_names(line, order, dict.fromkeys(MONEY, given))


def of_order(column: Column, name: str) -> Column:
    """A column of the table as a figure that can be told."""
    kind, optional = SOURCES["orders"][name]
    title = t.Title(word(f"row_{name}", "zh"), word(f"row_{name}", "en"))
    unit = "money" if kind == unit_type("money") else "text"
    return Column(name, "input", unit, title, column.grain, Given(), kind, column.place, optional=optional)


def foreign_text(case: Case, order: str) -> str:
    """At which rate the amounts of an order were turned into the policy's currency; empty where they were in it."""
    found = case.rows(
        f"SELECT x.currency, x.rate, x.rate_on FROM orders o JOIN exchange_rates x ON {matches('o', 'x')} "
        "WHERE o.order_id = ?",
        order,
    )
    return "".join(
        word("exchanged", case.lang, currency=plain(currency), rate=f"{rate.normalize():f}", day=day.isoformat())
        for currency, rate, day in found
    )


def own_names(line: Line, order: str, given: dict[str, str]) -> Line:
    """The line with columns of the order named as its own, so that each order is told by itself; their sentences."""
    children = tuple(own_names(child, order, given) for child in line.children)
    if line.name not in SOURCES["orders"]:
        return replace(line, children=children)
    name, sentence = inner_name("row", order, line.name), given.get(line.name, "") or line.sentence
    return replace(line, name=name, sentence=sentence, children=children, kind="row", place=None)
