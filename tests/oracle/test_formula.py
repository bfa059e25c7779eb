"""The oracle's own reading of formulas, case by case; what it reads wrongly would hide what the engine does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from .formula import parse
from .value import value_of

CASES = yaml.load((Path(__file__).parent / "formulas.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
NAMES = {"x": Fraction(5, 2), "y": Fraction(0), "nothing": None, "word": "A"}


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_value(text: str, expected: str) -> None:
    if expected == "error":
        with pytest.raises((SyntaxError, IndexError)):
            parse(text)
        return
    value = value_of(parse(text), NAMES.__getitem__)
    assert ("missing" if value is None else str(value).lower()) == expected
