"""Pay: tiers, shares by grade, formulas, awards per order, and their sum (C1, C4, C6)."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from .attendance import is_leaver, share
from .carried import define_carried
from .changes import is_about_notes
from .conclusions import stands, takes_effect
from .days import Period
from .draws import at_most, define_draw, define_taking, own, taken_of
from .grades import is_expected
from .leavers import is_gone
from .left import left_by as left_by_day
from .metrics import takes_part
from .orders import awarded, fitting, lacks, left_by
from .scores import banded
from .teams import override, pool
from .timing import paid_now, taken_now
from .value import rounded
from .world import Define, Row, World
from .yearly import before_in_year, define_topped

OF_OTHERS = ("override", "pool", "by_rank", "draw", "takes_back")  # what credit notes pay on their own day


def define_pay(world: World) -> dict[tuple[str, str], Define]:
    """A column a component, and their sum."""
    components = world.policy.get("pay", {})
    found: dict[tuple[str, str], Define] = {}
    for name, about in components.items():
        columns = columns_of(name, about, name in taken_of(world.policy))
        found |= {(world.grain, column): define for column, define in columns.items()}
    earned = tuple(name for name, about in components.items() if about["kind"] != "raise")
    if earned:
        found[world.grain, "pay_total"] = partial(pay_total, names=earned)
    return found


def columns_of(name: str, about: dict[str, Any], taken: bool) -> dict[str, Define]:
    """The columns of a component; `taken`: what it owes is taken back through another one."""
    comes_to = partial(component, about=about, name=name)
    column = f"~own {name}" if taken else name
    protected: dict[str, Define] = {}
    if taken:
        protected = {name: partial(own, name=name), f"~clawed {name}": partial(clawed, about=about, name=name)}
    if "draw" in about:
        return define_draw(name, about, comes_to, column) | protected
    if "takes_back" in about:
        return define_taking(name, about, comes_to)
    if taken:
        about = {**about, "below_zero": "paid"}
    if "floor_year" in about:
        opened = partial(is_open, about=about, name=name)
        usual = define_carried(name, about, comes_to, f"~usual {name}")
        return usual | define_topped(name, about, column, opened) | protected
    return define_carried(name, about, comes_to, column) | protected


def component(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What one component comes to in a row inside the effective range, in money."""
    if not world.in_force(row):
        return None
    if "timing" in about:
        then = partial(booked_by, world, about=about, name=name)
        return paid_now(world, row, about, then, partial(is_open_own, world, about=about, name=name))
    return booked(world, row, about, name)


def clawed(world: World, row: Row, about: dict[str, Any], name: str) -> Fraction:
    """What the timing of a component takes back in a row, below zero."""
    if "timing" not in about or not world.in_force(row):
        return Fraction(0)
    then = partial(booked_by, world, about=about, name=name)
    return taken_now(world, row, about, then, partial(is_open_own, world, about=about, name=name))


def booked(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What one component comes to in a row inside the effective range, whenever it is paid."""
    year = about.get("tiers", {}).get("basis") == "year_to_date"
    if year:
        due = to_date(world, row, about, name)
        nothing = None if is_open(world, row, about, name) else Fraction(0)
        return nothing if due is None else due - paid_before(world, row, about, name)
    if is_anew(world, about, name):
        now = came_to(world, row, about, name, row.period.last)
        back = reversed_now(world, row, about, name)
        return now + back if now is not None else back or None
    if not is_open(world, row, about, name):
        return Fraction(0)
    return finished(earned(world, row, about), about)


def booked_by(world: World, row: Row, by: date, about: dict[str, Any], name: str) -> Any:
    """What a component that has a timing came to in a row, with what is left of its orders by a day."""
    if any(key in about for key in OF_OTHERS) or about.get("tiers", {}).get("basis") == "year_to_date":
        return booked(world, row, about, name)
    return came_to(world, row, about, name, max(by, row.period.last))


def is_open_own(world: World, row: Row, about: dict[str, Any], name: str) -> bool:
    """Whether a component is paid in a row, by the figures of its own orders."""
    return is_open(left_world(world, row.period.last), row, about, name)


def is_anew(world: World, about: dict[str, Any], name: str) -> bool:
    """Whether credit notes change what the period of their orders came to."""
    if any(key in about for key in OF_OTHERS) or "timing" in about:
        return False
    named = any(a.get("pay") == name for c in world.policy.get("conclusions", {}).values() for a in c.get("then", []))
    keeps = any(c.get("timing", {}).get("on_leaving") == "as_collected" for c in world.policy["pay"].values())
    bounds = {"factor", "cap", "floor", "prorate", "decimals", "only_when"} & set(about)
    bounds -= {"cap"} if about.get("excess") == "carried" else set()
    bounds -= {"decimals"} if about.get("decimals") == "2" else set()
    done = bool(bounds) or named or keeps or about.get("leavers") == "forfeited"
    if about.get("over") == "orders":
        return done and not is_about_notes(about)
    return done or not is_flat(world, about)


def is_flat(world: World, about: dict[str, Any]) -> bool:
    """Whether a component is a sum of orders × a rate that never changes."""
    if about.get("rounding", "half_up") != "half_up" or "add_rate" in about or not {"rate", "formula"} & {*about}:
        return False
    text = about["formula"] if "formula" in about else f"({about['base']}) * ({about['rate']})"
    names = re.findall(r"[^\W\d]\w*(?:\.\w+)*", text)
    metrics = world.policy.get("metrics", {})
    of = [metrics[name] for name in names if name in metrics]
    summed = [one for one in of if one.get("over") and one["take"].startswith("sum ") and "range" not in one]
    return len(names) == len(of) == len(summed) == 1 and not re.search(r"[-+/<>=]", text)


def note_days(world: World) -> list[date]:
    """The days of the credit notes that name their order."""
    place = (Row("", Period("year", 0), "notes"), "")
    if place not in world.known:
        orders = [order for lines in world.lines["orders"].values() for order in lines]
        world.known[place] = sorted({day for order in orders for day, _, _ in order["changes"][1:]})
    found: list[date] = world.known[place]
    return found


def left_world(world: World, by: date) -> World:
    """The world as credit notes have left it by a day, kept: it is that of the last of them."""
    by = max((day for day in note_days(world) if day <= by), default=date.min)
    place = (Row("", Period("year", 0), "left"), by.isoformat())
    if place not in world.known:
        world.known[place] = left_by_day(world, by)
    found: World = world.known[place]
    return found


def reversed_now(world: World, row: Row, about: dict[str, Any], name: str) -> Fraction:
    """What the credit notes since the row before change of what the rows before it came to."""
    rows = sorted((r for r in world.rows[row.frame] if r.key == row.key), key=lambda r: r.period.number)
    place, found = rows.index(row), Fraction(0)
    since = rows[place - 1].period.last if place else date.min
    if not any(since < day <= row.period.last for day in note_days(world)):
        return found
    for earlier in rows[:place]:
        now, before = (
            came_to(world, earlier, about, name, max(day, earlier.period.last)) for day in (row.period.last, since)
        )
        found += (now or Fraction(0)) - (before or Fraction(0))
    return found


def came_to(world: World, row: Row, about: dict[str, Any], name: str, by: date) -> Any:
    """What a row comes to with what is left of its orders by a day."""
    left = left_world(world, by)
    if not is_open(left, row, about, name):
        return Fraction(0)
    if about.get("over") == "orders" and not is_about_notes(about):
        whole = None if lacks(world, row, about) else left_by(world, row, about, by)
        return finished(bounded(left, row, whole, about), about)
    return finished(earned(left, row, about), about)


def finished(value: Any, about: dict[str, Any]) -> Any:
    """What is earned, multiplied, bounded and rounded already but for the rounding."""
    if value is None:
        return None
    mode = "down" if "takes_back" in about else about.get("rounding", "half_up")
    return rounded(value, int(about.get("decimals", 2)), mode)


def is_open(world: World, row: Row, about: dict[str, Any], name: str) -> bool:
    """Whether the component is paid at all."""
    if is_gone(world, row) or (about.get("leavers") == "forfeited" and is_leaver(world, row)):
        return False
    return ("only_when" not in about or world.holds(row, about["only_when"])) and granted(world, row, name)


def paid_before(world: World, row: Row, about: dict[str, Any], name: str) -> Fraction:
    """What was due by the last earlier period of the year that paid."""
    for earlier in reversed(before_in_year(world, row)):
        due = to_date(world, earlier, about, name)
        if due is not None:
            return due
    return Fraction(0)


def to_date(world: World, row: Row, about: dict[str, Any], name: str) -> Fraction | None:
    """What is due for the year so far; None in a period that pays nothing."""
    bases = [world.formula(r, about["base"]) for r in (*before_in_year(world, row), row)]
    if bases[-1] is None or not world.in_force(row) or not is_open(world, row, about, name):
        return None
    base = sum((one for one in bases if one is not None), Fraction(0))
    due: Fraction | None = finished(bounded(world, row, tiered(world, row, base, about), about), about)
    return due


def bounded(world: World, row: Row, value: Any, about: dict[str, Any]) -> Any:
    """Multiplied by the factors whose condition holds, at most the cap, at least the floor."""
    if value is None:
        return None
    factor = Fraction(1)
    for extra in about.get("factor", {}).values():
        if world.holds(row, extra["when"]):
            factor *= world.given(row, extra["then"])
    value *= factor
    value *= share(world, row, about)
    for key, bound in (("cap", min), ("floor", max)):
        if key in about and not (key == "cap" and about.get("excess") == "carried"):
            edge = world.formula(row, about[key])
            if edge is None:
                return None
            value = bound(value, edge)
    return value


def granted(world: World, row: Row, name: str) -> bool:
    """Whether a conclusion in effect awards or allows the component, or none has to."""
    named = [
        (conclusion, action["do"])
        for conclusion, about in world.policy.get("conclusions", {}).items()
        for action in about.get("then", [])
        if action.get("pay") == name
    ]
    return not named or any(
        takes_effect(world, row, conclusion) or (do == "allow" and stands(world, row, conclusion))
        for conclusion, do in named
    )


def earned(world: World, row: Row, about: dict[str, Any]) -> Any:
    """What a component comes to once its condition holds, exactly."""
    return bounded(world, row, plain(world, row, about), about)


def plain(world: World, row: Row, about: dict[str, Any]) -> Any:
    """The same before it is multiplied and bounded."""
    if "over" in about:
        return None if lacks(world, row, about) else awarded(world, row, about)
    if "formula" in about:
        return world.formula(row, about["formula"])
    if "override" in about:
        return override(world, row, about["override"])
    if "pool" in about:
        return pool(world, row, about["pool"], about)
    if "by_rank" in about:
        place = world.value(row, about["by_rank"]["of"])
        if place is None:
            unknown = is_expected(world, row) and takes_part(world, row, about["by_rank"]["of"])
            return None if unknown else Fraction(0)
        return banded(world, row, place, about["by_rank"]["rows"]) or Fraction(0)
    if "draw" in about:
        return world.formula(row, about["draw"]["amount"])
    if "takes_back" in about:
        return at_most(world, row, about["takes_back"])
    base = world.formula(row, about["base"])
    if "rates" in about:
        line = fitting(about["rates"], partial(world.value, row))
        return (
            None
            if base is None or line is None
            else base * (world.given(row, line["rate"]) + points(world, row, about))
        )
    if "by_grade" in about:
        grade = world.value(row, "grade")
        shares = about["by_grade"]
        return None if base is None or grade not in shares else base * world.given(row, shares[grade])
    if "rate" in about:
        rate = world.formula(row, about["rate"])
        return None if base is None or rate is None else base * (rate + points(world, row, about))
    return None if base is None else tiered(world, row, base, about)


def points(world: World, row: Row, about: dict[str, Any]) -> Fraction:
    """What is added to every rate."""
    extras = about.get("add_rate", {}).values()
    return sum((world.given(row, e["then"]) for e in extras if world.holds(row, e["when"])), Fraction(0))


def moving_rate(world: World, row: Row, base: Fraction, tiers: dict[str, Any], quota: Fraction) -> Fraction:
    """The rate that belongs to a base between the edges of two tiers, evenly."""
    lower = tiers.get("edge", "upper") == "lower"
    known: list[tuple[Fraction, Fraction]] = []
    for one in tiers["rows"].values():
        rate = world.given(row, one["rate"])
        if "to" not in one:
            return rate
        high = world.given(row, one["to"]) * quota
        if base < high or (base == high and lower):
            if not known:
                return rate
            start, first = known[-1]
            return first + (rate - first) * (base - start) / (high - start)
        known.append((high, rate))
    raise AssertionError("the last tier is open")


def tiered(world: World, row: Row, base: Fraction, about: dict[str, Any]) -> Any:
    """A base through its tiers: slice by slice, or the whole at the rate of its tier."""
    tiers = about["tiers"]
    quota: Any = Fraction(1)
    if "quota" in tiers:
        quota = world.formula(row, tiers["quota"])
        if quota is None or quota <= 0:
            return None
    if base < 0:
        back = tiered(world, row, -base, about)
        return None if back is None else -back
    lower = tiers.get("edge", "upper") == "lower"
    if tiers["by"] == "interpolated":
        return base * (moving_rate(world, row, base, tiers, quota) + points(world, row, about))
    paid, low = Fraction(0), Fraction(0)
    for one in tiers["rows"].values():
        high = world.given(row, one["to"]) * quota if "to" in one else None
        rate = world.given(row, one["rate"]) + points(world, row, about) if "rate" in one else None
        if tiers["by"] == "slice":
            if rate is None:
                entered = base > low or (base == low and not lower and low > 0)
                paid += world.given(row, one["money"]) if entered else 0
            else:
                paid += max(Fraction(0), (base if high is None else min(base, high)) - low) * rate
            low = base if high is None else high
        elif high is None or base < high or (base == high and lower):
            return base * rate if rate is not None else world.given(row, one["money"]) if base > 0 else Fraction(0)
    return paid


def pay_total(world: World, row: Row, names: tuple[str, ...]) -> Any:
    """The sum of the components that are not missing."""
    if not world.in_force(row):
        return None
    return sum((world.value(row, name) or Fraction(0) for name in names), Fraction(0))
