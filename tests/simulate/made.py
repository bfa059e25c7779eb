"""A small company whose reps sell differently, and a policy that grades and pays them, to try studies on."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path

from incentives.api import Ruleset, Tables
from incentives.faults import Place
from incentives.tables.data import tables_from_rows
from tests.engine.small import HEAD, Rows, ruleset_of

POLICY = """
figures:
  share: {unit: rate, value: 10%}
  prize: {unit: money, value: 500}
metrics:
  sales: {unit: money, source: [crm], when_missing: zero}
scorecards:
  results:
    items:
      sales: {weight: 60%, score: 'min(150, round half up(sales / 100, 2))'}
      deals: {weight: 40%, score: 'min(150, round half up(sales / 50, 2))'}
grade:
  of: {results: 100%}
  bands: {S: '>= 60', A: '[30..60)', B: '< 30'}
pay:
  commission:
    kind: commission
    base: sales
    tiers: {by: slice, edge: lower, rows: {low: {to: 2_000, rate: figures.share}, top: {rate: 15%}}}
  bonus: {kind: bonus, formula: 'if grade = "S" then figures.prize else 0'}
  more: {kind: raise, formula: sales * 1%}
"""
SOLD = ("0", "812.50", "1999.99", "2000.01", "3500", "4100.77", "6000", "9000.10")


def company(*periods: str) -> Rows:
    """Reps R0 to R7, each of whom sold what SOLD says; in a later period each what the next one sold in the first."""
    reps = [f"R{n}" for n in range(len(SOLD))]
    return {
        "reps": [{"rep_id": rep, "hired_on": "2025-01-01", "region": "NS"[n % 2]} for n, rep in enumerate(reps)],
        "snapshots": [
            {
                "rep_id": rep,
                "period": period,
                "metric": "sales",
                "value": SOLD[(n + later) % len(SOLD)],
                "source": "crm",
            }
            for later, period in enumerate(periods)
            for n, rep in enumerate(reps)
        ],
    }


@cache
def policy(text: str = POLICY) -> Ruleset:
    return ruleset_of(text)


def tables(*periods: str, text: str = POLICY) -> Tables:
    return tables_from_rows(company(*(periods or ("2026Q1",))), policy(text), Place("made"))


def paid(sold: str, share: str = "0.1", prize: str = "500") -> tuple[Decimal, Decimal]:
    """Commission and bonus of a rep by hand; the edges of the policy lie between what is sold, so cents are exact."""
    sales = Decimal(sold)
    commission = min(sales, Decimal(2000)) * Decimal(share) + max(sales - 2000, Decimal(0)) * Decimal("0.15")
    total = min(Decimal(150), sales / 100) * Decimal("0.6") + min(Decimal(150), sales / 50) * Decimal("0.4")
    return commission.quantize(Decimal("0.01"), "ROUND_HALF_UP"), Decimal(prize) if total >= 60 else Decimal(0)


def left(folder: Path, *periods: str) -> list[str]:
    """The policy and the data as files; what a command line says of them."""
    (folder / "policy.yaml").write_text(HEAD + POLICY, encoding="utf-8")
    (folder / "data").mkdir()
    for table, rows in company(*(periods or ("2026Q1",))).items():
        with (folder / "data" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return [str(folder / "policy.yaml"), "--data", str(folder / "data")]
