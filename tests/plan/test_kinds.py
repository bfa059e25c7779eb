"""Every kind of column says in one place what it reads and who handles it; a kind that nobody knows is an error."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from incentives.database import quoted
from incentives.execution.assess import assess
from incentives.explain import explanation_of
from incentives.faults import Place
from incentives.language.tree import Name, Title
from incentives.language.types import TextType
from incentives.outcome.columns import columns_of
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column, How, Terms
from incentives.plan.graph import names_read, reads_of
from incentives.plan.kinds import KINDS, kind_of
from incentives.reports.narrow import narrow, paid_columns
from incentives.ruleset.ruleset import load_ruleset
from incentives.tables.data import load_data

ROOT = Path(__file__).resolve().parents[2]
ALL = get_args(How)
# fields of a kind that name no column
OTHERWISE = {
    ("Delivered", "metric"), ("Targeted", "metric"), ("Targeted", "side"), ("Targeted", "scope"),
    ("Aggregated", "table"), ("Aggregated", "take"), ("Aggregated", "rows"), ("RolledUp", "take"),
    ("RolledUp", "finer"), ("Taken", "frame"), ("Past", "function"), ("Ranked", "shared"),
}  # fmt: skip
# read only where another one stands beside it
NOT_BY_ITSELF: dict[str, dict[str, Any]] = {"Vested": {"anew": Name("w")}}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_name_that_a_column_holds_is_read(kind: type) -> None:
    hints = {field.name: str(field.type) for field in fields(kind)}
    for field in fields(kind):
        if (kind.__name__, field.name) in OTHERWISE:
            continue
        if (value := sample(hints[field.name])) is None:
            continue
        given = {f.name: empty(hints[f.name]) for f in fields(kind)} | NOT_BY_ITSELF.get(kind.__name__, {})
        column = column_of(kind(**given | {field.name: value}))
        how = kind_of(column.how)
        assert "x" in names_read(column) | {*how.conclusions(column.how), *how.figures(column.how)}, field.name


def sample(hint: str, name: str = "x") -> Any:
    """A value of a field's type that holds a name; None of a type that holds none."""
    return {
        "str": name, "Terms": Terms(hold_back=name), "tuple[str, ...]": (name,), "Node": Name(name),
        "Node | None": Name(name), "tuple[tuple[str, bool], ...]": ((name, False),),
        "tuple[tuple[str, Node, Node], ...]": (("y", Name(name), Name("y")),),
    }.get(hint)  # fmt: skip


def empty(hint: str) -> Any:
    """A value of a field's type that says nothing."""
    known = {"str": "", "Terms": Terms(), "Node": Name("z"), "int": 0, "bool": False}
    return () if hint.startswith("tuple") else known.get(hint)


def column_of(how: How) -> Column:
    return Column("c", "figure", "text", Title(), "quarter", how, TextType(), Place("made"))


def test_each_kind_has_an_entry_and_no_other_has() -> None:
    assert set(KINDS) == set(ALL)

    @dataclass(frozen=True)
    class Unheard:
        of: str

    for ask in (reads_of, names_read):
        with pytest.raises(KeyError):
            ask(column_of(Unheard("pay_total")))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_the_modules_that_are_named_know_the_kind(kind: type) -> None:
    entry = KINDS[kind]
    for module in (entry.sql, entry.explained, entry.proved):
        text = (ROOT / f"incentives/{module}.py").read_text(encoding="utf-8")
        assert kind.__name__ in text, f"{module} does not know {kind.__name__}"


@cache
def outcome() -> Outcome:
    ruleset = load_ruleset(ROOT / "rulesets/sales-2026.yaml")
    return assess(ruleset, load_data(ROOT / "fixtures/company", ruleset), ["2026Q3"])


def test_most_kinds_are_tried() -> None:
    shipped = {type(column.how) for column in outcome().plan.columns("quarter")}
    assert {kind.__name__ for kind in {*ALL} - shipped} == {"Taken", "RunningSum", "Settled", "Concluded"}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_a_column_is_computed_explained_and_kept_from_who_may_not_see_it(kind: type) -> None:
    found, hidden = outcome(), {*columns_of(narrow(outcome(), with_pay=False))}
    for column in [c for c in found.plan.columns("quarter") if type(c.how) is kind][:3]:
        rows = found.con.query(f"SELECT {quoted(found.plan.key)}, {quoted(column.name)} FROM `every_quarter` LIMIT 1")
        assert len(rows) == 1
        if column.name in columns_of(found):
            assert explanation_of(found, "R017", "2026Q3", column.name, "en").children
        if names_read(column) & {"commission", "pay_total", "base_salary"}:
            assert column.name not in hidden


def test_what_is_computed_from_pay_is_kept_whatever_its_kind() -> None:
    plan = outcome().plan
    for kind in ALL:
        how = from_pay(kind)
        if how is None:
            continue
        column = replace(column_of(how), name="leaks", grain="quarter")
        stages = (*plan.frames["quarter"], (column,))
        told = paid_columns(replace(outcome(), plan=replace(plan, frames=plan.frames | {"quarter": stages})))
        assert "leaks" in told, kind.__name__


def from_pay(kind: type) -> How | None:
    """A column of a kind, one of whose names is that of pay; None of a kind that reads no column."""
    hints = {field.name: str(field.type) for field in fields(kind)}
    for field in fields(kind):
        if (kind.__name__, field.name) in OTHERWISE or sample(hints[field.name]) is None:
            continue
        given = {f.name: empty(hints[f.name]) for f in fields(kind)} | NOT_BY_ITSELF.get(kind.__name__, {})
        value = sample(hints[field.name], "commission")
        if kind.__name__ in ("Stood", "Concluded", "Aggregated") or hints[field.name] == "Terms":
            continue
        return kind(**given | {field.name: value})  # type: ignore[no-any-return]
    return None
