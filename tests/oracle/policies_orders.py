"""Random pay by order: tiers, tables of rates, bounds, splits, by the figures of the period or of the order's day."""

from __future__ import annotations

from .drawing import Draw, Policy, often, one

KEYS = {"level": ("senior", "junior"), "region": ("north", "south"), "product_line": ("cloud", "desk")}
EACH = (
    "amount",
    "amount * 0.0333",
    "margin",
    "round half up(amount / 3, 2)",
    'if level = "senior" then amount else margin',
)
OF_ORDERS = {"currency": ("USD", "CNY"), "customer_id": ("C1", "C2")}


def orders(draw: Draw, found: Policy) -> None:
    """Add a component paid order by order, and one by a table of rates on the period's base, now and then."""
    if not often(draw):
        found["by_place"] = {"kind": "commission", "base": "sales", "rates": rates(draw, KEYS, often(draw))}
    if not often(draw):
        own = {"receipts": ("amount * figures.share", "receipt"), "events": ("100 * figures.share", "event")}
        table = one(draw, *own)
        each, day = own[table]
        found["by_row"] = {
            "kind": "commission",
            "over": table,
            "each": each,
            "rate_on": one(draw, day, "period"),
            "below_zero": "paid",
        }
    component: Policy = {
        "kind": "commission",
        "over": "orders",
        "each": one(draw, *EACH),
    }
    if often(draw):
        component["split"] = "credits"
    if often(draw):
        component["where"] = one(draw, "not(returned)", "amount > figures.share * 1_000_000", 'region != "west"')
    way = one(draw, "tiers", "tiers", "rates", "plain")
    if way == "tiers":
        component["tiers"] = {
            "by": one(draw, "slice", "whole"),
            "edge": one(draw, "lower", "upper"),
            "rows": {
                "low": {"to": "100000", "rate": "3%"},
                "mid": {"to": "200000.01", "rate": "figures.share"},
                "top": {"rate": one(draw, "5%", "0.3333%")},
            },
        }
    elif way == "rates":
        component["each"] = one(draw, component["each"], "amount / 3")
        component["rates"] = rates(draw, KEYS | OF_ORDERS, True)
    if way != "plain" and often(draw):
        when = one(draw, "amount > 50_000", "returned", 'region != "west"', "first_ever or amount < 1_000")
        component["add_rate"] = {"more": {"when": when, "then": one(draw, "0.5%", "figures.share")}}
    if not often(draw):
        component["cap_each"] = one(draw, "1000.01", "figures.edge", "if returned then 0 else 5000")
    if not often(draw):
        component["floor_each"] = one(draw, "0", "12.34", "amount * 0.001")
    if often(draw):
        component["rate_on"] = one(draw, "order", "period")
    if not often(draw):
        component["rounding"] = one(draw, "up", "down", "half_even")
    found["by_order"] = component


def rates(draw: Draw, keys: dict[str, tuple[str, str]], complete: bool) -> Policy:
    """A table with a line for one of the keys, for another, for both, and for all others where it is complete."""
    by = [one(draw, *keys), one(draw, *keys)]
    by = list(dict.fromkeys(by))
    rows: Policy = {f"one_{key}": {key: one(draw, *keys[key]), "rate": one(draw, "4%", "figures.share")} for key in by}
    if len(by) > 1 and often(draw):
        rows["both"] = {key: one(draw, *keys[key]) for key in by} | {"rate": "7.77%"}
    if complete:
        rows["other"] = {"rate": one(draw, "0", "3%", "figures.share")}
    return {"by": by, "rows": rows}
