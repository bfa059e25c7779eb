"""Every wrong argument is told by its name, in both languages; a text is a period, and so is each of several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import incentives
from incentives import NotThereError, Outcome, RefusedError, Session, assess

ROOT = Path(__file__).parents[2]
CALLS: list[dict[str, str]] = yaml.safe_load(Path(__file__).with_name("calls.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def names(company: Session, outcome: Outcome) -> dict[str, Any]:
    known = {name: getattr(incentives, name) for name in incentives.__all__}
    given = {"policy": company.ruleset, "tables": company.tables, "outcome": outcome, "root": ROOT}
    return known | given | {"two": company.assess("2026Q2..2026Q3")}


@pytest.mark.parametrize("case", CALLS, ids=lambda case: case["call"])
def test_a_wrong_argument_is_told_by_its_name(case: dict[str, str], names: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        eval(case["call"], dict(names))
    fault = refused.value.faults[0]
    assert str(fault.place).removeprefix(f"{ROOT}/") == case["place"]
    assert fault.text("en").startswith(case["says"])
    assert fault.text("zh") != fault.text("en")
    assert type(refused.value).__name__ == case.get("error", "RefusedError")


@pytest.mark.parametrize(
    ("periods", "ids"),
    [
        ("2026Q3", ("2026Q3",)),
        ("2026年三季度", ("2026Q3",)),
        (["2026Q3", "2026年三季度"], ("2026Q3",)),
        (("2026Q3", "2026Q2"), ("2026Q3", "2026Q2")),
        ("2026Q1..2026Q3", ("2026Q1", "2026Q2", "2026Q3")),
        (["2026Q1..2026Q2", "2026Q3"], ("2026Q1", "2026Q2", "2026Q3")),
        ("2026-09", ("2026-09",)),
        (None, ("2026Q3",)),
    ],
)
def test_a_text_and_a_sequence_are_periods(company: Session, periods: Any, ids: tuple[str, ...]) -> None:
    assert assess(company.ruleset, company.tables, periods, company.plan).periods == ids


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "periods: 'soon' is not a period\n  = write 2026Q3, 2026-07 or 2026"),
        ("zh", "periods: “soon”不是期间\n  = 写成 2026Q3、2026-07 或 2026"),
        (
            "",
            "periods: 'soon' is not a period · “soon”不是期间\n"
            "  = write 2026Q3, 2026-07 or 2026 · 写成 2026Q3、2026-07 或 2026",
        ),
    ],
)
def test_an_error_speaks_the_language_asked_for(company: Session, monkeypatch: Any, lang: str, said: str) -> None:
    monkeypatch.setenv("INCENTIVES_LANG", lang)
    with pytest.raises(RefusedError) as refused:
        company.assess("soon")
    assert str(refused.value) == said


def test_what_is_not_there_is_refused_as_well(company: Session) -> None:
    with pytest.raises(NotThereError) as missing:
        company.explain("R999", "2026Q3")
    assert missing.value.faults == (missing.value.fault,)
