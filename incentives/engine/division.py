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
MOST_DOUBLED = 4 * 10**SHORT  # twice as much and 10^18 more fit into 64 bits
MOST_REPEATED = 300  # characters of SQL
# Division of whole numbers, one function a rounding: the only text that another database spells differently.
MACROS = """
CREATE OR REPLACE MACRO whole_half_up(n, d) AS
  SIGN(n) * SIGN(d) * ((2 * ABS(n) + ABS(d)) // (2 * ABS(d)));
CREATE OR REPLACE MACRO whole_half_down(n, d) AS
  SIGN(n) * SIGN(d) * ((2 * ABS(n) + ABS(d) - 1) // (2 * ABS(d)));
CREATE OR REPLACE MACRO whole_half_even(n, d) AS
  SIGN(n) * SIGN(d) * ((2 * ABS(n) + ABS(d)) // (2 * ABS(d)) - CASE
    WHEN (2 * ABS(n) + ABS(d)) % (2 * ABS(d)) = 0 AND (2 * ABS(n) + ABS(d)) // (2 * ABS(d)) % 2 = 1 THEN 1 ELSE 0 END);
CREATE OR REPLACE MACRO whole_up(n, d) AS
  SIGN(n) * SIGN(d) * ((ABS(n) + ABS(d) - 1) // ABS(d));
CREATE OR REPLACE MACRO whole_down(n, d) AS
  SIGN(n) * SIGN(d) * (ABS(n) // ABS(d));
CREATE OR REPLACE MACRO whole_floor(n, d) AS
  CASE WHEN (n < 0) = (d < 0) THEN whole_down(n, d) ELSE whole_up(n, d) END;
CREATE OR REPLACE MACRO whole_ceiling(n, d) AS
  CASE WHEN (n < 0) = (d < 0) THEN whole_up(n, d) ELSE whole_down(n, d) END;
"""
# For a divisor above zero, as most are: repeated less, since planning a repeated part takes time.
MACROS += """
CREATE OR REPLACE MACRO plain_down(n, d) AS n // d;
CREATE OR REPLACE MACRO plain_half_up(n, d) AS (2 * n + d) // (2 * d);
CREATE OR REPLACE MACRO signed_half_up(n, d) AS SIGN(n) * ((2 * ABS(n) + d) // (2 * d));
"""


class Amount(NamedTuple):
    """The SQL of a number, and a type that holds it; `typed` where the SQL is a column of that very type."""

    sql: str
    kind: NumberType
    typed: bool = False


def sql_type(kind: Type) -> str:
    """Return the type of a column in SQL."""
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
    """Return a decimal type in SQL."""
    return f"DECIMAL({digits},{scale})"


def divide_sql(over: str, under: str, scale: int, mode: str = "half_up") -> str:
    """Return the quotient of two whole numbers in SQL, the second never zero, rounded to `scale` decimals."""
    whole = f"whole_{mode}(CAST({over} * {10**scale} AS HUGEINT), CAST({under} AS HUGEINT))"
    return units(whole, MOST_DIGITS, scale)


def cast(amount: Amount, digits: int, scale: int) -> str:
    """Return SQL for the amount as a decimal of that type."""
    if amount.typed and (digits, scale) == (amount.kind.digits, amount.kind.scale):
        return amount.sql
    return f"CAST({amount.sql} AS {decimal(digits, scale)})"


def alike(amounts: list[Amount], result: NumberType) -> list[str]:
    """Return SQL for the amounts in one decimal type that holds each of them and their result."""
    kinds = [amount.kind for amount in amounts]
    scale = max(kind.scale for kind in kinds)
    digits = max(kind.digits - kind.scale for kind in [*kinds, result]) + scale
    return [cast(amount, digits, scale) for amount in amounts]


def times(a: Amount, b: Amount) -> Amount:
    """Return the product. Two decimals of up to 18 digits multiply within 18, so that one of them is widened first."""
    kind = r.multiplied(a.kind, b.kind)
    widest = max(a.kind.digits, MOST_DIGITS // 2, MOST_DIGITS - 1 - b.kind.digits)
    digits = a.kind.digits if kind.digits <= MOST_DIGITS // 2 - 1 else widest
    return Amount(f"({cast(a, digits, a.kind.scale)} * {cast(b, b.kind.digits, b.kind.scale)})", kind)


def product(amount: Amount, power: int) -> str:
    """Return SQL for the amount × 10^power, which is whole; by its text where the decimals on the way would take too
    many digits."""
    if amount.kind.digits + power > MOST_DIGITS:
        text = f"CAST({cast(amount, amount.kind.digits, amount.kind.scale)} AS VARCHAR)"
        return f"CAST(REPLACE({text}, '.', '') || '{'0' * (power - amount.kind.scale)}' AS HUGEINT)"
    return times(amount, Amount(f"{10**power}", r.of_value(Decimal(10**power)))).sql if power else amount.sql


def quotient(over: Amount, under: Amount | None, up: int, down: int, mode: str) -> str:
    """Return SQL for over × 10^up ÷ under × 10^down, both whole, rounded to a whole number. It is computed in 64
    bits wherever it fits there, which takes a tenth of the time."""
    exact = whole_quotient(over, under, _huge(over, up), _huge(under, down) if under else f"{10**down}", mode)
    if (under and not is_short(under, down)) or down > SHORT:
        return exact
    below = _short(under, down) if under else f"{10**down}"
    if is_short(over, up, MOST_DOUBLED):
        return whole_quotient(over, under, _short(over, up), below, mode)
    if len(over.sql) > MOST_REPEATED or up >= SHORT:
        return exact
    most = Decimal(10 ** (SHORT - up))
    small = Amount(over.sql, r.narrowed(over.kind, 1 - most, most - 1))
    quick = whole_quotient(over, under, _short(small, up), below, mode)
    return f"CASE WHEN ABS({over.sql}) < {most} THEN CAST({quick} AS HUGEINT) ELSE {exact} END"


def whole_quotient(over: Amount, under: Amount | None, n: str, d: str, mode: str) -> str:
    """Return the quotient of two whole numbers `n` and `d` in SQL, made of these amounts."""
    if mode == "half_up" and (under is None or under.kind.low >= 0):
        return f"{'plain' if over.kind.low >= 0 else 'signed'}_half_up({n}, {d})"
    return f"whole_{mode}({n}, {d})"


def is_short(amount: Amount, power: int, most: int = 10**SHORT) -> bool:
    """Return whether the amount × 10^power is at most `most`, whatever its value."""
    return r.absolute(amount.kind).high <= Decimal(most).scaleb(-power)


def _short(amount: Amount, power: int) -> str:
    """Return SQL for the amount × 10^power, which is whole and fits, as a whole number of 64 bits."""
    digits, scale = amount.kind.digits, amount.kind.scale
    if digits + power < SHORT:
        return f"CAST({product(amount, power)} AS BIGINT)"
    x, rest = cast(amount, digits, scale), 10 ** (power - scale)
    if not scale:
        whole = f"CAST({x} AS BIGINT)"
    elif digits + scale < SHORT:
        whole = f"CAST({product(amount, scale)} AS BIGINT)"
    else:
        part = Amount(f"({x} % 1)", NumberType(Decimal(-1), Decimal(1), scale))
        return f"(CAST(TRUNC({x}) AS BIGINT) * {10**power} + CAST({product(part, scale)} AS BIGINT) * {rest})"
    return f"({whole} * {rest})" if rest > 1 else whole


def _huge(amount: Amount, power: int) -> str:
    """Return SQL for the amount × 10^power, which is whole, as a whole number of 128 bits."""
    return f"CAST({product(amount, power)} AS HUGEINT)"


def rounded(sql: str, kind: NumberType, to: NumberType) -> str:
    """Return SQL for a number of type `kind` as one of `to`, half-up. A number that fits into 64 bits is rounded
    there, many times as fast."""
    whole = f"CAST({sql} AS {sql_type(to)})"
    if kind.digits <= SHORT or to.scale >= kind.scale or kind.scale >= SHORT:
        return whole
    short = f"CAST(CAST({sql} AS {decimal(SHORT, kind.scale)}) AS {sql_type(to)})"
    return f"CASE WHEN ABS({sql}) < {10 ** (SHORT - kind.scale)} THEN {short} ELSE {whole} END"


def units(whole: str, digits: int, scale: int) -> str:
    """Return SQL for so many units of the `scale`-th decimal."""
    if scale <= 0:
        return f"CAST({whole} AS {decimal(MOST_DIGITS, 0)}) * {10**-scale}" if scale else whole
    return f"CAST({whole} AS {decimal(digits, 0)}) * {Decimal(1).scaleb(-scale):f}"
