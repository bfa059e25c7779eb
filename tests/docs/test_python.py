"""The notebook and the page about Python show what really comes out of their code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import incentives

from .notebook import cells_of, run_cell
from .pages import ROOT, blocks, text_of

NOTEBOOK = ROOT / "docs" / "python.ipynb"
PAGE = Path("docs/python.md")
SHOWN = re.compile(r"^(.*\S)  # → (.*)$")


@pytest.fixture
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCENTIVES_LANG", "en")


@pytest.mark.usefixtures("_in_english")
def test_the_notebook_shows_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(NOTEBOOK.parent)
    space: dict[str, Any] = {}
    cells = cells_of(NOTEBOOK)
    assert len(cells) > 10
    for cell in cells:
        source = "".join(cell["source"])
        assert steady(run_cell(source, space)) == steady(cell["outputs"]), source


def steady(outputs: list[dict[str, Any]]) -> str:
    """Outputs without their numbers, and without what moves when a line is added to a policy."""
    texts = [text for output in outputs for text in (output.get("data") or {"text/plain": output["text"]}).values()]
    joined = "\n".join("".join(lines) for lines in texts)
    return re.sub(r"[ \t]+", " ", re.sub(r"([\w-]+\.yaml)(:\d+)+", r"\1", joined))


@pytest.mark.usefixtures("_in_english")
def test_the_page_shows_what_comes_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    for name in ("rulesets", "fixtures"):
        (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    shown = 0
    for block in blocks(PAGE, "python"):
        exec(compile(block, str(PAGE), "exec"), space)
        for line in block.splitlines():
            if found := SHOWN.match(line):
                (expression,) = ast.parse(found[1]).body
                assert isinstance(expression, ast.Expr), line
                assert repr(eval(found[1], space)) == found[2], line
                shown += 1
    assert shown > 10


def test_the_page_names_every_verb_and_option() -> None:
    page = text_of(PAGE)
    assert [name for name in incentives.__all__ if f"`{name}" not in page] == []


def test_a_wrong_output_is_seen() -> None:
    right = run_cell("print(1)\n2", {})
    assert steady(right) != steady(run_cell("print(1)\n3", {}))
    assert steady(right) != steady(run_cell("2", {}))
