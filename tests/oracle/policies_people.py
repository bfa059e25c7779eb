"""Random pay that looks at people: shares of the period, what leavers are paid, places, teams below, pools."""

from __future__ import annotations

from .drawing import CONDITIONS, Draw, Policy, often, one

WAYS = ("calendar_days", "working_days", "days_30", "whole_months")


def people(draw: Draw, found: Policy) -> None:
    """Adds to random components what people's time changes in them, and components of its own, now and then."""
    if not often(draw):
        places = one(draw, {"1": "1000", "[2..3]": "500.01"}, {"< 3": "figures.edge"}, {"2": "0.01", "> 2": "5"})
        found["podium"] = {"kind": "award", "by_rank": {"of": "place", "rows": places}}
    if not often(draw):
        found["lead"] = {"kind": "commission", "override": override(draw)}
    if not often(draw):
        found["shared"] = {"kind": "bonus", "pool": pool(draw)}
        found["shared"] |= one(draw, {}, {"decimals": "0"}, {"decimals": "1", "rounding": "down"})
    for component in found.values():
        if not often(draw) and component.get("tiers", {}).get("basis") != "year_to_date":
            component["prorate"] = one(draw, *WAYS)
        if not often(draw):
            component["leavers"] = "forfeited"
        elif "prorate" in component:
            component["leavers"] = one(draw, "full", "pro_rata")
        if not often(draw):
            component["floor_year"] = one(draw, "4000", "base_salary * 0.3 / 7", "figures.edge * 0.05")


def override(draw: Draw) -> Policy:
    """What managers are paid of, on one to three levels, some of them passed over."""
    levels = one(draw, {"1": "2%"}, {"1": "3%", "2": "0.75%"}, {"2": "1%"}, {"1": "1%", "3": "0.3333%"})
    found: Policy = {"of": one(draw, "sales", "commission", "award", "sales - cost", "cost / 3"), "levels": levels}
    if often(draw):
        found["entitled"] = one(draw, *CONDITIONS, 'level = "senior"', "worked_share > 0.5")
        if often(draw):
            found["once"] = "true"
    return found


def pool(draw: Draw) -> Policy:
    """A sum for the company or for each unit."""
    found: Policy = {
        "money": one(draw, "figures.edge * 0.1", "10000.01", "0.02", "1000 / 3", "0 - figures.edge"),
        "by": one(draw, "rating", "sales", "sales - cost", "answers * 1.5", "round half up(worked_share, 4)"),
        "within": one(draw, "company", "region", "team"),
    }
    if not often(draw):
        found["among"] = one(draw, *CONDITIONS)
    return found
