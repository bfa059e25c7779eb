"""The rows for other systems, as JSON and CSV: written by the database, in a fixed order, byte for byte the same."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column
from incentives.reports.columns import columns_of, of_role, types_of
from incentives.reports.report import kind_of
from incentives.sql import literal, quoted

BATCH = 2000
GUARDED = "^[=+\\-@\\t\\r＝＋－＠]"
CONCLUSIONS = "rep_id,period,conclusion,title,status,action,because,place\n"


def json_lines(outcome: Outcome, manifest: dict[str, Any]) -> Iterator[str]:
    """One JSON object `{"manifest": …, "reps": […]}` in pieces, a row a line; figures are decimal strings.

    The list is named after the ruleset's subject (`reps`, `leads`), rows ordered by key, then period.
    """
    head = json.dumps(manifest, ensure_ascii=False, indent=1)
    yield f'{{"manifest": {head},\n{json.dumps(outcome.plan.subject + "s")}: ['
    con = outcome.con.execute(_ordered(outcome, f"SELECT {_json_row(outcome)}"))
    before = "\n"
    while found := con.fetchmany(BATCH):
        yield before + ",\n".join(row[0] for row in found)
        before = ",\n"
    yield "\n]}\n"


def _json_row(outcome: Outcome) -> str:
    there = set(columns_of(outcome))
    plain = ("name", "period", "total", "grade", "computed_grade")
    further = ("pay_total", "assessment", "assessment_reason", "assessment_detail", "team", "region")
    pairs = [(name, _text(name) if name in there else "NULL") for name in (outcome.plan.key, *plain)]
    pairs.append(("scores", _json_object([(name, _text(c.name)) for name, c in _items(of_role(outcome, "score"))])))
    pairs.append(("pay", _json_object([(c.name, _text(c.name)) for c in of_role(outcome, "pay")])))
    pairs += [(name, f"nullif({_text(name)}, '')") for name in further if name in there]
    pairs.append(("conclusions", "json_array()"))
    return _json_object(pairs)


def _json_object(pairs: list[tuple[str, str]]) -> str:
    return "json_object(" + ", ".join(f"{literal(name)}, {sql}" for name, sql in pairs) + ")"


def _text(name: str) -> str:
    return f"CAST({quoted(name)} AS VARCHAR)"


def _items(scores: tuple[Column, ...]) -> list[tuple[str, Column]]:
    """Scores by their item; where two scorecards share an item's name, by their column's name."""
    seen = Counter(c.item for c in scores)
    return [(c.item if c.item and seen[c.item] == 1 else c.name.removesuffix("_score"), c) for c in scores]


def write_csv(outcome: Outcome, file: Path) -> None:
    """All columns under their machine names, UTF-8; text that would run as a formula gets a leading `'`."""
    numbers = {name for name, kind in types_of(outcome).items() if kind != "VARCHAR"}
    listed = ", ".join(
        quoted(n) if n in numbers else f"{guarded(quoted(n))} AS {quoted(n)}" for n in columns_of(outcome)
    )
    _copy(outcome, _ordered(outcome, f"SELECT {listed}"), file)


def write_pay(outcome: Outcome, file: Path) -> None:
    """One line a payee, period and component, amounts with 2 decimals; with a BOM, for Excel.

    Without pay it holds the headings only, so that a pay.csv of an earlier run does not stay behind.
    """
    lines = [_pay_lines(outcome, place, column) for place, column in enumerate(of_role(outcome, "pay"))]
    fields = (
        "'' AS payee, '' AS period, 0 AS period_no, '' AS component, '' AS kind, '' AS title, 0 AS amount, 0 AS turn"
    )
    nothing = f"SELECT {fields} WHERE FALSE"
    sql = "SELECT payee, period, component, kind, title, amount FROM ("
    _copy(outcome, sql + " UNION ALL ".join(lines or [nothing]) + ") ORDER BY payee, period_no, turn", file)
    _with_mark(file)


def _pay_lines(outcome: Outcome, turn: int, column: Column) -> str:
    fixed = (column.name, kind_of(outcome, column.name), column.title.zh or column.title.en or column.name)
    component, kind, title = (literal(text) for text in fixed)
    key, amount = quoted(outcome.plan.key), quoted(column.name)
    return (
        f"SELECT {guarded(key)} AS payee, `period`, `period_no`, {component} AS component, {kind} AS kind, "
        f"{guarded(title)} AS title, {amount} AS amount, {turn} AS turn "
        f"FROM {quoted(outcome.relation)} WHERE {amount} IS NOT NULL"
    )


def write_conclusions(file: Path) -> None:
    """The headings of the conclusions; rulesets cannot draw any yet."""
    file.write_text(CONCLUSIONS, encoding="utf-8-sig", newline="")


def write_parquet(outcome: Outcome, file: Path) -> None:
    """All columns as they are in the outcome: decimals, dates, true/false."""
    listed = ", ".join(quoted(name) for name in columns_of(outcome))
    outcome.con.execute(f"COPY ({_ordered(outcome, f'SELECT {listed}')}) TO {literal(str(file))} (FORMAT parquet)")


def guarded(sql: str) -> str:
    """SQL for a text that no spreadsheet takes for a formula; an empty one is nothing at all."""
    # what begins with a letter or digit, nearly always, stands between the guarded signs: skip the slow call
    plain = f"{sql} >= 'A' AND {sql} < '＋' OR {sql} >= '.' AND {sql} < '='"
    return (
        f"CASE WHEN {sql} = '' THEN NULL WHEN {plain} THEN {sql} "
        f"WHEN regexp_matches({sql}, {literal(GUARDED)}) THEN '''' || {sql} ELSE {sql} END"
    )


def _ordered(outcome: Outcome, select: str) -> str:
    return f"{select} FROM {quoted(outcome.relation)} ORDER BY {quoted(outcome.plan.key)}, `period_no`"


def _copy(outcome: Outcome, sql: str, file: Path) -> None:
    outcome.con.execute(f"COPY ({sql}) TO {literal(str(file))} (FORMAT csv, HEADER, DELIMITER ',')")


def _with_mark(file: Path) -> None:
    """Excel takes a CSV for UTF-8 only when it begins with this mark; the database does not write it."""
    bare = file.rename(file.with_suffix(".bare"))
    with bare.open("rb") as source, file.open("wb") as target:
        target.write("\ufeff".encode())
        shutil.copyfileobj(source, target)
    bare.unlink()
