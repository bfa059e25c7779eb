"""A run that is killed at any step leaves the files of one run, never those of two side by side."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from incentives.outcome import files

NAMES = ("a.csv", "b.html", "c.json")
STEPS = ("rename", "replace", "link", "unlink", "rmdir", "mkdir")
SITUATIONS = (
    "no folder yet", "older files", "a file beside", "a folder beside", "no exchange", "no exchange, a file beside",
    "standing in it",
)  # fmt: skip


def written_by(who: str) -> dict[str, Callable[[Path], None]]:
    def write(file: Path) -> None:
        file.write_text(who)

    return dict.fromkeys(NAMES, write)


def laid(out: Path, situation: str) -> None:
    if situation == "no folder yet":
        return
    files.write_folder(out, {**written_by("old"), "stale.csv": written_by("old")["a.csv"]})
    if situation.endswith("a file beside"):
        (out / "notes.txt").write_text("mine")
    if situation == "a folder beside":
        (out / "notes").mkdir()
        (out / "notes" / "mine.txt").write_text("mine")


def killed(out: Path, situation: str, step: int, after: bool) -> bool:
    """Write the newer files in a process that is killed at the step of that number; False where it has fewer steps."""
    child = os.fork()
    if child == 0:
        try:
            if situation.startswith("no exchange"):
                files.swapped = lambda *_: False  # type: ignore[attr-defined]
            if situation == "standing in it":
                os.chdir(out)
            count(step, after)
            files.write_folder(out, written_by("new"), ["stale.csv"])
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def count(step: int, after: bool) -> None:
    done = [0]

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            done[0] += 1
            if done[0] == step and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            found = function(*given, **named)
            if done[0] == step and after:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        return run

    files.swapped = counted(files.swapped)  # type: ignore[attr-defined]
    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))


def seen(out: Path) -> dict[str, str]:
    """What a person finds: hidden folders aside."""
    found = {} if not out.exists() else {str(file.relative_to(out)): file for file in out.rglob("*") if file.is_file()}
    return {name: file.read_text() for name, file in found.items() if not name.startswith(".incentives-")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process of its own, which takes fork")
@pytest.mark.parametrize("after", [False, True], ids=["before the step", "after it"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_killed_at_every_step(tmp_path: Path, situation: str, after: bool) -> None:
    one_step = situation in ("no folder yet", "older files", "a file beside", "no exchange")
    step = 1
    while True:
        out = tmp_path / str(step) / "out"
        out.parent.mkdir()
        laid(out, situation)
        before = seen(out)
        others = {name: text for name, text in before.items() if text == "mine"}
        finished = dict.fromkeys(NAMES, "new") | others
        was_killed = killed(out, situation, step, after)
        now = seen(out)
        if situation == "no exchange":
            assert now in (before, finished, {}), f"step {step}"
            files.write_folder(out.with_name("another"), written_by("new"))
            now = seen(out)  # what had made room is back, whatever is written beside it
        if one_step:
            assert now in (before, finished), f"step {step}"
        else:
            marked = now.pop(files.UNFINISHED, "") == files.WARNING
            assert marked or now in (before, finished), f"step {step}"
            assert set(now.values()) - {"mine"} in ({"old"}, {"new"}, set()), f"step {step}"
        assert others.items() <= now.items()
        files.write_folder(out, written_by("new"), ["stale.csv"])
        assert seen(out) == finished
        hidden = [path for path in (*out.parent.iterdir(), *out.iterdir()) if path.name.startswith(".incentives-")]
        assert hidden == [], f"step {step}"
        if not was_killed:
            break
        step += 1
    assert step > 3
    assert now == finished
