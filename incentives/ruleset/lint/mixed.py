"""Figures of a share where points, money or counts stand, and the other way round: 95 % as an edge of a total of points
means 0.95 of a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from incentives.faults import Fault, Place
from incentives.ruleset.lint.percents import RATE, SHARES, formulas, is_much, kind_of
from incentives.ruleset.lint.percents import WHAT as SHARE_WHAT
from incentives.ruleset.lint.points import WHAT, in_points, unit_at
from incentives.ruleset.lint.stated import percent, stated
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path

LEAST = Decimal(10)  # a share written without its percent sign is seldom less
BOUNDS = ("cap", "floor", "cap_each", "floor_each", "cap_year", "floor_year")
RATIO = {"ratio": {"zh": "占比", "en": "a share"}, "rate": SHARE_WHAT[RATE]}


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a warning for each figure that is named where a value of another kind stands."""
    for path, value in (*stated(policy), *formulas(policy), *bounds(policy)):
        name = str(value).removeprefix("figures.")
        figure = policy.figures.get(name) if isinstance(value, str) else None
        if figure is None or figure.range is not None:
            continue
        values = [one for _, one in figure.values if isinstance(one, Decimal)]
        place, kind = document.place(path), kind_of(policy, path)
        wanted = "money" if path[-1] in BOUNDS and path[0] == "pay" else unit_at(policy, path)
        if wanted and figure.unit in SHARES and (wanted != "score" or in_points(policy)):
            yield in_shares(name, figure.unit, values, wanted, place)
        elif kind and figure.unit in WHAT and any(is_much(kind, one) for one in values):
            yield in_plain(name, figure.unit, values, "rate" if kind == RATE else "ratio", place)


def bounds(policy: Policy) -> Iterator[tuple[Path, str]]:
    """Yield the bounds of pay that name a figure."""
    for name, component in policy.pay.items():
        for key in BOUNDS:
            text = getattr(component, key, None)
            if isinstance(text, str) and text.strip().startswith("figures."):
                yield ("pay", name, key), text.strip()


def in_shares(name: str, unit: str, values: Sequence[Decimal], wanted: str, place: Place) -> Fault:
    """Return the warning of a share where no share stands."""
    plain = [f"{(value * 100).normalize():f}" for value in values]
    about = {
        "name": f"figures.{name}",
        "has": RATIO[unit],
        "wants": WHAT[wanted],
        "value": ", ".join(f"{one}%" for one in plain),
        "means": ", ".join(f"{value:f}" for value in values),
        "plain": ", ".join(plain),
        "unit": wanted,
    }
    return Fault("figure_mixed", place, about, warning=True)


def in_plain(name: str, unit: str, values: Sequence[Decimal], wanted: str, place: Place) -> Fault:
    """Return the warning of points, money or counts where a share stands."""
    about = {
        "name": f"figures.{name}",
        "has": WHAT[unit],
        "wants": RATIO[wanted],
        "value": ", ".join(f"{value:f}" for value in values),
        "means": ", ".join(percent(value) for value in values),
        "plain": ", ".join(f"{value:f}%" if value >= LEAST else percent(value).replace(" ", "") for value in values),
        "unit": wanted,
    }
    return Fault("figure_mixed", place, about, warning=True)
