"""What follows from the figures, row by row: findings, criteria, what is drawn, what stands (P, N, R of the policy)."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from .days import period_of
from .formula import parse, parse_tests
from .grades import decision
from .leavers import is_gone
from .lines import Line
from .people import day
from .value import passes
from .world import SCALES, Define, Row, World, finished, is_exempt

Policy = dict[str, Any]
Name = tuple[str, str]


def define_conclusions(world: World) -> dict[Name, Define]:
    """A column a finding, and three a criterion."""
    found: dict[Name, Define] = {}
    for name, about in world.policy.get("conclusions", {}).items():
        grain = about.get("grain", world.grain)
        for key, case in about.get("any_of", {}).items():
            found[grain, f"{name}_{key}_finding"] = partial(finding, about=about, when=case["when"], name=name)
        if "when" in about or "ladder" in about:
            found[grain, f"{name}_finding"] = partial(finding, about=about, when=about.get("when"), name=name)
        for key, criterion in about.get("criteria", {}).items():
            found |= of_criterion(grain, f"{name}_{key}", about, criterion)
    return found


def is_open(world: World, row: Row, about: Policy) -> bool:
    """Whether conclusions are drawn for a row at all."""
    if is_gone(world, row):
        return False
    return world.in_force(row) and (about.get("even_exempt") == "true" or not is_exempt(world, row))


def finding(world: World, row: Row, name: str, about: Policy, when: str | None) -> bool:
    """Whether the condition of a conclusion or of one of its cases holds, on the level and with the criteria met."""
    if not is_open(world, row, about) or (when is not None and not world.holds(row, when)):
        return False
    criteria = [world.value(row, f"{name}_{key}_met") for key in about.get("criteria", {})]
    return all(criteria) and on_level(world, row, about)


def on_level(world: World, row: Row, about: Policy) -> bool:
    """Whether the rep is on the level that a promotion is from; true where it is none."""
    return "ladder" not in about or bool(world.value(row, "level") == about["from_level"])


# ---- criteria ----


def of_criterion(grain: str, column: str, about: Policy, criterion: Policy) -> dict[Name, Define]:
    """Its value, whether it is met, and what is lacking where it is a number with one threshold."""
    found: dict[Name, Define] = {(grain, column): partial(shown, about=about, criterion=criterion)}
    found[grain, f"{column}_met"] = partial(met, about=about, criterion=criterion)
    if one_sided(criterion):
        found[grain, f"{column}_gap"] = partial(gap, column=column, criterion=criterion)
    return found


def one_sided(criterion: Policy) -> bool:
    """Whether the test is a single threshold."""
    return criterion.get("is", "").strip()[:1] in tuple("<>")


def exact(world: World, row: Row, criterion: Policy) -> Any:
    """What a criterion looks at; a division by zero has no value."""
    if "event" in criterion:
        return of_event(world, row, criterion)
    tree = parse(criterion["of"])
    if tree[:2] == ("reckon", "/") and world.tree(row, tree[3]) == 0:
        return None
    return world.tree(row, tree)


def of_event(world: World, row: Row, criterion: Policy) -> Any:
    """The value of the last event of a kind that is valid at the period's end; whether there is one, without a test."""
    lines = [line for line in world.lines["events"].get(row.key, []) if line["kind"] == criterion["event"]]
    valid = [line for line in lines if is_valid(line, row.period.last)]
    if "is" not in criterion:
        return bool(valid)
    column = "number" if one_sided(criterion) else "value"
    there = [line for line in valid if line[column] is not None]
    last = max(there, key=lambda line: (line["happened_on"], line["value"]), default=None)
    return last[column] if last else None


def is_valid(line: Line, on: date) -> bool:
    """Whether an event has happened and has not run out."""
    return line["happened_on"] <= on and (line["until_on"] is None or line["until_on"] >= on)


def shown(world: World, row: Row, about: Policy, criterion: Policy) -> Any:
    """The value of a criterion for those on the level, rounded to its unit."""
    if not (is_open(world, row, {}) and on_level(world, row, about)):
        return None
    value = exact(world, row, criterion)
    return finished(value, {"unit": criterion.get("unit") or unit_of(world, criterion)})


def unit_of(world: World, criterion: Policy) -> str:
    """The unit of the figure that a criterion names; an event's number without `%` is a score; else a ratio."""
    name = criterion.get("of", "")
    if "event" in criterion and "%" not in criterion.get("is", "%"):
        return "score"
    for section in ("metrics", "columns"):
        if name in world.policy.get(section, {}):
            return str(world.policy[section][name]["unit"])
    return "ratio"


def met(world: World, row: Row, about: Policy, criterion: Policy) -> bool:
    """Whether the exact value passes the test."""
    if not (is_open(world, row, {}) and on_level(world, row, about)):
        return False
    value = exact(world, row, criterion)
    if value is None or "is" not in criterion:
        return bool(value)
    if "event" in criterion and not one_sided(criterion):
        return bool(value == criterion["is"])
    return any(passes(value, test, lambda tree: world.tree(row, tree)) for test in parse_tests(criterion["is"]))


def gap(world: World, row: Row, column: str, criterion: Policy) -> Any:
    """The distance from the value to the threshold, up to the unit's last decimal; one of it more where that is not
    enough; nothing where the threshold is reached."""
    value = world.value(row, column)
    if value is None:
        return None
    _, sign, edge = parse_tests(criterion["is"])[0]
    threshold = world.tree(row, edge)
    lacking = threshold - value if sign in (">", ">=") else value - threshold
    if lacking < 0 or (lacking == 0 and sign in (">=", "<=")):
        return Fraction(0)
    step = Fraction(1, 10 ** decimals_of(world, criterion))
    steps = lacking / step
    return (math.floor(steps) + 1 if sign in (">", "<") else math.ceil(steps)) * step


def decimals_of(world: World, criterion: Policy) -> int:
    """The decimals of a criterion: those of its unit, or more where the figure that it names has more."""
    unit = criterion.get("unit") or unit_of(world, criterion)
    named = [world.policy.get(section, {}).get(criterion.get("of", ""), {}) for section in ("metrics", "columns")]
    return max(SCALES[unit], *(int(one.get("scale", 0)) for one in named if one.get("unit") == unit), 0)


# ---- what is drawn and what stands ----


def all_drawn(world: World, frame: str) -> set[tuple[str, str, str, str]]:
    """Everything that is due in a frame: (subject, period, conclusion, why it is withheld)."""
    return {
        (row.key, row.period.name, name, withheld)
        for row in world.rows.get(frame, [])
        for name, withheld in drawn(world, row).items()
    }


def all_standing(world: World, frame: str) -> set[tuple[str, str, str]]:
    """Everything that stands in a frame: (subject, period, conclusion)."""
    rules = {n: a for n, a in world.policy.get("conclusions", {}).items() if a.get("grain", world.grain) == frame}
    rows = world.rows.get(frame, [])
    return {(row.key, row.period.name, name) for row in rows for name in rules if stands(world, row, name)}


def is_proposal(about: Policy) -> bool:
    """Whether people decide about it."""
    own = about.get("proposal")
    return own == "true" if own else any(action["do"] in ("propose", "observe") for action in about.get("then", []))


def drawn(world: World, row: Row) -> dict[str, str]:
    """What is due in a row: conclusion → why it is withheld, empty where it is concluded."""
    if (row, "~drawn") not in world.known:
        policy = world.policy.get("conclusions", {})
        rules = {name: about for name, about in policy.items() if about.get("grain", world.grain) == row.frame}
        found: dict[str, str] = {}
        settled: set[str] = set()
        while len(settled) < len(rules):
            for name, about in rules.items():
                over = [other for other, its in rules.items() if name in its.get("over", [])]
                if name in settled or not settled.issuperset([*about.get("after", []), *over]):
                    continue
                settled.add(name)
                if is_due(world, row, name, about, found):
                    beaten = next((other for other in over if found.get(other) == ""), "")
                    found[name] = "rejected" if ruled(world, row, name, about) == "rejected" else beaten
        world.known[row, "~drawn"] = found
    found = world.known[row, "~drawn"]
    return found


def is_due(world: World, row: Row, name: str, about: Policy, found: dict[str, str]) -> bool:
    """Whether a finding of its own holds, or it has none, and all that it comes after are concluded."""
    own = [f"{name}_{key}_finding" for key in about.get("any_of", {})]
    own += [f"{name}_finding"] if "when" in about or "ladder" in about else []
    holds = any(world.value(row, column) for column in own) if own else True
    return holds and all(found.get(other) == "" for other in about.get("after", []))


def ruled(world: World, row: Row, name: str, about: Policy) -> str:
    """What was decided about a proposal."""
    found = decision(world, row, name)
    return found["decision"] if found and is_proposal(about) else ""


def takes_effect(world: World, row: Row, name: str) -> bool:
    """Whether a conclusion takes effect in the row's own period."""
    about = world.policy["conclusions"][name]
    if drawn(world, row).get(name) != "":
        return False
    return not is_proposal(about) or ruled(world, row, name, about) == "approved"


def stands(world: World, row: Row, name: str) -> bool:
    """Whether a conclusion of an earlier period still holds."""
    about = world.policy["conclusions"][name]
    rule = about.get("stands")
    if rule is None:
        return False
    earlier = [r for r in world.rows[row.frame] if r.key == row.key and r.period.number < row.period.number]
    starts = [start for r in earlier if (start := begins(world, r, name, about, rule)) is not None]
    ends = [r.period.number for r in earlier if "until" in rule and world.in_force(r) and world.holds(r, rule["until"])]
    for start in starts:
        ended = any(start < end < row.period.number for end in ends)
        too_late = "for" in rule and row.period.number > start + int(rule["for"])
        if start < row.period.number and not ended and not too_late:
            return True
    return False


def begins(world: World, row: Row, name: str, about: Policy, rule: Policy) -> int | None:
    """The number of the period after which a conclusion drawn in this row stands; None where it does not."""
    if drawn(world, row).get(name) != "":
        return None
    if not is_proposal(about) or rule.get("from", "decided") == "proposed":
        return row.period.number
    found = decision(world, row, name)
    if not found or found["decision"] != "approved" or not found.get("decided_on"):
        return None
    on = day(found["decided_on"])
    assert on is not None
    return max(row.period.number, period_of(row.period.grain, on).number - 1)
