"""Links and paths on the pages lead somewhere, and what the READMEs show is what comes out."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from incentives.api import assess, check, load_data, load_ruleset
from incentives.cli import run

from .pages import PAGES, ROOT, blocks, links, paths, text_of

READMES = {Path("README.md"): "en", Path("README.zh.md"): "zh"}
LANGUAGES = READMES | {Path(f"docs/{page}.md"): "en" for page in ("payroll", "prove", "simulate")}
SHOWN = [(page, block) for page in LANGUAGES for block in blocks(page, "console")]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not (ROOT / page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_paths_are_there(page: Path) -> None:
    assert [path for path in paths(page) if not list(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("page", READMES, ids=str)
def test_the_sketch_of_a_ruleset_is_sound(page: Path, tmp_path: Path) -> None:
    (sketch,) = blocks(page, "yaml")
    file = tmp_path / "sketch.yaml"
    file.write_text(sketch, encoding="utf-8")
    assert check(file) == []


@pytest.mark.parametrize(("page", "block"), SHOWN, ids=[f"{page.stem} {block.split()[2]}" for page, block in SHOWN])
def test_what_is_shown_comes_out(page, block, tmp_path, monkeypatch, capfd) -> None:
    if "--prove" in block:
        pytest.importorskip("z3", reason="z3 is not installed: install the extra prove")
    for name in ("rulesets", "fixtures"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("INCENTIVES_LANG", LANGUAGES[page])
    for written in blocks(page, "yaml"):
        (tmp_path / "mine.yaml").write_text(written, encoding="utf-8")
    command, *shown = block.splitlines()
    run(shlex.split(command.removeprefix("$ incentives ")))
    assert unlike(steady(shown), steady(capfd.readouterr().out.splitlines())) == []


def steady(lines: list[str]) -> list[str]:
    """The lines without what moves when a line is added to a policy: its numbers, and the width that they take."""
    unplaced = (re.sub(r"(rulesets/|\s)([\w-]+\.yaml)(:\d+)+$", r"\1\2", line) for line in lines)
    return [re.sub(r"\s+", " ", line).rstrip() for line in unplaced]


def unlike(shown: list[str], out: list[str]) -> list[str]:
    """The shown lines that do not come out in their order; `…` stands for any number of lines left out."""
    at, missing = 0, []
    for before, line in pairwise(["", *shown]):
        if line == "…":
            continue
        found = out.index(line, at) if line in out[at:] else None
        if found is None or (found > at and before != "…"):
            missing.append(line)
        at = at if found is None else found + 1
    return missing if shown[-1] == "…" or at == len(out) else [*missing, *out[at:]]


def test_a_line_that_does_not_come_out_is_told() -> None:
    assert unlike(["a", "…", "d"], ["a", "b", "c", "d"]) == []
    assert unlike(["a", "d"], ["a", "b", "d"]) == ["d"]
    assert unlike(["a", "x", "…"], ["a", "b"]) == ["x"]
    assert unlike(["a"], ["a", "b"]) == ["b"]


def test_the_calls_from_python_work() -> None:
    (code,) = blocks(Path("README.md"), "python")
    names = {"assess": assess, "load_data": load_data, "load_ruleset": load_ruleset}
    assert all(name in code for name in names)
    inside = re.sub(r'"((?:rulesets|fixtures)/[^"]*)"', lambda m: repr(str(ROOT / m[1])), code)
    space: dict[str, object] = {}
    exec(inside, space)
    assert len(space["outcome"].rows(["rep_id", "total", "grade"])) == 40


def test_both_readmes_show_the_same_commands() -> None:
    first, second = ([b.splitlines()[0].split()[2] for b in blocks(page, "console")] for page in READMES)
    assert sorted(first) == sorted(second)
    for target in re.findall(r"`make (\w+)[`\s]", "".join(map(text_of, READMES))):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
