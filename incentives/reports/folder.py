"""The files of `-o DIR` and what `--format` prints, each by the renderer that makes it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from incentives.faults import Fault
from incentives.outcome.beside import refuse_other_batch, replaced_results
from incentives.outcome.files import write_folder
from incentives.outcome.manifest import manifest_of
from incentives.outcome.outcome import Outcome
from incentives.reports.conclusions import write_conclusions, write_promotions
from incentives.reports.export import json_lines, write_csv, write_parquet, write_pay
from incentives.reports.report import report_of
from incentives.scratch import scratch_folder

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


def write_results(
    outcome: Outcome, folder: Path, lang: str, team: str | None, with_pay: bool, warn: Callable[[Fault], None]
) -> list[str]:
    """Write every file of an outcome, already narrowed, into a folder, and give their names.

    `warn` is given the warning that other results are replaced before anything is written. Raises RefusedError where
    the folder cannot be written, or holds a batch of another period or policy.
    """
    policy = outcome.ruleset.policy.ruleset
    refuse_other_batch(folder, policy, outcome.periods)
    if warning := replaced_results(folder, policy, outcome.ruleset.digest, outcome.periods):
        warn(warning)
    writers = writers_of(outcome, lang, team, with_pay)
    write_folder(folder, writers)
    return list(writers)


def stream_of(outcome: Outcome, form: str, lang: str, team: str | None, with_pay: bool) -> Generator[bytes, None, None]:
    """Yield the output of `--format csv|json|html|xlsx` in pieces."""
    if form == "json":
        for text in json_lines(outcome, manifest_of(outcome, team, with_pay), lang):
            yield text.encode()
    elif form == "html":
        from incentives.reports.page import page

        yield page(report_of(outcome, lang, team, with_pay)).encode()
    elif form == "csv":
        yield from piped(partial(write_csv, outcome))
    else:
        from incentives.reports.workbook import write_workbook

        with scratch_folder() as folder:
            file = folder / f"outcome.{form}"
            write_workbook(outcome, report_of(outcome, lang, team, with_pay), file)
            yield file.read_bytes()


def piped(write: Callable[[Path], None]) -> Generator[bytes, None, None]:
    """Yield the content that `write` writes into a file; on Linux as it is written, without a file. Raises its
    errors."""
    if sys.platform != "linux":
        yield from _from_file(write)
        return
    import fcntl

    source, sink = os.pipe()
    with suppress(AttributeError, OSError):  # a larger pipe is only quicker
        fcntl.fcntl(sink, fcntl.F_SETPIPE_SZ, PIECE)

    def fill() -> None:
        try:
            write(Path(f"/dev/fd/{sink}"))
        finally:
            os.close(sink)

    with ThreadPoolExecutor(1) as pool, os.fdopen(source, "rb", buffering=0) as pieces:
        done = pool.submit(fill)
        while piece := pieces.read(PIECE):
            yield piece
        done.result()


def _from_file(write: Callable[[Path], None]) -> Generator[bytes, None, None]:
    """The same where no name leads to an open pipe."""
    with scratch_folder() as folder:
        file = folder / "outcome"
        write(file)
        with file.open("rb") as pieces:
            while piece := pieces.read(PIECE):
                yield piece


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="")
