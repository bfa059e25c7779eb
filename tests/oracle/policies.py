"""Random rulesets: every way of measuring, scoring, grading and paying that the language has, in random company."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Policy = dict[str, Any]

GRADES = ("S", "A", "B", "C")
PLAIN = re.compile(r"-?[0-9][0-9.]*%?|[0-9]{4}-[0-9]{2}-[0-9]{2}|figures\.\w+|[a-zA-Z_]+")

FORMULAS = (
    "sales - 2 * cost",
    "-sales + 0.005",
    "max(0, min(100, sales - cost))",
    "abs(sales) * 0.015",
    "round half up(sales / 7, 3) + cost",
    "round half down(sales / 8, 1)",
    "decimal(sales / 8, 1)",
    "round up(sales * 0.333, 1) - round down(sales * 0.333, 1)",
    "floor(sales * 0.001) + ceiling(sales * 0.001)",
    "if cost = 0 then 0 else sales / cost",
    "if present(cost) and cost > 0 then sales / cost else 1",
    "if present(rating) then rating else 50",
    "if not(present(rating)) or rating < 60 then -1 else rating / 3",
    'if level = "senior" then sales * 2 else 0 - sales',
    'if region in ("north", "west") and sales between 0 and 100000 then 1 else 2',
    "if sales in [0..100000) then 0.125 else sales / 6",
    "sum(sales, cost, 0.01)",
    "if sales > 0 and cost / sales >= 1 / 3 then 1 else 0",
    "(sales + 1) * worked_share",
    "prior(sales, 0) + last_year(sales, 1)",
    "prior(sales, -1, 2)",
    "sum(sales, 3)",
    "count(sales >= 100000, 3)",
    "streak(sales > 0)",
    "sales - unit",
    "firsts * 10 + figures.step",
    "max(0, if sales > 0 then rating else cost)",
    "min(rating, 60) + max(cost, 0)",
    "1 + (if sales > 100000 then rating else 2)",
    "if sales = 0 then 0 else (sales - cost) / sales",
    "(sales + cost) * 0.5 / 3",
    "last_year(sales) - sales",
    "if streak(sales > 0) >= 2 then prior(rating, 0) else -5",
    "count(rating > 60, 2) + sum(rating, 2)",
    "prior(rating, 7) - floor(delay)",
    'if delay in (24, [40..48]) or team = "north1" then 1.005 else -1.005',
    "paid / 7",
)
CONDITIONS = (
    "rate < figures.line",
    "sales < cost",
    "present(rating) and rating < 60",
    "figures.strict and sales < 100000",
    "not(figures.strict) or sales >= 100000",
    "streak(sales > 0) >= 2",
    "worked_share < 1",
    "firsts = 0",
    "extra > 10",
    "prior(sales, 0) > sales",
)
FINDINGS = (
    *CONDITIONS,
    'grade = "C"',
    'streak(grade = "C") = 2',
    'grade in ("S", "A") and prior(sales, 0) < sales',
    'standing("c0")',
    'standing("c1") and sales > 0',
    'not(standing("c2")) and grade != "S"',
    'standing("c3") and grade = "C" or rating < 50',
    "place = 1",
    "silence >= 2 or talked > 2",
    "mark >= 0.5",
    "tenure_months < 6",
    "left_on <= period_end",
)
ORDERS = (
    ("count", "count", "first_ever and amount >= figures.edge"),
    ("count", "count distinct customer_id", "amount > 0"),
    ("money", "sum amount", "not(returned)"),
    ("money", "max amount", "first_ever or returned"),
    ("money", "min margin", "amount >= figures.edge"),
)


def written(value: str | list[Any] | Policy, depth: int = 0) -> str:
    """A policy of plain text as YAML; what YAML could mistake stands in quotes."""
    if isinstance(value, list):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    if not isinstance(value, dict):
        return value if PLAIN.fullmatch(value) else "'" + value.replace("'", "''") + "'"
    lines = []
    for key, part in value.items():
        nested = isinstance(part, dict) and part
        inside = f"\n{written(part, depth + 1)}" if nested else f" {written(part) if part != {} else '{}'}"
        lines.append(f"{'  ' * depth}{written(key)}:{inside}")
    return "\n".join(lines)


def flow(value: str | Policy) -> str:
    """A part of a list as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)}: {flow(part)}" for key, part in value.items()) + "}"
    return written(value)


def one(draw: Draw, *choices: Any) -> Any:
    """One of the choices."""
    return draw(st.sampled_from(choices))


def often(draw: Draw) -> bool:
    """Three times in four."""
    return bool(draw(st.integers(0, 3)))


def shares(draw: Draw, parts: int) -> list[str]:
    """Percentages that add up to 100 %, some of them zero or with decimals."""
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=parts - 1, max_size=parts - 1)))
    edges = [0, *cuts, 1000]
    parts_of = [b - a for a, b in pairwise(edges)]
    return [f"{part // 10}.{part % 10}%" for part in parts_of]


@st.composite
def policies(draw: Draw) -> Policy:
    """A ruleset as a dict of text, as the oracle reads it."""
    policy: Policy = {
        "ruleset": "random",
        "version": "1",
        "announced_on": "2025-12-01",
        "effective": {"from": "2026-01-01", "to": "2026-12-31"},
        "subject": "rep",
        "grain": "quarter",
        "figures": figures(draw),
        "metrics": metrics(draw),
        "targets": targets(draw),
        "assessment": assessment(draw),
        "scorecards": {},
        "columns": columns(draw),
    }
    cards = one(draw, ["results"], ["results", "process"])
    for card in cards:
        policy["scorecards"][card] = {"items": items(draw)}
    policy["grade"] = grade(draw, cards)
    if often(draw):
        policy["tracking"] = {"sales": {"of": "monthly", "against": "sales_target"}}
    policy["ladders"] = {"ladder": {"levels": ["junior", "senior"]}}
    policy["pay"] = pay(draw)
    policy["conclusions"] = conclusions(draw, "annual" in policy["grade"])
    return policy


def figures(draw: Draw) -> Policy:
    """Figures, one of them dated."""
    line = one(draw, "45%", {"2026-01-01": "45%", "2026-04-01": "30%", "2026-07-01": "60.5%"})
    return {
        "edge": {"unit": "money", "value": one(draw, "10000", "100000", "99999.99")},
        "line": {"unit": "ratio", "value": line},
        "strict": {"unit": "switch", "value": one(draw, "on", "off")},
        "step": {"unit": "score", "value": one(draw, "0", "0.01", "33.33")},
        "answers": {"unit": "count", "value": one(draw, "0", "3", "5")},
        "cap": {"unit": "score", "value": one(draw, "100", "120.55", "150")},
    }


def metrics(draw: Draw) -> Policy:
    """Delivered, computed, gathered and rolled-up metrics."""
    unit, take, where = one(draw, *ORDERS)
    missing = one(draw, "exempt", "zero")
    found: Policy = {
        "sales": {"unit": "money", "source": ["crm"]},
        "cost": {"unit": "money", "source": ["crm"], "when_missing": missing},
        "answers": {"unit": "count", "source": ["crm"], "when_missing": "zero"},
        "rating": {"unit": "score", "range": ["0", "100"], "source": ["crm"], "when_missing": "exempt"},
        "delay": {
            "unit": "hours",
            "direction": "lower",
            "source": ["crm"],
            "when_missing": one(draw, "exempt", "zero"),
        },
        "rate": {"unit": "ratio", "formula": "cost / sales", "when_zero": one(draw, "exempt", "zero")},
        "monthly": {"unit": "money", "grain": "month", "combine": one(draw, "sum", "mean", "min", "max", "last")},
        "firsts": {"unit": unit, "over": "orders", "where": where, "take": take},
        "paid": {"unit": "money", "over": "receipts", "take": one(draw, "sum amount", "last amount")},
        "talks": {"unit": "count", "over": "events", "where": 'kind = "talk"', "take": "count"},
        "unit": {"unit": "money", "of": "sales", "within": one(draw, "team", "region", "company")},
        "extra": {"unit": one(draw, "money", "score", "ratio"), "formula": one(draw, *FORMULAS)},
        "talked": {"unit": "count", "over": "events", "rows": one(draw, "so_far", "valid"), "take": "count"},
        "silence": {"unit": "count", "over": "events", "where": 'kind = "talk"', "take": 'run value = "no"'},
        "mark": {"unit": "ratio", "over": "events", "rows": one(draw, "in_period", "valid"), "take": "max number"},
    }
    found["monthly"] |= {"source": ["crm"], "when_missing": one(draw, "exempt", "zero")}
    found["unit"]["take"] = one(draw, "sum", "min", "max", "mean")
    if often(draw):
        found["rating"]["valid_when"] = "answers >= figures.answers"
    if not often(draw):
        found["extra"]["rounding"] = one(draw, "up", "down", "half_down", "half_even")
        found["extra"]["scale"] = one(draw, "0", "1", "4")
    return found


def targets(draw: Draw) -> Policy:
    """Targets that have to be signed, and one that has not; by formula where a row leaves it open."""
    base = one(draw, "last_year(sales, 80000) * 1.2", 'if level = "senior" then 120000 else 90000.01', "50000")
    found: Policy = {
        "sales": {"base": base, "when_zero": one(draw, "exempt", "full")},
        "rating": {
            "signed": "not_needed",
            "base": one(draw, "90", "66.67", "0"),
            "when_zero": one(draw, "exempt", "full"),
        },
        "delay": {"when_zero": "exempt"},
        "rate": {"signed": "not_needed", "base": one(draw, "90%", "33.3333%"), "stretch": "110%"},
    }
    scope = one(draw, "team", "region", "company")
    found["unit"] = {"scope": scope, "metric": "sales", "when_zero": one(draw, "exempt", "full")}
    if often(draw):
        found["sales"]["prorate"] = "working_days"
        found["sales"]["stretch"] = "last_year(sales, 80000) * 1.5"
    if not often(draw):
        found["delay"] |= {"signed": "not_needed", "base": one(draw, "24", "7.5")}
    found["rate"]["when_zero"] = "exempt"
    return found


def assessment(draw: Draw) -> Policy:
    """What the statuses do, and the least time."""
    rules: Policy = {"statuses": {"active": "assess", "probation": "assess", "leave": "pause", "protected": "exempt"}}
    rules["statuses"]["off_post"] = one(draw, "pause", "assess", "exempt")
    if often(draw):
        rules["least_time"] = one(draw, "30%", "50%", "100%")
    return rules


def items(draw: Draw) -> Policy:
    """One to four weighted items, scored in all the ways there are; capped, since no money fits a score."""
    names = draw(
        st.lists(
            st.sampled_from(["sales", "rating", "delay", "rate", "by_band", "by_formula"]),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    found: Policy = {}
    for name, weight in zip(names, shares(draw, len(names)), strict=True):
        line: Policy = {"weight": weight}
        if name == "by_band":
            line |= {"of": "sales", "bands": {">= 100000": "120", "[0.01..100000)": "80", "<= 0": "0"}}
        elif name == "by_formula":
            line |= {"of": "sales", "score": one(draw, "sales * 0.001", "if sales > 0 then 100 else 0", "rating * 1.5")}
        else:
            line["attainment"] = one(draw, "base", "stretch") if name == "rate" else "base"
        if name != "by_band":
            line["cap"] = one(draw, "figures.cap", "150", "100.01", "999.99")
        found[name] = line
    return found


def columns(draw: Draw) -> Policy:
    """Further figures, among them every history function."""
    chosen = draw(st.lists(st.sampled_from(FORMULAS), min_size=0, max_size=4, unique=True))
    found: Policy = {
        f"column_{n}": {"unit": one(draw, "money", "ratio", "score"), "formula": f} for n, f in enumerate(chosen)
    }
    found["place"] = {
        "unit": "count",
        "rank": {"of": one(draw, "sales", "rating"), "within": one(draw, "team", "region", "company")},
    }
    if often(draw):
        found["place"]["rank"]["among"] = one(draw, *CONDITIONS)
    if not often(draw):
        found["place"]["rank"]["ties"] = ["cost"]
    if often(draw):
        found["run"] = {"unit": "count", "formula": 'streak(grade in ("S", "A"))'}
        found["run_before"] = {"unit": "count", "formula": "prior(run, 0)"}
        found["goods"] = {"unit": "count", "formula": 'count(grade = "A" or grade = "B", 2)'}
        found["totals"] = {"unit": "score", "formula": "sum(total, 2)"}
    return found


def grade(draw: Draw, cards: list[str]) -> Policy:
    """Bands, ceilings, distribution, and the year's grade."""
    low, middle, high = sorted(draw(st.lists(st.integers(1, 9000), min_size=3, max_size=3, unique=True)))
    c, b, a = (f"{n // 100}.{n % 100:02d}" for n in (low, middle, high))
    rules: Policy = {
        "of": dict(zip(cards, shares(draw, len(cards)), strict=True)),
        "bands": {"S": f">= {a}", "A": f"[{b}..{a})", "B": f"[{c}..{b})", "C": f"< {c}"},
    }
    if often(draw):
        conditions = draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=3, unique=True))
        rules["ceilings"] = {
            f"line_{n}": {"when": w, "then": one(draw, "A", "B", "C")} for n, w in enumerate(conditions)
        }
    if often(draw):
        most = {"S": one(draw, "0%", "20%", "34%", "50%"), "A": one(draw, "0%", "25%", "40%", "100%")}
        rules["distribution"] = {
            "when": one(draw, "figures.strict", "true"),
            "within": one(draw, "team", "region", "company"),
            "most": most,
            "ties": one(draw, ["sales"], [], ["rating", "sales"]),
        }
    if often(draw):
        rules["annual"] = {"take": "mean", "at_least": one(draw, "1", "2", "3")}
    return rules


def pay(draw: Draw) -> Policy:
    """Tiers, shares by grade, a formula and an award per order."""
    found: Policy = {
        "commission": {"kind": "commission", "base": one(draw, "sales", "cost", "sales - cost"), "tiers": tiers(draw)},
        "bonus": {
            "kind": "bonus",
            "base": "base_salary",
            "by_grade": dict(zip(GRADES, ("100%", "50.5%", "20%", "0"), strict=True)),
        },
        "extra_pay": {
            "kind": "award",
            "formula": one(draw, "sales * 0.0125", "if sales > 0 then sales / 3 else 0", "talks * 50"),
        },
        "gift": {"kind": "award", "formula": one(draw, "3000", "sales * 0.01")},
        "fare": {"kind": "allowance", "formula": "200.5"},
        "award": {
            "kind": "award",
            "over": "orders",
            "where": "first_ever and amount > figures.edge",
            "each": one(draw, "10000", "100.01", "amount * 0.00333"),
        },
    }
    if often(draw):
        found["award"]["split"] = "credits"
    if not often(draw):
        rate = one(draw, "3%", "0.0375")
        found["quick"] = {"kind": "commission", "base": "sales", "rate": rate}
    for name in [name for name in ("commission", "quick", "extra_pay") if name in found]:
        adorn(draw, found[name], name != "extra_pay")
    for name in ("commission", "bonus"):
        if not often(draw):
            found[name]["only_when"] = one(draw, *CONDITIONS, "sales_attainment >= 100%", "sales >= unit_target * 0.3")
    return found


def adorn(draw: Draw, component: Policy, rated: bool) -> None:
    """Points, factors, bounds and roundings of a component, now and then."""
    if rated and not often(draw):
        component["add_rate"] = {"more": {"when": one(draw, *CONDITIONS), "then": "0.5%"}}
    if not often(draw):
        component["factor"] = {"times": {"when": one(draw, *CONDITIONS), "then": one(draw, "1.005", "0.5")}}
    if not often(draw):
        component["cap"] = one(draw, "1000.01", "base_salary")
    if not often(draw):
        component["floor"] = one(draw, "0", "12.34", "figures.edge * 0.001")
    if not often(draw):
        component["rounding"] = one(draw, "up", "down", "half_even")
        component["decimals"] = one(draw, "0", "1", "2")


def conclusions(draw: Draw, annual: bool) -> Policy:
    """Six conclusions, each of which may follow from the ones before it and give way to any of them.

    Two times in three they are plain: what stands makes the engine compute the later columns again and again.
    """
    if draw(st.integers(0, 2)):
        return {f"c{n}": {"when": one(draw, *CONDITIONS[:4])} for n in range(6)}
    found: Policy = {}
    for n in range(6):
        about: Policy = {"when": one(draw, *FINDINGS), "then": [{"do": one(draw, "warn", "start", "propose")}]}
        if n and not often(draw):
            del about["when"]
            about["any_of"] = {key: {"when": one(draw, *FINDINGS)} for key in ("this", "that")}
        if n and not often(draw):
            about["after"] = [f"c{draw(st.integers(0, n - 1))}"]
            if "when" in about and not often(draw):
                del about["when"]
        if n < 5 and not often(draw):
            about["over"] = [f"c{draw(st.integers(n + 1, 5))}"]
        if often(draw):
            about["stands"] = one(draw, {}, {"until": one(draw, *FINDINGS[:10])}, {"for": one(draw, "1", "2")})
            if not often(draw):
                about["stands"] |= {"from": one(draw, "proposed", "decided")}
        if not often(draw):
            about["proposal"] = one(draw, "true", "false")
        if not often(draw):
            about["even_exempt"] = "true"
        found[f"c{n}"] = about
    for n in range(4):
        found[f"c{n}"].setdefault("stands", {})
    found["c1"]["then"].append({"do": "award", "pay": "gift"})
    found["c2"]["then"].append({"do": "allow", "pay": "fare"})
    found["up"] = promotion(draw)
    if annual:
        found["best"] = {"grain": "year", "when": 'grade = "S"', "then": [{"do": "name", "what": "best"}]}
    return found


def promotion(draw: Draw) -> Policy:
    """A promotion with criteria of all kinds, more than one of which has a distance."""
    criteria: Policy = {
        "reached": {"of": "sum(sales, 2) / sum(cost, 2)", "is": one(draw, ">= 110%", "> 0.5", "<= 2")},
        "rated": {"of": "rating", "is": one(draw, ">= 60", "[50..90)")},
        "tested": {"event": "test"},
        "passed": {"event": "test", "is": one(draw, "yes", ">= 0.3")},
    }
    chosen = draw(st.lists(st.sampled_from(sorted(criteria)), min_size=1, max_size=4, unique=True))
    return {
        "ladder": "ladder",
        "from_level": "junior",
        "criteria": {key: criteria[key] for key in chosen},
        "then": [{"do": "propose", "what": "promotion"}],
    }


def tiers(draw: Draw) -> Policy:
    """Tiers by slice or by the whole amount, whose edges the data often meet."""
    rows = {
        "low": {"to": "100000", "rate": "3%"},
        "mid": {"to": "200000.01", "rate": one(draw, "4%", "0.3333%")},
        "top": {"rate": "5%"},
    }
    kind: Policy = {"by": one(draw, "slice", "whole"), "rows": rows}
    if often(draw):
        kind["edge"] = one(draw, "lower", "upper")
    if not often(draw):
        kind["basis"] = "year_to_date"
    if not often(draw):
        kind["quota"] = one(draw, "sales_target", "cost", "100000")
        rows["low"]["to"], rows["mid"]["to"] = "100%", "150.5%"
    if not often(draw):
        rows["mid"] = {"to": rows["mid"]["to"], "money": "500"}
    return kind
