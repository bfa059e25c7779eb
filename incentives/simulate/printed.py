"""Simulations printed in the form that was asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console

from incentives.simulate.export import csv_bytes, json_text
from incentives.simulate.model import Comparison
from incentives.simulate.page import page
from incentives.simulate.terminal import print_comparison, print_side_by_side


def printed_comparisons(comparisons: Sequence[Comparison], form: str, lang: str, console: Console) -> None:
    """Print them as a table for people, or as csv, json or html on standard output."""
    if form == "table":
        for number, comparison in enumerate(comparisons):
            if number:
                console.print()
            print_comparison(comparison, lang, console)
        if len(comparisons) > 1:
            print_side_by_side(comparisons, lang, console)
        return
    if form == "csv":
        made = csv_bytes(comparisons)
    else:
        made = (json_text(comparisons) if form == "json" else page(comparisons, lang)).encode()
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
