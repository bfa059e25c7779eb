"""The cases of every shipped policy agree, and together they show the rows of the policy catalogue."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from incentives.cases import Verdict, judge
from incentives.cases.show import told

RULESETS = Path(__file__).parents[2] / "rulesets"
SHIPPED = sorted(file.name.removesuffix(".cases.yaml") for file in RULESETS.glob("*.cases.yaml"))
ROWS = {
    *(f"M{n}" for n in range(1, 16)), *(f"T{n}" for n in range(1, 6)), *(f"A{n}" for n in range(1, 13)),
    *(f"C{n}" for n in range(1, 13)), "L1", "L2", "L3", *(f"P{n}" for n in range(1, 10)),
    *(f"N{n}" for n in range(1, 5)), *(f"R{n}" for n in range(1, 12)),
}  # fmt: skip


@cache
def verdict_of(name: str) -> Verdict:
    return judge(RULESETS / f"{name}.yaml")


@pytest.mark.parametrize("name", SHIPPED)
def test_agree(name: str) -> None:
    verdict = verdict_of(name)
    assert not verdict.differences, told(verdict, "en")


def test_every_row_is_shown() -> None:
    shown = frozenset().union(*(verdict_of(name).shows for name in SHIPPED))
    assert shown >= ROWS, f"no case shows {sorted(ROWS - shown)}"
