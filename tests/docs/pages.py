"""The pages of the project, and what they say that can be held against it: links, paths, code blocks."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "fixtures/**/*.md", "benchmarks/**/*.md")
    for page in ROOT.glob(pattern)
)
MADE = ("report/",)  # what a command leaves, and a clone does not hold


def text_of(page: Path) -> str:
    """The whole text of a page of the project."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(page), re.DOTALL | re.MULTILINE)


def links(page: Path) -> list[str]:
    """The relative links and pictures of a page, without their anchors."""
    found = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(page))
    return [link for link in found if "://" not in link]


def paths(page: Path) -> list[str]:
    """What looks like a path from the root of the project, in backticks or in a command."""
    tops = "|".join(sorted(p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")))
    found = re.findall(rf"(?<![\w/.(-])((?:{tops})/[\w./*-]*)", text_of(page))
    return sorted({path.rstrip(".") for path in found if not path.startswith(MADE)})
