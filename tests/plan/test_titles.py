"""What the plan makes of a metric is called after its title, and without one after its name; also in faults."""

import pytest

from incentives.language.tree import Title
from incentives.plan.compile import try_compile
from incentives.plan.scores import suffixed
from tests.engine.small import ruleset_of


@pytest.mark.parametrize(
    ("title", "called"),
    [
        (Title("销售额", "Sales"), Title("销售额得分", "Sales score")),
        (Title("销售额"), Title("销售额得分")),
        (Title(), Title("净额得分", "净额 score")),
    ],
)
def test_a_score_is_called_after_its_metric(title: Title, called: Title) -> None:
    assert suffixed(title, "净额", "score") == called


def test_a_fault_of_a_column_that_the_plan_made_tells_its_title() -> None:
    ruleset = ruleset_of("""
metrics: {sales: {unit: money, source: [crm]}, ote: {unit: money, source: [hr]}}
targets: {sales: {when_zero: exempt}}
columns:
  accel: {unit: rate, scale: 9, formula: ote / sales_target, when_zero: exempt}
pay:
  plan:
    kind: commission
    base: sales * accel
    tiers: {quota: sales_target, by: slice, rows: {low: {to: 100%, rate: 100%}, top: {rate: 150%}}}
""")
    _, (fault,) = try_compile(ruleset)
    said = {lang: fault.text(lang) for lang in ("zh", "en")}
    assert fault.code == "too_many_digits_of"
    assert not [text for text in said.values() if "~" in text]
    assert ("定额" in said["zh"], "Quota" in said["en"]) == (True, True)
