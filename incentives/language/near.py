"""Names that were probably meant: near in their letters, and the same in their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

DIGITS = re.compile(r"\d+")


def near_names(word: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> list[str]:
    """The names nearest to a word, at most so many. One that differs in a number alone is another thing: `sheet1` is
    not what `sheet3` was meant to be."""
    others = [name for name in known if not is_other_number(word, name)]
    return get_close_matches(word, others, most, cutoff)


def is_other_number(one: str, other: str) -> bool:
    """Return whether two words are the same but for their numbers."""
    if one.casefold() == other.casefold() or not (DIGITS.search(one) and DIGITS.search(other)):
        return False
    return DIGITS.sub("0", one).casefold() == DIGITS.sub("0", other).casefold()
