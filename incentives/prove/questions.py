"""Questions about a policy: the proofs that it declares, and those asked of every policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from incentives.language.types import NumberType
from incentives.plan.columns import Plan, PolicyFigure
from incentives.prove.model import Question
from incentives.prove.period_context import Setting
from incentives.ruleset import Ruleset
from incentives.tables.periods import Period, period_on

STEP = Decimal(1)  # a step that is no jump where the policy says nothing
WHOLE = "count"  # a metric in whole numbers, of which each is a step


def settings_of(plan: Plan) -> tuple[Setting, ...]:
    """A setting for each set of values that the figures have in the effective time, in the first such period."""
    start, last = plan.roll.fiscal_start, plan.roll.last_day
    changes = [date.fromisoformat(day) for figure in plan.figures for day, _ in figure.values if day is not None]
    period = period_on(plan.grain, plan.roll.first_day, start)
    if period.first < plan.roll.first_day:  # a period is in force when its first day is
        period = period.back(-1, start)
    end = last or max([period.first, *changes])
    found: dict[tuple[object, ...], Period] = {}
    while period.first <= end or not found or (last is None and changes and period.back(1, start).first <= end):
        found.setdefault(tuple(value_on(figure, period.first) for figure in plan.figures), period)
        period = period.back(-1, start)
    return tuple(Setting(plan, one) for one in found.values())


def value_on(figure: PolicyFigure, day: date) -> object:
    """The value of a figure on a day; the first one also before its own."""
    return next((v for d, v in reversed(figure.values) if d is None or d <= day.isoformat()), figure.values[0][1])


def declared(ruleset: Ruleset, plan: Plan) -> list[Question]:
    """Yield the proofs that the policy declares."""
    found = []
    for name, proof in ruleset.policy.proofs.items():
        place = ruleset.key_place("proofs", name)
        if proof.ask == "reachable":
            found += [Question("reachable", place, name=one, declared=name) for one in proof.names]
            continue
        money = proof.money
        if isinstance(money, str):
            figure = next(one for one in plan.figures if one.path == money)
            money = extreme(figure, proof.ask)
        found.append(Question(proof.ask, place, proof.pay, proof.metric or "", money, declared=name))
    return found


def extreme(figure: PolicyFigure, ask: str) -> Decimal:
    """The strictest value of a dated figure."""
    values = [value for _, value in figure.values if isinstance(value, Decimal)]
    return max(values) if ask == "at_least" else min(values)


def asked(ruleset: Ruleset, setting: Setting) -> list[Question]:
    """Yield the questions asked of every policy: pay by each metric, grades and conclusions, the most and the least."""
    return [*of_pay(ruleset, setting), *of_reach(ruleset), *of_ends(ruleset, setting)]


def of_pay(ruleset: Ruleset, setting: Setting) -> Iterator[Question]:
    """Return whether a better metric never pays less, and whether pay jumps, for each that a component depends on."""
    for pay in [*ruleset.policy.pay, "pay_total"] if ruleset.policy.pay else []:
        cone = setting.cone([pay])
        for name, metric in ruleset.policy.metrics.items():
            column = setting.world.columns.get(name)
            if column is None or not isinstance(column.type, NumberType) or setting.source(name) not in cone:
                continue
            place = setting.world.columns[pay].place
            yield Question("never_less", place, pay, name)
            if metric.unit != WHOLE and pay != "pay_total":
                yield Question("no_jump_above", place, pay, name, STEP)


def of_reach(ruleset: Ruleset) -> Iterator[Question]:
    """Return whether each grade and each conclusion can be reached."""
    for name in ruleset.policy.grade.bands if ruleset.policy.grade else ():
        yield Question("reachable", ruleset.place("grade", "bands", name), name=name)
    for name in ruleset.policy.conclusions:
        yield Question("reachable", ruleset.key_place("conclusions", name), name=name)


def of_ends(ruleset: Ruleset, setting: Setting) -> Iterator[Question]:
    """The most and the least that one rep can be paid."""
    if ruleset.policy.pay:
        for ask in ("at_most", "at_least"):
            yield Question(ask, setting.world.columns["pay_total"].place, "pay_total")
