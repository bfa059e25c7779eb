"""The meaning of a plain YAML scalar: the YAML 1.2 core types, numbers exact, and nothing guessed beyond them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*(_[0-9]+)*|0?\.[0-9]+)(\.[0-9]*)?([eE][-+]?[0-9]{1,2})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WORDS = {"": None, "~": None, "null": None, "true": True, "True": True, "false": False, "False": False}
MOST_NUMBER = 60

Scalar = str | bool | Decimal | date | None


def plain(text: str) -> Scalar:
    """Return the value of an unquoted scalar.

    Only true/false are truth values (`on`, `no` stay text), numbers become Decimal with the digits that were written,
    ISO days become dates; all else is text, also `007`, which is an id and keeps its zeros.
    """
    if text in WORDS:
        return WORDS[text]
    if len(text) <= MOST_NUMBER and NUMBER.fullmatch(text):
        return Decimal(text.replace("_", ""))
    if DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def written(value: Scalar) -> str:
    """Return a scalar as a person writes it; the reverse of `plain` for those that are not text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return str(value)
