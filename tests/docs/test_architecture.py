"""Imports run one way: down the list of packages in docs/architecture.md; readers do not import each other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .pages import ROOT, text_of

READERS = ("explain", "cases", "reports", "payroll", "simulate", "prove")
PAGE, MOST_LINES = Path("docs/architecture.md"), 80
LIST = re.search(r"\n\| package \|.*?\n\n", text_of(PAGE), re.DOTALL)
ORDER = [re.findall(r"`(\w+)/?`", row.split("|")[1]) for row in LIST[0].splitlines()[3:] if row] if LIST else []
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
FILES = sorted((ROOT / "incentives").rglob("*.py"))


def test_the_list_is_all_there_is() -> None:
    there = {part_of(file) for file in FILES} - {"__init__", "__main__"}
    assert set(RANK) == there


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "incentives")))
def test_nothing_reaches_up(file: Path) -> None:
    own = part_of(file)
    if own in RANK:
        assert [other for other in imported(file.read_text()) if not allowed(own, other)] == []


def test_a_reach_is_seen() -> None:
    text = "from incentives.plan.columns import Plan\ndef f():\n    import incentives.cli\n"
    text += "from incentives import api\n"
    assert list(imported(text)) == ["plan", "api", "cli"]
    assert allowed("engine", "plan")
    assert not allowed("plan", "engine")
    assert not allowed("cases", "explain")
    assert not allowed("reports", "cases")


def test_the_page_is_short() -> None:
    assert len(text_of(PAGE).splitlines()) <= MOST_LINES


def test_the_files_of_a_new_thing_are_there() -> None:
    (table,) = re.findall(r"\n\| new \|.*?\n\n", text_of(PAGE), re.DOTALL)
    named = re.findall(r"`((?:[a-z_]+/)+[\w.-]*)`", table)
    assert len(named) > 30
    assert [name for name in named if not any((root / name).exists() for root in (ROOT, ROOT / "incentives"))] == []


def part_of(file: Path) -> str:
    """The package of `incentives` a file belongs to, or the module that it is."""
    return file.relative_to(ROOT / "incentives").parts[0].removesuffix(".py")


def allowed(own: str, other: str) -> bool:
    """Whether a package may import another; the version, in `incentives` itself, anybody may read."""
    if own == other or other == "__version__":
        return True
    return RANK[other] < RANK[own] and not (own in READERS and other in READERS)


def imported(text: str) -> Iterator[str]:
    """The packages of `incentives` that a module imports anywhere, also inside a function."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [f"{node.module}.{name.name}" for name in node.names]
        else:
            continue
        parts = [name.split(".") for name in names]
        yield from (part[1] for part in parts if part[0] == "incentives" and len(part) > 1)
