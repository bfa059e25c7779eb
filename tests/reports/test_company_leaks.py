"""The shipped company under --team and --no-pay: no amount of anybody else's pay is in any byte of any output."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from reading import written

from incentives.api import assess, load_data, load_ruleset

ROOT = Path(__file__).parents[2]
TEAM = "深圳组"
PAY = ["base_salary", "commission", "quarterly_bonus", "big_first_order", "pay_total"]
NUMBER = re.compile(r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d(?!\d)|<v>\d+(?:\.\d+)?(?=</v>)")


@pytest.fixture(scope="module")
def outcome():
    ruleset = load_ruleset(ROOT / "rulesets" / "sales-2026.yaml")
    return assess(ruleset, load_data(ROOT / "fixtures" / "company", ruleset), ["2026Q3"])


def amounts(outcome, where: str) -> set[Decimal]:
    return {amount for row in outcome.rows(PAY, where) for amount in row if amount and amount >= 100}


def sums(outcome, where: str = "TRUE") -> set[Decimal]:
    return {
        sum((amount or Decimal(0) for amount in amounts), Decimal(0))
        for amounts in zip(*outcome.rows(PAY, where), strict=True)
    }


def found(secrets: set[Decimal], texts: dict[str, str]) -> set[tuple[str, Decimal]]:
    """Where a secret stands: with its cents, or as the number of a workbook's cell."""
    return {
        (name, amount)
        for name, text in texts.items()
        for number in NUMBER.findall(text)
        if (amount := Decimal(number.removeprefix("<v>").replace(",", ""))) in secrets
    }


def test_a_team_sees_nobody_elses_pay(outcome, tmp_path):
    mine = f"team = '{TEAM}'"
    others = amounts(outcome, f"team IS DISTINCT FROM '{TEAM}'") | sums(outcome)
    secrets = others - amounts(outcome, mine) - sums(outcome, mine) - beside_pay(outcome, mine)
    assert len(secrets) > 40
    assert found(secrets, written(outcome, tmp_path, TEAM)) == set()


def test_without_pay_there_is_none(outcome, tmp_path):
    secrets = (amounts(outcome, "TRUE") | sums(outcome)) - beside_pay(outcome, "TRUE")
    assert len(secrets) > 60
    assert found(secrets, written(outcome, tmp_path, with_pay=False)) == set()


def test_the_search_finds_pay_that_is_there(outcome, tmp_path):
    names = {name for name, _ in found(amounts(outcome, "TRUE"), written(outcome, tmp_path))}
    assert names >= {"pay.csv", "report.html", "outcome.parquet", "assessment.xlsx", "printed.json", "terminal"}


def beside_pay(outcome, where: str) -> set[Decimal]:
    """Figures that everybody may see, which may happen to be the same amount as somebody's pay."""
    names = [c.name for c in outcome.columns if c.unit not in {"text", "switch", "date"} and c.name not in PAY]
    return {value for row in outcome.rows(names, where) for value in row if value is not None}
