"""The SQL of random formulas against the same formulas reckoned in fractions: no difference."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from incentives.engine.expression import column_sql
from incentives.language import tree as t
from incentives.language.flaws import FormulaError
from incentives.language.infer import Scoped, infer
from incentives.language.types import NumberType
from incentives.language.write import write
from tests.language.by_hand import reckon, to_places
from tests.language.evaluate import name_sql, values_of

MODES = ("up", "down", "half_up", "half_down", "half_even")


def scoped(low, high, scale, missing=False):
    return Scoped(NumberType(Decimal(low), Decimal(high), scale), missing)


SCOPE = {
    "money": scoped("-1e12", "1e12", 2),
    "small": scoped("-9.99", "9.99", 2),
    "ratio": scoped(0, 1000, 6),
    "count": scoped(0, 10**6, 0),
    "days": scoped(1, 92, 0),
    "maybe": scoped("-1e6", "1e6", 2, missing=True),
}
NUMBERS = ("0", "1", "2", "3", "7", "100", "0.5", "0.005", "1.05", "12.345", "999999.99")
DIVISORS = (t.Number(Decimal(3)), t.Number(Decimal("-7")), t.Number(Decimal("0.3")), t.Name("days"))
IS_THERE = t.Call("present", (t.Name("maybe"),))
ZERO = t.Number(Decimal(0))


def number(draw, depth):
    """A random formula that gives a number."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        names = [t.Name(name) for name in sorted(SCOPE)]
        return draw(st.sampled_from([*names, *(t.Number(Decimal(text)) for text in NUMBERS)]))
    one = number(draw, depth - 1)
    match draw(st.integers(0, 9)):
        case 0:
            return t.Negate(one)
        case 1 | 2:
            return t.Arithmetic(draw(st.sampled_from("+-*")), one, number(draw, depth - 1))
        case 3:
            return t.Arithmetic("/", one, draw(st.sampled_from(DIVISORS)))
        case 4:
            divisor = number(draw, depth - 1)
            return t.If(t.Compare("=", divisor, ZERO), one, t.Arithmetic("/", number(draw, depth - 1), divisor))
        case 5:
            args = (one, number(draw, depth - 1), t.Name("small"))
            return t.Call(draw(st.sampled_from(["min", "max", "sum"])), args)
        case 6:
            return t.Call(draw(st.sampled_from(["abs", "floor", "ceiling"])), (one,))
        case 7:
            return t.Round(one, draw(st.integers(-2, 6)), draw(st.sampled_from(MODES)))
        case 8:
            return t.If(condition(draw, depth - 1), one, number(draw, depth - 1))
    return t.If(IS_THERE, number(draw, depth - 1), one)


def condition(draw, depth):
    """A random formula that is true or false."""
    one, two = number(draw, depth), number(draw, depth)
    compared = t.Compare(draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="])), one, two)
    match draw(st.integers(0, 6)) if depth else 0:
        case 1:
            return t.In(one, (t.Range(two, number(draw, depth), draw(st.booleans()), draw(st.booleans())),))
        case 2:
            return t.In(one, (two, number(draw, depth)))
        case 3:
            return t.And((IS_THERE, compared))
        case 4:
            return t.Not(condition(draw, depth - 1))
        case 5:
            return t.And((condition(draw, depth - 1), compared))
        case 6:
            return t.Or((condition(draw, depth - 1), compared))
    return compared


@st.composite
def formulas(draw):
    """Twelve formulas, every third of them a condition."""
    return [number(draw, 3) if i % 3 else condition(draw, 2) for i in range(12)]


STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
PASSED: list[float] = []


def rows():
    def within(low, high, scale):
        edges = [Decimal(low), Decimal(high), Decimal(max(low, 0)), Decimal(1)]
        anything = st.decimals(low, high, places=scale, allow_nan=False, allow_infinity=False)
        return st.one_of(st.sampled_from(edges), anything)

    fields = {}
    for name, known in SCOPE.items():
        kind = known.type
        fields[name] = within(kind.low, kind.high, kind.scale)
    fields["maybe"] = st.none() | fields["maybe"]
    return st.fixed_dictionaries(fields)


def fitting(formulas, scale):
    """Those that pass the check as a column of `scale` decimals."""
    found = []
    for formula in formulas:
        try:
            typed = infer(formula, SCOPE)
            column_sql(typed, scale, "half_up", name_sql)
        except FormulaError:
            continue
        found.append(typed)
    return found


@settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(formulas(), st.lists(rows(), min_size=5, max_size=5), st.sampled_from([0, 2, 6]))
def test_sql_agrees_with_fractions(drawn, many, scale):
    found = fitting(drawn, scale)
    if not found:
        return
    types = {name: known.type for name, known in SCOPE.items()}
    for row, ours in zip(many, values_of(found, types, many, scale), strict=True):
        for typed, value in zip(found, ours, strict=True):
            expected = reckon(typed.node, row)
            if isinstance(expected, Fraction):
                expected, value = to_places(expected, scale, "half_up"), value if value is None else Fraction(value)
            assert value == expected, (write(typed.node), row)


@settings(STEADY, max_examples=20)
@given(formulas())
def test_a_third_of_the_formulas_passes_the_check(drawn):
    """The property above would be empty if the check refused nearly everything."""
    PASSED.append(len(fitting(drawn, 2)) / len(drawn))
    assert len(PASSED) < 10 or sum(PASSED) > len(PASSED) / 3
