"""The files of `-o DIR` and what `--format` prints, each by the renderer that makes it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from incentives.outcome.manifest import manifest_of
from incentives.outcome.outcome import Outcome
from incentives.reports.conclusions import write_conclusions, write_promotions
from incentives.reports.export import json_lines, write_csv, write_parquet, write_pay
from incentives.reports.report import report_of

PIECE = 1 << 20


def writers_of(outcome: Outcome, lang: str, team: str | None, with_pay: bool) -> dict[str, Callable[[Path], None]]:
    """For each file of the output folder the function that writes it; `outcome` is already narrowed."""
    from incentives.reports.page import page
    from incentives.reports.workbook import write_workbook

    report = report_of(outcome, lang, team, with_pay)
    manifest = json.dumps(manifest_of(outcome, team, with_pay), ensure_ascii=False, indent=2) + "\n"
    return {
        "report.html": lambda file: _write(file, page(report)),
        "assessment.xlsx": partial(write_workbook, outcome, report),
        "outcome.parquet": partial(write_parquet, outcome),
        "pay.csv": partial(write_pay, outcome),
        "conclusions.csv": partial(write_conclusions, outcome, lang),
        "promotions.csv": partial(write_promotions, outcome, lang),
        "manifest.json": lambda file: _write(file, manifest),
    }


def stream_of(outcome: Outcome, form: str, lang: str, team: str | None, with_pay: bool) -> Iterator[bytes]:
    """What `--format csv|json|html|xlsx` prints, in pieces."""
    if form == "json":
        for text in json_lines(outcome, manifest_of(outcome, team, with_pay), lang):
            yield text.encode()
    elif form == "html":
        from incentives.reports.page import page

        yield page(report_of(outcome, lang, team, with_pay)).encode()
    else:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"outcome.{form}"
            _write_file(outcome, form, lang, team, with_pay, file)
            with file.open("rb") as source:
                while piece := source.read(PIECE):
                    yield piece


def _write_file(outcome: Outcome, form: str, lang: str, team: str | None, with_pay: bool, file: Path) -> None:
    if form == "csv":
        write_csv(outcome, file)
    else:
        from incentives.reports.workbook import write_workbook

        write_workbook(outcome, report_of(outcome, lang, team, with_pay), file)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="")
