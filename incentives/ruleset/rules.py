"""What must hold between the keys of one part of a ruleset: exactly one way to compute, no key that has no effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from pydantic_core import PydanticCustomError

from incentives.language.types import EXACT
from incentives.ruleset.kinds import Problems, day, number, refusals, shown, text, truth
from incentives.ruleset.units import NUMBERS

if TYPE_CHECKING:
    from incentives.ruleset import model

TAKE = re.compile(r"(count distinct|count|sum|min|max|mean|last)(?:\s+(.+))?", re.DOTALL)
OVER_TAKES = ("count", "count distinct", "sum", "min", "max", "last")
OF_TAKES = ("sum", "mean", "min", "max", "last")
READ: dict[str, Callable[[object], Decimal | bool | str | date]] = {"switch": truth, "text": text, "date": day}
Anything = TypeVar("Anything")
AnyComputed = TypeVar("AnyComputed", bound="model.Computed")


def figure(part: model.Figure) -> model.Figure:
    """A figure's values are of its unit, within its range, with no more decimals than the unit has."""
    found: Problems = []
    values = []
    number_unit = NUMBERS.get(part.unit)
    low, high = part.range or ((number_unit.low, number_unit.high) if number_unit else (Decimal(0), Decimal(0)))
    if part.range and not number_unit:
        found.append(("range_of_words", ("range",), {"unit": part.unit}))
    for first, raw in part.value:
        at = ("value",) if first is None else ("value", first.isoformat())
        try:
            value = READ.get(part.unit, number)(raw)
        except PydanticCustomError:
            found.append((f"figure_not_{part.unit if part.unit in READ else 'number'}", at, {"value": shown(raw)}))
            continue
        if number_unit and isinstance(value, Decimal):
            about = {"value": shown(raw), "unit": part.unit}
            if not low <= value <= high:
                found.append(("figure_range", at, {**about, "low": f"{low:f}", "high": f"{high:f}"}))
            if value != EXACT.quantize(value, Decimal(1).scaleb(-number_unit.scale)):
                found.append(("figure_digits", at, {**about, "scale": number_unit.scale}))
        values.append((first, value))
    return _unless(found, part.model_copy(update={"value": tuple(values)}))


def computed(part: AnyComputed) -> AnyComputed:
    """Tax belongs to money, range and scale to numbers."""
    return _unless(_computed(part, part.__dict__["unit"]), part)


def _computed(part: model.Computed, unit: str) -> Problems:
    found: Problems = []
    if part.tax and unit != "money":
        found.append(("tax_of_other", ("tax",), {"unit": unit}))
    if unit not in NUMBERS:
        found += [("range_of_words", (key,), {"unit": unit}) for key in ("range", "scale") if _given(part, key)]
    return found


def metric(part: model.Metric) -> model.Metric:
    """A metric is exactly one of: delivered (`source`), `formula`, `over` + `take`, `of` + `take`."""
    forms = [key for key in ("source", "formula", "over", "of") if _given(part, key)]
    found = _computed(part, part.unit)
    if len(forms) != 1:
        return _unless([*found, _one_of(forms, ("source", "formula", "over", "of"), "metric")], part)
    (form,) = forms
    belongs = {"when_missing": "source", "valid_when": "source", "when_zero": "formula"}
    belongs |= {"where": "over", "within": "of"}
    found += [("key_without", (key,), {"key": key, "other": other}) for key, other in belongs.items()
              if _given(part, key) and other != form]  # fmt: skip
    if form in {"over", "of"}:
        found += _take(part, form)
    elif _given(part, "take"):
        found.append(("key_without", ("take",), {"key": "take", "other": "over"}))
    return _unless(found, part)


def _take(part: model.Metric, form: str) -> Problems:
    if part.take is None:
        return [("key_needs", (form,), {"key": form, "other": "take"})]
    function, what = aggregate(part.take)
    allowed = OVER_TAKES if form == "over" else OF_TAKES
    if function not in allowed or (form == "of" and what):
        return [("take_unknown", ("take",), {"take": shown(part.take), "allowed": ", ".join(allowed)})]
    if form == "over" and bool(what) == (function == "count"):
        code = "take_too_much" if what else "take_of_what"
        return [(code, ("take",), {"take": function, "what": what})]
    return []


def aggregate(take: str) -> tuple[str, str]:
    """(function, what of) of a `take`; ("", "") where it is none."""
    found = TAKE.fullmatch(take.strip())
    return (found[1], (found[2] or "").strip()) if found else ("", "")


def item(part: model.Item) -> model.Item:
    """An item is scored in exactly one way."""
    ways = ("attainment", "bands", "score")
    forms = [key for key in ways if _given(part, key)]
    return _unless([] if len(forms) == 1 else [_one_of(forms, ways, "item")], part)


def pay(part: model.Component) -> model.Component:
    """A component pays in exactly one way: `base` with `tiers` or `by_grade`, `formula`, or `over` with `each`."""
    ways = ("tiers", "by_grade", "formula", "over")
    forms = [key for key in ways if _given(part, key)]
    if len(forms) != 1:
        return _unless([_one_of(forms, ways, "pay")], part)
    (form,) = forms
    found: Problems = []
    needs = {"tiers": "base", "by_grade": "base", "over": "each"}.get(form)
    if needs and not _given(part, needs):
        found.append(("key_needs", (form,), {"key": form, "other": needs}))
    if form in {"formula", "over"} and _given(part, "base"):
        found.append(("key_without", ("base",), {"key": "base", "other": "tiers"}))
    if form != "over":
        found += [("key_without", (key,), {"key": key, "other": "over"}) for key in ("where", "each", "split")
                  if _given(part, key)]  # fmt: skip
    elif part.split and part.over != "orders":
        found.append(("split_without_orders", ("split",), {}))
    return _unless(found, part)


def _one_of(given: list[str], ways: Iterable[str], what: str) -> tuple[str, tuple[str, ...], dict[str, object]]:
    if not given:
        return (f"{what}_without_form", (), {"ways": ", ".join(ways)})
    return ("several_forms", (given[1],), {"given": ", ".join(given)})


def _given(part: object, key: str) -> bool:
    return key in getattr(part, "model_fields_set", ())


def _unless(found: Problems, part: Anything) -> Anything:
    if found:
        raise refusals(found)
    return part
