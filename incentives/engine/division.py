"""Exact numbers in SQL: decimals wide enough for what is in them, products, and division of whole numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from incentives.language import ranges as r
from incentives.language.types import (
    MOST_DIGITS,
    AnyType,
    ChoiceType,
    DayType,
    NumberType,
    TextType,
    TruthType,
    Type,
)

SHORT = 18  # digits of a decimal that DuckDB keeps in 64 bits
# Division of whole numbers, one function a rounding: the only text that another database spells differently.
MACROS = """
CREATE OR REPLACE TEMP MACRO whole_half_up(n, d) AS
  SIGN(n) * SIGN(d) * ((2 * ABS(n) + ABS(d)) // (2 * ABS(d)));
CREATE OR REPLACE TEMP MACRO whole_half_down(n, d) AS
  SIGN(n) * SIGN(d) * ((2 * ABS(n) + ABS(d) - 1) // (2 * ABS(d)));
CREATE OR REPLACE TEMP MACRO whole_half_even(n, d) AS
  SIGN(n) * SIGN(d) * ((2 * ABS(n) + ABS(d)) // (2 * ABS(d)) - CASE
    WHEN (2 * ABS(n) + ABS(d)) % (2 * ABS(d)) = 0 AND (2 * ABS(n) + ABS(d)) // (2 * ABS(d)) % 2 = 1 THEN 1 ELSE 0 END);
CREATE OR REPLACE TEMP MACRO whole_up(n, d) AS
  SIGN(n) * SIGN(d) * ((ABS(n) + ABS(d) - 1) // ABS(d));
CREATE OR REPLACE TEMP MACRO whole_down(n, d) AS
  SIGN(n) * SIGN(d) * (ABS(n) // ABS(d));
CREATE OR REPLACE TEMP MACRO whole_floor(n, d) AS
  CASE WHEN (n < 0) = (d < 0) THEN whole_down(n, d) ELSE whole_up(n, d) END;
CREATE OR REPLACE TEMP MACRO whole_ceiling(n, d) AS
  CASE WHEN (n < 0) = (d < 0) THEN whole_up(n, d) ELSE whole_down(n, d) END;
"""
# `exact` takes any numbers. `quick` takes whole ones and divides what fits into 64 bits there, many times as fast.
MACROS += "".join(
    f"""
CREATE OR REPLACE TEMP MACRO exact_{mode}(n, d) AS whole_{mode}(CAST(n AS HUGEINT), CAST(d AS HUGEINT));
CREATE OR REPLACE TEMP MACRO quick_{mode}(n, d) AS
  CASE WHEN n BETWEEN -4000000000000000000 AND 4000000000000000000
      AND d BETWEEN -1000000000000000000 AND 1000000000000000000
    THEN CAST(whole_{mode}(CAST(n AS BIGINT), CAST(d AS BIGINT)) AS HUGEINT) ELSE exact_{mode}(n, d) END;"""
    for mode in ("half_up", "half_down", "half_even", "up", "down", "floor", "ceiling")
)
# x × p, a power of ten, where that is whole: a decimal of more than 18 digits becomes a whole number slowly.
MACROS += """
CREATE OR REPLACE TEMP MACRO units(x, p) AS
  CAST(TRUNC(x) AS HUGEINT) * CAST(p AS HUGEINT) + CAST((x % 1) * p AS HUGEINT);
"""


class Amount(NamedTuple):
    """The SQL of a number, and a type that holds it; `typed` where the SQL is a column of that very type."""

    sql: str
    kind: NumberType
    typed: bool = False


def sql_type(kind: Type) -> str:
    """The type of a column in SQL."""
    match kind:
        case NumberType(digits=digits, scale=scale):
            return decimal(digits, scale)
        case TextType() | ChoiceType() | AnyType():
            return "VARCHAR"
        case TruthType():
            return "BOOLEAN"
        case DayType():
            return "DATE"


def decimal(digits: int, scale: int) -> str:
    """A decimal type in SQL."""
    return f"DECIMAL({digits},{scale})"


def divide_sql(over: str, under: str, scale: int, mode: str = "half_up") -> str:
    """The quotient of two whole numbers in SQL, the second never zero, rounded to `scale` decimals."""
    return units(f"exact_{mode}({over} * {10**scale}, {under})", MOST_DIGITS, scale)


def cast(amount: Amount, digits: int, scale: int) -> str:
    """The amount as a decimal of that type."""
    if amount.typed and (digits, scale) == (amount.kind.digits, amount.kind.scale):
        return amount.sql
    return f"CAST({amount.sql} AS {decimal(digits, scale)})"


def alike(amounts: list[Amount], result: NumberType) -> list[str]:
    """The amounts in one decimal type that holds each of them and their result."""
    kinds = [amount.kind for amount in amounts]
    scale = max(kind.scale for kind in kinds)
    digits = max(kind.digits - kind.scale for kind in [*kinds, result]) + scale
    return [cast(amount, digits, scale) for amount in amounts]


def times(a: Amount, b: Amount) -> Amount:
    """The product. Two decimals of up to 18 digits multiply within 18, so that one of them is widened first."""
    kind = r.multiplied(a.kind, b.kind)
    widest = max(a.kind.digits, MOST_DIGITS // 2, MOST_DIGITS - 1 - b.kind.digits)
    digits = a.kind.digits if kind.digits <= MOST_DIGITS // 2 - 1 else widest
    return Amount(f"({cast(a, digits, a.kind.scale)} * {cast(b, b.kind.digits, b.kind.scale)})", kind)


def product(amount: Amount, power: int) -> str:
    """The amount × 10^power, which is whole; by its text where the decimals on the way would take too many digits."""
    if amount.kind.digits + power > MOST_DIGITS:
        text = f"CAST({cast(amount, amount.kind.digits, amount.kind.scale)} AS VARCHAR)"
        return f"CAST(REPLACE({text}, '.', '') || '{'0' * (power - amount.kind.scale)}' AS HUGEINT)"
    return times(amount, Amount(f"{10**power}", r.of_value(Decimal(10**power)))).sql if power else amount.sql


def whole_number(amount: Amount, power: int) -> str:
    """The amount × 10^power, which is whole, as a whole number."""
    digits, scale, sql = amount.kind.digits, amount.kind.scale, product(amount, power)
    if digits + power < SHORT:
        return f"CAST({sql} AS BIGINT)"
    whole = f"CAST({sql} AS HUGEINT)"
    if not scale or scale + power > SHORT:
        return whole
    quick = f"units({cast(amount, min(digits, SHORT), scale)}, CAST({10**power} AS {decimal(power + 1, 0)}))"
    if digits <= SHORT:
        return quick
    return f"CASE WHEN ABS({amount.sql}) < {10 ** (SHORT - scale)} THEN {quick} ELSE {whole} END"


def rounded(sql: str, kind: NumberType, to: NumberType) -> str:
    """A number of type `kind` as one of `to`, half-up; what fits into 64 bits is rounded there, many times as fast."""
    whole = f"CAST({sql} AS {sql_type(to)})"
    if kind.digits <= SHORT or to.scale >= kind.scale or kind.scale >= SHORT:
        return whole
    short = f"CAST(CAST({sql} AS {decimal(SHORT, kind.scale)}) AS {sql_type(to)})"
    return f"CASE WHEN ABS({sql}) < {10 ** (SHORT - kind.scale)} THEN {short} ELSE {whole} END"


def units(whole: str, digits: int, scale: int) -> str:
    """So many units of the `scale`-th decimal."""
    if scale <= 0:
        return f"CAST({whole} AS {decimal(MOST_DIGITS, 0)}) * {10**-scale}" if scale else whole
    return f"CAST({whole} AS {decimal(digits, 0)}) * {Decimal(1).scaleb(-scale):f}"
