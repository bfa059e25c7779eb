"""What can be changed is listed, and each value can be named by its path or its title."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path

import pytest

from incentives.api import Ruleset, load_ruleset
from incentives.faults import Place, RefusedError
from incentives.simulate import change_of, changed_ruleset
from incentives.simulate.axis import axes_of, placed
from incentives.simulate.levers import found_by, levers_of, path_named
from incentives.simulate.levers_presentation import csv_bytes, json_text

RULESETS = sorted((Path(__file__).parents[2] / "rulesets").glob("*.yaml"))
SHIPPED = [file for file in RULESETS if not file.name.endswith(".cases.yaml")]
SALES = next(file for file in SHIPPED if file.name == "sales-2026.yaml")
HERE = Place("--set")


@cache
def policy(file: Path = SALES) -> Ruleset:
    return load_ruleset(file)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_value_that_is_listed_can_be_set_to_itself(file: Path) -> None:
    ruleset = policy(file)
    levers = levers_of(ruleset)
    assert levers
    for lever in levers:
        assert all((lever.title.zh, lever.title.en, lever.value))
        assert path_named(ruleset, lever.path, HERE) == lever.path
        if ": " not in lever.value:  # not dated
            changed = changed_ruleset(ruleset, change_of(None, (f"{lever.path}={lever.value}",)))
            assert repr(changed.policy).replace("_", "") == repr(ruleset.policy).replace("_", ""), lever


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_title_names_one_value_or_says_which(file: Path) -> None:
    ruleset, levers = policy(file), levers_of(policy(file))
    for title in {title for lever in levers for title in (lever.title.zh, lever.title.en)}:
        meant = {one.path for one in levers if title in (one.title.zh, one.title.en)}
        if len(meant) == 1:
            assert path_named(ruleset, title, HERE) in meant
            continue
        with pytest.raises(RefusedError) as refused:
            path_named(ruleset, title, HERE)
        assert refused.value.faults[0].code == "title_several"


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("单项得分上限", "figures.score_cap.value"),
        ("Cap of a score", "figures.score_cap.value"),
        ("cap  of a SCORE", "figures.score_cap.value"),
        ("figures.score_cap", "figures.score_cap.value"),
        ("figures.score_cap.value", "figures.score_cap.value"),
        ("销售提成 · low · 费率", "pay.commission.tiers.rows.low.rate"),
        ("Commission low rate", "pay.commission.tiers.rows.low.rate"),
        ("pay.commission.tiers.rows.low.rate", "pay.commission.tiers.rows.low.rate"),
    ],
)
def test_a_title_is_understood(asked: str, path: str) -> None:
    assert path_named(policy(), asked, HERE) == path
    (axis,) = placed(axes_of([f"{asked}=1..2:1"], "--sweep"), policy(), "--sweep")
    assert axis.path == path


def test_a_value_set_by_its_title_is_the_one_set_by_its_path() -> None:
    by = [
        changed_ruleset(policy(), change_of(None, (f"{name}=120",)))
        for name in ("单项得分上限", "figures.score_cap.value")
    ]
    assert by[0].policy == by[1].policy != policy().policy
    with pytest.raises(RefusedError) as refused:
        changed_ruleset(policy(), change_of(None, ("单项得分上限=120", "figures.score_cap.value=130")))
    assert [fault.code for fault in refused.value.faults] == ["axis_twice"]


@pytest.mark.parametrize(
    ("asked", "code", "near"),
    [
        ("单项得分上线", "title_close", "figures.score_cap.value"),
        ("得分上限", "title_close", "figures.score_cap.value"),
        ("毫无关系的东西啊", "title_unknown", "--list"),
        ("score_cap", "overlay_path_close", "figures.score_cap.value"),
        ("scorecap", "overlay_path_close", "figures.score_cap.value"),
        ("low.rate", "overlay_path_close", "pay.commission.tiers.rows.low.rate"),
        ("pay.commision.tiers.rows.low.rate", "overlay_path_close", "pay.commission.tiers.rows.low.rate"),
        ("figures.score_cpa.value", "overlay_path_close", "figures.score_cap.value"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_one(asked: str, code: str, near: str) -> None:
    with pytest.raises(RefusedError) as refused:
        changed_ruleset(policy(), change_of(None, (f"{asked}=1",)))
    (fault,) = refused.value.faults
    assert (fault.code, near in fault.mend("zh")) == (code, True), fault.mend("zh")


def test_the_list_is_searched_and_exported() -> None:
    levers = found_by(levers_of(policy()), "提成 费率")
    assert {lever.path for lever in levers} >= {"pay.commission.tiers.rows.low.rate"}
    assert all("提成" in lever.title.zh for lever in levers)
    rows = list(csv.DictReader(io.StringIO(csv_bytes(levers, "zh").decode("utf-8-sig"))))
    assert [row["path"] for row in rows] == [lever.path for lever in levers]
    assert [one["title"]["zh"] for one in json.loads(json_text(levers))["levers"]] == [one.title.zh for one in levers]
