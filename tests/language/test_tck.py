"""The DMN conformance suite's cases in our range: each agrees, or stands in feel-differences.yaml with its reason."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from incentives.language.flaws import FormulaError
from incentives.language.infer import Scoped
from incentives.language.types import DayType, NumberType, TextType, TruthType
from tests.language.evaluate import typed, values_of

HERE = Path(__file__).parent
SUITE = HERE.parents[2] / "shared" / "data" / "feel-tck.json"
ABSENT = pytest.mark.skipif(not SUITE.exists(), reason=f"the outside data ../shared/data/{SUITE.name} is not here")
DIFFERENCES = yaml.safe_load((HERE / "feel-differences.yaml").read_text(encoding="utf-8"))


def cases():
    """The suite's cases, one of each id and expression."""
    lines = SUITE.read_text(encoding="utf-8").splitlines() if SUITE.exists() else []
    return [json.loads(line.strip().rstrip(",")) for line in lines if line.strip(" ,") not in {"", "[", "]"}]


def plain(value):
    """A value of the suite as the database gives it; None where it answers null or a list."""
    match value:
        case {"number": number}:
            return Decimal(number)
        case {"date": day}:
            return date.fromisoformat(day)
    return value


def kind_of(value):
    match value:
        case bool():
            return TruthType()
        case Decimal():
            scale = max(0, -value.as_tuple().exponent)
            return NumberType(Decimal(-(10**9)), Decimal(10**9), scale)
        case date():
            return DayType()
        case str():
            return TextType()
    return None


def answers():
    """Ours for each case: a value, or `refused`; all values in one query."""
    found, formulas, order, types, row = {}, [], [], {}, {}
    for number, case in enumerate(cases()):
        inputs = {name: plain(value) for name, value in case["inputs"].items()}
        known = {name: kind_of(value) for name, value in inputs.items() if kind_of(value)}
        scope = {name: Scoped(kind) for name, kind in known.items()}
        try:
            formula = typed(case["expression"], scope)
        except FormulaError:
            found[number] = "refused"
            continue
        assert known.items() <= (types | known).items(), "one name, two types: give each case names of its own"
        types, row = types | known, row | inputs
        if inputs:
            found[number] = values_of([formula], known, [inputs])[0][0]
        else:
            formulas.append(formula)
            order.append(number)
    if formulas:
        found |= zip(order, values_of(formulas, {}, [{}])[0], strict=True)
    return found


@pytest.fixture(scope="module")
def answered():
    return answers()


def key(case):
    return f"{case['id']}: {case['expression']}"


@ABSENT
@pytest.mark.parametrize("number", range(len(cases())), ids=[key(case) for case in cases()])
def test_agrees_or_differs_on_purpose(number, answered):
    case = cases()[number]
    ours, expected = answered[number], plain(case["expected"])
    agrees = ours == "refused" if expected is None else ours == expected and type(ours) is type(expected)
    assert agrees != (key(case) in DIFFERENCES), f"ours is {ours}, the suite's {expected}"


@ABSENT
def test_differences_are_all_of_the_suite():
    assert set(DIFFERENCES) <= {key(case) for case in cases()}


@ABSENT
def test_every_difference_says_why():
    assert all(isinstance(reason, str) and len(reason) > 10 for reason in DIFFERENCES.values())
