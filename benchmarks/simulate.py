"""What a changed figure and a sweep of fifty cost in a running process, beside one assessment of the same data.

    python -m benchmarks.simulate [--orders 1_000_000] [--rounds 5] [--folder DIR]

A hundred orders are a rep. The data are loaded before anything is timed, and the policy is assessed once.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.generate import generate
from benchmarks.run import HERE
from incentives.api import Ruleset, assess, load_data, load_ruleset
from incentives.execution.reassess import Kept
from incentives.plan.compile import compile_plan
from incentives.simulate import change_of, changed_ruleset
from incentives.simulate.axis import axes_of, compiled, crossed
from incentives.simulate.batch_totals import tallies
from incentives.simulate.trial import kept, trial

PERIOD = "2026Q3"
FIGURES = {
    "a commission rate": "pay.commission.tiers.rows.low.rate=4%",
    "the cap of a score": "figures.score_cap.value=120",
    "the margin red line": "figures.red_line.value=40%",
}
SWEPT = "pay.commission.tiers.rows.low.rate=0%..4.9%:0.1%"


def seconds(work: Callable[[], Any], rounds: int) -> float:
    """The middle of several times."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def one_figure(base: Kept, ruleset: Ruleset, figure: str) -> None:
    """Check a changed policy, compute what differs, and read what it costs."""
    changed = changed_ruleset(ruleset, change_of(None, (figure,)))
    with trial(base, changed, compile_plan(changed, base.outcome.plan)) as outcome:
        outcome.con.query(f"SELECT SUM(pay_total) FROM `{outcome.relation}`")


def fifty(base: Kept, ruleset: Ruleset) -> None:
    """Check fifty policies, then compute and measure each."""
    axes = axes_of([SWEPT], "--sweep")
    policies = compiled(ruleset, axes, crossed(axes), "--sweep", False, base.outcome.plan)
    assert len(list(tallies(base, policies))) == 50


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a changed figure and a sweep beside one assessment.")
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the data is kept; temporary without it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = (asked.folder or Path(scratch)) / str(asked.orders)
        if not (data / "targets.parquet").exists():
            generate(data, asked.orders)
        ruleset = load_ruleset(HERE / "policy.yaml")
        tables = load_data(data, ruleset)
        whole = seconds(lambda: assess(ruleset, tables, [PERIOD]), asked.rounds)
        print(
            f"{asked.orders // 100:,} reps, 8 quarters; one assessment of {PERIOD}: {1000 * whole:,.0f} ms", flush=True
        )
        with kept(assess(ruleset, tables, [PERIOD])) as base:
            for title, figure in FIGURES.items():
                took = seconds(lambda figure=figure: one_figure(base, ruleset, figure), asked.rounds)  # type: ignore[misc]
                print(f"{title}: {1000 * took:,.0f} ms", flush=True)
            took = seconds(lambda: fifty(base, ruleset), 1)
            print(f"a sweep of fifty commission rates: {took:.2f} s, {took / whole:.1f} assessments", flush=True)


if __name__ == "__main__":
    main()
