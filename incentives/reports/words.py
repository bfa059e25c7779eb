"""The words of the reports."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from incentives.faults import filled
from incentives.reports.model import Count
from incentives.texts import Catalogue


@cache
def _words() -> Catalogue:
    return Catalogue([Path(__file__).with_name("words.yaml")])


def word(code: str, lang: str, subject: str = "rep", **blanks: Any) -> str:
    """The text of `code` in `lang` (zh or en), blanks filled; the code itself where nobody gave it a text.

    What is said of people has another text, `<code>_other`, where the subject is none.
    """
    if subject != "rep" and f"{code}_other" in _words():
        code = f"{code}_other"
    text: str = _words().get(code, {}).get(lang, code)
    return filled(text, blanks) if blanks else text


def subjects_word(subject: str, lang: str) -> str:
    """Return the plural of the subject; of a policy's own subject the name that the policy gives it."""
    return word("employed", lang) if subject == "rep" else _words().get(f"subjects_{subject}", {}).get(lang, subject)


def key_word(key: str, title: str, lang: str) -> str:
    """The heading of the key column; `title` where the subject is the policy's own."""
    return word(key, lang) if key in _words() else title


def graded_text(count: Count, lang: str) -> str:
    """Return the sum behind a distribution: `Graded 43 = Assessed 40 + From history 3`."""
    states = " + ".join(f"{word(state, lang)} {n}" for state, n in count.graded)
    return f"{word('graded', lang)} {sum(share.count for share in count.grades)} = {states}"
