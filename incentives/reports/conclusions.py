"""Conclusions and promotions for other systems, as CSV and JSON: written by the database, in a fixed order."""

from __future__ import annotations

from pathlib import Path

from incentives.conclusions.rows import AFTER, FIRST, LAST, PAIR, PARTS, VALUES
from incentives.database import literal, quoted
from incentives.outcome.concluded import rules_of
from incentives.outcome.outcome import Outcome
from incentives.outcome.promotions import line_text, promotions_of, promotions_sql
from incentives.outcome.spreadsheet import copied, guarded, marked

TEXTS = (
    "name", "period", "conclusion", "title", "status", "since", "action", "what", "of", "by", "points", "from", "pay",
    "days", "months", "who", "who_name", "because", "decided_by", "decided_on", "decision_reason", "withheld", "line",
)  # fmt: skip
AS_THEY_ARE = ("by", "points", "days", "months", "decided_on")
RENAMED = {"action": "do", "from": "start"}
ACTION = ("action", "what", "of", "by", "points", "from", "pay", "days", "months", "who", "who_name")
STATE = ("since", "decided_by", "decided_on", "decision_reason", "withheld")
REACHED = (
    "name", "period", "promotion", "promotion_title", "ladder", "from", "to", "criterion", "title", "value", "test",
    "threshold", "distance", "unit", "met", "line",
)  # fmt: skip
CRITERION = ("criterion", "title", "value", "test", "threshold", "distance", "unit", "met", "line")


def write_conclusions(outcome: Outcome, lang: str, file: Path) -> None:
    """A line for each action of each conclusion, titles in `lang`, shares as exact ratios; with a BOM, for Excel."""
    key = quoted(outcome.plan.key)
    picks = [f"{said(name)} AS {quoted(name)}" for name in TEXTS]
    order = f"ORDER BY c.{key}, c.period_no, c.position, c.action_no, c.case_no"
    sql = f"SELECT {guarded(f'c.{key}')} AS {key}, {', '.join(picks)} FROM ({titled(outcome, lang)}) c {order}"
    copied(outcome, sql, file)
    marked(file)


def said(name: str) -> str:
    """A field of a conclusion as a cell."""
    column = f"c.{quoted(RENAMED.get(name, name))}"
    return column if name in AS_THEY_ARE else guarded(column)


def titled(outcome: Outcome, lang: str) -> str:
    """SQL for the conclusions with their titles and lines of the policy, and the objects of actions, in `lang`."""
    if not outcome.conclusions:
        texts = ", ".join(f"'' AS {quoted(RENAMED.get(n, n))}" for n in (outcome.plan.key, *TEXTS))
        return f"SELECT {texts}, 0 AS period_no, 0 AS position, 0 AS action_no, 0 AS case_no, '' AS told WHERE FALSE"
    rules = ", ".join(
        f"({literal(rule.name)}, {literal(rule.title.get(lang))}, {literal(line_text(rule.place))})"
        for rule in rules_of(outcome)
    )
    first, other = ("what_zh", "what_en") if lang == "zh" else ("what_en", "what_zh")
    return (
        f"SELECT t.*, COALESCE(NULLIF({first}, ''), {other}) AS what, v.title, v.line "
        f"FROM {quoted(outcome.conclusions)} t JOIN (VALUES {rules}) v(name, title, line) ON v.name = t.conclusion"
    )


def write_promotions(outcome: Outcome, lang: str, file: Path) -> None:
    """A line for each criterion of everybody on a level of a ladder; figures exact, in the criterion's unit; a BOM."""
    key = quoted(outcome.plan.key)
    cells = {name: guarded(f"p.{quoted(name)}") for name in REACHED} | {name: f"p.{name}" for name in ("met",)}
    cells |= {name: figure(name) for name in ("value", "threshold", "distance")}
    picks = [f"{guarded(f'p.{key}')} AS {key}", *(f"{sql} AS {quoted(name)}" for name, sql in cells.items())]
    order = f"ORDER BY p.{key}, p.period_no, p.position, p.number"
    copied(outcome, f"SELECT {', '.join(picks)} FROM ({promotions_sql(outcome, lang)}) p {order}", file)
    marked(file)


def figure(name: str) -> str:
    """A cell that holds a number as it is, and any other text guarded."""
    column = f"p.{name}"
    return f"CASE WHEN regexp_matches({column}, '^-?[0-9.]+$') THEN {column} ELSE {guarded(column)} END"


def json_object(pairs: list[tuple[str, str]]) -> str:
    """SQL for a JSON object of names and SQL values."""
    return "json_object(" + ", ".join(f"{literal(name)}, {sql}" for name, sql in pairs) + ")"


def lean(pairs: list[tuple[str, str]]) -> str:
    """SQL for a JSON object of the fields that are there."""
    return f"json_merge_patch(json_object(), {json_object(pairs)})"


def text(column: str) -> str:
    """SQL for a field as text, nothing where it is empty."""
    return f"NULLIF(CAST({column} AS VARCHAR), '')"


def conclusions_json(outcome: Outcome, lang: str) -> str:
    """SQL for key, period_no and the list of conclusions in JSON; "" where the policy draws none."""
    if not rules_of(outcome):
        return ""
    key = quoted(outcome.plan.key)
    action = lean([(name, text(f"c.{quoted(RENAMED.get(name, name))}")) for name in ACTION])
    state = [(name, text(f"ANY_VALUE(c.{name})")) for name in STATE]
    one = lean(
        [
            *((name, f"ANY_VALUE(c.{name})") for name in ("conclusion", "title", "status")),
            *state,
            ("actions", f"to_json(list({action} ORDER BY c.action_no, c.case_no) FILTER (c.`do` <> ''))"),
            ("because", f"ANY_VALUE({because_json('c.told')})"),
            ("line", "ANY_VALUE(c.line)"),
        ]
    )
    each = (
        f"SELECT c.{key}, c.period_no, c.position, {one} AS one FROM ({titled(outcome, lang)}) c "
        f"GROUP BY c.{key}, c.period_no, c.position"
    )
    return f"SELECT {key}, period_no, to_json(list(one ORDER BY position)) AS conclusions FROM ({each}) GROUP BY ALL"


def because_json(told: str) -> str:
    """SQL for the reasons of a conclusion as a JSON list, out of their text with signs (`conclusions/rows.py`)."""
    value = f"to_json(string_split(v, {literal(PAIR)})[1]) || ':' || to_json(string_split(v, {literal(PAIR)})[2])"
    listed = f"string_split(rtrim(string_split(p, {literal(FIRST)})[2], {literal(LAST)}), {literal(VALUES)})"
    values = f"'{{' || array_to_string(list_transform({listed}, lambda v: {value}), ',') || '}}'"
    finding = json_object(
        [
            ("finding", f"string_split(p, {literal(FIRST)})[1]"),
            ("values", f"CASE WHEN contains(p, {literal(FIRST)}) THEN CAST({values} AS JSON) ELSE json_object() END"),
        ]
    )
    before = json_object([("conclusion", f"substr(p, {len(AFTER) + 1})")])
    part = f"CASE WHEN starts_with(p, {literal(AFTER)}) THEN {before} ELSE {finding} END"
    parts = f"list_filter(string_split({told}, {literal(PARTS)}), lambda p: p <> '')"
    return f"to_json(list_transform({parts}, lambda p: {part}))"


def promotions_json(outcome: Outcome, lang: str) -> str:
    """SQL for key, period_no and the list of promotions in JSON; "" where there are none."""
    if not promotions_of(outcome):
        return ""
    key = quoted(outcome.plan.key)
    criterion = json_object([(name, f"p.{name}") for name in CRITERION])
    one = json_object(
        [
            ("promotion", "ANY_VALUE(p.promotion)"),
            ("title", "ANY_VALUE(p.promotion_title)"),
            *((name, f"ANY_VALUE(p.{quoted(name)})") for name in ("ladder", "from", "to")),
            ("criteria", f"to_json(list({criterion} ORDER BY p.number))"),
        ]
    )
    each = (
        f"SELECT p.{key}, p.period_no, p.position, {one} AS one FROM ({promotions_sql(outcome, lang)}) p "
        f"GROUP BY p.{key}, p.period_no, p.position"
    )
    return f"SELECT {key}, period_no, to_json(list(one ORDER BY position)) AS promotions FROM ({each}) GROUP BY ALL"
