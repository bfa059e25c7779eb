"""Formulas run for the tests: text in, type and value out, many at a time in one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import duckdb

from incentives.engine.division import MACROS, sql_type
from incentives.engine.expression import column_sql, shown_sql
from incentives.language.infer import Scoped, Typed, infer
from incentives.language.parse import parse_formula
from incentives.language.types import ChoiceType, DayType, NumberType, TextType, TruthType, Type

Value = Decimal | str | bool | date | None
MONEY = NumberType(Decimal("-1e12"), Decimal("1e12"), 2, "excluded")
RATIO = NumberType(Decimal(0), Decimal(1000), 6)
COUNT = NumberType(Decimal(0), Decimal(10**9), 0)
# The names that the case tables use; those that end in `_maybe` may be missing.
SCOPE: dict[str, Scoped] = {
    "sales": Scoped(MONEY),
    "cost": Scoped(NumberType(Decimal("0.01"), Decimal("1e12"), 2, "excluded")),
    "gross": Scoped(NumberType(Decimal("-1e12"), Decimal("1e12"), 2, "included")),
    "target": Scoped(MONEY),
    "rate": Scoped(RATIO),
    "orders": Scoped(COUNT),
    "days": Scoped(NumberType(Decimal(1), Decimal(92), 0)),
    "sales_maybe": Scoped(MONEY, missing=True),
    "rate_maybe": Scoped(RATIO, missing=True),
    "flag": Scoped(TruthType()),
    "level": Scoped(TextType()),
    "hired": Scoped(DayType()),
    "grade": Scoped(ChoiceType("grade", ("S", "A", "B", "C"))),
    "figures.red_line": Scoped(RATIO),
    "new_customers": Scoped(COUNT),
    "销售额": Scoped(MONEY),
}


def typed(text: str, scope: Mapping[str, Scoped] = SCOPE) -> Typed:
    """A formula parsed and typed."""
    return infer(parse_formula(text), scope)


def connect() -> duckdb.DuckDBPyConnection:
    """A database that knows the exact divisions."""
    con = duckdb.connect()
    con.execute(MACROS)
    return con


def name_sql(name: str) -> str:
    return f"s.`{name}`"


def values_of(
    formulas: Sequence[Typed], types: Mapping[str, Type], rows: Sequence[Mapping[str, Value]], scale: int | None = None
) -> list[tuple[Value, ...]]:
    """Each row's values of all formulas, in one query: columns of `scale` decimals, or as they are shown."""
    con = connect()
    columns = ", ".join(f"`{name}` {sql_type(kind)}" for name, kind in types.items()) or "`nothing` INTEGER"
    con.execute(f"CREATE TABLE s (row_no INTEGER, {columns})")
    names = list(types) or ["nothing"]
    for number, row in enumerate(rows):
        con.execute(f"INSERT INTO s VALUES ({', '.join('?' * (len(names) + 1))})", [number, *map(row.get, names)])
    picks = (shown_sql(f, name_sql) if scale is None else column_sql(f, scale, "half_up", name_sql) for f in formulas)
    return con.execute(f"SELECT {', '.join(picks)} FROM s ORDER BY row_no").fetchall()
