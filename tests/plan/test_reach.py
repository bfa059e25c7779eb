"""What is known of conclusions before any data: conditions that can or cannot hold, held against trying it all."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from incentives.faults import Place
from incentives.language.parse import parse_formula
from incentives.language.tree import Call, Title
from incentives.language.types import ChoiceType, NumberType, TruthType, Type
from incentives.plan.columns import Column, Given
from incentives.plan.compile import try_compile
from incentives.plan.lowered import World
from incentives.plan.possible import can_hold
from incentives.plan.resolve import expanded
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of
from tests.oracle.formula import parse
from tests.oracle.value import holds

CASES = yaml.safe_load(Path(__file__).with_name("reach.yaml").read_text(encoding="utf-8"))

POLICY = """
ruleset: small
version: 1
effective: {from: 2026-01-01, to: 2026-12-31}
figures:
  line: {unit: money, value: {2026-01-01: 10, 2026-07-01: 20}}
  other: {unit: money, value: {2026-01-01: 10, 2026-07-01: 30}}
  flag: {unit: switch, value: off}
metrics:
  sales: {unit: money, source: [crm]}
  cash: {unit: money, source: [crm]}
  visits: {unit: count, source: [crm], when_missing: exempt}
  rate: {unit: ratio, range: [0, 1], source: [crm], when_missing: exempt}
  switched: {unit: switch, source: [crm]}
columns:
  good: {unit: switch, formula: sales >= 100 and visits >= 5}
targets: {sales: {}}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base}}}}
grade: {of: {results: 100%}, bands: {A: '>= 95', B: '[75..95)', C: '< 75'}}
"""


def faults_of(conclusions: dict[str, Any]) -> list[str]:
    """The codes of what is wrong with conclusions, each with the conclusion that it names."""
    text = POLICY + yaml.safe_dump({"conclusions": conclusions}, allow_unicode=True)
    ruleset, faults = ruleset_of(parse_yaml(text, "f"))
    assert ruleset is not None
    return [
        f"{fault.code} {fault.about.get('name', '')}"
        for fault in [*faults, *try_compile(ruleset)[1]]
        if not fault.warning
    ]


@pytest.mark.parametrize("case", CASES, ids=[" and ".join(case["all"])[:60] for case in CASES])
def test_conditions(case: dict[str, Any]) -> None:
    when = " and ".join(f"({condition})" for condition in case["all"])
    assert faults_of({"a": {"when": when}}) == ([] if case["can"] else ["conclusion_unreachable a"])
    parts = {f"c{n}": {"when": condition} for n, condition in enumerate(case["all"])}
    if len(parts) == 2:
        parts["c1"] |= {"excludes": ["c0"]}
        assert faults_of(parts) == (["conclusions_contradict c1"] if case["can"] else [])


# ---- random conditions, tried over every row there can be ----

SMALL = NumberType(Decimal(0), Decimal(3), 0)
KINDS: dict[str, tuple[Type, bool]] = {
    "a": (SMALL, True), "b": (SMALL, False), "g": (ChoiceType("grade", ("A", "B", "C")), True),
    "s": (TruthType(), True),
}  # fmt: skip
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
ATOMS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from("ab"), SIGNS, st.integers(-1, 4)),
    st.builds("a in ({}, [{}..{}))".format, st.integers(0, 3), st.integers(0, 1), st.integers(2, 4)),
    st.builds('g {} "{}"'.format, st.sampled_from(["=", "!="]), st.sampled_from("ABC")),
    st.sampled_from(["s", "present(a)", "present(s)", "not(present(g))", 's = (g = "A")', "true"]),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda part: st.one_of(
        st.builds("({} and {})".format, part, part),
        st.builds("({} or {})".format, part, part),
        st.builds("not({})".format, part),
        st.builds("({0} and not({0}))".format, part),
        st.builds("(if {} then {} else {})".format, part, part, part),
    ),
    max_leaves=8,
)


def column(name: str, kind: Type, optional: bool) -> Column:
    return Column(name, "metric", "", Title(), "quarter", Given(), kind, Place(""), optional=optional)


WORLD = World({name: column(name, *kind) for name, kind in KINDS.items()}, {}, ("2026-01-01",))
ROWS = [
    dict(zip("abgs", row, strict=True))
    for row in product([0, 1, 2, 3, None], range(4), ["A", "B", "C", None], [True, False, None])
]


@given(CONDITIONS)
def test_any_condition(text: str) -> None:
    """What can hold does in one of all rows; where a branch may be missing it is only never said to be impossible."""
    guarded = expanded(Call("holds", (parse_formula(text),)), WORLD.scope)
    there = any(holds(parse(text), row.__getitem__) for row in ROWS)
    found = can_hold(guarded, WORLD)
    assert found is there or ("if" in text and found is True)


def test_too_much_to_try_is_not_decided() -> None:
    """Whether an odd number of 14 comparisons hold: no part of it is decided before all are known."""
    odd = "a0 > 1"
    for number in range(1, 14):
        odd = f"(({odd}) = (a{number} > 1))"
    columns = {f"a{number}": column(f"a{number}", SMALL, False) for number in range(14)}
    assert can_hold(parse_formula(f"{odd} and not({odd})"), World(columns, {}, ("",))) is None
    assert can_hold(parse_formula(odd), World(columns, {}, ("",))) is True
