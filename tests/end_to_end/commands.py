"""What the end-to-end tests share: running commands, and what every refusal has in common."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
POLICY = str(ROOT / "rulesets" / "sales-2026.yaml")
COMPANY = str(ROOT / "fixtures" / "company")
SMALL = """ruleset: small
version: "1"
announced_on: 2025-12-01
effective: {from: 2026-01-01}
metrics: {sales: {unit: money, source: [crm]}}
targets: {sales: {signed: not_needed, base: 100}}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base, cap: 150}}}}
grade: {of: {results: 100%}, bands: {A: '>= 100', B: '< 100'}}
pay: {commission: {kind: commission, base: sales, tiers: {by: slice, rows: {all: {rate: 3%}}}}}
"""
FILES = {
    "report.html", "assessment.xlsx", "outcome.parquet", "pay.csv", "conclusions.csv", "promotions.csv",
    "manifest.json",
}  # fmt: skip


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def run_all(runs: list[dict[str, Any]]) -> list[Done]:
    """Each run (see many.py) as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "INCENTIVES_LANG": "en"}
    driver = [sys.executable, str(Path(__file__).with_name("many.py"))]
    given = json.dumps(runs)
    done = subprocess.run(driver, input=given, capture_output=True, text=True, env=environment, check=True)
    return [Done(*each) for each in json.loads(done.stdout)]


def small(folder: Path, reps: int = 2) -> Path:
    """A small policy and data in `folder`: policy.yaml and data/."""
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "policy.yaml").write_text(SMALL, encoding="utf-8")
    ids = [f"R{n:03}" for n in range(1, reps + 1)]
    (data / "reps.csv").write_text("rep_id,name\n" + "".join(f"{i},Name {i}\n" for i in ids), encoding="utf-8")
    rows = "".join(f"{i},{p},sales,120,crm\n" for i in ids for p in ("2026Q1", "2026Q2"))
    (data / "snapshots.csv").write_text("rep_id,period,metric,value,source\n" + rows, encoding="utf-8")
    return folder


def refused(done: Done) -> list[str]:
    """What a refusal lacks: its exit code, its words on standard error, no traceback."""
    wrong = []
    if done.code not in (1, 2):
        wrong.append(f"exit code {done.code}")
    if not done.err.strip() or done.out.strip():
        wrong.append("said on the wrong stream, or nothing")
    if "Traceback" in done.err or "unexpected error" in done.err:
        wrong.append("no words of ours")
    return [*wrong, done.err] if wrong else []


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
