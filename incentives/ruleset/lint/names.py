"""Names: none twice among the columns, and no two that differ by case alone."""

from __future__ import annotations

from collections.abc import Iterator

from incentives.faults import Fault
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Metrics, columns and pay share one set of names; over the whole ruleset, spelling with another case is a slip."""
    columns: dict[str, Path] = {}
    spellings: dict[str, tuple[str, Path]] = {}
    for path in _named(policy):
        section, name = path[0], str(path[-1])
        if section in {"metrics", "columns", "pay"}:
            before = columns.setdefault(name, path)
            if before != path:
                about = {"name": name, "section": before[0], "line": document.key_place(before).line}
                yield Fault("name_taken", document.key_place(path), about)
        spelling, first = spellings.setdefault(name.casefold(), (name, path))
        if spelling != name:
            about = {"name": name, "other": spelling, "line": document.key_place(first).line}
            yield Fault("name_case", document.key_place(path), about)


def _named(policy: Policy) -> Iterator[Path]:
    """The path of everything that has a name of the policy's own."""
    sections = ("figures", "metrics", "columns", "targets", "scorecards", "tracking", "pay")
    for section in sections:
        for name in getattr(policy, section):
            yield (section, name)
    for card_name, card in policy.scorecards.items():
        for name in card.items:
            yield ("scorecards", card_name, "items", name)
    for name in policy.grade.ceilings if policy.grade else ():
        yield ("grade", "ceilings", name)
