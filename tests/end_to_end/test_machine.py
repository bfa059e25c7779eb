"""What the machine lacks is told as what it is: no fault of the program, and nothing is written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest

from incentives.database import DatabaseError, InvalidInputError, OutOfMemoryError, TooManyDigitsError
from incentives.machine import lack

from .commands import FILES, ROOT, contents, small

resource = pytest.importorskip("resource", reason="limits of a process are known to POSIX alone")


def error_of(code: int, path: str | None = None) -> OSError:
    return OSError(code, os.strerror(code), path) if path else OSError(code, os.strerror(code))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "machine_memory"),
        (OutOfMemoryError("could not allocate block"), "machine_memory"),
        (InvalidInputError("Out of Memory Error: failed to allocate data"), "machine_memory"),
        (error_of(errno.ENOMEM), "machine_memory"),
        (RecursionError("maximum recursion depth exceeded"), "machine_depth"),
        (error_of(errno.EMFILE, "x.csv"), "machine_files"),
        (RuntimeError("can't start new thread"), "machine_processes"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "machine_processes"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/x']"), "machine_no_temporary"),
        (error_of(errno.ENOSPC, f"{tempfile.gettempdir()}/a"), "machine_temporary_full"),
        (DatabaseError(f"could not write {tempfile.gettempdir()}/a: No space left"), "machine_temporary_full"),
        (error_of(errno.ENOSPC, "elsewhere/a"), "write_disk_full"),
        (error_of(errno.EACCES, "a.yaml"), "machine_rights"),
        (TooManyDigitsError("Could not convert"), None),
        (ValueError("anything"), None),
        (error_of(errno.ENOENT, "a.yaml"), None),
    ],
)
def test_a_lack_is_told_from_a_fault(error: Exception, code: str | None) -> None:
    found = lack(error)
    assert (found and found.code) == code
    if found:
        assert "{" not in found.text("zh") + found.text("en") + found.mend("zh") + found.mend("en")


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not hold a process to this limit")
def test_a_process_that_may_open_few_files(tmp_path: Path) -> None:
    """How many a run takes differs from machine to machine: it ends whole, or says what it lacks."""
    small(tmp_path)
    command = [sys.executable, "-m", "incentives", "assess", "policy.yaml", "--data", "data", "-o", "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "INCENTIVES_LANG": "en"}
    lacking = 0
    for most in (8, 9, 10, 12):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, text=True, capture_output=True, check=False,
            preexec_fn=partial(resource.setrlimit, resource.RLIMIT_NOFILE, (most, most)),
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        assert [name for name in contents(tmp_path) if ".incentives-" in name] == []
        if done.returncode == 0:
            assert set(contents(tmp_path / "out")) == FILES
            continue
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert "error[machine_" in done.stderr
        assert "out" not in {path.name for path in tmp_path.iterdir()}
        lacking += 1
    assert lacking


def test_no_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "none")])
    monkeypatch.setattr(tempfile, "tempdir", None)
    with pytest.raises(FileNotFoundError) as raised:
        tempfile.gettempdir()
    found = lack(raised.value)
    assert found is not None
    assert str(tmp_path / "none") in found.text("en")
