"""Constraints between the keys of one part of a ruleset: exactly one way to compute, no key without effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pydantic_core import PydanticCustomError

from incentives.language.numerals import numeral
from incentives.language.types import EXACT
from incentives.ruleset.figures import Dated
from incentives.ruleset.kinds import Problems, day, number, refusals, shown, text, truth
from incentives.ruleset.units import NUMBERS

TAKE = re.compile(r"(count distinct|count|sum|min|max|mean|last|run)(?:\s+(.+))?", re.DOTALL)
OVER_TAKES = ("count", "count distinct", "sum", "min", "max", "last", "run")
BASED = ("tiers", "rate", "rates", "by_grade")
PER_ROW, OVER_ONLY = ("tiers", "rates"), ("where", "each", "split", "cap_each", "floor_each", "rate_on")
A_RATE = {"zh": "rate、tiers 或 rates", "en": "rate, tiers or rates"}
OWN_DAYS = {"orders": "order", "receipts": "receipt", "events": "event"}
EITHER_HELD = {"zh": "hold_back 或 instalments", "en": "hold_back or instalments"}  # keys that hold pay back
OF_TAKES = ("sum", "mean", "min", "max", "last")
READ: dict[str, Callable[[object], Decimal | bool | str | date]] = {"switch": truth, "text": text, "date": day}
Anything = TypeVar("Anything")


def sound(part: Anything, found: Problems) -> Anything:
    """Return `part` where it has no problems. Raises PydanticCustomError with all of them."""
    if found:
        raise refusals(found)
    return part


MOST_DECIMALS = 6  # of a figure of the unit score, since scorecards and totals may state a scale


def figure(unit: str, bounds: tuple[Decimal, Decimal] | None, dated: Dated) -> tuple[Dated, Problems]:
    """Return a figure's values, read as its unit has them: within its range, with no more decimals than the unit
    has."""
    found: Problems = []
    values = []
    number_unit = NUMBERS.get(unit)
    low, high = bounds or ((number_unit.low, number_unit.high) if number_unit else (Decimal(0), Decimal(0)))
    if bounds and not number_unit:
        found.append(("range_of_words", ("range",), {"unit": unit}))
    for first, raw in dated:
        at = ("value",) if first is None else ("value", first.isoformat())
        try:
            value = READ.get(unit, number)(raw)
        except PydanticCustomError:
            write = "" if unit in READ or not isinstance(raw, str) else numeral(raw)
            code = "number_meant" if write else f"figure_not_{unit if unit in READ else 'number'}"
            found.append((code, at, {"value": shown(raw), "write": write}))
            continue
        if number_unit and isinstance(value, Decimal):
            about = {"value": shown(raw), "unit": unit}
            if not low <= value <= high:
                found.append((outside(unit, value, low, high, raw), at, {**about, **range_about(value, low, high)}))
            scale = MOST_DECIMALS if unit == "score" else number_unit.scale
            if value != EXACT.quantize(value, Decimal(1).scaleb(-scale)):
                found.append(("figure_digits", at, {**about, "scale": scale}))
        values.append((first, value))
    return tuple(values), found


def outside(unit: str, value: Decimal, low: Decimal, high: Decimal, written: object) -> str:
    """Return the code of a value outside its range; without its percent sign it may have been meant to lie within."""
    is_share = unit in ("ratio", "rate") and not is_signed(written) and low <= value / 100 <= high
    return "figure_percent" if is_share else "figure_range"


def is_signed(written: object) -> bool:
    """Return whether a value is written with a percent sign."""
    return str(written).rstrip().endswith(("%", "％"))


def range_about(value: Decimal, low: Decimal, high: Decimal) -> dict[str, str]:
    """Return the blanks of a value outside its range."""
    return {"low": f"{low:f}", "high": f"{high:f}", "percent": f"{(value * 100).normalize():f} %"}


def computed(given: Set[str], unit: str) -> Problems:
    """Return the problems of a computed value: tax belongs to money, range and scale to numbers. `given`: the keys
    that are written."""
    found: Problems = []
    if "tax" in given and unit != "money":
        found.append(("tax_of_other", ("tax",), {"unit": unit}))
    if unit not in NUMBERS:
        found += [("range_of_words", (key,), {"unit": unit}) for key in ("range", "scale") if key in given]
    return found


def column(given: Set[str], unit: str) -> Problems:
    """Return the problems of a further figure: it is a formula, or a rank, which is a count."""
    found = computed(given, unit)
    if ("formula" in given) == ("rank" in given):
        found.append(_one_of([key for key in ("formula", "rank") if key in given], ("formula", "rank"), "column"))
    if "rank" in given:
        found += [("key_without", ("when_zero",), {"key": "when_zero", "other": "formula"})] * ("when_zero" in given)
        found += [("rank_unit", ("unit",), {"unit": unit})] * (unit != "count")
    return found


def metric(given: Set[str], unit: str, take: str | None, over: str | None) -> Problems:
    """Return the problems of a metric: it is exactly one of delivered (`source`), `formula`, `over` + `take`, `of` +
    `take`."""
    ways = ("source", "formula", "over", "of")
    forms = [key for key in ways if key in given]
    found = computed(given, unit)
    if len(forms) != 1:
        return [*found, _one_of(forms, ways, "metric")]
    (form,) = forms
    belongs = {"when_missing": "source", "valid_when": "source", "when_zero": "formula"}
    belongs |= {"where": "over", "rows": "over", "split": "over", "within": "of"}
    found += [("key_without", (key,), {"key": key, "other": other}) for key, other in belongs.items()
              if key in given and other != form]  # fmt: skip
    if over == "postings":
        found += [("of_dated_rows", ("rows",), {"key": "rows"})] * ("rows" in given)
        found += [("of_dated_rows", ("take",), {"key": "run"})] * (aggregate(take or "")[0] == "run")
    if form == "over" and "split" in given:
        found += [("of_orders_only", ("split",), {"key": "split"})] * (over != "orders")
        summed = unit == "money" and aggregate(take or "")[0] == "sum" and "rows" not in given
        found += [("split_of_others", ("split",), {})] * (not summed)
    if form in {"over", "of"}:
        found += _take(take, form)
    elif "take" in given:
        found.append(("key_without", ("take",), {"key": "take", "other": "over"}))
    return found


def _take(take: str | None, form: str) -> Problems:
    if take is None:
        return [("key_needs", (form,), {"key": form, "other": "take"})]
    function, what = aggregate(take)
    allowed = OVER_TAKES if form == "over" else OF_TAKES
    if function not in allowed or (form == "of" and what):
        return [("take_unknown", ("take",), {"take": shown(take), "allowed": ", ".join(allowed)})]
    if form == "over" and bool(what) == (function == "count"):
        code = "take_too_much" if what else "take_of_what"
        return [(code, ("take",), {"take": function, "what": what})]
    return []


def aggregate(take: str) -> tuple[str, str]:
    """Return the function and the column of a `take`; ("", "") where it is none."""
    found = TAKE.fullmatch(take.strip())
    return (found[1], (found[2] or "").strip()) if found else ("", "")


def item(given: Set[str]) -> Problems:
    """Return the problems of an item: it is scored in exactly one way."""
    ways = ("attainment", "bands", "score")
    forms = [key for key in ways if key in given]
    return [] if len(forms) == 1 else [_one_of(forms, ways, "item")]


def pay(given: Set[str], over: str | None) -> Problems:
    """Return the problems of a component: it pays by `base` with `tiers`, `rate`, `rates` or `by_grade`, by `formula`,
    or by `over` + `each`.

    What runs `over` a table may put each row through `tiers`, or multiply it by `rates`.
    """
    ways = (*BASED, "formula", "over", "override", "pool", "by_rank", "draw", "takes_back")
    forms = [key for key in ways if key in given and not (key in PER_ROW and "over" in given)]
    if len(forms) != 1:
        return [_one_of(forms, ways, "pay")]
    (form,) = forms
    found: Problems = []
    needs = "base" if form in BASED else "each" if form == "over" else ""
    if needs and needs not in given:
        found.append(("key_needs", (form,), {"key": form, "other": needs}))
    if form not in BASED and "base" in given:
        found.append(("key_unread", ("base",), {"key": "base", "form": form}))
    if form != "over":
        found += [("key_without", (key,), {"key": key, "other": "over"}) for key in OVER_ONLY
                  if key in given]  # fmt: skip
    elif over != "orders":
        found += [("of_orders_only", (key,), {"key": key}) for key in ("split", "rates") if key in given]
    if "add_rate" in given and not given & {"tiers", "rate", "rates"}:
        code = "key_without" if form in BASED else "add_rate_beside"
        found.append((code, ("add_rate",), {"key": "add_rate", "other": A_RATE, "form": form}))
    if set(PER_ROW) <= given:
        found.append(("several_forms", ("rates",), {"given": "tiers, rates"}))
    return found


def rate_on(said: str, over: str | None) -> Problems:
    """Return the problems of `rate_on`: the day whose figures count is the period's or that of the rows that are
    paid."""
    own = OWN_DAYS.get(over or "")
    if said == "period" or said == own:
        return []
    ways = " / ".join(f"rate_on: {day}" for day in ("period", own) if day)
    return [("rate_on_others", ("rate_on",), {"given": said, "over": over or "–", "ways": ways})]


def tiers(by: str, fixed: list[str]) -> Problems:
    """Return the problems of interpolated tiers with fixed money, which cannot move evenly between edges."""
    return [("tier_money_moves", ("rows", name, "money"), {"name": name}) for name in fixed if by == "interpolated"]


def tier(given: Set[str]) -> Problems:
    """Return the problems of a tier: it pays a rate or fixed money."""
    forms = [key for key in ("rate", "money") if key in given]
    return [] if len(forms) == 1 else [_one_of(forms, ("rate", "money"), "tier")]


def timing(given: Set[str]) -> Problems:
    """Return the problems of a timing: it needs at least one key; `on_leaving` needs something that is held."""
    ways = ("hold_back", "instalments", "claw_back", "unpaid")
    found: Problems = [] if given & {*ways} else [_one_of([], ways, "timing")]
    if found or not given & {"on_leaving"} or given & {"hold_back", "instalments"}:
        return found
    return [("key_without", ("on_leaving",), {"key": "on_leaving", "other": EITHER_HELD})]


SALARY = "base_salary"  # payroll is told of its adjustments
# the keys that each action needs, and those it may have
ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "propose": ((), ("what", "of", "by", "points", "from", "code", "months")),
    "award": (("pay",), ("what",)),
    "allow": (("pay",), ("what",)),
    "leave": (("days",), ("what",)),
    "start": ((), ("what", "months")),
    "enrol": ((), ("what", "months")),
    "assign": (("what", "among"), ("same", "most")),
    "observe": ((), ("what", "months")),
    "warn": ((), ("what",)),
    "name": (("what",), ()),
}


def action(do: str, given: Set[str], of: str | None) -> Problems:
    """Return the problems of an action: it has the fields that it needs and no others; an adjustment states its
    object and amount; only a change of a salary is an earning."""
    keys = {key.rstrip("_") for key in given} - {"do", "title", "why"}
    needs, may = ACTIONS[do]
    allowed = ", ".join((*needs, *may))
    found: Problems = [("action_needs", (), {"do": do, "key": key}) for key in needs if key not in keys]
    found += [("action_takes", (key,), {"do": do, "key": key, "allowed": allowed})
              for key in sorted(keys - {*needs, *may})]  # fmt: skip
    if do == "propose" and "of" not in keys:
        found += [("key_without", (key,), {"key": key, "other": "of"}) for key in ("by", "points", "from")
                  if key in keys]  # fmt: skip
    if do == "propose" and "code" in keys and of != SALARY:
        found.append(("key_without", ("code",), {"key": "code", "other": f"of: {SALARY}"}))
    if {"by", "points"} <= keys:
        found.append(("several_forms", ("points",), {"given": "by, points"}))
    return found


def criterion(given: Set[str]) -> Problems:
    """Return the problems of a criterion: it tests a figure, or looks at an event."""
    if ("of" in given) == ("event" in given):
        return [_one_of([key for key in ("of", "event") if key in given], ("of", "event"), "criterion")]
    if "of" in given and "is_" not in given:
        return [("key_needs", ("of",), {"key": "of", "other": "is"})]
    return [("key_without", ("unit",), {"key": "unit", "other": "of"})] if {"event", "unit"} <= given else []


def conclusion(given: Set[str]) -> Problems:
    """Return the problems of a conclusion: it needs a condition, and the keys of a promotion belong together."""
    found: Problems = []
    if not given & {"when", "any_of", "after", "criteria"}:
        ways = "when, any_of, after, criteria"
        found.append(("conclusion_without_form", (), {"ways": ways}))
    if {"when", "any_of"} <= given:
        found.append(("several_forms", ("any_of",), {"given": "when, any_of"}))
    found += [("key_without", (key,), {"key": key, "other": "ladder"})
              for key in ("from_level", "criteria", "procedure") if key in given and "ladder" not in given]  # fmt: skip
    found += [("key_needs", ("ladder",), {"key": "ladder", "other": key})
              for key in ("from_level",) if "ladder" in given and key not in given]  # fmt: skip
    return found


def _one_of(given: list[str], ways: Iterable[str], what: str) -> tuple[str, tuple[str, ...], dict[str, object]]:
    if not given:
        return (f"{what}_without_form", (), {"ways": ", ".join(ways)})
    return ("several_forms", (given[1],), {"given": ", ".join(given)})
