"""Random timing of pay: held back, in instalments, taken back, one or several of them."""

from __future__ import annotations

from .drawing import Draw, Policy, often, one


def timing(draw: Draw, pay: Policy) -> None:
    """A timing for some components."""
    names = ("commission", "extra_pay", "bonus", "gift", "award", "by_order", "by_place")
    for name in [name for name in names if name in pay]:
        if not often(draw):
            pay[name]["timing"] = terms(draw)
    if "timing" in pay["award"] and not often(draw):
        pay["award"]["rounding"] = one(draw, "up", "down")


def terms(draw: Draw) -> Policy:
    """One or several of the terms."""
    found: Policy = {}
    if often(draw):
        found["hold_back"] = one(draw, "100%", "30%", "33.33%", "figures.line")
    if not often(draw):
        found["claw_back"] = {"within": one(draw, "20", "19", "90", "365"), "by": one(draw, "full", "days")}
    if not often(draw):
        found["unpaid"] = {"after": one(draw, "1", "45", "90")}
    if not found or not often(draw):
        found["instalments"] = one(draw, "1", "2", "3", "7")
    if {"hold_back", "instalments"} & set(found) and not often(draw):
        found["on_leaving"] = one(draw, "as_collected", "released", "forfeited")
    return found
