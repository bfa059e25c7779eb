"""Names: no two that differ by case alone. Names that meet in one column are the plan's."""

from __future__ import annotations

from collections.abc import Iterator

from incentives.faults import Fault
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault for each name in two spellings that differ in case alone; the database takes them for the same."""
    for paths in (_named(policy), _grades(policy), *_rows(policy), *_concluded(policy)):
        spellings: dict[str, tuple[str, Path]] = {}
        for path in paths:
            name = str(path[-1])
            spelling, first = spellings.setdefault(name.casefold(), (name, path))
            if spelling != name:
                about = {"name": name, "other": spelling, "line": document.key_place(first).line}
                yield Fault("name_case", document.key_place(path), about)


def _named(policy: Policy) -> Iterator[Path]:
    """Yield the path of everything that has a name of the policy's own."""
    sections = ("figures", "metrics", "columns", "targets", "scorecards", "tracking", "pay", "conclusions")
    for section in sections:
        for name in getattr(policy, section):
            yield (section, name)
    for card_name, card in policy.scorecards.items():
        for name in card.items:
            yield ("scorecards", card_name, "items", name)
    for name in policy.grade.ceilings if policy.grade else ():
        yield ("grade", "ceilings", name)


def _grades(policy: Policy) -> Iterator[Path]:
    for name in policy.grade.bands if policy.grade else ():
        yield ("grade", "bands", name)


def _rows(policy: Policy) -> Iterator[list[Path]]:
    """Yield the rows of each table of scores and of each list of tiers: every one is a figure named by its path."""
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            yield [("scorecards", card_name, "items", name, "bands", test) for test in item.bands or ()]
    for name, component in policy.pay.items():
        if component.tiers:
            yield [("pay", name, "tiers", "rows", tier) for tier in component.tiers.rows]


def _concluded(policy: Policy) -> Iterator[list[Path]]:
    """Yield the ladders, the procedures, the references, and within each conclusion its cases and criteria."""
    for section in ("ladders", "procedures", "references"):
        yield [(section, name) for name in getattr(policy, section)]
    for name, conclusion in policy.conclusions.items():
        cases: list[Path] = [("conclusions", name, "any_of", case) for case in conclusion.any_of]
        yield [*cases, *(("conclusions", name, "criteria", criterion) for criterion in conclusion.criteria)]
