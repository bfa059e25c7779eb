"""Words of SQL, of the engine and of every script name anything in a policy, and every command takes them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from incentives.api import check
from incentives.execution.session import Session
from incentives.explain import explain
from incentives.faults import Fault, Place
from incentives.payroll import batch_of, run_for
from incentives.plan.names import inner_name, is_inner, names_of, spoken, step_of
from incentives.prove import has_solver, prove_declared
from incentives.prove.model import PROVED
from incentives.reports.export import write_csv, write_parquet
from incentives.simulate import change_of, simulate
from incentives.simulate.axis import axes_of
from incentives.simulate.sweep import sweep
from incentives.tables.data import tables_from_rows
from tests.engine.small import HEAD, assessed, ruleset_of
from tests.plan.hostile import PERIODS, data_of, policy_of

CASES: list[tuple[int, str]] = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text("utf-8"))
PLAIN = [f"name{n}" for n in range(19)]
DOCS = Path(__file__).parents[2] / "docs" / "ruleset.md"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1].split()[0])
def test_every_command_takes_them(case: tuple[int, str], tmp_path: Path) -> None:
    turn, names = case[0], case[1].split()
    assert len(set(names)) == len(PLAIN)
    ruleset, rows = ruleset_of(policy_of(names, turn)), data_of(names, turn)
    outcome = assessed(ruleset, rows, *PERIODS)
    usual = assessed(policy_of(PLAIN, turn), data_of(PLAIN, turn), *PERIODS)
    called = dict(zip([*PLAIN, "pay_total", "grade"], [*names, "pay_total", "grade"], strict=True))
    told = [name for name in called if name in {column.name for column in usual.columns}]
    expected = [tuple(called.get(value, value) for value in row) for row in usual.rows(told)]
    assert outcome.rows([called[name] for name in told]) == expected
    paid = next(column for column in outcome.columns if column.role == "pay")
    assert explain(outcome, "R1", "2025Q2", paid.name, "en")
    write_csv(outcome, tmp_path / "rows.csv")
    write_parquet(outcome, tmp_path / "rows.parquet")
    assert batch_of(outcome, run_for(outcome, draft=True), "en")
    if has_solver():
        assert {verdict.said for verdict in prove_declared(ruleset, outcome.plan)} == {PROVED}
    tables = tables_from_rows(rows, ruleset, Place("rows"))
    change = change_of(None, (f"figures.{names[0]}.value=2%", "pay.p_d.rate=3%"))
    session = Session(ruleset, tables)
    (compared,) = simulate(session, [change], list(PERIODS))
    assert compared.total.after > compared.total.before
    tried = sweep(session, axes_of(["pay.p_d.rate=1%..3%:1%"], "--sweep"), list(PERIODS))
    assert tried.points[0].tally.cost == tried.now.cost
    assert tried.points[0].tally.cost < tried.points[1].tally.cost < tried.points[2].tally.cost
    assert isinstance(tried.now.cost, Decimal)


TAKEN = """
metrics:
  sales: {unit: money, source: [crm]}
  METRIC: {unit: money, source: [crm]}
columns:
  COLUMN: {unit: money, formula: sales}
targets: {sales: {signed: not_needed, base: 1}}
scorecards: {card: {items: {sales: {weight: 100%, attainment: base}}}}
grade: {of: {card: 100%}, bands: {A: '>= 1', B: '< 1'}}
pay:
  COMPONENT: {kind: bonus, formula: sales}
"""


@pytest.mark.parametrize("name", ["if", "And", "null", "period_no", "Total", "scored", "sales_target", "pay_total"])
@pytest.mark.parametrize("part", ["METRIC", "COLUMN", "COMPONENT"])
def test_a_word_that_is_taken_is_refused_with_another(name: str, part: str, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"

    def told(called: str) -> list[Fault]:
        file.write_text(HEAD + TAKEN.replace(part, called), encoding="utf-8")
        return [fault for fault in check(file) if not fault.warning]

    (fault,) = told(name)
    line = (HEAD + TAKEN).split("\n").index(next(text for text in TAKEN.split("\n") if f"  {part}:" in text)) + 1
    assert (fault.place.line, name in fault.text("en")) == (line, True)
    assert all(f"{name}_own" in fault.mend(lang) for lang in ("zh", "en"))
    assert told(f"{name}_own") == []


def test_a_subject_is_called_as_no_table_and_no_column_is(tmp_path: Path) -> None:
    names = [f"n{n}" for n in range(19)]
    outcome = assessed(policy_of(names, 2), data_of(names, 2), *PERIODS)
    found = "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
    tables = {str(name) for (name,) in outcome.con.query(found)}
    subjects = {name[:-1] for name in tables if name.endswith("s") and name[:-1].isidentifier()} - {"rep"}
    file = tmp_path / "small.yaml"

    def told(subject: str) -> list[str]:
        policy = f"subject: {subject}\nmetrics: {{sales: {{unit: money, source: [crm]}}}}\n"
        file.write_text(HEAD + policy + "pay: {c: {kind: bonus, formula: sales}}\n", encoding="utf-8")
        return [fault.code for fault in check(file) if not fault.warning]

    assert "order" in subjects
    assert {subject: told(subject) for subject in sorted(subjects) if "_quarter_" not in subject} == {
        subject: ["subject_taken"] for subject in sorted(subjects) if "_quarter_" not in subject
    }
    assert told("manager") == ["subject_column"]
    assert [told(subject) for subject in ("customer", "select", "key", "客户")] == [[]] * 4


def test_inner_names_are_told_apart() -> None:
    given = [
        ("vested", ("a",)),
        ("vested", ("a", "b")),
        ("own_pool", ("a",)),
        ("own", ("pool",)),
        ("left", ()),
        ("part", ("7",)),
    ]
    found = [inner_name(step, *of) for step, of in given]
    assert len(set(found)) == len(given)
    assert [(step_of(name), names_of(name)) for name in found] == given
    assert all(is_inner(name) for name in found)
    assert [spoken(name) for name in (*found[2:4], "sales")] == ["own pool a", "own pool", "sales"]
    assert (is_inner("left"), step_of("left"), names_of("left")) == (False, "", ())
    with pytest.raises(AssertionError):
        inner_name("two words")


def test_the_names_that_results_have_by_themselves_are_documented() -> None:
    policy = "metrics: {sales: {unit: money, source: [crm]}}\npay: {c: {kind: bonus, formula: sales}}\n"
    policy += "scorecards: {card: {items: {sales: {weight: 100%, score: 'min(100, sales)'}}}}\n"
    policy += "grade: {of: {card: 100%}, bands: {A: '>= 1', B: '< 1'}, ceilings: {low: {when: sales < 1, then: B}}, "
    policy += "distribution: {within: company, most: {A: 50%}, ties: [sales]}, annual: {take: mean, at_least: 1}}\n"
    outcome = assessed(policy, {"reps": [{"rep_id": "R1"}], "snapshots": []})
    own = {"metric", "pay", "score", "scorecard", "ceiling", "check", "balance"}
    columns = [column for frame in outcome.plan.frames for column in outcome.plan.columns(frame)]
    names = {column.name for column in columns if column.role not in own and not is_inner(column.name)}
    text = DOCS.read_text(encoding="utf-8")
    listed = text[text.index("Results have these columns by themselves") :].split("\n\n")[0]
    assert [name for name in sorted(names) if f"`{name}`" not in listed] == []
