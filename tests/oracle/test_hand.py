"""The oracle over the shipped company against figures worked out by hand, the awkward cases above all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from .evaluate import Result, evaluate, read_folder, read_policy
from .value import rounded

ROOT = Path(__file__).parents[2]
CASES = yaml.load((Path(__file__).parent / "company.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@cache
def company() -> Result:
    return evaluate(read_policy(ROOT / "rulesets" / "sales-2026.yaml"), read_folder(ROOT / "fixtures" / "company"))


def shown(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Fraction):
        value = rounded(value, 6)
        exact = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
        return exact.rstrip("0").rstrip(".") if "." in exact else exact
    return str(value)


@pytest.mark.parametrize("case", CASES)
def test_by_hand(case: str) -> None:
    key, period = CASES[case]["row"].split()
    row = company()[key, period]
    expected = CASES[case]["expect"]
    assert {name: shown(row[name]) for name in expected} == expected


@pytest.mark.parametrize("period", ["2026Q1", "2026Q2", "2026Q3"])
def test_every_grade_occurs_in_every_quarter(period: str) -> None:
    grades = {row["grade"] for (_, p), row in company().items() if p == period}
    assert grades >= {"S", "A", "B", "C"}
