"""The words of the reports and the way in which values are written for people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HUNDRED = Decimal(100)


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    )
    return words


def word(code: str, lang: str, **blanks: Any) -> str:
    """The text of `code` in `lang` (zh or en), blanks filled; the code itself where nobody gave it a text."""
    text = _words().get(code, {}).get(lang, code)
    return text.format(**blanks) if blanks else text


def shown(value: Any, unit: str, lang: str) -> str:
    """A value as people read it, exactly: money `1,234.50`, ratios `95.5%`, scores `104.17`, switches yes or no."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return word("yes" if value else "no", lang)
    if isinstance(value, Decimal):
        return _number(value, unit)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _number(value: Decimal, unit: str) -> str:
    if unit in {"money", "score"}:
        return f"{value:,f}"
    if unit in {"ratio", "rate"}:
        return _short(value * HUNDRED) + "%"
    return _short(value)


def _short(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def status_word(status: str | None, lang: str) -> str:
    """A posting's status in words; one that is not known as it is."""
    return _words().get(f"status_{status}", {}).get(lang, status or "")


def plain(text: str) -> str:
    """Text from the data made harmless to look at: control and direction characters stand as `�`."""
    return "".join("�" if _unseen(c) else c for c in text)


def _unseen(char: str) -> bool:
    code = ord(char)
    return (
        code < 0x20
        or 0x7F <= code < 0xA0
        or 0x200B <= code <= 0x200F
        or 0x2028 <= code <= 0x202E
        or 0x2060 <= code <= 0x206F
        or 0xFFF9 <= code <= 0xFFFB
        or code == 0xFEFF
        or 0xD800 <= code <= 0xDFFF
    )
