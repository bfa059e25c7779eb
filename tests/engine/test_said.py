"""What the page on rulesets says of a row's days, of what is missing and of signatures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from incentives.faults import RefusedError

from .small import Rows, assessed, ruleset_of, shown, snapshot

TENURE = [  # hired, left, the quarter, whole months
    ("2025-01-15", None, "2025Q1", "2"),
    ("2025-01-15", "2025-03-14", "2025Q1", "2"),
    ("2025-01-15", "2025-03-13", "2025Q1", "1"),
    ("2025-01-15", "2025-02-14", "2025Q1", "1"),
    ("2025-01-15", "2025-02-13", "2025Q1", "0"),
    ("2025-01-01", None, "2025Q1", "3"),
    ("2025-01-02", None, "2025Q1", "2"),
    ("2024-12-31", None, "2025Q1", "3"),
    ("2025-03-31", None, "2025Q1", "0"),
    ("2024-04-01", None, "2025Q1", "12"),
    ("2024-04-02", None, "2025Q1", "11"),
    ("2025-01-15", "2025-06-30", "2025Q1", "2"),
    (None, None, "2025Q1", "."),
]


@pytest.mark.parametrize(("hired", "left", "period", "months"), TENURE)
def test_tenure_counts_both_days_and_ends_with_the_last_one(
    hired: str | None, left: str | None, period: str, months: str
) -> None:
    rep: dict[str, object] = {"rep_id": "R1", "hired_on": hired, "left_on": left}
    rows: Rows = {"reps": [{name: value for name, value in rep.items() if value}]}
    found = assessed("columns: {t: {unit: count, formula: tenure_months}}\n", rows, period)
    assert shown(found.rows(["t"])[0][0]) == months


def test_the_days_of_a_period_are_its_own_for_joiners_and_leavers_too() -> None:
    policy = """
columns:
  first: {unit: switch, formula: 'period_start = date("2025-01-01")'}
  last: {unit: switch, formula: 'period_end = date("2025-03-31")'}
"""
    rows: Rows = {"reps": [
        {"rep_id": "A"}, {"rep_id": "B", "hired_on": "2025-02-01"}, {"rep_id": "C", "left_on": "2025-02-01"},
    ]}  # fmt: skip
    assert assessed(policy, rows, "2025Q1").rows(["rep_id", "first", "last"]) == [(rep, True, True) for rep in "ABC"]


MISSING = {  # formula → where sales are missing, where they are 5
    "present(sales) and sales > 3": ("no", "yes"),
    "sales > 3 and present(sales)": (".", "yes"),
    "sales > 3": (".", "yes"),
    "not(sales > 3)": (".", "no"),
    "not(present(sales)) or sales > 3": ("yes", "yes"),
}


def test_present_guards_what_stands_after_it() -> None:
    columns = "".join(f"  c{n}: {{unit: switch, formula: '{formula}'}}\n" for n, formula in enumerate(MISSING))
    policy = (
        "metrics: {sales: {unit: money, source: [crm], when_missing: exempt}}\n"
        f"columns:\n{columns}  held: {{unit: money, formula: if present(sales) and sales > 3 then sales else 1}}\n"
        "pay: {p: {kind: bonus, formula: '100', only_when: sales > 3}}\n"
    )
    rows: Rows = {"reps": [{"rep_id": "A"}, {"rep_id": "B"}], "snapshots": [snapshot("B", "2025Q1", "sales", 5)]}
    names = [*(f"c{n}" for n in range(len(MISSING))), "held", "p"]
    without, there = (list(map(shown, row)) for row in assessed(policy, rows, "2025Q1").rows(names))
    assert list(zip(without, there, strict=True)) == [*MISSING.values(), ("1", "5"), ("0", "100")]


def test_present_is_no_guard_of_a_divisor() -> None:
    metrics = "metrics: {a: {unit: money, source: [crm]}, b: {unit: money, source: [crm], when_missing: exempt}}\n"
    from incentives.plan.compile import compile_plan

    compile_plan(ruleset_of(metrics + "columns: {c: {unit: switch, formula: b != 0 and a / b > 3}}\n"))
    with pytest.raises(RefusedError) as refused:
        compile_plan(ruleset_of(metrics + "columns: {c: {unit: switch, formula: present(b) and a / b > 3}}\n"))
    assert [fault.code for fault in refused.value.faults] == ["divisor_zero_here"]


NEEDS = {  # pay → what is wanting
    "{kind: bonus, formula: '100', leavers: full}": ["key_without"],
    "{kind: bonus, formula: '100', leavers: pro_rata}": ["key_needs"],
    "{kind: bonus, formula: '100', leavers: forfeited}": [],
    "{kind: bonus, formula: '100', prorate: working_days, leavers: full}": [],
    "{kind: bonus, override: {of: base_salary, levels: {1: 10%}, once: true}}": ["key_needs"],
    "{kind: bonus, override: {of: base_salary, levels: {1: 10%}, once: true, entitled: tenure_months > 3}}": [],
    "{kind: commission, over: orders, each: amount, timing: {on_leaving: released}}": ["timing_without_form"],
    "{kind: commission, over: orders, each: amount, timing: {unpaid: {after: 90}, on_leaving: released}}": [
        "key_without"
    ],
    "{kind: commission, over: orders, each: amount, timing: {hold_back: 10%, on_leaving: released}}": [],
    "{kind: commission, over: orders, each: amount, timing: {instalments: 3, on_leaving: as_collected}}": [],
}


@pytest.mark.parametrize("component", NEEDS)
def test_what_a_key_needs(component: str) -> None:
    codes: list[str] = []
    try:
        ruleset_of(f"pay: {{p: {component}}}\n")
    except RefusedError as refused:
        codes = [fault.code for fault in refused.faults]
    assert codes == NEEDS[component]


SIGNED = {"rep_signed_on": "2025-06-01", "manager_signed_on": "2025-06-02"}  # after the quarter: it counts all the same
ROWS: dict[str, tuple[dict[str, Any] | None, str]] = {
    "no row": (None, "unsigned"),
    "signed by both": ({"base": "10"} | SIGNED, "assessed"),
    "signed by one": ({"base": "10", "rep_signed_on": "2025-01-01"}, "unsigned"),
    "signed and empty": (SIGNED, "unsigned"),
    "signed, the other side": ({"stretch": "20"} | SIGNED, "unsigned"),
}
ITEMS = {
    "attainment": ("{weight: 100%, attainment: base, cap: 150}", None),
    "bands": ("{weight: 100%, bands: {'>= 5': 100, '< 5': 50}}", "assessed"),
    "score": ("{weight: 100%, score: 'min(100, sales)'}", "assessed"),
}


@pytest.mark.parametrize("case", ROWS)
@pytest.mark.parametrize("item", ITEMS)
def test_what_unsigned_includes(case: str, item: str) -> None:
    how, always = ITEMS[item]
    policy = f"""
metrics: {{sales: {{unit: count, source: [crm], when_missing: zero}}}}
targets: {{sales: {{when_zero: full}}}}
scorecards: {{results: {{items: {{sales: {how}}}}}}}
grade: {{of: {{results: 100%}}, bands: {{A: '>= 80', B: '< 80'}}}}
"""
    row, expected = ROWS[case]
    rows: Rows = {"reps": [{"rep_id": "R1"}], "snapshots": [snapshot("R1", "2025Q1", "sales", 8)]}
    if row is not None:
        rows["targets"] = [{"scope": "rep", "subject_id": "R1", "period": "2025Q1", "metric": "sales"} | row]
    assert assessed(policy, rows, "2025Q1").rows(["assessment"]) == [(always or expected,)]


def test_a_formula_fills_what_a_signed_row_leaves_empty() -> None:
    policy = """
metrics: {sales: {unit: count, source: [crm], when_missing: zero}}
targets: {sales: {when_zero: full, base: '16'}}
scorecards: {results: {items: {sales: {weight: 100%, attainment: base, cap: 150}}}}
grade: {of: {results: 100%}, bands: {A: '>= 80', B: '< 80'}}
"""
    rows: Rows = {"reps": [{"rep_id": "R1"}], "snapshots": [snapshot("R1", "2025Q1", "sales", 8)]}
    rows["targets"] = [{"scope": "rep", "subject_id": "R1", "period": "2025Q1", "metric": "sales"} | SIGNED]
    assert assessed(policy, rows, "2025Q1").rows(["assessment", "total"]) == [("assessed", Decimal("50.00"))]
