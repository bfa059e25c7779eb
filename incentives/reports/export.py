"""The rows for other systems, as JSON and CSV: written by the database, in a fixed order, byte for byte the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from incentives.database import literal, quoted
from incentives.outcome.columns import columns_of, of_role, types_of
from incentives.outcome.concluded import rules_of
from incentives.outcome.outcome import Outcome
from incentives.outcome.promotions import promotions_of
from incentives.outcome.spreadsheet import copied, guarded, marked
from incentives.plan.columns import Column
from incentives.reports.conclusions import conclusions_json, json_object, promotions_json
from incentives.reports.report import kind_of

BATCH = 2000
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def json_lines(outcome: Outcome, manifest: dict[str, Any], lang: str) -> Iterator[str]:
    """One JSON object `{"manifest": …, "reps": […]}` in pieces, a row a line; figures are decimal strings.

    The list is named after the ruleset's subject (`reps`, `leads`), rows ordered by key, then period.
    """
    head = json.dumps(manifest, ensure_ascii=False, indent=1)
    yield f'{{"manifest": {head},\n{json.dumps(outcome.plan.subject + "s")}: ['
    before = "\n"
    for found in outcome.con.pieces(_json_rows(outcome, lang), BATCH):
        yield before + ",\n".join(row[0] for row in found)
        before = ",\n"
    yield "\n]}\n"


def _json_rows(outcome: Outcome, lang: str) -> str:
    key = quoted(outcome.plan.key)
    joined = "".join(
        f" LEFT JOIN ({sql}) {name} ON {name}.{key} = r.{key} AND {name}.period_no = r.period_no"
        for name, sql in (("c", conclusions_json(outcome, lang)), ("p", promotions_json(outcome, lang)))
        if sql
    )
    rows = f"FROM {quoted(outcome.relation)} r{joined} ORDER BY r.{key}, r.period_no"
    return f"SELECT {_json_row(outcome)} {rows}"


def _json_row(outcome: Outcome) -> str:
    there = set(columns_of(outcome))
    plain = ("name", "period", "total", "grade", "computed_grade")
    further = ("pay_total", "assessment", "assessment_reason", "assessment_detail", "team", "region", "reach")
    pairs = [(name, _text(name) if name in there else "NULL") for name in (outcome.plan.key, *plain)]
    pairs.append(("scores", json_object([(name, _text(c.name)) for name, c in _items(of_role(outcome, "score"))])))
    pairs.append(("pay", json_object([(c.name, _text(c.name)) for c in of_role(outcome, "pay")])))
    if balances := of_role(outcome, "balance"):
        pairs.append(("balances", json_object([(c.name, _text(c.name)) for c in balances])))
    pairs += [(name, f"nullif({_text(name)}, '')") for name in further if name in there]
    pairs.append(("conclusions", "COALESCE(c.conclusions, json_array())" if rules_of(outcome) else "json_array()"))
    pairs.append(("promotions", "COALESCE(p.promotions, json_array())" if promotions_of(outcome) else "json_array()"))
    return json_object(pairs)


def _text(name: str) -> str:
    return f"CAST(r.{quoted(name)} AS VARCHAR)"


def _items(scores: tuple[Column, ...]) -> list[tuple[str, Column]]:
    """Scores by their item; where two scorecards share an item's name, by their column's name."""
    seen = Counter(c.item for c in scores)
    return [(c.item if c.item and seen[c.item] == 1 else c.name.removesuffix("_score"), c) for c in scores]


def write_csv(outcome: Outcome, file: Path) -> None:
    """All columns under their machine names, UTF-8; text that would run as a formula gets a leading `'`."""
    types = types_of(outcome)
    written = {name: guarded(quoted(name)) for name, kind in types.items() if kind == "VARCHAR"}
    written |= shortened(outcome, types)
    listed = ", ".join(f"{written[n]} AS {quoted(n)}" if n in written else quoted(n) for n in columns_of(outcome))
    copied(outcome, _ordered(outcome, f"SELECT {listed}"), file)


def shortened(outcome: Outcome, types: Mapping[str, str]) -> dict[str, str]:
    """SQL for the decimals whose type has more than 18 digits and whose values have not: to write 128 bits takes many
    times as long."""
    wide = {name: int(of[2]) for name, kind in types.items() if (of := DECIMAL.fullmatch(kind)) and int(of[1]) > 18}
    ends = {name: f"CAST({10 ** (18 - scale)} AS {types[name]})" for name, scale in wide.items() if scale < 18}
    if not ends:
        return {}
    inside = [f"bool_and(-{end} < {quoted(name)} AND {quoted(name)} < {end})" for name, end in ends.items()]
    fits = outcome.con.query(f"SELECT {', '.join(inside)} FROM {quoted(outcome.relation)}")[0]
    return {
        name: f"CAST({quoted(name)} AS DECIMAL(18,{wide[name]}))"
        for name, fit in zip(ends, fits, strict=True)
        if fit is not False
    }


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
    copied(outcome, sql + " UNION ALL ".join(lines or [nothing]) + ") ORDER BY payee, period_no, turn", file)
    marked(file)


def _pay_lines(outcome: Outcome, turn: int, column: Column) -> str:
    fixed = (column.name, kind_of(outcome, column.name), column.title.zh or column.title.en or column.name)
    component, kind, title = (literal(text) for text in fixed)
    key, amount = quoted(outcome.plan.key), quoted(column.name)
    return (
        f"SELECT {guarded(key)} AS payee, `period`, `period_no`, {component} AS component, {kind} AS kind, "
        f"{guarded(title)} AS title, {amount} AS amount, {turn} AS turn "
        f"FROM {quoted(outcome.relation)} WHERE {amount} IS NOT NULL"
    )


def write_parquet(outcome: Outcome, file: Path) -> None:
    """All columns as they are in the outcome: decimals, dates, true/false."""
    listed = ", ".join(quoted(name) for name in columns_of(outcome))
    outcome.con.copy_out(_ordered(outcome, f"SELECT {listed}"), file, parquet=True)


def _ordered(outcome: Outcome, select: str) -> str:
    return f"{select} FROM {quoted(outcome.relation)} ORDER BY {quoted(outcome.plan.key)}, `period_no`"
