"""Columns made of a metric are called after its title; without one, after its name."""

import pytest

from incentives.language.tree import Title
from incentives.plan.scores import suffixed


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
