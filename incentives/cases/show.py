"""The verdict over a ruleset's cases as text: what differs side by side, and a sum in one line."""

from __future__ import annotations

from pathlib import Path

from rich.cells import cell_len

from incentives.cases.expect import Difference
from incentives.cases.run import Verdict, cases_file, judge
from incentives.faults import Fault, Place, RefusedError
from incentives.ruleset.refused import meaning_of

WIDEST = 60


def run_cases(path: str | Path, lang: str) -> tuple[str, bool]:
    """Run the cases beside the ruleset at `path`: what to print in `lang` (zh or en), and whether all agree.

    Raises RefusedError with every fault of the ruleset or of the cases, also where there are none.
    """
    file = cases_file(path)
    if not file.exists():
        raise RefusedError([Fault("cases_absent", Place(str(file)))])
    verdict = judge(path)
    return told(verdict, lang), not verdict.differences


def told(verdict: Verdict, lang: str) -> str:
    """A table of the differences, if any, and the sum."""
    differing = len({one.case for one in verdict.differences})
    code = "cases_differ" if differing else "cases_agree"
    total = said(code, lang, cases=verdict.cases, differing=differing)
    if not differing:
        return total
    heads = [said(f"cases_{head}", lang) for head in ("case", "figure", "expected", "got", "place")]
    return "\n".join([*aligned([heads, *(cells(one, lang) for one in verdict.differences)]), "", total])


def cells(one: Difference, lang: str) -> list[str]:
    """One difference as the cells of a row."""
    called = one.title.get(lang)
    case = f"{clipped(called)} ({one.case})" if called else one.case
    case = case if one.person == one.case else f"{case} · {one.person}"
    title, name = one.figure.title.get(lang), one.figure.name or said("cases_refused", lang)
    figure = name if title in {"", name} else f"{title} ({name})"
    figure += f" · {one.figure.part}" if one.figure.part not in ("", "status") else ""
    expected, got = (worded(one, text, lang) for text in (one.expected, one.got.get(lang)))
    return [case, figure, clipped(expected), clipped(got), f"{one.place.file}:{one.place.line}"]


def worded(one: Difference, text: str, lang: str) -> str:
    """The status of a conclusion, the state of a step or of an assessment, in Chinese with its meaning; any other value
    as it is."""
    figure = one.figure
    closed = figure.part if figure.part == "status" else figure.name if figure.name == "assessment" else ""
    key = "state" if figure.procedure else closed
    meaning = meaning_of((key,), text).get("zh", "") if lang == "zh" and key else ""
    return f"{text}（{meaning}）" if meaning else text


def clipped(text: str) -> str:
    """Text of one line that fits a cell."""
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"


def aligned(rows: list[list[str]]) -> list[str]:
    """Rows of cells as lines whose columns stand under each other, Chinese text counted double."""
    widths = [max(cell_len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def said(code: str, lang: str, **blanks: object) -> str:
    """A text of the message catalogue."""
    return Fault(code, Place(""), blanks).text(lang)
