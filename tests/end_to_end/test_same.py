"""The same inputs give the same bytes: in another process, with other hashes, on one core or four."""

from __future__ import annotations

import os
import subprocess
import sys

from .commands import COMPANY, POLICY, ROOT

# Small tasks, so that even a small company is spread over the threads.
SCRIPT = """
import sys, incentives.cli, incentives.tables.data as data
connect = data.connect
def threaded():
    con = connect()
    con.execute(f"SET threads = {sys.argv[1]}; PRAGMA verify_parallelism")
    return con
data.connect = threaded
for arguments in (
    ["assess", *sys.argv[2:], "--period", "2026Q1..2026Q3", "--format", "json"],  # rows, conclusions, manifest
    ["explain", *sys.argv[2:], "--period", "2026Q3", "--rep", "R017"],
):
    assert incentives.cli.run(arguments) == 0
    sys.stdout.flush()
"""


def test_the_same_bytes() -> None:
    runs = []
    for seed, threads in (("1", "1"), ("2", "4")):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", SCRIPT, threads, POLICY, "--data", COMPANY]
        runs.append(subprocess.run(command, capture_output=True, env=environment, check=True).stdout)
    assert runs[0] == runs[1]
    assert all(text.encode() in runs[0] for text in ('"rep_id"', '"manifest"', "R017"))
