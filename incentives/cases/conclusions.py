"""Expected conclusions and procedures compared with those that came out: statuses, actions, steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incentives.cases.expect import Expected, Value
from incentives.cases.facts import shaped
from incentives.cases.model import Drawn
from incentives.cases.read import Actor, Setting
from incentives.database import quoted
from incentives.language.near import near_names
from incentives.outcome.outcome import Outcome
from incentives.plan.rules import Rule
from incentives.ruleset.placed import Path
from incentives.ruleset.refused import told_choices

NOBODY = "nobody"
STATES = ("done", "open", "skipped", "early", "too_soon", "absent")
NUMBERS = ("by", "days", "months")
WHAT = {"": "_zh", "_en": "_en"}
Concluded = dict[str, Value]


def expected_conclusions(setting: Setting, actor: Actor, rules: dict[str, Rule]) -> Iterator[Expected]:
    """Yield the conclusions that a person's case expects; a wrong expectation is noted as a fault."""
    under: Path = (*actor.path, "expect", "conclusions")
    data = actor.person.expect["conclusions"]
    if not isinstance(data, dict):
        setting.fault("not_mapping", under, key="conclusions")
        return
    for name, value in data.items():
        path = (*under, name)
        if name not in rules:
            close = next(iter(near_names(name, rules, 1)), "")
            code = "case_conclusion_unknown_close" if close else "case_conclusion_unknown"
            setting.fault(code, path, at_key=True, name=name, close=close)
        elif (drawn := shaped(setting, Drawn, value, path)) is not None:
            place, title = setting.document.place(path), rules[name].title
            for part, wanted in drawn.model_dump(exclude_none=True).items():
                told = tuple(sorted(wanted)) if part == "what" else wanted
                yield Expected(actor.key, actor.who, name, title, told, place, part)


def expected_steps(setting: Setting, actor: Actor) -> Iterator[Expected]:
    """Yield the steps of procedures that a person's case expects; a wrong expectation is noted as a fault."""
    under: Path = (*actor.path, "expect", "procedures")
    data, courses = actor.person.expect["procedures"], {course.name: course for course in setting.plan.courses}
    for name, steps in data.items() if isinstance(data, dict) else ():
        path = (*under, name)
        if name not in courses or not isinstance(steps, dict):
            setting.fault("case_procedure_unknown", path, at_key=True, name=name, known=", ".join(courses))
            continue
        stages = [stage.name for stage in courses[name].stages]
        for step, state in steps.items():
            if step not in stages or state not in STATES:
                known = ", ".join(stages) if step not in stages else told_choices(("state",), STATES)
                setting.fault("case_step_unknown", (*path, step), at_key=True, step=step, state=state, known=known)
                continue
            place, title = setting.document.place((*path, step)), courses[name].title
            yield Expected(actor.key, actor.who, name, title, state, place, step, procedure=True)


def steps_of(outcome: Outcome) -> dict[tuple[str, str], Concluded]:
    """By person and procedure: the state of each step of the one that began last, `absent` ones left out."""
    if not outcome.plan.courses or outcome.grain != outcome.plan.grain:
        return {}
    rows = outcome.con.query(
        f"SELECT `{outcome.plan.key}`, course, step, state FROM procedures WHERE period = ? ORDER BY turn, step_no",
        [outcome.periods[0]],
    )
    found: dict[tuple[str, str], Concluded] = {}
    for key, course, step, state in rows:
        found.setdefault((key, course), {})[step] = state
    return found


def conclusions_of(outcome: Outcome, called: dict[str, str]) -> dict[tuple[str, str], Concluded]:
    """By person and conclusion: its status, who was assigned (as `called`, or by name), and what else a case may name.

    `what` and `what_en` are the objects of its actions in both languages. Where it both was drawn in the period and
    stands from before, what was drawn is given.
    """
    if not outcome.plan.rules or not outcome.conclusions:
        return {}
    fields = ("conclusion", "status", "do", "what_zh", "what_en", "who", "who_name", *NUMBERS)
    rows = outcome.con.query(
        f"SELECT `{outcome.plan.key}`, {', '.join(map(quoted, fields))} FROM `{outcome.conclusions}` "
        "WHERE period = ? ORDER BY 1, position, status = 'standing', action_no, case_no",
        [outcome.periods[0]],
    )
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for key, *values in rows:
        row = dict(zip(fields, values, strict=True))
        of_one = found.setdefault((key, row["conclusion"]), [])
        if not of_one or of_one[0]["status"] == row["status"]:
            of_one.append(row)
    return {at: concluded(actions, called) for at, actions in found.items()}


def concluded(actions: list[dict[str, Any]], called: dict[str, str]) -> Concluded:
    """One conclusion out of the rows of its actions."""
    who = [called.get(row["who"], row["who_name"]) or NOBODY for row in actions if row["do"] == "assign"]
    numbers = {name: next((row[name] for row in actions if row[name] is not None), None) for name in NUMBERS}
    texts = {f"what{end}": tuple(sorted(row[f"what{lang}"] for row in actions)) for end, lang in WHAT.items()}
    return {"status": actions[0]["status"], "who": next(iter(who), None), **texts, **numbers}


def as_expected(one: Expected, got: Concluded | None) -> bool:
    """Return whether what was concluded is what a case expects; nothing is the status `no`."""
    if one.procedure:
        return one.value == (got or {}).get(one.part, "absent")
    if got is None:
        return one.part == "status" and one.value == "no"
    return one.value in ((got["what"], got["what_en"]) if one.part == "what" else (got[one.part],))


def got_of(one: Expected, got: Concluded | None) -> Value:
    """Return the actual value where a case expects another one."""
    return (got or {"status": "no"}).get(one.part, "absent" if one.procedure else None)
