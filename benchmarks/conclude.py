"""What thirty conclusions add to an assessment: whole processes with and without them, in turn.

python -m benchmarks.conclude [--orders 10_000_000] [--rounds 3] [--folder DIR]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.run import HERE, PERIODS, cost, middle
from incentives.api import assess, load_data, load_ruleset
from incentives.tables.periods import period_range


def command(policy: str, data: Path) -> list[str]:
    """The command that assesses all quarters; it prints the CSV."""
    asked = ["--data", str(data), "--period", PERIODS, "--format", "csv"]
    return [sys.executable, "-m", "incentives", "assess", str(HERE / policy), *asked]


def situations(data: Path) -> str:
    """How many situations there are, and how many rows they stand for."""
    ruleset = load_ruleset(HERE / "conclusions.yaml")
    periods = [period.id for period in period_range(PERIODS) or ()]
    outcome = assess(ruleset, load_data(data, ruleset), periods)
    count = "SELECT COUNT(DISTINCT (part, situation)), COUNT(*) FROM held_quarter"
    distinct, rows = outcome.con.query(count)[0]
    drawn = outcome.con.query("SELECT COUNT(*) FROM drawn_quarter")[0][0]
    return f"{distinct:,} distinct situations for {rows:,} rows with a finding; {drawn:,} conclusions"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time an assessment with and without thirty conclusions.")
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the data is kept; temporary without it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root, printed = asked.folder or Path(scratch), Path(scratch) / "printed"
        data = root / str(asked.orders)
        if not (data / "targets.parquet").exists():
            generate(data, asked.orders)
        print(situations(data), flush=True)
        plain, more = [], []
        for _ in range(asked.rounds):
            plain.append(cost(command("policy.yaml", data), printed))
            more.append(cost(command("conclusions.yaml", data), printed))
        without, with_all = middle(plain), middle(more)
        for name, one in (("without", without), ("with", with_all)):
            print(f"{name}: {one.wall:.2f} s, {one.processor:.2f} cpu s, {one.memory:.0f} MB")
        added = 100 * (with_all.wall / without.wall - 1), 100 * (with_all.processor / without.processor - 1)
        print(f"added: {added[0]:.0f} % of the time, {added[1]:.0f} % of the processor seconds")


if __name__ == "__main__":
    main()
