"""A full disk, no rights, a kill, two runs at once, hostile names: words, no tracebacks, and results that are whole."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from incentives.outcome.files import write_folder

from .commands import FILES, ROOT, contents, refused, run_all, small

ASSESS = ["assess", "policy.yaml", "--data", "data"]
PERIODS = [
    "", "2026Q5", "2026Q2..", "..2026Q2", "2026Q2..2026Q1", "2026Q1..2026-02", "2026Q2...2026Q2", "99999Q1",
    "２０２６Q2", "'; DROP TABLE snapshots; --", "2026Q2\n2026Q1", "--", "\u202e2Q6202",
]  # fmt: skip


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that anybody may look into, with a small policy and data."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield small(Path(folder))


def test_a_full_disk_leaves_the_older_result(place: Path) -> None:
    here = {"cwd": str(place)}
    runs: list[dict[str, Any]] = [
        {"args": [*ASSESS, "-o", "out", "--period", "2026Q1"], **here},
        *({"args": [*ASSESS, "-o", "out"], "largest": size, **here} for size in (0, 1000, 4000)),
        *({"args": [*ASSESS, "-o", "fresh"], "largest": size, **here} for size in (100, 4000)),
    ]
    first, *others = run_all(runs)
    assert first.code == 0
    assert [each.err for each in others if each.code != 1] == []
    assert all("Traceback" not in each.err and "unexpected" not in each.err for each in others[1:])
    older = contents(place / "out")
    assert set(older) == FILES
    assert json.loads(older["manifest.json"])["periods"] == ["2026Q1"]
    assert sorted(path.name for path in place.iterdir()) == ["data", "out", "policy.yaml"]


def test_printing_to_a_full_disk_is_told(place: Path) -> None:
    forms = ("table", "csv", "json", "html", "xlsx")
    runs = [{"args": [*ASSESS, "--format", f], "cwd": str(place), "stdout": "/dev/full"} for f in forms]
    for done in run_all(runs):
        assert (done.code, "Traceback" in done.err, "print_disk_full" in done.err) == (1, False, True)


def test_without_rights(place: Path) -> None:
    locked = place / "locked"
    locked.mkdir()
    (place / "data" / "orders.csv").write_text("order_id,rep_id,ordered_on,amount\n", encoding="utf-8")
    cases = {
        "data": (place / "data", ["-o", "out"]),
        "one file": (place / "data" / "orders.csv", ["-o", "out"]),
        "policy": (place / "policy.yaml", ["-o", "out"]),
        "output": (locked, ["-o", "locked"]),
        "around the output": (locked, ["-o", "locked/out"]),
    }
    for name, (path, more) in cases.items():
        mode = path.stat().st_mode
        path.chmod(0)
        [done] = run_all([{"args": [*ASSESS, *more], "cwd": str(place), "nobody": True}])
        path.chmod(mode)
        assert (name, refused(done)) == (name, [])
        assert path.name in done.err or str(path) in done.err
    assert not (place / "out").exists()
    assert list(locked.iterdir()) == []


def results(out: Path) -> dict[str, bytes]:
    """The files that a person sees in a folder of results."""
    return {name: data for name, data in contents(out).items() if not name.startswith(".incentives-")}


def test_a_kill_while_writing_leaves_the_older_result_whole(place: Path) -> None:
    here = {"cwd": str(place)}
    assert run_all([{"args": [*ASSESS, "-o", "out", "--period", "2026Q1"], **here}])[0].code == 0
    older = contents(place / "out")
    moment = "incentives.reports.workbook:write_workbook"
    [done] = run_all([{"args": [*ASSESS, "-o", "out"], "killed_at": moment, **here}])
    assert done.code == -9
    assert results(place / "out") == older
    [again] = run_all([{"args": [*ASSESS, "-o", "out"], **here}])
    assert (again.code, set(contents(place / "out"))) == (0, FILES)
    assert sorted(path.name for path in place.iterdir()) == ["data", "out", "policy.yaml"]


def test_nothing_of_the_data_stays_in_the_temporary_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a refusal, a signal and, once another run has ended, a kill."""
    temporary = place / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    reps = place / "data" / "reps.csv"
    reps.write_bytes(reps.read_text(encoding="utf-8").replace("Name 1", "张伟").encode("gb18030"))
    policy = (place / "policy.yaml").read_text(encoding="utf-8")
    (place / "faulty.yaml").write_text(policy.replace("base: sales", "base: sales / 0"), encoding="utf-8")
    here = {"cwd": str(place)}
    cases = {
        "fine": ({"args": [*ASSESS, "--format", "csv"], **here}, 0),
        "refused": ({"args": ["assess", "faulty.yaml", *ASSESS[2:]], **here}, 1),
        "ended": ({"args": ASSESS, "ended_at": "incentives.reports.report:report_of", **here}, -15),
        "killed": ({"args": ASSESS, "killed_at": "incentives.reports.report:report_of", **here}, -9),
        "fine after a kill": ({"args": [*ASSESS, "--format", "csv"], **here}, 0),
    }
    for name, (how, code) in cases.items():
        [done] = run_all([how])
        assert (name, done.code) == (name, code), done.err
        assert (name, contents(temporary) != {}) == (name, name == "killed")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("there", [True, False])
def test_two_runs_into_one_folder(place: Path, there: bool) -> None:
    out = place / "out"
    if there:
        out.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "incentives", *ASSESS, "-o", "out", "--period"]
    both = [
        subprocess.Popen([*command, period], cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for period in ("2026Q1", "2026Q2")
    ]
    said = [run.communicate()[1].decode() for run in both]
    assert [run.returncode for run in both] == [0, 0], said
    [period] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["periods"]
    assert set(contents(out)) == FILES
    with (out / "pay.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["period"] for row in csv.DictReader(file)} == {period}


def test_sets_of_files_never_mix(tmp_path: Path) -> None:
    out = tmp_path / "out"
    names = [f"file {n}" for n in range(30)]

    def write(who: str) -> None:
        def writer(path: Path) -> None:
            path.write_text(who)

        write_folder(out, dict.fromkeys(names, writer))

    for number in range(40):
        both = [threading.Thread(target=write, args=(f"{number} {who}",)) for who in "ab"]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert len({(out / name).read_text() for name in names}) == 1
    assert sorted(path.name for path in out.iterdir()) == sorted(names)


def test_periods_that_make_no_sense(place: Path) -> None:
    runs = [{"args": [*ASSESS, "--period", period, "-o", "out"], "cwd": str(place)} for period in PERIODS]
    done = dict(zip(PERIODS, run_all(runs), strict=True))
    assert {period: each for period, each in done.items() if refused(each)} == {}
    assert not (place / "out").exists()


def test_a_field_of_200_megabytes(place: Path) -> None:
    with (place / "data" / "reps.csv").open("a", encoding="utf-8") as file:
        file.write("R9,")
        file.writelines("x" * 1_000_000 for _ in range(200))
        file.write("\n")
    [done] = run_all([{"args": [*ASSESS, "-o", "out"], "cwd": str(place)}])
    assert refused(done) == []
    assert "reps.csv" in done.err
    assert len(done.err) < 2000
    assert not (place / "out").exists()


def test_hostile_names_are_harmless_to_look_at(place: Path) -> None:
    name = "=cmd|'/c calc'!A1 <script>alert(1)</script> [red]x[/red] \x1b[31m \u202e {x} % ` \\ ''"
    text = "rep_id,name,team\n" + f'"R001","{name}","{name}"\nR002,b,c\n'
    (place / "data" / "reps.csv").write_text(text, encoding="utf-8")
    forms = ("table", "csv", "json", "html")
    runs = [{"args": [*ASSESS, "--format", form], "cwd": str(place)} for form in forms]
    runs.append({"args": ["explain", *ASSESS[1:], "--period", "2026Q2", "--rep", "R001"], "cwd": str(place)})
    for form, done in zip((*forms, "explain"), run_all(runs), strict=True):
        assert (form, done.code) == (form, 0), done.err
        assert form == "csv" or "\x1b" not in done.out + done.err
        assert form in ("csv", "json") or "\u202e" not in done.out + done.err
        assert form != "html" or "<script>alert" not in done.out
        if form == "csv":
            cells = [cell for row in csv.reader(done.out.splitlines()) for cell in row]
            assert name in [cell.removeprefix("'") for cell in cells]
            assert [cell for cell in cells if cell.startswith("=")] == []


@pytest.mark.parametrize("folder", ["'; DROP TABLE reps; --", "[x]*? $(id)", "-o", "张伟 {x} %s", "a\nb"])
def test_hostile_folders_are_folders(folder: str, tmp_path: Path) -> None:
    small(tmp_path / folder)
    here = {"cwd": str(tmp_path)}
    given = ["assess", f"./{folder}/policy.yaml", "--data", f"./{folder}/data", "-o", f"./{folder}/out"]
    bad = ["assess", f"./{folder}/none.yaml", "--data", f"./{folder}/data"]
    fine, missing = run_all([{"args": given, **here}, {"args": bad, **here}])
    assert fine.code == 0, fine.err
    assert set(contents(tmp_path / folder / "out")) == FILES
    assert refused(missing) == []
