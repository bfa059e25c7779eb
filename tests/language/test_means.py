"""The type of a weighted mean is bounded by its values, and that of what only looks like one by its division."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from incentives.language.infer import Scoped, infer
from incentives.language.means import mean_bounds
from incentives.language.parse import parse_formula
from incentives.language.types import NumberType
from tests.language.by_hand import reckon

RANGES = {"w": (0, 2), "v": (1, 3), "n": (-1, 4), "x": (-10, 20), "y": (30, 40)}
SCOPE = {name: Scoped(NumberType(Decimal(low), Decimal(high), 0), name == "y") for name, (low, high) in RANGES.items()}

MEANS = {
    "w * x / w": ("w", "x"),
    "x * w / w": ("w", "x"),
    "(w * x + v * y) / (w + v)": ("wv", "xy"),
    "(w * x + y * v + v * x) / (w + v + v)": ("wv", "xy"),
    "(w * x + (if present(y) then v * y else 0)) / (w + (if present(y) then v else 0))": ("wv", "xy"),
}
OTHERS = [
    "n * x / n",  # a weight below zero
    "(w * x + n * y) / (w + n)",
    "(w * x + v * y) / (w + w)",
    "(w * x + v * y) / w",
    "w * x / (w + v)",  # lies between the values and zero, which need not be one
    "(w * x - v * y) / (w - v)",
    "(w * x + (if present(y) then v * y else 0)) / (w + v)",
    "(w * x + (if present(y) then v * y else 1)) / (w + (if present(y) then v else 1))",
    "(w * x + (if present(y) then v * y else 0)) / (w + (if x > 0 then v else 0))",
    "(w * x + (if present(y) then v * y else 0)) / (w + (if present(y) then v else 1))",
]


def bounds_of(formula: str) -> tuple[Decimal, Decimal] | None:
    """The bounds of the division in `formula`, if it is a mean."""
    over, under = (infer(parse_formula(part), SCOPE) for part in formula.rsplit(" / ", 1))
    return mean_bounds(over, under)


@pytest.mark.parametrize("formula", MEANS)
def test_a_mean_lies_between_its_values(formula: str) -> None:
    weights, values = MEANS[formula]
    low, high = min(RANGES[name][0] for name in values), max(RANGES[name][1] for name in values)
    assert bounds_of(formula) == (low, high)
    over, under = (parse_formula(part) for part in formula.rsplit(" / ", 1))
    for at in product(*((*RANGES[name], None) if name == "y" else RANGES[name] for name in weights + values)):
        row = dict(zip(weights + values, at, strict=True))
        divisor = reckon(under, row)
        if divisor and reckon(over, row) is not None:
            assert low <= reckon(over, row) / divisor <= high


@pytest.mark.parametrize("formula", OTHERS)
def test_what_only_looks_like_a_mean_is_none(formula: str) -> None:
    assert bounds_of(formula) is None


def test_the_type_of_a_mean_is_narrow() -> None:
    over, under = "(w * x + v * y)", "(w + v)"
    typed = infer(parse_formula(f"if present(y) then {over} / {under} else 0"), SCOPE)
    assert isinstance(typed.type, NumberType)
    assert (typed.type.low, typed.type.high) == (0, 40)
