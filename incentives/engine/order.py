"""The order of rows by columns that count before they are rounded: fractions as whole numbers, compared in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from incentives.engine.division import Amount, product
from incentives.engine.expression import NameSql, halves_sql
from incentives.language.infer import Scoped, infer
from incentives.language.tree import Exact
from incentives.language.types import MOST_DIGITS
from incentives.plan.columns import Ranked

LENGTH = MOST_DIGITS - 1  # digits of any whole number of 128 bits


def ordering(how: Ranked, scope: Mapping[str, Scoped], name_of: NameSql) -> Iterator[tuple[str, bool]]:
    """Yield the SQL that rows are ordered by, and whether downwards."""
    exact = {name: Exact(name, over, under) for name, over, under in how.exact}
    for name, down in how.order:
        if name not in exact:
            yield name_of(name), down
            continue
        over, under = halves_sql(infer(exact[name], scope), name_of)
        for key in keys(over, under) if under else [over.sql]:
            yield f"CASE WHEN {name_of(name)} IS NOT NULL THEN {key} END", down


def keys(over: Amount, under: Amount) -> Iterator[str]:
    """Yield SQL for whole numbers in the order of over ÷ under, equal only where the quotients are. The first is the
    whole part with as many decimals as fit, the next ones the following decimals.

    Two quotients that differ do so by more than 1 ÷ the product of their denominators.
    """
    power = max(over.kind.scale, under.kind.scale)
    above, below = (amount.kind.digits - amount.kind.scale + power for amount in (over, under))
    rest, divisor = (f"CAST({product(amount, power)} AS HUGEINT)" for amount in (over, under))
    wanted, length = 2 * below, above
    while wanted > 0:
        more = max(LENGTH - length, 1)
        rest = f"({rest} * {10**more})"
        yield f"plain_down({rest}, {divisor})"
        rest, length, wanted = f"({rest} % {divisor})", below, wanted - more
