"""The rows of orders or events that bring what is gathered from them to a value: alike, and as plain as can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from incentives.language.infer import Scoped, infer
from incentives.language.tree import And, Compare, Day, Figure, Missing, Name, Node, Text, Truth
from incentives.language.types import Type
from incentives.plan.columns import Aggregated, Column
from incentives.plan.sources import DATED_BY, POSTED, SOURCES
from incentives.prove.amounts import Amount, Ground, Term, both, compared, opposite
from incentives.prove.encode import UnreadableError, Value, whole
from incentives.prove.model import Figure as Given
from incentives.prove.partial_evaluation import Folding, folded, literal
from incentives.prove.period_context import Setting
from incentives.prove.rows import Rows, is_counted
from incentives.prove.search import Search, granted, least_value, search, value_in
from incentives.tables.readers.rows import Row

KEYS = {"orders": "rep_id"}  # whose row it is; of the others, the subject's
FIRST = "first_ever"
NUMBER = "number"  # an event's value, read as a number
OTHER = "example"


@dataclass
class Sample:
    """One row of a table, its columns unknown."""

    rows: Rows
    found: dict[str, tuple[Type, Value]] = field(default_factory=dict)

    def value(self, table: str, name: str) -> Value:
        """The value of a column of the row."""
        if name not in self.found:
            kind, optional = SOURCES[table][name]
            there = self.rows.ground.truth(f"{name} is there") if optional else True
            self.found[name] = (kind, Value(self.rows.unknown(kind, name), there))
        return self.found[name][1]

    def wishes(self) -> Iterator[Term]:
        """Yield the wishes for plain rows: nothing that need not be there, and no customer's first order."""
        for name, (_, value) in sorted(self.found.items()):
            if value.there is not True:
                yield opposite(value.there)
            elif name == FIRST:
                yield opposite(value.of)


def brought(setting: Setting, key: str, column: Column, value: Given, given: Mapping[str, Given]) -> list[Row]:
    """The rows that bring a column of a rep to `value`; none where nothing fits."""
    how = column.how
    assert isinstance(how, Aggregated)
    counted = is_counted(column)
    if value is None or (not value and (counted or how.take == "sum")):
        return []
    row = fitting(setting, how, None if counted else value, given)
    if row is None:
        return []
    made = []
    distinct = how.of.name if how.take == "count distinct" and isinstance(how.of, Name) else ""
    for number in range(int(value) if isinstance(value, Decimal) and counted else 1):
        mark = f"{key} {column.name} {setting.period.id} {number + 1}"
        one = dict(row)
        if distinct and distinct not in one:
            one[distinct] = mark
        if one.pop(FIRST, False):
            one["customer_id"] = mark
        if isinstance(read := one.pop(NUMBER, None), Decimal):
            one["value"] = f"{read.normalize():f}"
        whose = {KEYS.get(how.table, setting.plan.key): key, DATED_BY[how.table]: setting.period.first}
        made.append(at_least(how.table, one, mark) | whose)
    return made


def at_least(table: str, row: Row, mark: str) -> Row:
    """The row with what every row of its table has."""
    return {"order_id": mark, "amount": Decimal(1)} | row if table == "orders" else {"kind": OTHER} | row


def fitting(setting: Setting, how: Aggregated, value: Given, given: Mapping[str, Given]) -> Row | None:
    """The columns of a row that counts, and holds a value where there is one; None where there is no such row."""
    needed: list[Node] = [part for part in (how.where, how.of if how.take == "run" else None) if part is not None]
    if value is not None:
        stated = literal(value)
        assert how.of is not None
        assert stated is not None
        needed.append(Compare("=", how.of, stated))
    rows = Rows(setting, Ground(), alone=True)
    sample = Sample(rows)
    try:
        found = whole(
            typed(setting, how.table, And(tuple(needed)), given), lambda n: sample.value(how.table, n), rows.ground
        )
    except UnreadableError:
        return None
    good = search(rows, both(found.there, found.of))
    kept = granted(good, [], list(sample.wishes()))
    if kept is None:
        return None
    for name in ("amount", "margin"):
        if name in sample.found and isinstance(of := sample.found[name][1].of, Amount):
            positive = compared(rows.ground, ">=", of, Amount(0))
            kept += [positive] if good.fits(*kept, positive) else []
            least = least_value(good, kept, of.over)
            kept += [] if least is None else [of.over == least]
    return values_of(good, sample) if good.fits(*kept) else None


def typed(setting: Setting, table: str, node: Node, given: Mapping[str, Given]) -> Any:
    """A formula over the row of a table, with what is known of the row put in."""
    dated = Day(setting.period.first)

    def stands(name: Name | Figure) -> Node:
        if isinstance(name, Figure):
            return setting.stands(name)
        if name.name == DATED_BY[table]:
            return dated
        if name.name == "returned":
            return Truth(False)
        if name.name in POSTED:
            return Text(str(given.get(name.name) or ""))
        return Missing() if name.name.endswith("_on") else name

    columns = SOURCES[table]
    by = Folding(stands, lambda name: name in columns and not columns[name][1])
    scope = {name: Scoped(kind, optional) for name, (kind, optional) in columns.items()}
    return infer(folded(node, by), scope)


def values_of(good: Search, sample: Sample) -> Row:
    """The row as the solver found it, without what is missing."""
    model = good.solver.model()
    row: Row = {}
    for name, (kind, value) in sample.found.items():
        found = value_in(sample.rows, model, kind, value)
        if found is None and value.there is True:
            found = OTHER  # any text
        if found is not None:
            row[name] = found
    return row
