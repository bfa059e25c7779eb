"""The list of every table and view that a run makes: who makes it, who reads it, its columns (`relations.yaml`).

`python -m incentives.database.relations` writes it into docs/relations.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

BLANKS = {  # the patterns of blanks in a name
    "<frame>": "(?:month|quarter|half|year|tracking)",
    "<n>": r"[0-9a-f]+",
    "<m>": r"\d+",
    "<table>": "[a-z]+",
    "<export>": "<export>",  # a file's own name, in a database of its own
}
PAGE = Path(__file__).parents[2] / "docs" / "relations.md"
MORE = "…"
TITLES = "| name | kept | columns | made by | read by |\n|---|---|---|---|---|\n"
HEAD = """# Tables and views of a run

Everything that a run makes in the database, in the order of the data's way. This page is made of
`incentives/database/relations.yaml` by `python -m incentives.database.relations`; a test runs commands and holds it to
what they make.

`<frame>` is month, quarter, half, year or tracking, `<table>` a table of [data.md](data.md), `<key>` the subject's key
(`rep_id`); `…` stands for columns that the policy or the data name. *temporary*: one connection sees it; *shared*: all
connections to the same data; *loading*: shared, in the schema `load`.
"""


@dataclass(frozen=True)
class Relation:
    """A table or view, or several whose names differ only in their blanks."""

    name: str
    kept: str
    made: tuple[str, ...]
    read: tuple[str, ...]
    columns: tuple[str, ...]
    about: str

    def names(self, name: str) -> bool:
        """Return whether the relation has this name, or a name that fits its blanks."""
        parts = re.split(r"(<\w+>)", self.name)
        pattern = "".join(BLANKS.get(part, ".+") if part.startswith("<") else re.escape(part) for part in parts)
        return re.fullmatch(pattern, name) is not None

    def has(self, columns: tuple[str, ...], key: str) -> bool:
        """Return whether the relation may have these columns: those declared, and others only where it has `…`."""
        named = [key if name == "<key>" else name for name in self.columns if name != MORE]
        return set(named) <= set(columns) if MORE in self.columns else sorted(named) == sorted(columns)


@cache
def relations() -> dict[str, tuple[Relation, ...]]:
    """Return all relations, by the part of a run that makes them."""
    text = files("incentives.database").joinpath("relations.yaml").read_text(encoding="utf-8")
    return {part: tuple(relation_of(**one) for one in listed) for part, listed in yaml.safe_load(text).items()}


def relation_of(
    name: str, kept: str, made: list[str], read: list[str], columns: list[str], about: str
) -> Relation:  # fmt: skip
    """Return a relation as it is written."""
    return Relation(name, kept, tuple(made), tuple(read), tuple(columns), about)


def found(name: str) -> Relation | None:
    """Return the relation that has a name, the one with the fewest blanks and the longest words where several could."""
    every = [one for listed in relations().values() for one in listed if one.names(name)]
    return max(every, key=lambda one: len(re.sub(r"<\w+>", "", one.name)), default=None)


def page() -> str:
    """Return docs/relations.md."""
    parts = [HEAD]
    for part, listed in relations().items():
        parts.append(
            f"\n## {part.capitalize()}\n\n| name | kept | columns | made by | read by |\n|---|---|---|---|---|\n"
        )
        for one in listed:
            made = ", ".join(f"`{name}`" for name in one.made)
            columns = ", ".join(name if name == MORE else f"`{name}`" for name in one.columns)
            parts.append(f"| `{one.name}`: {one.about} | {one.kept} | {columns} | {made} | {', '.join(one.read)} |\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="")
