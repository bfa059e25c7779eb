"""docs/onboarding.md: its commands, code, SQL and lines of the policy are what the program really does and says."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from incentives.cli import run
from incentives.database.duck import Duck

from .pages import ROOT, text_of
from .test_pages import steady, unlike

PAGE = Path("docs/onboarding.md")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", text_of(PAGE), re.DOTALL | re.MULTILINE)


@pytest.fixture
def _beside_the_company(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("rulesets", "fixtures"):
        (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("INCENTIVES_LANG", "en")
    monkeypatch.setattr(Duck, "make_table", Duck.make_table)  # the page replaces it


@pytest.mark.usefixtures("_beside_the_company")
def test_the_way_of_the_order_is_as_shown(capfd: pytest.CaptureFixture[str]) -> None:
    space: dict[str, Any] = {}
    printed = ""
    for language, block in BLOCKS:
        if language == "python":
            printed = printed_by(block, space)
        elif language == "text":
            assert unlike(block.splitlines(), printed.splitlines()) == []
        elif language == "console":
            for command in block.removeprefix("$ ").split("\n$ "):
                typed, *shown = command.splitlines()
                assert unlike(steady(shown), steady(output_of(shlex.split(typed), capfd))) == [], typed
        elif language == "sql":
            assert absent(block, " ".join(space["statements"].values())) == []
        else:
            assert absent(block, (ROOT / "rulesets" / "sales-2026.yaml").read_text(encoding="utf-8")) == []


def printed_by(code: str, space: dict[str, Any]) -> str:
    """What a block of Python prints."""
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        exec(compile(code, str(PAGE), "exec"), space)
    return page.getvalue()


def output_of(words: list[str], capfd: pytest.CaptureFixture[str]) -> list[str]:
    """What a command prints; `grep` is played, since not every system has one."""
    if words[0] == "incentives":
        run(words[1:])
        return capfd.readouterr().out.splitlines()
    name, pattern, *files = words
    assert name == "grep"
    found = [(file, line) for file in files for line in Path(file).read_text(encoding="utf-8-sig").splitlines()]
    return [f"{file}:{line}" if files[1:] else line for file, line in found if re.search(pattern, line)]


def absent(shown: str, whole: str) -> list[str]:
    """The pieces of a shortened text that do not stand in the whole one, in their order; `…` is what is left out."""
    rest, missing = " ".join(whole.split()), []
    for piece in (" ".join(part.split()) for part in shown.split("…")):
        before, found, after = rest.partition(piece)
        rest = after if found else before
        missing += [] if found else [piece]
    return missing


def test_a_piece_that_is_not_there_is_seen() -> None:
    assert absent("a b … d", "x a\n b c d") == []
    assert absent("a b … d", "d a b") == ["d"]
    assert {language for language, _ in BLOCKS} == {"console", "yaml", "python", "text", "sql"}
