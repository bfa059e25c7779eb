"""The engine writes the same bytes as the script that was written by hand for the benchmark's policy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks.generate import generate
from benchmarks.rival import COLUMNS, compute
from benchmarks.run import engine

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_same_bytes(tmp_path: Path, form: str) -> None:
    generate(tmp_path / "parquet", 2000)
    generate(tmp_path / "csv", 2000, "csv")
    done = subprocess.run(engine(tmp_path / form), cwd=ROOT, capture_output=True, check=True)
    compute(str(tmp_path / "parquet"), str(tmp_path / "rival.csv"))
    assert done.stdout.decode() == (tmp_path / "rival.csv").read_text()


def test_the_figures_are_worth_comparing(tmp_path: Path) -> None:
    generate(tmp_path, 2000)
    compute(str(tmp_path), str(tmp_path / "rival.csv"))
    head, *lines = (tmp_path / "rival.csv").read_text().splitlines()
    rows = [dict(zip(COLUMNS, line.split(","), strict=True)) for line in lines]
    assert head == ",".join(COLUMNS)
    assert {row["grade"] for row in rows} == {"S", "A", "B", "C", ""}
    assert {row["assessment"] for row in rows} == {"assessed", "unsigned"}
    for name in ("factor", "satisfaction", "worked_share", "ceiling_margin", "new_customers"):
        assert len({row[name] for row in rows}) > 1, name


def test_the_data_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, 1000)
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name
