"""--team and --no-pay: nobody else's pay, nor anything from which it follows, is in any byte of any output."""

import re

import pytest
from made import outcome_made
from reading import written

TEAM = "华东一队"
OTHERS_PAY = ["77123.45", "6111.11", "83234.56", "12222.22", "9333.33", "83.23"]
OTHERS = ["R004", "R006", "刘洋", "杨磊", "华南一队"]
SUMS_WITH_OTHERS = ["153345.79", "195567.", "99777.31"]
OWN_PAY = ["38111.17", "4222.29", "42333.46", "8444.58", "42.33", "4.22"]
PAY_NAMES = [
    "base_salary",
    "commission",
    "quarterly_bonus",
    "big_first_order",
    "pay_total",
    "pay_per_thousand",
    "region_pay",
]
PAY_TITLES = ["基本工资", "销售提成", "季度奖金", "首单大额奖", "激励合计", "千元激励", "区域激励"]


def places(secret: str, texts: dict[str, str]) -> list[str]:
    """The outputs in which an amount or a word can be found, however the amount is written."""
    if secret[0].isdigit():
        whole, _, cents = secret.partition(".")
        spelled = f"{int(whole):,}".replace(",", ",?") + re.escape("." + cents.rstrip("0")) if cents else whole
        found = re.compile(rf"(?<![\d.]){spelled}")
        return [name for name, text in texts.items() if found.search(text)]
    return [name for name, text in texts.items() if secret in text]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    def of(team, with_pay):
        return written(outcome_made(), tmp_path_factory.mktemp("out"), team, with_pay)

    return {"all": of(None, True), "team": of(TEAM, True), "no_pay": of(None, False), "neither": of(TEAM, False)}


@pytest.mark.parametrize("secret", [*OTHERS_PAY, *OTHERS, *SUMS_WITH_OTHERS])
def test_a_team_sees_nothing_of_the_others(outputs, secret):
    assert places(secret, outputs["team"]) == []
    assert places(secret, outputs["neither"]) == []


@pytest.mark.parametrize("secret", [*OTHERS_PAY, *OWN_PAY, *SUMS_WITH_OTHERS])
def test_without_pay_there_is_none(outputs, secret):
    assert places(secret, outputs["no_pay"]) == []
    assert places(secret, outputs["neither"]) == []


@pytest.mark.parametrize("word", [*PAY_NAMES, *PAY_TITLES])
def test_without_pay_no_column_is_named_after_it(outputs, word):
    assert places(word, outputs["no_pay"]) == []


@pytest.mark.parametrize("secret", [*OTHERS_PAY[:4], *OTHERS, *OWN_PAY[:4]])
def test_the_search_finds_what_is_there(outputs, secret):
    """The tests above could not fail if the search were blind."""
    assert {"assessment.xlsx", "outcome.parquet", "report.html", "printed.csv", "printed.xlsx"} <= set(
        places(secret, outputs["all"])
    )


def test_the_team_sees_its_own_pay(outputs):
    assert {"pay.csv", "terminal", "printed.json"} <= set(places("38111.17", outputs["team"]))


def test_an_earlier_pay_file_does_not_stay_behind(outputs):
    assert outputs["no_pay"]["pay.csv"] == "\ufeffpayee,period,component,kind,title,amount\n"
