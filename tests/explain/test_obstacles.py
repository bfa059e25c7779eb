"""Where no metric lifts a grade, what stands in the way is named: a red line, the distribution, a decision."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from incentives.api import Outcome, assess, load_data, load_ruleset
from incentives.execution.reassess import snapshot_of
from incentives.execution.required import reach
from incentives.explain import as_text, reached_of
from incentives.explain.obstacles import grade_obstacles
from incentives.simulate import change_of, changed_ruleset

ROOT = Path(__file__).parents[2]
PERIOD = "2026Q3"


@cache
def assessed(*figures: str) -> Outcome:
    """The shipped company under the shipped policy with some figures changed."""
    shipped = load_ruleset(ROOT / "rulesets" / "sales-2026.yaml")
    ruleset = changed_ruleset(shipped, change_of(None, figures)) if figures else shipped
    return assess(ruleset, load_data(ROOT / "fixtures" / "company", shipped), [PERIOD])


@pytest.mark.parametrize(
    ("rep", "target", "said"),
    [
        ("R017", "A", ["the red line “A5 margin below the red line”: B at most", "sales-2026.yaml"]),
        ("R040", "", ["the red line “A5 below a quality red line”: B at most"]),
        ("R026", "A", ["the total of 86.90 makes B", "the red line “A5 margin below the red line”: B at most"]),
        ("R029", "A", ["the total of 70.90 makes C", "a decision: B (考核委员会 2026-10-12)"]),
        ("R020", "supervisor", ["the level is 高级行业顾问, not 销售代表", "a criterion is not met: "]),
    ],
)
def test_what_stands_in_the_way_is_named(rep: str, target: str, said: list[str]) -> None:
    text = as_text(reached_of(assessed(), rep, PERIOD, target, "en"), "en")
    assert "What stands in the way" in text
    assert all(part in text for part in said), text
    chinese = as_text(reached_of(assessed(), rep, PERIOD, target, "zh"), "zh")
    assert "拦在前面的是" in chinese


def test_nothing_is_named_where_a_metric_is_enough() -> None:
    lifted = reach(snapshot_of(assessed()))[0].key
    text = as_text(reached_of(assessed(), lifted, PERIOD, "", "en"), "en")
    assert "any one of these" in text
    assert "in the way" not in text


DISTRIBUTED = ("figures.distribution.value=on", "figures.most_s.value=3%", "figures.most_a.value=10%")


@pytest.mark.parametrize("figures", [(), DISTRIBUTED], ids=["no distribution", "a distribution"])
def test_whoever_no_metric_lifts_is_told_why(figures: tuple[str, ...]) -> None:
    outcome = assessed(*figures)
    lifted = {step.key for step in reach(snapshot_of(outcome))}
    grades = outcome.rows(["rep_id", "grade"], "assessment = 'assessed' AND grade <> 'S'")
    told = {rep: grade_obstacles(outcome, rep, PERIOD, "", "en") for rep, _ in grades}
    assert [rep for rep, lines in told.items() if rep not in lifted and not lines] == []
    assert any("forced distribution" in line.title for lines in told.values() for line in lines) == bool(figures)


def test_who_has_the_grade_or_none_has_nothing_in_the_way() -> None:
    outcome = assessed()
    (best,) = outcome.rows(["rep_id"], "grade = 'S'")[0]
    (exempt,) = outcome.rows(["rep_id"], "assessment = 'exempt'")[0]
    for rep in (best, exempt, "nobody"):
        assert grade_obstacles(outcome, rep, PERIOD, "", "en") == ()
    assert grade_obstacles(outcome, best, PERIOD, "B", "en") == ()
