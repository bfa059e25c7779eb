"""Random pay: components of every kind, with tiers, points, factors, bounds and roundings."""

from __future__ import annotations

from hypothesis import strategies as st

from .drawing import CONDITIONS, GRADES, Draw, Policy, often, one
from .policies_orders import orders
from .policies_people import people
from .policies_timing import timing


def pay(draw: Draw) -> Policy:
    """Tiers, shares by grade, a formula and an award per order; each of the other subjects every second time."""
    found: Policy = {
        "commission": {"kind": "commission", "base": one(draw, "sales", "cost", "sales - cost"), "tiers": tiers(draw)},
        "bonus": {
            "kind": "bonus",
            "base": "base_salary",
            "by_grade": dict(zip(GRADES, ("100%", "50.5%", "20%", "0"), strict=True)),
        },
        "extra_pay": {
            "kind": "award",
            "formula": one(
                draw, "sales * 0.0125", "(sales - cost) * 0.1", "if sales > 0 then sales / 3 else 0", "talks * 50"
            ),
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
    for subject in (people, orders, timing, draws):
        if draw(st.booleans()):
            subject(draw, found)
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
        carried(draw, component)
    if not often(draw):
        component["rounding"] = one(draw, "up", "down", "half_even")
        component["decimals"] = one(draw, "0", "1", "2")


def draws(draw: Draw, found: Policy) -> None:
    """A draw against some of the components, and a deduction that takes back what others owe, now and then."""
    if not often(draw):
        about: Policy = {
            "amount": one(draw, "3000", "base_salary", "talks * 100"),
            "against": one(draw, ["commission"], ["commission", "extra_pay"]),
            "as": one(draw, "top_up", "loan"),
        }
        optional = {"recover": ("50%", "33.3%"), "on_leaving": ("due", "forgiven"), "recoverable": ("true", "false"),
                    "brought": ("1234.56", "talks * 10")}  # fmt: skip
        about |= {key: one(draw, *values) for key, values in optional.items() if often(draw)}
        if about.get("recoverable") == "false":
            about = {key: value for key, value in about.items() if key not in ("recover", "on_leaving", "brought")}
        found["draw"] = {"kind": "draw", "draw": about}
        if not often(draw):
            found["draw"]["only_when"] = one(draw, *CONDITIONS)
    owing = [name for name in ("draw", "commission", "extra_pay") if name in found and often(draw)]
    if owing and not often(draw):
        takes: Policy = {"from": owing, "of": one(draw, "base_salary", "fare + bonus + base_salary")}
        takes |= {"at_most": "20%"} if often(draw) else {}
        takes |= {"keep": one(draw, "2200", "figures.edge * 0.001")} if often(draw) else {}
        found["back"] = {"kind": "deduction", "takes_back": takes}
        for name in owing:
            found[name].pop("below_zero", None)


def carried(draw: Draw, component: Policy) -> None:
    """What becomes of what is below zero, above a cap, or too little."""
    if often(draw):
        component["below_zero"] = one(draw, "carried", "paid", "lost")
    if not often(draw):
        component["pay_from"] = one(draw, "100", "5000.5")
    if component.get("tiers", {}).get("basis") != "year_to_date":
        if often(draw):
            component["cap_year"] = one(draw, "3000", "base_salary * 2", "figures.edge")
        if ("cap" in component or "cap_year" in component) and often(draw):
            component["excess"] = one(draw, "lost", "carried")


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
    elif not often(draw):
        kind["by"] = "interpolated"
    return kind
