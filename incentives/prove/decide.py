"""The questions decided: proved for all rows there can be, or by an example with which the engine agrees.

Each question is a course of steps that hands out examples to be run and goes on with what came of them, so that the
examples of all questions are run together.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from incentives.plan.columns import Column, Plan
from incentives.plan.reach import chain
from incentives.prove.amounts import Amount, Ground, Term, added, amount_of, both, compared, either, negated, opposite
from incentives.prove.encode import UnreadableError
from incentives.prove.example import Trial, run_trials
from incentives.prove.model import OPEN, PROVED, REFUTED, Example, Figure, Question, Verdict, Why
from incentives.prove.plain import ALL, NONE, USUAL, fixed
from incentives.prove.rows import Rows, Setting
from incentives.prove.search import Search, figure_in, impossible, least_value, plainest, search
from incentives.ruleset import Ruleset

ENDLESS = 10**11  # cents: no rep is paid that much
Ran = tuple[Example, ...]  # empty where the engine came to something else
Steps = Generator[Trial, Ran, Verdict]


@dataclass(frozen=True)
class Policy:
    """A ruleset, its plan, and the settings in which its figures differ."""

    ruleset: Ruleset
    plan: Plan
    settings: tuple[Setting, ...]


@dataclass
class Reasons:
    """What stands in the way of an answer."""

    found: dict[str, set[str]] = field(default_factory=dict)

    def note(self, rows: Rows) -> None:
        """Note what a row assumes; where it is nothing, it was too much to work out."""
        for name, code in rows.assumed.items():
            self.found.setdefault(code, set()).add(name)
        if not rows.assumed:
            self.found.setdefault("steps", set())

    @property
    def why(self) -> Why:
        """The reasons in order."""
        return tuple((code, tuple(sorted(self.found[code]))) for code in sorted(self.found))


def decided(policy: Policy, questions: Sequence[Question]) -> list[Verdict]:
    """The answers to questions, in their order."""
    answers: dict[int, Verdict] = {}
    running = {number: steps(policy, question) for number, question in enumerate(questions)}
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


def steps(policy: Policy, question: Question) -> Steps:
    """The course of a question."""
    if question.ask in ("never_less", "no_jump_above"):
        return (yield from compared_rows(policy, question))
    if question.ask != "reachable" and question.money is None:
        return (yield from ended(policy, question))
    if any(rule.name == question.name and rule.grain != policy.plan.grain for rule in policy.plan.rules):
        return Verdict(question, OPEN, why=(("grain", (question.name,)),))
    return (yield from reached(policy, question))


# ---- two rows ----


def compared_rows(policy: Policy, question: Question) -> Steps:
    """never_less and no_jump_above: refuted in any setting by a rep with one unit more, or proved in all."""
    reasons = Reasons()
    for setting in policy.settings:
        try:
            rows = Rows(setting, Ground(), False, setting.source(question.metric))
            if impossible(rows, against(policy, rows, question)):
                continue
            for trial in two_rows(policy, setting, question):
                if ran := (yield trial):
                    return Verdict(question, REFUTED, ran)
            reasons.note(rows)
        except UnreadableError:
            reasons.found.setdefault("unreadable", set())
    return Verdict(question, OPEN if reasons.found else PROVED, why=reasons.why)


def against(policy: Policy, rows: Rows, question: Question) -> Term:
    """What goes against a question: less for better, or too great a step."""
    before, after = rows.value(question.pay), rows.value(question.pay, after=True)
    if question.ask == "no_jump_above":
        assert question.money is not None
        step = added(rows.ground, after.of, negated(rows.ground, before.of))
        edge = amount_of(Fraction(question.money))
        high = compared(rows.ground, ">", step, edge)
        low = compared(rows.ground, "<", step, negated(rows.ground, edge))
        return both(sound(rows, question.pay), before.there, after.there, either(high, low))
    if policy.ruleset.policy.metrics[question.metric].direction == "lower":
        before, after = after, before
    worse = compared(rows.ground, "<", after.of, before.of)
    return both(sound(rows, question.pay), before.there, either(opposite(after.there), worse))


def sound(rows: Rows, *names: str) -> Term:
    """That no row breaks what the policy requires of the figures behind a column: such rows are refused."""
    cone = rows.setting.cone(names)
    grain = rows.setting.plan.grain
    checks = [c.name for c in rows.setting.plan.columns() if c.role == "check" and (grain, c.item) in cone]
    sides = (False, True) if rows.more else (False,)
    values = [rows.value(check, after) for check in checks for after in sides]
    return both(*(opposite(both(value.there, value.of)) for value in values))


def two_rows(policy: Policy, setting: Setting, question: Question) -> Generator[Trial, None, None]:
    """The plainest rows that go against a question, with less and less that is fixed beforehand."""
    for level in (ALL, USUAL, NONE):
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
    for setting in policy.settings:
        try:
            rows = Rows(setting, Ground(), False)
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


def looked_at(policy: Policy, question: Question) -> list[str]:
    """The columns that decide a question about one row."""
    if question.ask != "reachable":
        return [question.pay]
    rules = {rule.name: rule for rule in policy.plan.rules if rule.grain == policy.plan.grain}
    if question.name not in rules:
        return ["grade"]
    return [finding.column for rule in chain(rules[question.name], rules).values() for finding in rule.findings]


def due(policy: Policy, rows: Rows, name: str) -> Term:
    """Whether a grade is given, or a conclusion is due: any of its findings holds, and of all that it comes after."""
    rules = {rule.name: rule for rule in policy.plan.rules if rule.grain == policy.plan.grain}
    if name not in rules:
        grade = rows.value("grade")
        return both(grade.there, grade.of == rows.ground.code(name))
    every = [rule.findings for rule in chain(rules[name], rules).values() if rule.findings]
    return both(*(either(*(rows.truth(finding.column, False) for finding in findings)) for findings in every))


def one_row(policy: Policy, setting: Setting, question: Question) -> Generator[Trial, None, None]:
    """The plainest row that a question looks for."""
    for level in (ALL, USUAL, NONE):
        rows = Rows(setting, Ground(), True, None, level)
        model = plainest(search(rows, wanted(policy, rows, question)))
        if model is None:
            continue
        given = {name: figure_in(rows, model, *one) for name, one in rows.given.items()}
        columns = [setting.world.columns[name] for name in looked_at(policy, question)]
        yield Trial(setting, (given,), (figures(rows, model, columns),))


def figures(rows: Rows, model: object, columns: Sequence[Column]) -> dict[str, Figure]:
    """The values of columns in a model."""
    return {column.name: figure_in(rows, model, column, rows.value(column.name)) for column in columns}


# ---- the most and the least ----


def ended(policy: Policy, question: Question) -> Steps:
    """at_most and at_least without an amount: the end that pay has, endless where it passes any that matters."""
    found: tuple[Decimal, Ran] | None = None
    most = question.ask == "at_most"
    for setting in policy.settings:
        rows = Rows(setting, Ground(), True)
        pay = rows.value(question.pay)
        good = search(rows, sound(rows, question.pay), pay.there)
        towards = negated(rows.ground, pay.of).over if most else pay.of.over
        far = plainest(search(rows, sound(rows, question.pay), pay.there, towards < -ENDLESS))
        model = far or outermost(good, towards)
        if model is None:
            return Verdict(question, OPEN, why=(("steps", ()),))
        given = {name: figure_in(rows, model, *one) for name, one in rows.given.items()}
        ran = yield Trial(setting, (given,), (figures(rows, model, [setting.world.columns[question.pay]]),))
        money = ran[0].figures[question.pay] if ran else None
        if not isinstance(money, Decimal):
            return Verdict(question, OPEN, why=(("steps", ()),))
        if far is not None:
            return Verdict(question, REFUTED, ran, endless=tuple(without_range(policy, rows, given)))
        if found is None or (money > found[0] if most else money < found[0]):
            found = (money, ran)
    if found is None:
        return Verdict(question, OPEN, why=(("steps", ()),))
    held = yield from reached(policy, replace(question, money=found[0]))
    return replace(held, question=question, money=found[0], examples=found[1])


def outermost(good: Search, towards: Term) -> object:
    """The row with the least value of a term."""
    least = least_value(good, [], towards)
    return plainest(Search(good.rows, search(good.rows, *good.solver.assertions(), towards == least).solver))


def without_range(policy: Policy, rows: Rows, given: Mapping[str, Figure]) -> list[str]:
    """The given figures of an example that are not what they usually are, and have no range in the policy."""
    names = []
    for name, value in given.items():
        column = rows.given[name][0]
        plain = fixed(column, rows.setting.world, ALL)
        metric = policy.ruleset.policy.metrics.get(column.item)
        usual = plain is not None and plain.there and isinstance(plain.of, Amount) and isinstance(value, Decimal)
        if (
            not isinstance(value, Decimal)
            or (metric is not None and metric.range is not None)
            or column.unit == "count"
        ):
            continue
        if not usual or plain is None or value != figure_in(rows, None, column, plain):
            names.append(name)
    return names
