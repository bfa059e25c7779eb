"""A policy's names are its own: none meets a name of the engine, and none stands for another in other letters."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from incentives.explain import explain
from incentives.plan.names import SIGN
from tests.engine.small import assessed, snapshot

# words of SQL, and what the engine calls its own columns, tables and steps
NAMES = ("seq", "skipped", "gap", "around_no", "elapsed", "recorded", "first_day", "postings", "days", "select", "DATE",
         "p", "d", "s0", "a_orders", "rounding", "销售额", "_")  # fmt: skip
POLICY = "metrics:\n" + "".join(f"  {name}: {{unit: money, source: [crm]}}\n" for name in NAMES)
POLICY += "columns:\n" + "".join(
    f"  {name}_twice: {{unit: money, formula: 'prior({name}, 0) + {name} * 2'}}\n" for name in NAMES
)


def test_every_name_has_its_own_value() -> None:
    rows = [snapshot("R1", period, name, at) for period in ("2025Q1", "2025Q2") for at, name in enumerate(NAMES)]
    outcome = assessed(POLICY, {"reps": [{"rep_id": "R1"}], "snapshots": rows}, "2025Q2")
    found = outcome.rows([*NAMES, *(f"{name}_twice" for name in NAMES)])
    assert found == [(*map(Decimal, range(len(NAMES))), *(Decimal(3 * at) for at in range(len(NAMES))))]


def test_a_text_of_the_policy_stays_a_text() -> None:
    policy = """
metrics: {sales: {unit: money, source: [crm], when_missing: zero}}
columns:
  kind: {unit: text, formula: 'if region = "a`''{}" then "x`, 1 AS `y" else "B''"'}
scorecards:
  results:
    items:
      kind: {weight: 100%, bands: {'"x`, 1 AS `y"': 100, '"B''"': 50}}
"""
    reps: list[dict[str, object]] = [{"rep_id": "R1", "region": "a`'{}"}, {"rep_id": "R2"}]
    outcome = assessed(policy, {"reps": reps, "snapshots": [snapshot("R1", "2025Q1", "sales", 1)]}, "2025Q1")
    assert outcome.rows(["kind", "results"]) == [("x`, 1 AS `y", Decimal(100)), ("B'", Decimal(50))]
    assert "x`, 1 AS `y" in explain(outcome, "R1", "2025Q1", "results", "en")


def test_one_module_knows_what_inner_names_look_like() -> None:
    root = Path(__file__).resolve().parents[2] / "incentives"
    knowing = [
        file.relative_to(root).as_posix()
        for file in sorted(root.rglob("*.py"))
        if re.search(rf"""["']{SIGN}[a-z_ "']|name\.split\(|startswith\(SIGN""", file.read_text(encoding="utf-8"))
    ]
    assert knowing == ["plan/names.py", "ruleset/scalars.py", "simulate/lines.py", "simulate/terminal.py",
                       "simulate/words.py"]  # fmt: skip # YAML's null, and the sign of a changed line
