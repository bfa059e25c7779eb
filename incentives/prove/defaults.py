"""The inputs of an example as long as nothing else is needed: usual targets and salaries, and nothing besides.

What is fixed is a number to the solver, not an unknown, so that products and quotients with it are easy.
"""

from __future__ import annotations

from decimal import Decimal

from incentives.language.types import NumberType, TruthType, Type
from incentives.plan.columns import Column, Delivered, Targeted
from incentives.plan.lowered import World
from incentives.prove.amounts import Amount
from incentives.prove.encode import Value

# what is fixed: all that is given, usual targets and salaries, that nothing is below zero, nothing
ALL, USUAL, ABOVE, NONE = 3, 2, 1, 0
WORTH = {"money": Decimal(1_000_000), "count": Decimal(10), "score": Decimal(100)}
SALARY = Decimal(10_000)


def fixed(column: Column, world: World, level: int) -> Value | None:
    """The value of what is given where `level` fixes it."""
    if level < USUAL:
        return None
    if isinstance(column.how, Targeted):
        if not column.how.signed:
            return absent(column.type)
        metric = world.columns.get(column.how.metric)
        return whole(column.type, WORTH.get(metric.unit if metric else "", Decimal(1)))
    if column.name == "base_salary":
        return whole(column.type, SALARY)
    if level == USUAL:
        return None
    return absent(column.type) if may_lack(column) else whole(column.type, Decimal(0))


def may_lack(column: Column) -> bool:
    """Return whether what is given may be missing, without that being a fault or meaning zero."""
    how = column.how
    return column.optional and not (isinstance(how, Delivered) and (how.required or how.zero))


def absent(kind: Type) -> Value:
    """A value that is not there."""
    return Value(whole(kind, Decimal(0)).of, False)


def whole(kind: Type, value: Decimal) -> Value:
    """A value of a type, or the end of its range that is nearest to it; what is no number is true where it is not 0."""
    if isinstance(kind, TruthType):
        return Value(bool(value))
    if not isinstance(kind, NumberType):
        return Value(0)
    return Value(Amount(int(max(kind.low, min(kind.high, value)).scaleb(kind.scale)), 10**kind.scale))
