"""What is paid now is told order by order or period by period, with what has become of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.explain.case import case_of
from incentives.explain.lines import lines_of
from incentives.explain.model import Line
from tests.pay.test_timing import CASES, outcome

NUMBERS = {case["name"]: number for number, case in enumerate(CASES)}
TOLD: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("vested.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


@pytest.mark.parametrize(("told", "lang"), [(told, lang) for told in TOLD for lang in ("en", "zh") if lang in told])
def test_told(told: dict[str, Any], lang: str) -> None:
    number = NUMBERS[told["case"]]
    column = f"c{number}"
    (line,) = lines_of(case_of(outcome(), f"R{number}", told["period"], [column], lang), [column])
    rows = [said(row, number) for row in line.children if row.kind == "row"]
    assert [*rows, *(fact.text for fact in line.facts)] == told[lang]
    assert sum((row.value for row in line.children if row.kind == "row"), start=0) == line.value


def said(row: Line, number: int) -> str:
    return f"{row.title.replace(f'{number}-', 'O')} {row.value:+}: {row.sentence}"
