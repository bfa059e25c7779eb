"""Tables of the policy as long as anybody writes them: 10,000 lines are typed, computed and explained like ten."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from incentives.api import assess
from incentives.engine import gathering
from incentives.explain import explain
from incentives.faults import Place
from incentives.language import tree
from incentives.outcome.outcome import Outcome
from incentives.plan import scores
from incentives.plan.compile import compile_plan
from incentives.tables.data import tables_from_rows
from tests.engine.small import ruleset_of

HEAD = """ruleset: many
version: "1"
effective: {from: 2026-01-01}
metrics: {sales: {unit: money, range: [0, 1_000_000_000], source: [crm]}}
"""
SALES = [
    Decimal(number) for number in ("0", "0.01", "999.99", "1000", "1000.01", "13333.33", "23999.99", "24000", "30000")
]


def tiers(by: str) -> Callable[[int], str]:
    def policy(lines: int) -> str:
        rows = [f"t{n}: {{to: {1000 * (n + 1)}, rate: {n % 40}.{n % 100:02d}%}}" for n in range(lines)]
        listed = ", ".join([*rows, "top: {rate: 1%}"])
        return f"{HEAD}pay: {{c: {{kind: commission, base: sales, tiers: {{by: {by}, rows: {{{listed}}}}}}}}}"

    return policy


def rates(lines: int) -> str:
    rows = [f"l{n}: {{product_line: P{n}, rate: {n % 40}.{n % 100:02d}%}}" for n in range(lines)]
    listed = ", ".join([*rows, "rest: {rate: 1%}"])
    over = "over: orders, each: amount"
    return f"{HEAD}pay: {{c: {{kind: commission, {over}, rates: {{by: [product_line], rows: {{{listed}}}}}}}}}"


def bands(lines: int) -> str:
    rows = [f"'[{1000 * n}..{1000 * (n + 1)})': {n % 150}" for n in range(lines)]
    listed = ", ".join([*rows, f"'>= {1000 * lines}': 150"])
    items = f"{{sales: {{weight: 100%, bands: {{{listed}}}}}}}"
    return f"{HEAD}scorecards: {{r: {{items: {items}}}}}\ngrade: {{of: {{r: 100%}}, bands: {{A: '>= 50', B: '< 50'}}}}"


def ranks(lines: int) -> str:
    rows = ", ".join(f"'{n + 1}': {1000 * (n + 1)}" for n in range(lines))
    column = "columns: {place: {unit: count, rank: {of: sales}}}"
    return f"{HEAD}{column}\npay: {{c: {{kind: award, by_rank: {{of: place, rows: {{{rows}}}}}}}}}"


KINDS = {
    "slice": tiers("slice"), "whole": tiers("whole"), "rates": rates,
    "bands": bands, "ranks": ranks,
}  # fmt: skip


def outcome_of(policy: str) -> Outcome:
    ruleset = ruleset_of(policy)
    people = {f"R{n}": sales for n, sales in enumerate(SALES)}
    line = {"P": "P7", "Q": "P23", "R": "P24", "S": ""}
    rows: dict[str, list[dict[str, Any]]] = {
        "reps": [{"rep_id": rep, "name": rep} for rep in people],
        "snapshots": [
            {"rep_id": rep, "period": "2026Q1", "metric": "sales", "value": str(sales), "source": "crm"}
            for rep, sales in people.items()
        ],
    }
    if "over: orders" in policy:
        rows["orders"] = [
            {"order_id": f"{rep}{sign}", "rep_id": rep, "customer_id": "C", "product_line": line[sign],
             "ordered_on": "2026-01-05", "amount": str(sales + 1)}
            for rep, sales in people.items() for sign in line
        ]  # fmt: skip
        note = {
            **rows["orders"][-1],
            "order_id": "note",
            "amount": "-333.33",
            "reverses": rows["orders"][-1]["order_id"],
        }
        rows["orders"].append(note)
    return assess(ruleset, tables_from_rows(rows, ruleset, Place("rows")), ["2026Q1"])


def told(outcome: Outcome) -> tuple[list[tuple[Any, ...]], list[str]]:
    names = [column.name for column in outcome.columns]
    return outcome.rows(names), [explain(outcome, f"R{n}", "2026Q1", None, "en") for n in (3, 5, 8)]


@pytest.mark.parametrize("kind", KINDS)
def test_lines_that_are_many_mean_what_few_mean(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same policy with its lines nested and not: the same figures, and the same explanation of them."""
    lines = 24
    assert lines < tree.MOST_NESTED
    nested = told(outcome_of(KINDS[kind](lines)))
    monkeypatch.setattr(gathering, "LONG", 10)
    for module in (tree, scores):
        monkeypatch.setattr(module, "MOST_NESTED", 4)
    assert told(outcome_of(KINDS[kind](lines)))[0] == nested[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_lines(kind: str) -> None:
    assert compile_plan(ruleset_of(KINDS[kind](1500))).frames


def test_rates_between_many_points() -> None:
    """Each point is a division by itself: forty of them nested take forty times as long as one, not 2⁴⁰ times."""
    outcome = outcome_of(tiers("interpolated")(40))
    assert len(outcome.rows(["c"])) == len(SALES)
