"""Conclusions and promotions of a report in words: by conclusion who has it and why, by promotion who lacks what."""

from __future__ import annotations

from itertools import groupby

from incentives.outcome.concluded import Concluded, concluded_of, rules_of, tally_of
from incentives.outcome.concluded_text import (
    STATUSES,
    action_text,
    criterion_text,
    reason_text,
    state_text,
    threshold_text,
)
from incentives.outcome.figures_text import value_text
from incentives.outcome.outcome import Outcome
from incentives.outcome.promotions import Reached, line_text, reached_of
from incentives.reports.model import Climb, Drawn, Person, Step, Told
from incentives.reports.words import word

MOST_ACTIONS = 1000
MOST_CRITERIA = 5000


def drawn_of(outcome: Outcome, lang: str) -> tuple[Drawn, ...]:
    """Each conclusion that anybody has, in the order of the ruleset, with at most 1000 of its actions."""
    tally = tally_of(outcome)
    found = []
    for rule in rules_of(outcome):
        counts = tuple((status, tally[rule.name, status]) for status in STATUSES if (rule.name, status) in tally)
        if counts:
            drawn = concluded_of(outcome, "conclusion = ?", [rule.name], MOST_ACTIONS)
            people = tuple(told_of(outcome, one, lang) for one in drawn)
            found.append(Drawn(rule.name, rule.title.get(lang), line_text(rule.place), counts, people))
    return tuple(found)


def told_of(outcome: Outcome, one: Concluded, lang: str) -> Told:
    """One conclusion in words."""
    actions = tuple(action_text(outcome, action, lang) for action in one.actions)
    because = tuple(reason_text(outcome, one, reason, lang) for reason in one.reasons)
    return Told(one.key, one.name, one.period, one.status, actions, because, state_text(outcome, one, lang))


def climbs_of(outcome: Outcome, lang: str) -> tuple[Climb, ...]:
    """Each promotion with everybody who is on the level from which it starts, as far as 5000 criteria reach."""
    reached = reached_of(outcome, most=MOST_CRITERIA)
    return tuple(climb_of(list(found), lang) for _, found in groupby(reached, key=lambda one: one.rule.name))


def climb_of(reached: list[Reached], lang: str) -> Climb:
    """One promotion."""
    people = [list(steps) for _, steps in groupby(reached, key=lambda one: (one.key, one.period))]
    rule, promotion = reached[0].rule, reached[0].rule.promotion
    assert promotion is not None
    return Climb(
        rule.title.get(lang),
        promotion.ladder.get(lang),
        (promotion.from_level, promotion.to_level),
        line_text(rule.place),
        tuple((one.criterion.title.get(lang), asked_text(one, lang)) for one in people[0]),
        tuple((person_of(steps), tuple(step_of(one, lang) for one in steps)) for steps in people),
    )


def person_of(steps: list[Reached]) -> Person:
    """Return the person of these criteria; the note says whether all of them are met."""
    return Person(steps[0].key, steps[0].name, steps[0].period, "met" if all(one.met for one in steps) else "")


def asked_text(one: Reached, lang: str) -> str:
    """Return the test of a criterion as text."""
    return threshold_text(one.criterion.test, one.edge, one.criterion.unit, lang) or word("needed", lang)


def step_of(one: Reached, lang: str) -> Step:
    """One criterion of one row in words."""
    lacks = one.gap is not None and not one.met
    gap = word("to_go", lang, n=value_text(one.gap, one.criterion.unit, lang)) if lacks else ""
    return Step(criterion_text(one.value, one.criterion.unit, lang), gap, one.met)
