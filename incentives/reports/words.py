"""The words of the reports and of the statuses in the data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from incentives.faults import filled


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    )
    return words


def word(code: str, lang: str, **blanks: Any) -> str:
    """The text of `code` in `lang` (zh or en), blanks filled; the code itself where nobody gave it a text."""
    text = _words().get(code, {}).get(lang, code)
    return filled(text, blanks) if blanks else text


def status_word(status: str | None, lang: str) -> str:
    """A posting's status in words; one that is not known as it is."""
    return _words().get(f"status_{status}", {}).get(lang, status or "")
