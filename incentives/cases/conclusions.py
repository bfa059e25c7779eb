"""What a case expects of conclusions, and what was concluded: its status, and of its actions what the case names."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from incentives.cases.expect import Expected, Value
from incentives.cases.facts import shaped
from incentives.cases.model import Drawn
from incentives.cases.read import Actor, Setting
from incentives.outcome.outcome import Outcome
from incentives.plan.rules import Rule
from incentives.ruleset.placed import Path

NOBODY = "nobody"
NUMBERS = ("by", "days", "months")
WHAT = {"": "_zh", "_en": "_en"}
Concluded = dict[str, Value]


def expected_conclusions(setting: Setting, actor: Actor, rules: dict[str, Rule]) -> Iterator[Expected]:
    """What a person's case expects of conclusions; what it cannot expect is noted as a fault."""
    under: Path = (*actor.path, "expect", "conclusions")
    data = actor.person.expect["conclusions"]
    if not isinstance(data, dict):
        setting.fault("not_mapping", under, key="conclusions")
        return
    for name, value in data.items():
        path = (*under, name)
        if name not in rules:
            close = next(iter(get_close_matches(name, rules, 1)), "")
            code = "case_conclusion_unknown_close" if close else "case_conclusion_unknown"
            setting.fault(code, path, at_key=True, name=name, close=close)
        elif (drawn := shaped(setting, Drawn, value, path)) is not None:
            place, title = setting.document.place(path), rules[name].title
            for part, wanted in drawn.model_dump(exclude_none=True).items():
                told = tuple(sorted(wanted)) if part == "what" else wanted
                yield Expected(actor.key, actor.who, name, title, told, place, part)


def conclusions_of(outcome: Outcome, called: dict[str, str]) -> dict[tuple[str, str], Concluded]:
    """By person and conclusion: its status, who was assigned (as `called`, or by name), and what else a case may name.

    `what` and `what_en` are the objects of its actions in both languages.
    """
    if not outcome.plan.rules or not outcome.conclusions:
        return {}
    fields = ("conclusion", "status", "do", "what_zh", "what_en", "who", "who_name", *NUMBERS)
    rows = outcome.con.execute(
        f"SELECT `{outcome.plan.key}`, {', '.join(fields)} FROM `{outcome.conclusions}` "
        f"WHERE period = ? ORDER BY 1, position, action_no, case_no",
        [outcome.periods[0]],
    ).fetchall()
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for key, *values in rows:
        row = dict(zip(fields, values, strict=True))
        found.setdefault((key, row["conclusion"]), []).append(row)
    return {at: concluded(actions, called) for at, actions in found.items()}


def concluded(actions: list[dict[str, Any]], called: dict[str, str]) -> Concluded:
    """One conclusion out of the rows of its actions."""
    who = [called.get(row["who"], row["who_name"]) or NOBODY for row in actions if row["do"] == "assign"]
    numbers = {name: next((row[name] for row in actions if row[name] is not None), None) for name in NUMBERS}
    texts = {f"what{end}": tuple(sorted(row[f"what{lang}"] for row in actions)) for end, lang in WHAT.items()}
    return {"status": actions[0]["status"], "who": next(iter(who), None), **texts, **numbers}


def as_expected(one: Expected, got: Concluded | None) -> bool:
    """Whether what was concluded is what a case expects; nothing is the status `no`."""
    if got is None:
        return one.part == "status" and one.value == "no"
    return one.value in ((got["what"], got["what_en"]) if one.part == "what" else (got[one.part],))


def got_of(one: Expected, got: Concluded | None) -> Value:
    """What came out where a case expects something else."""
    return (got or {"status": "no"}).get(one.part)
