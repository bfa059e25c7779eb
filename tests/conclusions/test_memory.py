"""Memory stays flat over thousands of rulesets and situations in one process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("durable_rules_engine", reason="durable-rules is not installed")


def test_flat() -> None:
    command = [sys.executable, "-m", "tests.conclusions.memory", "1500", "4"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    found = json.loads(done.stdout)
    assert found["due"] > 1000
    # 1,400 rulesets that are not deleted take 300 MiB
    assert found["after"] <= found["before"] + 4096
