"""A thousand faults of one kind are one message, and no kind is lost among them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from incentives.faults import Fault, Group, Place
from incentives.faults_grouped import FEW, grouped, number_of
from incentives.faults_text import render_faults

FILE = "policy.yaml"
FAULTS = st.builds(
    lambda code, file, line, value, warning: Fault(
        code, Place(file, line, 1, 2), {"value": value, "close": "x"}, warning
    ),
    st.sampled_from(["not_number", "figure_not_date", "not_day", "not_switch"]),
    st.sampled_from(["a.yaml", "b.yaml"]),
    st.integers(1, 9),
    st.sampled_from(["p", "q", ""]),
    st.booleans(),
)


def unknown(n: int, name: str = "salse") -> Fault:
    return Fault("name_close", Place(FILE, n, 5, 9), {"name": name, "likely": "sales", "expression": name})


@given(st.lists(FAULTS, max_size=60))
def test_every_fault_is_counted_and_every_kind_is_seen(faults: list[Fault]) -> None:
    told = grouped(faults)
    assert sum(map(number_of, told)) == len(faults)
    kinds = {(f.code, f.place.file, f.warning) for f in faults}
    assert {(f.code, f.place.file, f.warning) for f in told} == kinds
    assert len(told) <= FEW * len(kinds)
    assert grouped(faults) == told


def test_a_few_are_told_one_by_one_and_more_as_one() -> None:
    assert grouped([unknown(n) for n in range(1, FEW + 1)]) == [unknown(n) for n in range(1, FEW + 1)]
    (one,) = grouped([unknown(n) for n in range(1, FEW + 2)])
    assert one.group == Group(6, ("1", "2", "3", "4", "5"))
    assert render_faults([one], {}, "zh") == (
        "policy.yaml:1:5 错误[name_close]: 没有“salse”。（这样的共 6 处，先见于第 1、2、3、4、5 … 行）\n"
        " = 改法: 是不是 sales？\n"
    )


def test_the_values_most_met_come_first() -> None:
    names = ["b"] * 2 + ["a"] * 3 + ["c"]
    (one,) = grouped([unknown(n, name) for n, name in enumerate(names, 1)])
    assert one.group is not None
    assert (one.group.values, one.group.kinds) == ((("a", 3), ("b", 2), ("c", 1)), 3)
    assert "3 different values, most often a (3), b (2), c (1)" in one.text("en")


def test_what_is_counted_alone_joins_what_it_counts() -> None:
    named = [Fault("number_unknown", Place("x.csv", n), {"heading": "amount", "value": "y"}) for n in range(2, 5)]
    other = Fault("day_unknown", Place("x.csv", 9), {"heading": "on", "value": "y"})
    more = Fault("cells_more", Place("x.csv"), {"heading": "amount", "number": 997})
    told = grouped([*named, other, more])
    assert [(fault.code, number_of(fault)) for fault in told] == [("number_unknown", 1000), ("day_unknown", 1)]
    both = [
        *named,
        Fault("number_range", Place("x.csv", 9), {"heading": "amount", "value": "9", "low": "", "high": ""}),
    ]
    assert grouped([*both, more])[-1] == more, "nobody knows which of the two it counts"


def test_different_mends_are_different_kinds_until_they_are_many() -> None:
    two = [unknown(n) for n in range(9)] + [
        Fault("name_close", Place(FILE, n), {"name": "x", "likely": "margin", "expression": "x"}) for n in range(9)
    ]
    assert [fault.mend("en") for fault in grouped(two)] == ["Did you mean sales?", "Did you mean margin?"]
    many = [
        Fault("name_close", Place(FILE, n), {"name": f"n{n}", "likely": f"m{n}", "expression": ""}) for n in range(300)
    ]
    assert [number_of(fault) for fault in grouped(many)] == [300]
