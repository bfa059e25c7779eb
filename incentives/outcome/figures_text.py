"""The way in which every reader writes a value for people: exactly, with its unit's habits, and harmless to look at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

HUNDRED = Decimal(100)
NOTHING = "–"
YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}


def value_text(value: Any, unit: str, lang: str) -> str:
    """A value as people read it, exactly: money `1,234.50`, ratios `95.5%`, scores `104.17`, switches yes or no."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return YES_NO[lang][0 if value else 1]
    if isinstance(value, Decimal):
        return _number(value, unit)
    if isinstance(value, date):
        return value.isoformat()
    return plain(str(value))


def _number(value: Decimal, unit: str) -> str:
    if unit in {"money", "score"}:
        return f"{value:,f}"
    if unit in {"ratio", "rate"}:
        return short(value * HUNDRED) + "%"
    return short(value)


def short(value: Decimal) -> str:
    """A number with thousands signs and without the zeros behind its last decimal."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(text: str) -> str:
    """Text from the data made harmless to look at: control and direction characters stand as `�`."""
    return "".join("�" if _unseen(ord(char)) else char for char in text)


def _unseen(code: int) -> bool:
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
