"""The questions decided: proved for all rows there can be, or by an example with which the engine agrees.

Each question is a course of steps that hands out examples to be run and goes on with what came of them, so that the
examples of all questions are run together.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from incentives.faults import Place
from incentives.plan.columns import Column, Past, Plan
from incentives.plan.reach import chain
from incentives.prove.amounts import (
    Amount,
    Ground,
    Term,
    added,
    amount_of,
    both,
    compared,
    either,
    negated,
    opposite,
    picked,
)
from incentives.prove.defaults import ABOVE, ALL, NONE, USUAL
from incentives.prove.encode import UnreadableError
from incentives.prove.example import ANY, Trial, run_trials
from incentives.prove.model import OPEN, PROVED, REFUTED, Example, Figure, Question, Verdict, Why
from incentives.prove.monotonicity import Trends
from incentives.prove.period_context import Setting
from incentives.prove.rows import Rows
from incentives.prove.search import Search, figure_in, impossible, least_value, plainest, search, without_range
from incentives.ruleset import Ruleset

LEVELS = (ALL, USUAL, ABOVE, NONE)
MOST_ALIKE = 4  # periods of an example that are alike
ENDLESS = 10**11  # cents: no rep is paid that much
Ran = tuple[Example, ...]  # empty where the engine came to something else
SUM = "pay_total"
Known = dict[Question, Verdict]
Steps = Generator[Trial, Ran, Verdict]


@dataclass(frozen=True)
class Policy:
    """A ruleset, its plan, and the settings in which its figures differ."""

    ruleset: Ruleset
    plan: Plan
    settings: tuple[Setting, ...]


@dataclass
class Reasons:
    """The obstacles to an answer."""

    found: dict[str, set[str]] = field(default_factory=dict)

    def note(self, rows: Rows) -> None:
        """Note what a row assumes; where it is nothing, it was too much to work out."""
        for name, code in rows.assumed.items():
            self.found.setdefault(code, set()).add(name)
        if not rows.assumed:
            self.found.setdefault("steps", set())

    @property
    def why(self) -> Why:
        """The reasons in order; that somebody may stand differently only where there is no other."""
        if len(self.found) > 1:
            self.found.pop("standing", None)
        return tuple((code, tuple(sorted(self.found[code]))) for code in sorted(self.found))


def decided(policy: Policy, questions: Sequence[Question]) -> list[Verdict]:
    """The answers to questions, in their order; those about the sum of pay after those about its components."""
    parts = [replace(q, pay=name) for q in questions if is_sum(q) for name in summed(policy)]
    known: Known = {}
    for turn in ([q for q in [*questions, *parts] if not is_sum(q)], [q for q in questions if is_sum(q)]):
        once = list({topic(question): question for question in turn}.values())
        known |= {topic(verdict.question): verdict for verdict in run_all(policy, once, known)}
    return [replace(known[topic(question)], question=question) for question in questions]


def is_sum(question: Question) -> bool:
    """Return whether a question is about the sum of pay, and follows from those about its components."""
    return question.pay == SUM and question.ask == "never_less"


def summed(policy: Policy) -> list[str]:
    """The components that are summed."""
    return [name for name, component in policy.ruleset.policy.pay.items() if component.kind != "raise"]


def topic(question: Question) -> Question:
    """Return the question without its place and name, so that equal ones are equal."""
    return replace(question, place=Place(""), declared="")


def run_all(policy: Policy, questions: Sequence[Question], known: Known) -> list[Verdict]:
    """The courses of questions run side by side, their examples together."""
    answers: dict[int, Verdict] = {}
    running = {number: steps(policy, question, known) for number, question in enumerate(questions)}
    sent: dict[int, Ran | None] = dict.fromkeys(running)
    while running:
        trials: dict[int, Trial] = {}
        for number, course in list(running.items()):
            try:
                ran = sent[number]
                trials[number] = next(course) if ran is None else course.send(ran)
            except StopIteration as end:
                answers[number] = end.value
                del running[number]
        sent = dict(zip(trials, run_trials(policy.ruleset, list(trials.values())), strict=True))
    return [answers[number] for number in range(len(questions))]


def steps(policy: Policy, question: Question, known: Known) -> Steps:
    """The course of a question."""
    if is_sum(question):
        return (yield from sum_of_pay(policy, question, known))
    if question.ask in ("never_less", "no_jump_above"):
        return (yield from compared_rows(policy, question))
    if question.ask != "reachable" and question.money is None:
        return (yield from ended(policy, question))
    if any(rule.name == question.name and rule.grain != policy.plan.grain for rule in policy.plan.rules):
        return Verdict(question, OPEN, why=(("grain", (question.name,)),))
    return (yield from reached(policy, question))


def sum_of_pay(policy: Policy, question: Question, known: Known) -> Steps:
    """never_less of the sum: proved where it is of every component; else refuted by an example against one of them, or
    looked at as a whole."""
    parts = [known[topic(replace(question, pay=name))] for name in summed(policy)]
    if all(part.said == PROVED for part in parts):
        return Verdict(question, PROVED)
    for part in (part for part in parts if part.said == REFUTED):
        setting = next(one for one in policy.settings if one.period.id == part.examples[0].period)
        ran = yield Trial(setting, tuple(e.given for e in part.examples), ({SUM: ANY}, {SUM: ANY}))
        if ran and is_worse(policy, question, ran):
            return Verdict(question, REFUTED, ran)
    if all(part.said != REFUTED for part in parts):
        why: dict[str, set[str]] = {}
        for code, names in (one for part in parts for one in part.why):
            why.setdefault(code, set()).update(names)
        return Verdict(question, OPEN, why=tuple((code, tuple(sorted(why[code]))) for code in sorted(why)))
    return (yield from compared_rows(policy, question))


def is_worse(policy: Policy, question: Question, ran: Ran) -> bool:
    """Return whether the second of two reps, who has more of the metric, is paid against the question."""
    before, after = (Decimal(str(one.figures[question.pay] or 0)) for one in ran)
    return after > before if lower_is_better(policy, question) else after < before


def lower_is_better(policy: Policy, question: Question) -> bool:
    """Return whether less of a metric is better."""
    return policy.ruleset.policy.metrics[question.metric].direction == "lower"


def differing(policy: Policy, names: Sequence[str]) -> list[Setting]:
    """The settings in which columns are computed differently; one of those in which they are alike."""
    found: dict[tuple[object, ...], Setting] = {}
    for setting in policy.settings:
        found.setdefault(setting.formulas([*names, *setting.checks_beside(names)]), setting)
    return list(found.values())


# ---- two rows ----


def compared_rows(policy: Policy, question: Question) -> Steps:
    """never_less and no_jump_above: refuted in any setting by a rep with one unit more, or proved in all."""
    reasons = Reasons()
    for setting in differing(policy, [question.pay]):
        try:
            rows = Rows(setting, Ground(), False, setting.source(question.metric))
            if rows.more is None and (policy.plan.grain, question.metric) in setting.cone([question.pay]):
                return Verdict(question, OPEN, why=(("computed", (question.metric,)),))
            if not rows.moves(question.pay) or (question.ask == "never_less" and never_less(policy, rows, question)):
                continue
            goes_against = against(policy, rows, question)
            if not reasons.found and impossible(rows, goes_against):
                continue
            for trial in two_rows(policy, setting, question, LEVELS[: 1 if reasons.found else None]):
                if ran := (yield trial):
                    return Verdict(question, REFUTED, ran)
            reasons.note(rows)
        except UnreadableError:
            reasons.found.setdefault("unreadable", set())
    return Verdict(question, OPEN if reasons.found else PROVED, why=reasons.why)


def never_less(policy: Policy, rows: Rows, question: Question) -> bool:
    """Return whether the trends of the columns prove that pay never falls for a better metric."""
    found = Trends(rows).of(question.pay)
    return not found.comes and not (found.rises if lower_is_better(policy, question) else found.falls)


def against(policy: Policy, rows: Rows, question: Question) -> Term:
    """Return the condition that goes against a question: less for better, or too great a step. Missing pay counts as
    none."""
    ground = rows.ground
    before, after = (paid(rows, question.pay, side) for side in (False, True))
    if question.ask == "no_jump_above":
        assert question.money is not None
        step, edge = added(ground, after, negated(ground, before)), amount_of(Fraction(question.money))
        worse = either(compared(ground, ">", step, edge), compared(ground, "<", step, negated(ground, edge)))
    else:
        sign = ">" if lower_is_better(policy, question) else "<"
        worse = compared(ground, sign, after, before)
    return both(sound(rows, question.pay), worse)


def paid(rows: Rows, pay: str, after: bool) -> Amount:
    """Return the amount that is paid; zero where it is missing."""
    value = rows.value(pay, after)
    return picked(rows.ground, value.there, value.of, amount_of(0)) if value.of is not None else amount_of(0)


def sound(rows: Rows, *names: str) -> Term:
    """Return a condition: no row breaks the requirements of the policy on the figures behind a column, or on other
    figures that are computed from the same inputs. Such rows are refused."""
    sides = (False, True) if rows.more else (False,)
    values = [rows.value(check, after) for check in rows.setting.checks_beside(names) for after in sides]
    return both(*(opposite(both(value.there, value.of)) for value in values))


def two_rows(policy: Policy, setting: Setting, question: Question, levels: Sequence[int]) -> Iterator[Trial]:
    """The plainest rows that go against a question, with less and less that is fixed beforehand."""
    for level in levels:
        rows = Rows(setting, Ground(), True, setting.source(question.metric), level)
        wanted = against(policy, rows, question)
        name = next((name for name, (column, _) in rows.given.items() if rows.is_more(column)), None)
        if name is None or not rows.is_input(rows.given[name][0]):
            return
        value, more = rows.given[name][1], rows.value(name, after=True)
        model = plainest(search(rows, wanted), value.of.over)
        if model is None:
            continue
        given = {name: figure_in(rows, model, *one) for name, one in rows.given.items()}
        reps = (given, given | {name: figure_in(rows, model, rows.given[name][0], more)})
        pay = rows.setting.world.columns[question.pay]
        expected = [{question.pay: figure_in(rows, model, pay, rows.value(question.pay, a))} for a in (False, True)]
        yield Trial(setting, reps, tuple(expected))


# ---- one row ----


def reached(policy: Policy, question: Question) -> Steps:
    """reachable, at_most and at_least: a row that is looked for is found in a setting, or proved to be in none."""
    wanted_is_good = question.ask == "reachable"
    reasons = Reasons()
    for setting in differing(policy, looked_at(policy, question)):
        try:
            everybody = question.ask == "reachable" and is_rule(policy, question)
            rows = Rows(setting.of_everybody if everybody else setting, Ground(), False)
            if impossible(rows, wanted(policy, rows, question)):
                continue
            for trial in one_row(policy, setting, question):
                if ran := (yield trial):
                    return Verdict(question, PROVED if wanted_is_good else REFUTED, ran)
            reasons.note(rows)
        except UnreadableError:
            reasons.found.setdefault("unreadable", set())
    said = OPEN if reasons.found else REFUTED if wanted_is_good else PROVED
    return Verdict(question, said, why=reasons.why)


def wanted(policy: Policy, rows: Rows, question: Question) -> Term:
    """The row that a question looks for."""
    if question.ask == "reachable":
        return both(sound(rows, *looked_at(policy, question)), due(policy, rows, question.name))
    assert question.money is not None
    pay = rows.value(question.pay)
    sign = ">" if question.ask == "at_most" else "<"
    beyond = compared(rows.ground, sign, pay.of, amount_of(Fraction(question.money)))
    return both(sound(rows, question.pay), pay.there, beyond)


def is_rule(policy: Policy, question: Question) -> bool:
    """Return whether a conclusion is asked about, which may be drawn of everybody; grades are given to who is
    assessed."""
    return any(rule.name == question.name for rule in policy.plan.rules)


def looked_at(policy: Policy, question: Question) -> list[str]:
    """The columns that decide a question about one row."""
    if question.ask != "reachable":
        return [question.pay]
    rules = {rule.name: rule for rule in policy.plan.rules if rule.grain == policy.plan.grain}
    if question.name not in rules:
        return ["computed_grade"]
    return [finding.column for rule in chain(rules[question.name], rules).values() for finding in rule.findings]


def due(policy: Policy, rows: Rows, name: str) -> Term:
    """Return whether a grade is given, or a conclusion is due: any of its findings holds, and of all that it comes
    after."""
    rules = {rule.name: rule for rule in policy.plan.rules if rule.grain == policy.plan.grain}
    if name not in rules:
        grade = rows.value("computed_grade")
        return both(grade.there, grade.of == rows.ground.code(name))
    every = [rule.findings for rule in chain(rules[name], rules).values() if rule.findings]
    return both(*(either(*(rows.truth(finding.column, False) for finding in findings)) for findings in every))


def one_row(policy: Policy, setting: Setting, question: Question) -> Iterator[Trial]:
    """The plainest row that a question looks for; where it looks back, also the last of several that are alike."""
    cone = setting.cone(looked_at(policy, question)).values()
    again = range(2, MOST_ALIKE + 1) if any(isinstance(column.how, Past) for column in cone) else ()
    for here, level in [(setting, level) for level in LEVELS] + [(setting.repeated(n), USUAL) for n in again]:
        rows = Rows(here, Ground(), True, None, level)
        model = plainest(search(rows, wanted(policy, rows, question)))
        if model is None:
            continue
        given = {name: figure_in(rows, model, *one) for name, one in rows.given.items()}
        columns = [setting.world.columns[name] for name in looked_at(policy, question)]
        yield Trial(here, (given,), (figures(rows, model, columns),))


def figures(rows: Rows, model: object, columns: Sequence[Column]) -> dict[str, Figure]:
    """The values of columns in a model."""
    return {column.name: figure_in(rows, model, column, rows.value(column.name)) for column in columns}


# ---- the most and the least ----


def ended(policy: Policy, question: Question) -> Steps:
    """at_most and at_least without an amount: the end that pay has, endless where it passes any that matters."""
    found: tuple[Decimal, Ran] | None = None
    most = question.ask == "at_most"
    settings = differing(policy, [question.pay])
    for setting in settings:
        reached_now = yield from outermost_in(policy, setting, question)
        if reached_now is None:
            return Verdict(question, OPEN, why=assumed_of([setting], question))
        money, ran, endless = reached_now
        if endless:
            return Verdict(question, REFUTED, ran, endless=endless)
        if found is None or (money > found[0] if most else money < found[0]):
            found = (money, ran)
    assert found is not None
    held = yield from reached(policy, replace(question, money=found[0]))
    if held.said == REFUTED:  # somebody is paid beyond it, and others may be paid more yet
        beyond = held.examples[0].figures[question.pay]
        assert isinstance(beyond, Decimal)
        return Verdict(question, OPEN, held.examples, beyond, why=assumed_of(settings, question))
    return replace(held, question=question, money=found[0], examples=found[1])


def assumed_of(settings: Sequence[Setting], question: Question) -> Why:
    """Return the obstacles to an answer that lie in the column of pay itself, over all settings."""
    reasons = Reasons()
    for setting in settings:
        rows = Rows(setting, Ground(), False)
        rows.value(question.pay)
        reasons.note(rows)
    return reasons.why


def outermost_in(
    policy: Policy, setting: Setting, question: Question
) -> Generator[Trial, Ran, tuple[Decimal, Ran, tuple[str, ...]] | None]:
    """The most or the least in a setting, with the rep who gets it, and the figures without a range that make it
    endless; None where the engine agrees with none. First with orders, then without any."""
    for orders, level in ((True, NONE), (False, ALL)):
        rows = Rows(setting, Ground(), True, None, level, orders=orders)
        pay = rows.value(question.pay)
        fine = (sound(rows, question.pay), pay.there)
        towards = negated(rows.ground, pay.of).over if question.ask == "at_most" else pay.of.over
        far = plainest(search(rows, *fine, towards < -ENDLESS))
        model = far or outermost(search(rows, *fine), towards)
        if model is None:
            continue
        given = {name: figure_in(rows, model, *one) for name, one in rows.given.items()}
        ran = yield Trial(setting, (given,), (figures(rows, model, [setting.world.columns[question.pay]]),))
        money = ran[0].figures[question.pay] if ran else None
        if isinstance(money, Decimal):
            return money, ran, tuple(without_range(policy.ruleset, rows, given)) if far else ()
    return None


def outermost(good: Search, towards: Term) -> object:
    """The row with the least value of a term; None where it is not found."""
    least = least_value(good, [], towards)
    if least is None:
        return None
    return plainest(Search(good.rows, search(good.rows, *good.solver.assertions(), towards == least).solver))
