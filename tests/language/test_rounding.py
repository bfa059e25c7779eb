"""Every rounding at its edges: halves, one unit beside them, negative numbers, quotients, the type's last digit."""

from decimal import Decimal
from fractions import Fraction

import pytest

from incentives.engine.expression import column_sql
from incentives.language.flaws import FormulaError
from incentives.language.infer import Scoped, column_type
from incentives.language.types import NumberType
from tests.language.by_hand import to_places
from tests.language.evaluate import name_sql, typed, values_of

FUNCTIONS = {
    "round up": "up",
    "round down": "down",
    "round half up": "half_up",
    "round half down": "half_down",
    "decimal": "half_even",
}
WIDE = NumberType(Decimal(-(10**20)), Decimal(10**20), 6)
# what takes 64 bits or more at once or by its value, is never below zero, or has a fraction of its own
KINDS = [WIDE, *(NumberType(Decimal(low), Decimal(10**4), 6) for low in (-(10**4), 0))]
KINDS += [NumberType(Decimal(0), Decimal(10**20), 6), NumberType(Decimal(-(10**7)), Decimal(10**7), 10)]
DIVISOR = NumberType(Decimal("0.01"), Decimal(10**6), 2)
SCOPE = {"x": Scoped(WIDE), "d": Scoped(DIVISOR)}
UNIT = Decimal("0.000001")
EDGES = [Decimal(k) / 200 + step for k in (0, 1, 2, 3, 89995, 200) for step in (-UNIT, Decimal(0), UNIT)]
EDGES += [Decimal(10**power) - unit for power in range(9, 21) for unit in (Decimal(0), UNIT)]
ROWS = [
    {"x": sign * x, "d": d} for x in EDGES for sign in (1, -1) for d in (Decimal(1), Decimal("0.4") * 5, Decimal(7))
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize(("function", "mode"), FUNCTIONS.items())
def test_rounding_at_the_edges(function, mode, kind):
    scope, rows = SCOPE | {"x": Scoped(kind)}, [row for row in ROWS if kind.low <= row["x"] <= kind.high]
    formulas = [(f"{function}(x{over}, {scale})", scale) for over in ("", " / d", " / -d") for scale in (-2, 0, 2, 5)]
    found = values_of([typed(text, scope) for text, _ in formulas], {"x": kind, "d": DIVISOR}, rows)
    for row, ours in zip(rows, found, strict=True):
        for (text, scale), value in zip(formulas, ours, strict=True):
            divisor = {"": 1, " / d": row["d"], " / -d": -row["d"]}[text.split("x")[1].split(",")[0]]
            assert Fraction(value) == to_places(Fraction(row["x"]) / Fraction(divisor), scale, mode), (text, row)


@pytest.mark.parametrize("mode", FUNCTIONS.values())
def test_a_column_rounds_at_its_end(mode):
    formula = typed("x / d", SCOPE)
    sql = column_sql(formula, 2, mode, name_sql)
    assert f"{'signed' if mode == 'half_up' else 'whole'}_{mode}(" in sql
    assert column_type(formula, 2, mode) == NumberType(Decimal("-1E22"), Decimal("1E22"), 2)


def test_past_38_digits_is_refused():
    with pytest.raises(FormulaError) as refused:
        column_type(typed("x / d", SCOPE), 16)
    assert refused.value.flaws[0].code == "too_many_digits"
