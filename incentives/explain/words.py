"""The words of explanations, in Chinese and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from incentives.faults import filled
from incentives.texts import Catalogue


@cache
def _words() -> Catalogue:
    return Catalogue([Path(__file__).with_name("words.yaml")])


def known(code: str) -> bool:
    """Return whether there is a text for `code`."""
    return code in _words()


def word(code: str, lang: str, **blanks: Any) -> str:
    """The text of `code` in `lang` (zh or en), blanks filled."""
    text: str = _words()[code][lang]
    return filled(text, blanks) if blanks else text


def coded(prefix: str, code: str, lang: str) -> str:
    """The text of a code that comes with the data, such as a status or a source; the code itself where it has none."""
    return word(f"{prefix}_{code}", lang) if known(f"{prefix}_{code}") else code


def joined(parts: list[str], lang: str) -> str:
    """Parts of a remark, the empty ones left out."""
    return word("semicolon", lang).join(part for part in parts if part)
