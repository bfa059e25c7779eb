"""The benchmark of pay by order: the engine and the script written by hand pay the same."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pay import by_hand, make, pay


def test_both_pay_the_same(tmp_path: Path) -> None:
    make(tmp_path, 2_000)
    pay(tmp_path, tmp_path / "engine.csv")
    by_hand(tmp_path, tmp_path / "rival.csv")
    lines = (tmp_path / "engine.csv").read_text(encoding="utf-8").splitlines()
    assert lines == (tmp_path / "rival.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 100
