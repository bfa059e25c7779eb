"""Simulations printed in the form that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from incentives.printing import pour
from incentives.simulate.attribution import Attribution
from incentives.simulate.attribution_presentation import attribution_study
from incentives.simulate.export import csv_bytes, json_text, study_json
from incentives.simulate.goal import Sought
from incentives.simulate.goal_presentation import goal_study
from incentives.simulate.model import Comparison
from incentives.simulate.page import page, study_page
from incentives.simulate.resampling import Drawn
from incentives.simulate.resampling_presentation import drawn_study
from incentives.simulate.study import Study, print_study, study_csv
from incentives.simulate.sweep import Sweep
from incentives.simulate.sweep_presentation import sweep_study
from incentives.simulate.terminal import print_comparison, print_side_by_side

TOLD: dict[type, tuple[str, Callable[[Any, str], Study]]] = {
    Sweep: ("sweep", sweep_study),
    Sought: ("goal", goal_study),
    Attribution: ("attribution", attribution_study),
    Drawn: ("draws", drawn_study),
}


def printed_study(found: Any, form: str, lang: str, console: Console) -> None:
    """Print what a study found as a table for people, or as csv, json or html on standard output."""
    name, told = TOLD[type(found)]
    study = told(found, lang)
    if form == "table":
        print_study(study, lang, console)
        return
    made = study_csv(study) if form == "csv" else b""
    if form in ("json", "html"):
        made = (study_json(name, found) if form == "json" else study_page(study, lang)).encode()
    pour([made])


def printed_comparisons(comparisons: Sequence[Comparison], form: str, lang: str, console: Console) -> None:
    """Print them as a table for people, or as csv, json or html on standard output."""
    if form == "table":
        print_comparisons(comparisons, lang, console)
        return
    if form == "csv":
        made = csv_bytes(comparisons)
    else:
        made = (json_text(comparisons) if form == "json" else page(comparisons, lang)).encode()
    pour([made])


def print_comparisons(comparisons: Sequence[Comparison], lang: str, console: Console) -> None:
    """Print them one below the other; several of them also side by side."""
    for number, comparison in enumerate(comparisons):
        if number:
            console.print()
        print_comparison(comparison, lang, console)
    if len(comparisons) > 1:
        print_side_by_side(comparisons, lang, console)
