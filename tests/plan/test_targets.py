"""A target may have any name, with the metric that it is of."""

from __future__ import annotations

from decimal import Decimal

from tests.engine.small import assessed, snapshot

POLICY = """
metrics:
  sales: {unit: money, source: [crm]}
targets:
  sales: {signed: not_needed, base: 80}
  team_sales: {scope: team, metric: sales, signed: not_needed}
columns:
  share: {unit: ratio, formula: 'if team_sales_target = 0 then 0 else sales / team_sales_target'}
"""


def test_a_target_under_a_name_of_its_own() -> None:
    target = {"scope": "team", "subject_id": "east", "period": "2025Q1", "metric": "sales", "base": 400}
    rows: dict[str, list[dict[str, object]]] = {
        "reps": [{"rep_id": "R1", "team": "east"}],
        "snapshots": [snapshot("R1", "2025Q1", "sales", 100)],
        "targets": [target],
    }
    outcome = assessed(POLICY, rows, "2025Q1")
    found = outcome.rows(["sales_target", "team_sales_target", "share", "sales_attainment"])
    assert found == [(Decimal(80), Decimal(400), Decimal("0.25"), Decimal("1.25"))]
    assert "team_sales_attainment" not in {column.name for column in outcome.columns}
