"""Finds the clauses of the policy that docstrings, rulesets and cases cite, and fills them into docs/policy-clauses.md.

`python -m tests.docs.clauses` brings the page up to date.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .pages import ROOT

PAGE = ROOT / "docs" / "policy-clauses.md"
CLAUSE = r"[MTACNPRL](?:[1-9]|1\d)\b"
ROW = re.compile(rf"^\| ({CLAUSE}) \| ([^|]+) \| ([^|]*)\| ([^|]*)\|$", re.MULTILINE)
# in a text: `(C3 as a factor, C11)`, `(POLICY T2)`, `POLICY A8`; a range such as `T1–T5` names all between
IN_TEXT = re.compile(rf"\((?:POLICY )?{CLAUSE}[^()]*\)|POLICY {CLAUSE}(?:(?:, |[–-]){CLAUSE})*")
IN_RULESET = re.compile(rf"(?:source|why): (?:{{zh: )?({CLAUSE})")
IN_CASES = re.compile(r"shows: \[([^]]*)\]")


def clauses_in(text: str) -> set[str]:
    """Return the clauses that a text cites."""
    found: set[str] = set()
    for cited in IN_TEXT.findall(re.sub(r"`[^`]*`", "", text)):
        found |= expanded(cited)
    return found


def expanded(text: str) -> set[str]:
    """Return every clause of a text, also those within its ranges."""
    found = set(re.findall(CLAUSE, text))
    for letter, first, last in re.findall(r"([MTACNPRL])(\d+)[–-][MTACNPRL](\d+)", text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last) + 1)}
    return found


def cited_by(file: Path) -> set[str]:
    """Return the clauses that a file cites: docstrings and comments, the parts of a ruleset, what cases show."""
    text = file.read_text(encoding="utf-8")
    if file.name.endswith(".cases.yaml"):
        return expanded(" ".join(IN_CASES.findall(text)))
    comments = clauses_in("\n".join(re.findall(r"#.*", text)))
    if file.suffix == ".yaml":
        return comments | set(IN_RULESET.findall(text))
    return comments.union(*map(clauses_in, docstrings(text)))


def docstrings(text: str) -> Iterator[str]:
    """Yield the docstrings of a module, of its classes and functions."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


def files_of_code() -> list[Path]:
    """Return the files that may implement a clause."""
    rulesets = (file for file in ROOT.glob("rulesets/*.yaml") if not file.name.endswith(".cases.yaml"))
    return sorted((*ROOT.glob("incentives/**/*.py"), *rulesets))


def files_of_tests() -> list[Path]:
    """Return the files that may test one."""
    others = (file for file in ROOT.glob("tests/**/*.py") if file.parent != Path(__file__).parent)
    return sorted((*others, *ROOT.glob("rulesets/*.cases.yaml")))


def by_clause(files: Iterable[Path]) -> dict[str, list[str]]:
    """Return the files that cite each clause, by their paths in the project."""
    found: dict[str, list[str]] = {}
    for file in files:
        for clause in cited_by(file):
            found.setdefault(clause, []).append(file.relative_to(ROOT).as_posix())
    return found


def filled(page: str) -> str:
    """Return the page with the files that implement and test each clause."""
    places = [by_clause(files) for files in (files_of_code(), files_of_tests())]

    def row(found: re.Match[str]) -> str:
        cells = (", ".join(f"`{file}`" for file in place.get(found[1], [])) for place in places)
        return f"| {found[1]} | {found[2]} | {' | '.join(cells)} |"

    return ROW.sub(row, page)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="")
