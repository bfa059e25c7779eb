"""Every faulty ruleset and data set that ships, and files of anything at all: refused in words, and nothing written."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .commands import COMPANY, POLICY, ROOT, SMALL, refused, run_all, small

BROKEN = ROOT / "fixtures" / "broken"
NOISE = {
    "nothing": b"",
    "random": random.Random(1).randbytes(3000),
    "zeros": bytes(1000),
    "utf-16": "rep_id,name\nR1,x\n".encode("utf-16"),
    "half a character": "rep_id,name\nR1,张".encode()[:-1],
}
TEXT = NOISE | {
    "latin": "Umsatz: größer\nname: müller\n".encode("latin-1"),
    "controls": bytes(range(32)) * 9,
    "deep": b"[" * 5000,
    "deep mapping": b"a: " + b"{a: " * 2000,
    "tag": b"!!python/object/apply:os.system [id]\n",
    "alias": b"a: &a [*a]\n",
}
TABLES = NOISE | {
    "long line": b"x" * 300_000,
    "quotes": b'"' * 999,
    "zip": b"PK\x03\x04" + random.Random(2).randbytes(500),
    "parquet": b"PAR1" + random.Random(3).randbytes(500) + b"PAR1",
}
FILES = {
    "policy.yaml": TEXT,
    "data.yaml": TEXT,
    "data/reps.csv": TABLES,
    "data/targets.xlsx": TABLES,
    "data/orders.parquet": TABLES,
}


def test_every_broken_data_set(tmp_path: Path) -> None:
    folders = sorted(path for path in (BROKEN / "data").iterdir() if path.is_dir())
    assert len(folders) >= 30
    out = tmp_path / "out"
    done = run_all([{"args": ["assess", POLICY, "--data", str(folder), "-o", str(out)]} for folder in folders])
    assert {folder.name: refused(each) for folder, each in zip(folders, done, strict=True) if refused(each)} == {}
    assert not out.exists()


def test_every_broken_ruleset(tmp_path: Path) -> None:
    files = [
        file
        for file in sorted((BROKEN / "rulesets").glob("*.yaml"))
        if "error[" in file.with_suffix(".expected.txt").read_text(encoding="utf-8")
    ]
    assert len(files) >= 20
    out = tmp_path / "out"
    done = run_all([{"args": ["assess", str(file), "--data", COMPANY, "-o", str(out)]} for file in files])
    assert {file.name: refused(each) for file, each in zip(files, done, strict=True) if refused(each)} == {}
    assert not out.exists()


@pytest.mark.parametrize("file", FILES)
def test_anything_at_all_as_a_file(file: str, tmp_path: Path) -> None:
    runs = []
    for name, noise in FILES[file].items():
        folder = small(tmp_path / name)
        (folder / file).write_bytes(noise)
        data = "data.yaml" if file == "data.yaml" else "data"
        runs.append({"args": ["assess", "policy.yaml", "--data", data, "-o", "out"], "cwd": str(folder)})
    done = dict(zip(FILES[file], run_all(runs), strict=True))
    assert {name: refused(each) for name, each in done.items() if refused(each)} == {}
    assert list(tmp_path.glob("*/out")) == []


def test_anything_at_all_as_cases(tmp_path: Path) -> None:
    runs = []
    for name, noise in TEXT.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "policy.yaml").write_text(SMALL, encoding="utf-8")
        (tmp_path / name / "policy.cases.yaml").write_bytes(noise)
        runs.append({"args": ["test", "policy.yaml"], "cwd": str(tmp_path / name)})
    done = dict(zip(TEXT, run_all(runs), strict=True))
    said = {name: each for name, each in done.items() if each.code != 1 or not (each.out + each.err).strip()}
    assert said == {}
    assert [name for name, each in done.items() if "Traceback" in each.out + each.err or "unexpected" in each.err] == []
