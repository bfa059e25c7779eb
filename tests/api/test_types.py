"""The types that a user's editor and mypy see are the real ones; a wrong use is seen as such."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import pytest

ROOT = Path(__file__).parents[2]
WRONG = """
from incentives import assess, explain, load_data, load_ruleset

ruleset = load_ruleset("x.yaml")
assess(ruleset, load_data(5, ruleset), "2026Q3")
assess("x.yaml", load_data("x", ruleset), 2026)
explain(ruleset, "R017").figures
"""


def seen(*files: Path) -> tuple[int, str]:
    """What mypy makes of files of a user."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *map(str, files)]
    done = run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=500)
    return done.returncode, done.stdout


def test_mypy_sees_the_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    wrong = tmp_path / "wrong_user.py"
    wrong.write_text(WRONG, encoding="utf-8")
    code, said = seen(ROOT / "tests" / "api" / "typed_user.py", wrong)
    lines = [line.split(": ")[0].rpartition(":")[2] for line in said.splitlines() if "error" in line]
    assert code == 1, said
    assert [line for line in said.splitlines() if "typed_user" in line] == []
    assert lines == ["5", "6", "6", "7", "7"], said
