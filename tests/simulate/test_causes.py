"""The edits named for somebody are those that moved a figure of theirs, no others: held against whole assessments."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest

from incentives.api import Outcome, assess
from incentives.database import quoted
from incentives.execution.session import Session
from incentives.simulate import change_of, changed_ruleset, simulate
from incentives.simulate.causes import figures_shown

from .made import company, policy, tables

PERIOD = "2026Q1"
LOW, TOP = "pay.commission.tiers.rows.low.rate", "pay.commission.tiers.rows.top.rate"
EITHER = """
figures:
  a: {unit: count, value: 0}
  b: {unit: count, value: 0}
metrics: {sales: {unit: money, source: [crm], when_missing: zero}}
pay:
  either: {kind: bonus, formula: 'if figures.a > 0 or figures.b > 0 then 10 else 0'}
  both: {kind: bonus, formula: 'if figures.a > 1 and figures.b > 1 then sales else 0'}
"""


def named(edits: tuple[str, ...], text: str | None = None) -> dict[str, tuple[str, ...]]:
    """The edits named for each rep that a change moves."""
    ruleset = policy(text) if text else policy()
    (found,) = simulate(Session(ruleset, tables(PERIOD)), [change_of(None, edits)], [PERIOD])
    return {mover.key: mover.lines for mover in found.movers}


@cache
def figures(edits: frozenset[str]) -> dict[str, tuple[object, ...]]:
    """What each rep comes to under some edits, by a whole assessment."""
    ruleset = changed_ruleset(policy(), change_of(None, tuple(sorted(edits)))) if edits else policy()
    outcome: Outcome = assess(ruleset, tables(PERIOD), [PERIOD])
    names = [quoted(name) for name in figures_shown(outcome)]
    rows = outcome.con.query(f"SELECT rep_id, {', '.join(names)} FROM `{outcome.relation}`")
    return {row[0]: row[1:] for row in rows}


EDITS = (f"{LOW}=12%", f"{TOP}=16%", "figures.prize.value=700", "pay.more.formula=sales * 2%")


@pytest.mark.parametrize("chosen", [c for c in product((True, False), repeat=4) if sum(c) > 1])
def test_an_edit_is_named_where_leaving_it_out_moves_somebody_back(chosen: tuple[bool, ...]) -> None:
    edits = tuple(edit for edit, is_in in zip(EDITS, chosen, strict=True) if is_in)
    whole, now = figures(frozenset(edits)), figures(frozenset())
    without = {edit.split("=")[0]: figures(frozenset(edits) - {edit}) for edit in edits}
    expected = {
        rep: tuple(path for path in sorted(without) if without[path][rep] != whole[rep])
        for rep in whole
        if whole[rep] != now[rep]
    }
    assert named(edits) == expected
    assert any(expected.values())


def test_where_either_would_do_both_are_named() -> None:
    moved = named(("figures.a.value=1", "figures.b.value=1"), EITHER)
    assert set(moved.values()) == {("figures.a.value", "figures.b.value")}


def test_what_only_two_do_together_is_of_both() -> None:
    moved = named(("figures.a.value=2", "figures.b.value=2", "pay.either.formula='0'"), EITHER)
    assert moved.pop("R0", None) is None  # who sold nothing
    assert set(moved.values()) == {("figures.a.value", "figures.b.value")}


def test_an_edit_that_another_makes_idle_is_not_named() -> None:
    """The figure moves the formula, which the other edit replaces."""
    moved = named(("figures.a.value=1", "pay.either.formula='7'"), EITHER)
    assert set(moved.values()) == {("pay.either.formula",)}


def test_one_edit_moves_whoever_moves() -> None:
    assert set(named(("figures.prize.value=700",)).values()) == {("figures.prize.value",)}
    assert len(company(PERIOD)["reps"]) == 8
