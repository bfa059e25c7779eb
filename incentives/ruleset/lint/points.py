"""Numbers with a percent sign that are no shares: `'>= 95%'` of a total of points means 0.95 points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from incentives.faults import Fault, Place
from incentives.language.parse import FormulaError, parse_formula
from incentives.language.people import people
from incentives.language.tree import Number
from incentives.language.walk import branches
from incentives.ruleset.lint.percents import plain
from incentives.ruleset.lint.stated import stated
from incentives.ruleset.lint.totals import highest_total
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.rules import is_signed

POINTS = "points_percent"  # the code of the warning
WHAT = {
    "score": {"zh": "得分", "en": "a score"},
    "money": {"zh": "金额", "en": "money"},
    "count": {"zh": "个数", "en": "a count"},
    "days": {"zh": "天数", "en": "days"},
    "hours": {"zh": "小时数", "en": "hours"},
}
BOUNDS = ("cap", "floor", "cap_each", "floor_each", "cap_year", "floor_year", "pay_from")
SHARE_OF_ONE = Decimal(10)  # totals that go no further are themselves shares, such as 0.95 for 95 %
SIGNED = re.compile(r"(?<![\w.])([0-9][0-9_]*(?:\.[0-9]+)?)\s*[%％]")


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a warning for each figure, score, edge and test of points, money or counts that has a percent sign."""
    for name, figure in policy.figures.items():
        for day, value in figure.values if figure.unit in WHAT else ():
            path: Path = ("figures", name, "value") if day is None else ("figures", name, "value", day.isoformat())
            if isinstance(value, Decimal) and is_signed(document.at(path)):
                yield told(str(document.at(path)), figure.unit, document.place(path))
    points = in_points(policy)
    for path, _ in stated(policy):
        unit = unit_at(policy, path)
        if unit and (unit != "score" or points) and is_signed(document.at(path)):
            yield told(str(document.at(path)), unit, document.place(path))
    yield from paid(policy, document)
    yield from tested(policy, document, points)


def paid(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield the warnings for amounts of pay with a percent sign: its bounds, and the results of its formulas."""
    for name, component in policy.pay.items():
        for key in BOUNDS:
            text = getattr(component, key, None)
            if isinstance(text, str) and is_signed(text) and isinstance(plain(text), Decimal):
                yield told(text, "money", document.place(("pay", name, key)))
        for key in ("formula", "each"):
            alone = key == "formula" or not (component.tiers or component.rates)
            text = getattr(component, key)
            yield from resulting(text, ("pay", name, key), document) if text and alone else ()
    for part, entries in (("metrics", policy.metrics), ("columns", policy.columns)):
        for name, column in entries.items():
            if column.formula and column.unit == "money":
                yield from resulting(column.formula, (part, name, "formula"), document)


def resulting(text: str, path: Path, document: Document) -> Iterator[Fault]:
    """Yield the warning of each number with a percent sign that is by itself a result of a formula of money."""
    try:
        tree = parse_formula(text)
    except FormulaError:
        return
    for node in branches(tree):
        if isinstance(node, Number) and node.percent and node.value:
            yield told(text[slice(*node.span)], "money", document.part(path, *node.span))


def in_points(policy: Policy) -> bool:
    """Return whether totals are points, rather than shares such as 0.95."""
    return policy.grade is None or highest_total(policy, policy.grade, policy.effective.from_)[0] > SHARE_OF_ONE


def unit_at(policy: Policy, path: Path) -> str:
    """Return the unit of a stated value that is no share; empty for all others."""
    match path:
        case ("scorecards", _, "items", _, "cap") | ("scorecards", _, "items", _, "bands", _):
            return "score"
        case ("pay", name, "tiers", "rows", _, "to"):
            tiers = policy.pay[str(name)].tiers
            return "money" if tiers and tiers.quota is None else ""
        case ("pay", _, "tiers", "rows", _, "money") | ("pay", _, "by_rank", "rows", _):
            return "money"
        case _:
            return ""


def tested(policy: Policy, document: Document, points: bool) -> Iterator[Fault]:
    """Yield the warnings for tests of totals, and of metrics that are no shares."""
    for name, test in (policy.grade.bands if policy.grade and points else {}).items():
        yield from signed(test, "score", document.place(("grade", "bands", name)))
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            source = policy.metrics.get(item.of or name) or policy.columns.get(item.of or name)
            for test in item.bands or {} if source and source.unit in WHAT else ():
                place = document.key_place(("scorecards", card_name, "items", name, "bands", test))
                yield from signed(test, source.unit if source else "", place)


def signed(test: str, unit: str, place: Place) -> Iterator[Fault]:
    """Yield the warning of the first number of a test that has a percent sign, where nothing that is tested is a
    share."""
    if (found := SIGNED.search(test)) and not people(test):
        yield told(found[0], unit, place)


def told(written: str, unit: str, place: Place) -> Fault:
    """Return the warning of one number, which says what it means and what it was probably meant to be."""
    plain = written.replace("_", "").rstrip().rstrip("%％").rstrip()
    about = {"value": written.strip(), "number": f"{Decimal(plain).scaleb(-2):f}", "plain": plain, "what": WHAT[unit]}
    return Fault(POINTS, place, about, warning=True)
