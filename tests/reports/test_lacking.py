"""A component of pay that cannot be computed is missing, and told, wherever pay is read; it is not nothing."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from reading import in_terminal

from incentives.cli import cli
from incentives.execution.session import Session
from incentives.explain import explain
from incentives.outcome.lacking import lacks
from incentives.reports.folder import stream_of
from incentives.reports.report import report_of
from incentives.simulate import change_of, simulate
from incentives.simulate.export import csv_bytes
from tests.engine.small import HEAD, assessed, ruleset_of

TIERS = "rows: {low: {to: 1000, rate: 10%}, top: {rate: 20%}}"
POLICY = (
    HEAD
    + f"""currency: CNY
metrics:
  sales: {{unit: money, source: [crm], when_missing: exempt}}
  rating: {{unit: score, source: [crm], when_missing: exempt}}
scorecards: {{results: {{items: {{rating: {{weight: 100%, score: rating}}}}}}}}
grade: {{of: {{results: 100%}}, bands: {{A: '>= 80', B: '< 80'}}}}
assessment: {{least_time: 10%}}
pay:
  plain: {{kind: commission, code: P1, title: {{zh: 提成, en: Plain}}, base: sales, rate: 10%}}
  timed: {{kind: commission, code: P2, title: {{zh: 分期, en: Timed}}, base: sales, rate: 10%,
          timing: {{instalments: 2}}}}
  ytd: {{kind: commission, code: P3, title: {{zh: 累计, en: To date}}, base: sales,
        tiers: {{by: slice, basis: year_to_date, {TIERS}}}}}
  graded: {{kind: bonus, code: P4, title: {{zh: 等级奖, en: Graded}}, base: '100', by_grade: {{A: 100%, B: 50%}}}}
"""
)
LACKED = ("plain", "timed", "ytd")


def rows() -> dict[str, list[dict[str, Any]]]:
    """R1 has all; R2 no sales; R3 neither sales nor a rating, so that there is no grade."""
    told = {"R1": {"sales": "1000", "rating": "90"}, "R2": {"rating": "90"}, "R3": {}}
    return {
        "reps": [{"rep_id": rep, "name": f"N{rep}"} for rep in told],
        "snapshots": [
            {"rep_id": rep, "period": "2025Q1", "metric": metric, "value": value, "source": "crm"}
            for rep, values in told.items()
            for metric, value in values.items()
        ],
    }


@cache
def outcome() -> Any:
    return assessed(POLICY, rows(), "2025Q1")


def test_it_is_missing_and_counted() -> None:
    found = outcome().rows(["rep_id", *LACKED, "graded"])
    assert [[None if value is None else str(value) for value in row] for row in found] == [
        ["R1", "100.00", "50.00", "100.00", "100.00"],
        ["R2", None, None, None, "100.00"],
        ["R3", None, None, None, None],
    ]
    assert lacks(outcome()) == dict.fromkeys(LACKED, 1), "who could not be assessed is told for that"


@pytest.mark.parametrize(("lang", "title", "names"), [
    ("zh", "激励缺项（缺数据，未计入合计）", "提成；分期；累计"),
    ("en", "Pay not computed for lack of data", "Plain; Timed; To date"),
])  # fmt: skip
def test_people_are_told(lang: str, title: str, names: str) -> None:
    report = report_of(outcome(), lang)
    (group,) = [group for group in report.groups if group.code == "unpaid"]
    assert (group.title, [(p.key, p.note) for p in group.people]) == (title, [("R2", names)])
    assert title in in_terminal(report, width=200)
    assert title in b"".join(stream_of(outcome(), "html", lang, None, True)).decode()


def test_programs_get_nothing_in_its_place() -> None:
    reps = json.loads(b"".join(stream_of(outcome(), "json", "en", None, True)))["reps"]
    assert [rep["pay"].get("timed") for rep in reps] == ["50.00", None, None]
    table = b"".join(stream_of(outcome(), "csv", "en", None, True)).decode("utf-8-sig")
    assert [row["ytd"] for row in csv.DictReader(io.StringIO(table))] == ["100.00", "", ""]


@pytest.mark.parametrize("name", LACKED)
def test_explained_as_missing(name: str) -> None:
    first = next(line for line in explain(outcome(), "R2", "2025Q1", name, "en").split("\n") if "–" in line)
    assert "0.00" not in first, first


def tried() -> Any:
    ruleset = ruleset_of(POLICY)
    tables = outcome().tables
    (found,) = simulate(Session(ruleset, tables), [change_of(None, ["pay.timed.rate=20%"])], ["2025Q1"])
    return found


def test_a_simulation_keeps_it_missing() -> None:
    found = tried()
    table = list(csv.DictReader(io.StringIO(csv_bytes([found]).decode("utf-8-sig"))))
    assert [(row["timed_before"], row["timed_after"], row["ytd_after"]) for row in table] == [
        ("50.00", "100.00", "100.00"), ("", "", ""), ("", "", ""),
    ]  # fmt: skip
    assert [(one.component, one.before, one.after) for one in found.missing] == [(name, 1, 1) for name in LACKED]
    assert [mover.parts for mover in found.movers] == [(("timed", Decimal("50.00"), Decimal("100.00")),)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("lacking")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "data").mkdir()
    for name, table in rows().items():
        with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
    return folder / "policy.yaml", folder / "data"


STUDIES = {
    "change": [],
    "sweep": ["--sweep", "pay.timed.rate=10%..12%:2%"],
    "goal": ["--goal", "cost <= 1000", "--vary", "pay.timed.rate=10%..12%:2%"],
    "attribution": ["--attribute", "--set", "pay.ytd.tiers.rows.low.rate=11%"],
}


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("form", ["table", "html", "json"])
def test_a_study_says_what_cannot_be_computed(files: tuple[Path, Path], study: str, form: str) -> None:
    change = [] if study in ("sweep", "goal") else ["--set", "pay.timed.rate=20%"]
    policy, data = files
    args = [
        "simulate",
        str(policy),
        "--data",
        str(data),
        "--period",
        "2025Q1",
        "--lang",
        "zh",
        *change,
        *STUDIES[study],
    ]
    found = CliRunner().invoke(cli, [*args, "--format", form], standalone_mode=False)
    assert found.exception is None, found.output
    if form == "json":
        told = yaml.safe_load(found.stdout)
        found = next(iter(told.values()))
        missing = (found[0] if study == "change" else found.get("sweep", found)["about"])["missing"]
        named = missing if isinstance(missing, dict) else {one["component"]: one["before"] for one in missing}
        assert named == dict.fromkeys(LACKED, 1)
    else:
        assert "缺数据、算不出的激励（合计中按零计）：提成 1 行；分期 1 行；累计 1 行" in found.stdout


def test_payroll_pays_none_of_it_and_lists_it(files: tuple[Path, Path], tmp_path: Path) -> None:
    policy, data = files
    args = ["payroll", str(policy), "--data", str(data), "--period", "2025Q1", "-o", str(tmp_path / "b"), "--draft"]
    found = CliRunner().invoke(cli, [*args, "--lang", "en"], standalone_mode=False)
    assert found.exception is None, found.output
    (file,) = (tmp_path / "b").glob("*missing.csv")
    listed = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [(row["payee_id"], row["earning_code"]) for row in listed if row["earning_code"] != "P4"] == [
        (rep, code) for rep in ("R2", "R3") for code in ("P1", "P2", "P3")
    ]


def test_what_falls_due_of_earlier_periods_is_paid_and_the_rest_still_told() -> None:
    told = rows() | {"periods": []}
    told["snapshots"] += [told["snapshots"][0] | {"period": "2025Q2", "metric": "rating", "value": "90"}]
    later = assessed(POLICY, told, "2025Q2")
    assert later.rows(["rep_id", "timed"], "rep_id = 'R1'") == [("R1", Decimal("50.00"))]
    report = report_of(later, "en")
    (group,) = [group for group in report.groups if group.code == "unpaid"]
    assert ("R1", "Plain; Timed; To date") in [(p.key, p.note) for p in group.people]
    assert lacks(later)["timed"] == 1
