"""The words of payroll files, in Chinese and English."""

from __future__ import annotations

from typing import Any

from incentives.faults import Fault, Place


def said(code: str, lang: str, **blanks: Any) -> str:
    """A text of the message catalogue, its blanks filled."""
    return Fault(code, Place(""), blanks).text(lang)
