"""The words of a simulation, and how it writes what moved."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from incentives.faults import Fault, Place
from incentives.language.tree import Title
from incentives.outcome.figures_text import plain, value_text
from incentives.simulate.model import Comparison, PolicyLine


def word(code: str, lang: str, **blanks: Any) -> str:
    """The text of `code` in `lang`, its blanks filled."""
    return Fault(f"simulate_{code}", Place(""), blanks).text(lang)


def called(title: Title, name: str, lang: str) -> str:
    """The title in `lang`, else in the other language, else the name."""
    return plain(title.get(lang) or title.zh or title.en or name)


def signed(value: Decimal, lang: str) -> str:
    """Money with its sign, `+1,200.00`."""
    return ("+" if value > 0 else "") + value_text(value, "money", lang)


def shifted(before: str, after: str) -> str:
    """`S → A`, or the one where both are the same."""
    return before if before == after else f"{before or '–'} → {after or '–'}"


def line_text(line: PolicyLine) -> str:
    """A changed value as a plan shows it: `~ path  3% → 4%`."""
    values = {"~": f"{line.before} → {line.after}", "+": line.after, "-": line.before}[line.sign]
    return plain(f"{line.sign} {line.path}  {values}")


def missing_text(lacking: Iterable[tuple[Title, str, int, int]], lang: str) -> tuple[str, ...]:
    """Of which components how many rows lack what they need, before and after; nothing where none does."""
    told = [
        word("lacks", lang, title=called(title, name, lang), n=shifted(str(before), str(after)))
        for title, name, before, after in lacking
    ]
    return (word("missing", lang, what=("；" if lang == "zh" else "; ").join(told)),) if told else ()


def missing_of(comparison: Comparison, lang: str) -> tuple[str, ...]:
    """Return a sentence about the values that cannot be computed before and after a change."""
    return missing_text(((m.title, m.component, m.before, m.after) for m in comparison.missing), lang)
