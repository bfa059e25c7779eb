"""Random pay that looks at people: shares of the period, what leavers are paid, places, teams below, pools."""

from __future__ import annotations

from .drawing import Draw, Policy, often, one

WAYS = ("calendar_days", "working_days", "days_30", "whole_months")


def people(draw: Draw, found: Policy) -> None:
    """Adds to random components what people's time changes in them, and components of its own, now and then."""
    if not often(draw):
        places = one(draw, {"1": "1000", "[2..3]": "500.01"}, {"< 3": "figures.edge"}, {"2": "0.01", "> 2": "5"})
        found["podium"] = {"kind": "award", "by_rank": {"of": "place", "rows": places}}
    for component in found.values():
        if not often(draw) and component.get("tiers", {}).get("basis") != "year_to_date":
            component["prorate"] = one(draw, *WAYS)
        if not often(draw):
            component["leavers"] = "forfeited"
        elif "prorate" in component:
            component["leavers"] = one(draw, "full", "pro_rata")
