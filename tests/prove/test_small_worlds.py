"""Random policies over a few values each, proved and refuted exactly where trying every value says so.

What is tried is computed by the oracle, which shares no code with the engine.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from incentives.faults import Place, RefusedError
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.prove.decide import Policy, decided
from incentives.prove.model import OPEN, PROVED, REFUTED, Question
from incentives.prove.questions import settings_of
from incentives.ruleset import Ruleset
from tests.engine.small import HEAD, ruleset_of
from tests.oracle.formula import parse
from tests.oracle.value import rounded, value_of

A, B = range(-2, 4), range(4)
FIGURES = {"figures.none": Fraction(0), "figures.one": Fraction(1), "figures.two": Fraction(2)}
METRICS = "figures:\n"
METRICS += "".join(f"  {name.removeprefix('figures.')}: {{unit: count, value: {n}}}\n" for name, n in FIGURES.items())
METRICS += "metrics:\n  a: {unit: count, range: [-2, 3], source: [crm]}\n"
METRICS += "  b: {unit: count, range: [0, 3], source: [crm], when_missing: exempt}\n"
PLAIN = st.one_of(
    st.sampled_from(["a", "b", "a", "b"]), st.integers(0, 4).map(str), st.sampled_from(["2.5", "40%"]),
    st.sampled_from(list(FIGURES)),
)  # fmt: skip
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
NUMBERS = st.recursive(
    PLAIN,
    lambda part: st.one_of(
        st.builds("({} {} {})".format, part, st.sampled_from("+-*"), part),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), part, part),
        st.builds("(if {} {} {} then {} else {})".format, part, SIGNS, part, part, part),
        st.builds("(if present(b) and {} {} b then {} else {})".format, part, SIGNS, part, part),
        st.builds("(if present(b) then {} else {})".format, part, part),
        st.builds("(if {} {} {} and {} {} {} then {} else 1)".format, part, SIGNS, part, part, SIGNS, part, part),
        st.builds("(if {} in (1, [2..{}), >= 4) then {} else {})".format, part, st.integers(2, 4), part, part),
        st.builds("{}({} / 3, {})".format, st.sampled_from([
            "round half up", "round half down", "round up", "round down", "decimal",
        ]), part, st.integers(0, 1)),
        st.builds("{}({})".format, st.sampled_from(["floor", "ceiling", "abs"]), part),
    ),
    max_leaves=7,
)  # fmt: skip


FORMULAS = st.one_of(
    NUMBERS,
    st.builds("({}) / {}".format, NUMBERS, st.sampled_from(["3", "7", "(b + 1)", "(0 - 3)", "(a + 5)"])),
    st.builds("if {} {} {} then {} / 3 else {}".format, NUMBERS, SIGNS, NUMBERS, NUMBERS, NUMBERS),
)


def made(formula: str, mode: str, decimals: int) -> tuple[Ruleset, Plan] | None:
    """A policy that pays a formula; None where the formula means nothing."""
    pay = (
        f"pay: {{c: {{kind: bonus, below_zero: paid, rounding: {mode}, decimals: {decimals}, formula: '{formula}'}}}}\n"
    )
    try:
        ruleset = ruleset_of(HEAD + METRICS + pay)
        return ruleset, compile_plan(ruleset)
    except RefusedError:
        return None


def goes_against(formula: str, mode: str, decimals: int, ask: str, money: Fraction) -> bool:
    """Whether trying every value finds a step of `a` that goes against the question."""
    tree = parse(formula)

    def paid(a: int, b: int | None) -> Fraction:
        values: dict[str, Any] = {**FIGURES, "a": Fraction(a), "b": None if b is None else Fraction(b)}
        value = value_of(tree, values.__getitem__)
        return Fraction(0) if value is None else rounded(value, decimals, mode)

    for a, b in product(A[:-1], [*B, None]):
        step = paid(a + 1, b) - paid(a, b)
        if step < 0 if ask == "never_less" else abs(step) > money:
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(
    FORMULAS,
    st.sampled_from(["half_up", "half_down", "half_even", "up", "down"]),
    st.integers(0, 2),
    st.sampled_from(["never_less", "no_jump_above"]),
)
def test_the_answer_is_that_of_trying_all(formula: str, mode: str, decimals: int, ask: str) -> None:
    policy = made(formula, mode, decimals)
    if policy is None:
        return
    question = Question(ask, Place(""), "c", "a", Decimal("1.2"))
    (verdict,) = decided(Policy(*policy, settings_of(policy[1])), [question])
    found = goes_against(formula, mode, decimals, ask, Fraction(6, 5))
    if verdict.said == OPEN:  # only where it is too much to work out
        assert [code for code, _ in verdict.why] == ["steps"]
        assert "*" in formula or "/ (" in formula
    else:
        assert verdict.said == (REFUTED if found else PROVED)
