"""Hold the engine against the hand-written script: first the same bytes, then time and memory of whole processes.

    python -m benchmarks.run [--orders 100_000 1_000_000 10_000_000] [--rounds 3] [--folder DIR]

The data is made in a temporary folder, or kept in `--folder`. The two take turns; the table shows medians.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.generate import generate

HERE = Path(__file__).parent
PERIODS = "2024Q4..2026Q3"


@dataclass(frozen=True)
class Cost:
    """What one process took: wall-clock and processor seconds, peak memory in MB."""

    wall: float
    processor: float
    memory: float


def engine(data: Path) -> list[str]:
    """The command that assesses `data`; it prints the CSV."""
    asked = ["--data", str(data), "--period", PERIODS, "--format", "csv"]
    return [sys.executable, "-m", "incentives", "assess", str(HERE / "policy.yaml"), *asked]


def rival(data: Path, out: Path) -> list[str]:
    """The command of the hand-written script; it writes the CSV into `out`."""
    return [sys.executable, str(HERE / "rival.py"), str(data), str(out)]


def cost(command: list[str], out: Path) -> Cost:
    """Run a command with its standard output in `out`; ends the benchmark where it fails."""
    start = time.perf_counter()
    with out.open("wb") as printed, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=printed, stderr=said, cwd=HERE.parent)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status:
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{said.read().decode()[-2000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def compare(data: Path, folder: Path) -> None:
    """End the benchmark unless both write the same bytes for `data`."""
    ours, theirs = folder / "engine.csv", folder / "rival.csv"
    cost(engine(data), ours)
    cost(rival(data, theirs), folder / "printed")
    if not filecmp.cmp(ours, theirs, shallow=False):
        sys.exit(f"{ours} and {theirs} differ")


def measured(data: Path, folder: Path, rounds: int) -> tuple[Cost, Cost]:
    """The medians of the engine and of the rival over so many rounds, in turn."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(cost(engine(data), folder / "engine.csv"))
        theirs.append(cost(rival(data, folder / "rival.csv"), folder / "printed"))
    return middle(ours), middle(theirs)


def middle(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        median(c.wall for c in costs), median(c.processor for c in costs), median(c.memory for c in costs)
    )  # fmt: skip


def table(sizes: list[int], root: Path, rounds: int) -> Iterator[str]:
    """The lines of the table, one a size, each as soon as it is measured."""
    yield (
        "| orders | engine s | by hand s | time | engine cpu s | by hand cpu s | cpu "
        "| engine MB | by hand MB | memory |"
    )
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for orders in sizes:
        ours, theirs = measured(root / str(orders), root, rounds)
        yield (
            f"| {orders:,} | {ours.wall:.2f} | {theirs.wall:.2f} | {ours.wall / theirs.wall:.2f} "
            f"| {ours.processor:.2f} | {theirs.processor:.2f} | {ours.processor / theirs.processor:.2f} "
            f"| {ours.memory:.0f} | {theirs.memory:.0f} | {ours.memory / theirs.memory:.2f} |"
        )


def benchmark(sizes: list[int], rounds: int, root: Path) -> None:
    """Make the data that is not there, compare the smallest, measure all, print."""
    for orders in sizes:
        if not (root / str(orders) / "targets.parquet").exists():
            generate(root / str(orders), orders)
    compare(root / str(min(sizes)), root)
    print(f"{min(sizes):,} orders: the same bytes")
    for line in table(sizes, root, rounds):
        print(line, flush=True)
    helps = [cost([sys.executable, "-m", "incentives", "--help"], root / "printed").wall for _ in range(rounds)]
    print(f"incentives --help: {median(helps):.2f} s; {os.cpu_count()} cores")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the engine against the hand-written script.")
    parser.add_argument("--orders", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the data is kept; temporary without it")
    asked = parser.parse_args()
    if asked.folder:
        asked.folder.mkdir(parents=True, exist_ok=True)
        benchmark(asked.orders, asked.rounds, asked.folder)
    else:
        with tempfile.TemporaryDirectory() as folder:
            benchmark(asked.orders, asked.rounds, Path(folder))


if __name__ == "__main__":
    main()
