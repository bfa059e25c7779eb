"""A policy that puts names where a policy names anything, and data for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from tests.engine.small import HEAD, Rows, snapshot

REPS, PERIODS = ("R1", "R2", "R3"), ("2025Q1", "2025Q2", "2025Q3")
ORDERS = "over: orders"


def roles(a: str, b: str, c: str, d: str) -> list[tuple[str, dict[str, Any]]]:
    """What a name may stand for among those that become columns, in turn, out of the metrics `a` to `d`."""
    slice_ = {"by": "slice", "rows": {"low": {"to": 1000, "rate": "1%"}, "top": {"rate": "2%"}}}
    return [
        ("metrics", {"unit": "money", "source": ["crm"], "when_missing": "zero"}),
        ("metrics", {"unit": "money", "over": "orders", "take": "sum amount", "split": "credits"}),
        ("metrics", {"unit": "count", "over": "orders", "where": "first_ever", "take": "count distinct customer_id"}),
        ("metrics", {"unit": "ratio", "formula": f"{a} / {b}", "when_zero": "zero", "range": [0, 1000]}),
        ("metrics", {"unit": "money", "of": a, "within": "team", "take": "sum"}),
        ("columns", {"unit": "money", "formula": f"prior({a}, 0) + streak({b} > 0) * 10 + sum({a}, 2)"}),
        ("columns", {"unit": "count", "rank": {"of": a, "within": "team", "ties": [b]}}),
        ("scorecards", {"items": {"one": {"weight": "50%", "score": f"min(100, {a} * 1%)"}}}),
        ("pay", {"kind": "commission", "base": a, "tiers": slice_}),
        ("pay", {"kind": "commission", "over": "orders", "each": "amount * 1%", "split": "credits", "cap_each": "50"}),
        ("pay", {"kind": "commission", "over": "orders", "each": "amount * 2%",
                 "timing": {"hold_back": "50%", "claw_back": {"within": 90}, "unpaid": {"after": 30}}}),
        ("pay", {"kind": "bonus", "formula": f"{a} / 10", "timing": {"instalments": 2}, "prorate": "calendar_days"}),
        ("pay", {"kind": "draw", "draw": {"amount": 100, "against": [d], "recover": "50%"}}),
        ("pay", {"kind": "bonus", "pool": {"money": 1000, "by": a}}),
        ("pay", {"kind": "bonus", "override": {"of": a, "levels": {"1": "2%"}, "once": True, "entitled": f"{b} >= 0"}}),
        ("pay", {"kind": "commission", "base": f"{a} - {b}", "tiers": {**slice_, "basis": "year_to_date"}}),
        ("pay", {"kind": "commission", "formula": f"{a} - {b} * 2", "floor_year": 50, "cap_year": 5000}),
        ("pay", {"kind": "deduction", "takes_back": {"from": [c], "of": a, "at_most": "20%"}}),
        ("pay", {"kind": "raise", "formula": f"{a} * 1%"}),
    ]  # fmt: skip


def policy_of(names: Sequence[str], turn: int = 0) -> str:
    """The text of a policy in which every name stands for something of its own, another thing each turn, and besides in
    every place where names of their own stand."""
    found: dict[str, dict[str, Any]] = {section: {} for section in ("metrics", "columns", "scorecards", "pay")}
    found["metrics"] |= {f"m_{n}": {"unit": "money", "source": ["crm"], "when_missing": "zero"} for n in "ab"}
    found["pay"] |= {
        "p_c": {"kind": "commission", "formula": "m_a - m_b"},
        "p_d": {"kind": "commission", "base": "m_a", "rate": "1%"},
    }
    every = roles("m_a", "m_b", "p_c", "p_d")
    for at, name in enumerate(names):
        section, about = every[(at + turn) % len(every)]
        found[section][name] = about
    extras = {name: {"when": "m_a > 0", "then": "0.1%"} for name in names}
    found["pay"]["p_e"] = {
        "kind": "commission", "base": "m_a", "add_rate": extras,
        "factor": {name: {"when": "m_b > 0", "then": 1.01} for name in names[:3]},
        "tiers": {"by": "slice", "rows": {name: {"to": 1000 * at, "rate": f"figures.{name}"}
                                          for at, name in enumerate(names[:-1], 1)} | {names[-1]: {"rate": "1%"}}},
    }  # fmt: skip
    items = {name: {"weight": f"{100 / len(names):.4f}%", "of": "m_a", "score": "min(100, m_a * 1%)"} for name in names}
    found["scorecards"]["card"] = {"items": {name: {**item, "weight": "100%" if at == 0 else "0%"}
                                             for at, (name, item) in enumerate(items.items())}}  # fmt: skip
    for card in found["scorecards"].values():
        for item in card["items"].values():
            item.pop("of", None)
        first = next(iter(card["items"].values()))
        first["weight"] = "100%"
    best, middle, worst = names[:3]
    grade = {
        "of": {card: "100%" if card == "card" else "0%" for card in found["scorecards"]},
        "bands": {best: ">= 60", middle: "[30..60)", worst: "< 30"},
        "ceilings": {name: {"when": f"m_a < figures.{name}", "then": middle} for name in names},
        "distribution": {"within": "team", "most": {best: "50%"}, "ties": []},
    }
    level, above = names[:2]
    conclusions: dict[str, Any] = {
        name: {"when": f'grade = "{best}" and m_a > {at}', "stands": {"for": 2}, "then": [{"do": "warn", "what": name}]}
        for at, name in enumerate(names)
    }
    conclusions["of_cases"] = {
        "any_of": {name: {"when": f"m_b > {at}", "title": name} for at, name in enumerate(names)},
        "then": [{"do": "warn", "what": "x"}],
    }
    conclusions["of_criteria"] = {
        "ladder": names[0], "from_level": level,
        "criteria": {name: {"of": "m_a", "is": ">= 10", "unit": "money"} for name in names}
        | {"of_event": {"event": names[1]}},
        "then": [{"do": "propose", "what": "promotion"}],
    }  # fmt: skip
    conclusions["again"] = {
        "when": f'standing("{names[0]}") or concluded("{names[1]}")',
        "then": [{"do": "assign", "what": "mentor", "among": "m_a > 0", "same": ["team"]}],
    }
    whole = {
        "figures": {name: {"unit": "rate", "value": "1%"} for name in names},
        "targets": {"m_a": {"signed": "not_needed", "base": 100, "when_zero": "full"}},
        **{section: parts for section, parts in found.items() if parts},
        "grade": grade, "conclusions": conclusions,
        "proofs": {name: {"ask": "at_most", "pay": "p_d", "money": 100_000_000_000} for name in names[:2]},
        "ladders": {name: {"levels": [level, above]} for name in names},
    }  # fmt: skip
    return HEAD + yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def data_of(names: Sequence[str], turn: int = 0) -> Rows:
    """Three reps who sell differently over three quarters; the last one leads the others and has less and less."""
    sold = {"R1": (1000, 5000, 200), "R2": (7000, 0, 3000), "R3": (300, 20, 1)}
    delivered = [name for at, name in enumerate(names) if (at + turn) % len(roles("", "", "", "")) == 0]
    snapshots = [
        snapshot(rep, period, metric, value)
        for metric, sign in (("m_a", 0), ("m_b", 1), *((name, 0) for name in delivered))
        for rep, values in sold.items()
        for period, value in zip(PERIODS, values[::-1] if sign else values, strict=True)
    ]
    orders: list[dict[str, object]] = [
        {"order_id": f"O{n}", "rep_id": rep, "customer_id": f"K{n % 4}", "ordered_on": f"2025-0{1 + n}-10",
         "amount": 1000 * (n + 1) + 7, "due_on": f"2025-0{1 + n}-20"}
        for n, rep in enumerate(("R1", "R2", "R1", "R2", "R3", "R1"))
    ]  # fmt: skip
    return {
        "reps": [
            {"rep_id": rep, "hired_on": "2024-01-01", "team": "T", "level": names[0], "base_salary": 5000,
             "manager_id": "" if rep == "R3" else "R3"}
            for rep in REPS
        ],
        "snapshots": snapshots,
        "orders": orders,
        "credits": [{"order_id": "O0", "rep_id": rep, "share": share} for rep, share in (("R1", "0.6"), ("R2", "0.4"))],
        "receipts": [{"order_id": "O1", "on": "2025-05-01", "amount": 500}],
        "events": [{"rep_id": "R1", "on": "2025-02-01", "kind": names[1], "value": "x"}],
    }  # fmt: skip
