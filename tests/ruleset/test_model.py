"""The model: exact values, names, forms; and every shipped ruleset is without a fault."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from incentives.language.tree import Title
from incentives.language.types import NumberType, TruthType
from incentives.ruleset import load_ruleset, read_ruleset, value_on
from incentives.ruleset.figures import breakpoints
from incentives.ruleset.kinds import number
from incentives.ruleset.model import Metric, Policy, figure_type, metric_type

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "rulesets").glob("*.yaml"))


@pytest.mark.parametrize("file", [f for f in SHIPPED if "cases" not in f.name], ids=lambda f: f.stem)
def test_shipped_rulesets_have_no_faults(file: Path) -> None:
    ruleset, faults = read_ruleset(file)
    assert faults == []
    assert ruleset is not None


def policy() -> Policy:
    return load_ruleset(ROOT / "rulesets" / "sales-2026.yaml").policy


def test_values_are_exact() -> None:
    sales = policy()
    assert sales.scorecards["results"].items["sales"].weight == Decimal("0.4")
    assert sales.scorecards["results"].items["sales"].cap == "figures.score_cap"
    assert sales.figures["red_line"].values == ((None, Decimal("0.45")),)
    assert sales.figures["distribution"].values == ((None, False),)
    tiers = sales.pay["commission"].tiers
    assert tiers is not None
    assert [(row.to, row.rate) for row in tiers.rows.values()] == [
        (Decimal(1_000_000), Decimal("0.03")), (Decimal(2_000_000), Decimal("0.04")), (None, Decimal("0.05")),
    ]  # fmt: skip
    assert sales.metrics["new_customers"].aggregate == ("count distinct", "customer_id")
    assert sales.targets["satisfaction"].base == "figures.satisfaction_target"
    assert sales.targets["complaint_answer"].base == "24"
    assert sales.effective.from_ == date(2026, 1, 1)
    assert list(sales.grade.bands) == ["S", "A", "B", "C"] if sales.grade else False


@pytest.mark.parametrize(
    ("written", "value"),
    [("40%", "0.4"), ("40％", "0.4"), ("0.5 %", "0.005"), ("1_000%", "10"), ("-5%", "-0.05"), ("0.0000001%", "1E-9")],
)
def test_percent(written: str, value: str) -> None:
    assert number(written) == Decimal(value)


def test_many_digits_stay_exact() -> None:
    assert number("0." + "1" * 45 + "%") == Decimal("0.00" + "1" * 45)


def test_titles() -> None:
    ruleset = Policy.model_validate(
        {"ruleset": "x", "version": Decimal("2026.10"), "effective": {"from": date(2026, 1, 1)}, "title": "一"}
    )
    assert ruleset.title == Title("一", "一")
    assert ruleset.version == "2026.10"


def test_types_come_from_the_unit() -> None:
    metric = Metric.model_validate({"unit": "money", "source": ["crm"], "scale": Decimal(4), "tax": "included"})
    assert metric_type(metric) == NumberType(Decimal(-(10**12)), Decimal(10**12), 4, "included")
    assert figure_type(policy().figures["distribution"]) == TruthType()


def test_value_on() -> None:
    values = ((None, Decimal(1)), (date(2026, 7, 1), Decimal(2)))
    assert value_on(values, date(2026, 6, 30)) == 1
    assert value_on(values, date(2026, 7, 1)) == 2
    assert value_on(values[1:], date(2026, 6, 30)) is None
    assert breakpoints([values, ((date(2026, 4, 1), Decimal(3)),)]) == (date(2026, 4, 1), date(2026, 7, 1))


def test_dated_figures_are_in_order_of_days(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text(
        "ruleset: x\nversion: 1\neffective: {from: 2026-01-01}\n"
        "figures: {a: {unit: rate, value: {2026-07-01: 5.5%, 2026-01-01: 5%}}}\n"
    )
    assert load_ruleset(file).policy.figures["a"].values == (
        (date(2026, 1, 1), Decimal("0.05")), (date(2026, 7, 1), Decimal("0.055")),
    )  # fmt: skip
