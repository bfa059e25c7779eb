"""Numbers that are shares: `2` where `2%` was meant is reported, since it means 200 %; each kind of share has its
line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pydantic_core import PydanticCustomError

from incentives.faults import Fault, Place
from incentives.ruleset.kinds import number
from incentives.ruleset.lint.stated import percent, stated
from incentives.ruleset.model import Policy
from incentives.ruleset.pay import Component
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.rules import is_signed

SHARES = ("ratio", "rate")
MUCH = ("share_plain", "share_high")  # the codes of these warnings
RATE, SHARE, WHOLE, RAISE, FACTOR = "rate", "share", "whole", "raise", "factor"
# from where on a value of each kind is reported; for a share of the whole, above it
LINES = {RATE: Decimal("0.5"), SHARE: Decimal(10), WHOLE: Decimal(1), RAISE: Decimal(1), FACTOR: Decimal(5)}
WHAT = {
    RATE: {"zh": "费率", "en": "a rate"},
    SHARE: {"zh": "占比", "en": "a share"},
    WHOLE: {"zh": "全体中的占比", "en": "a share of all"},
    RAISE: {"zh": "调整幅度", "en": "an adjustment"},
    FACTOR: {"zh": "乘数", "en": "a factor"},
}
TESTED = re.compile(r"(?<![\w.])[0-9][0-9_]*(?:\.[0-9]+)?(?!\s*[%％\w.])")  # numbers of a test without a percent sign


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a warning for each number whose unit is a share and that is so large that `%` was probably left out."""
    for name, figure in policy.figures.items():
        kind = {"rate": RATE, "ratio": SHARE}.get(figure.unit)
        for day, value in figure.values if kind and figure.range is None else ():
            path: Path = ("figures", name, "value") if day is None else ("figures", name, "value", day.isoformat())
            if kind and isinstance(value, Decimal):
                yield from told(kind, value, path, document)
    for path, value in (*stated(policy), *formulas(policy)):
        kind = kind_of(policy, path)
        if kind and isinstance(value, Decimal):
            yield from told(kind, value, path, document, is_multiple(policy, path))
        elif kind:
            yield from borrowed(policy, kind, str(value), path, document)
    yield from tested(policy, document)


def told(kind: str, value: Decimal, path: Path, document: Document, multiple: bool = False) -> Iterator[Fault]:
    """Yield the warning of one value, if it deserves one; a `multiple` written with its percent sign does not."""
    if not is_much(kind, value):
        return
    signed = is_signed(document.at(path))
    about = {"value": f"{value:f}", "percent": percent(value), "what": WHAT[kind]}
    if not (signed and multiple):
        yield Fault("share_high" if signed else "share_plain", document.place(path), about, warning=True)


def is_much(kind: str, value: Decimal) -> bool:
    """Return whether a value lies on the line of its kind or beyond it."""
    return value > LINES[kind] if kind == WHOLE else value >= LINES[kind]


def kind_of(policy: Policy, path: Path) -> str:
    """Return the kind of share that a stated value is; empty where it is none. Weights are checked where they are
    added up."""
    match path:
        case ("assessment", "least_time") | ("grade", "distribution", "most", _):
            return WHOLE
        case ("pay", _, "by_grade", _):
            return SHARE
        case ("pay", name, "tiers", "rows", _, "to"):
            return SHARE if has_quota(policy.pay[str(name)]) else ""
        case ("pay", _, "tiers" | "rates", "rows", _, "rate") | ("pay", _, "add_rate", _, "then"):
            return RATE
        case ("pay", _, "rate") | ("pay", _, "override", "levels", _) | ("conclusions", _, "then", _, "points"):
            return RATE
        case ("pay", _, "factor", _, "then"):
            return FACTOR
        case ("conclusions", _, "then", _, "by") | ("conclusions", _, "any_of", _, "by"):
            return RAISE
        case ("targets", *_):
            return SHARE
        case _:
            return ""


def has_quota(component: Component) -> bool:
    """Return whether the edges of a component's tiers are shares of a quota."""
    return component.tiers is not None and component.tiers.quota is not None


def is_multiple(policy: Policy, path: Path) -> bool:
    """Return whether a rate may be a multiple of the rate on target, as those of tiers on a quota are."""
    return (
        path[:1] == ("pay",) and path[2:3] == ("tiers",) and path[-1] == "rate" and has_quota(policy.pay[str(path[1])])
    )


def formulas(policy: Policy) -> Iterator[tuple[Path, Decimal | str]]:
    """Yield the shares that stand where a formula may, as far as they are plain numbers or name a figure."""
    for name, component in policy.pay.items():
        if component.rate is not None:
            yield ("pay", name, "rate"), plain(component.rate)
        for level, rate in (component.override.levels if component.override else {}).items():
            yield ("pay", name, "override", "levels", level), rate
    for name, target in policy.targets.items():
        metric = policy.metrics.get(target.metric or name)
        for side, value in (("base", target.base), ("stretch", target.stretch)):
            if value is not None and metric is not None and metric.unit in SHARES:
                yield ("targets", name, side), plain(value)


def plain(text: str) -> Decimal | str:
    """Return a formula that is a number as that number."""
    try:
        return number(text) if text.strip()[-1:] in "%％" else Decimal(text.replace("_", ""))
    except (PydanticCustomError, ArithmeticError):
        return text


def borrowed(policy: Policy, kind: str, name: str, path: Path, document: Document) -> Iterator[Fault]:
    """Yield the warning of a figure that is much for this use of it, and not for its own unit."""
    figure = policy.figures.get(name.removeprefix("figures."))
    if figure is None or figure.unit != "ratio" or figure.range is not None:
        return
    for _, value in figure.values:
        if isinstance(value, Decimal) and is_much(kind, value) and not is_much(SHARE, value):
            about = {"value": f"{name} ({value:f})", "percent": percent(value), "what": WHAT[kind]}
            yield Fault("share_high", document.place(path), about, warning=True)
            return


def tested(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a warning for tests of scores by a ratio whose edges lack a percent sign: `'>= 95'` for 95 %."""
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            source = policy.metrics.get(item.of or name) or policy.columns.get(item.of or name)
            if source is None or source.unit not in SHARES or source.range is not None:
                continue
            for test in item.bands or {}:
                place = document.key_place(("scorecards", card_name, "items", name, "bands", test))
                yield from compared(test, place)


def compared(test: str, place: Place) -> Iterator[Fault]:
    """Yield the warning of the first number of a test that is much for a ratio."""
    for written in TESTED.findall(test):
        value = Decimal(written.replace("_", ""))
        if is_much(SHARE, value):
            yield share_plain(SHARE, value, place)
            return


def share_plain(kind: str, value: Decimal, place: Place) -> Fault:
    """Return the warning of a value that is written without a percent sign."""
    about = {"value": f"{value:f}", "percent": percent(value), "what": WHAT[kind]}
    return Fault("share_plain", place, about, warning=True)
