"""The type of every part of a formula: ranges and decimals, what must be present, and every fault there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from incentives.language import ranges as r
from incentives.language import tree as t
from incentives.language.comparison import comparable, one_of_two
from incentives.language.flaws import FIGURES, FormulaError, near_figure, nearest
from incentives.language.guards import facts_of, is_nonzero
from incentives.language.means import mean_bounds
from incentives.language.own import own_text
from incentives.language.quotients import absolute, carries, together
from incentives.language.ranges import Ratio
from incentives.language.typed import (  # fmt: skip
    Around,
    Scoped,
    Typed,
    check_division,
    fits,
    made,
    number,
    one_tax,
    settled,
    truth,
)
from incentives.language.types import (
    MOST_DIGITS,
    AnyType,
    DayType,
    NumberType,
    TextType,
    TruthType,
    Type,
)  # fmt: skip
from incentives.language.write import write

__all__ = ["Scoped", "Typed", "column_type", "infer"]


def infer(node: t.Node, scope: Mapping[str, Scoped]) -> Typed:
    """The typed tree of a formula whose names and figure paths `scope` knows. Raises FormulaError with every fault.

    A division stays exact (`ratio`) until a rounding; only what other periods are asked for has to be rounded first.
    """
    around = Around(scope)
    typed = _infer(node, around)
    if around.flaws:
        raise FormulaError(around.flaws)
    return typed


def column_type(typed: Typed, scale: int, mode: str = "half_up") -> Type:
    """The type of a column that holds the result, a number rounded to `scale` decimals. FormulaError past 38 digits."""
    if not isinstance(typed.type, NumberType):
        return typed.type
    around = Around({})
    check_division(typed, scale, mode, around)
    kind = fits(typed.node, r.rounded(typed.type, scale), around)
    if around.flaws:
        raise FormulaError(around.flaws)
    return kind


def _infer(node: t.Node, around: Around) -> Typed:
    typed = _typed(node, around)
    if isinstance(typed.type, NumberType) and node in around.facts.bounds:
        return replace(typed, type=r.narrowed(typed.type, *around.facts.bounds[node]))
    return typed


def _typed(node: t.Node, around: Around) -> Typed:
    match node:
        case t.Number(value=value):
            return Typed(node, fits(node, r.of_value(value), around))
        case t.Text():
            return Typed(node, TextType())
        case t.Truth():
            return Typed(node, TruthType())
        case t.Day():
            return Typed(node, DayType())
        case t.Missing():
            return Typed(node, AnyType(), missing=True)
        case t.Name(name=name) | t.Figure(path=name):
            return _name(node, name, around)
        case t.Exact():
            return _exact(node, around)
        case t.Negate():
            return _negate(node, around)
        case t.Arithmetic():
            return _arithmetic(node, around)
        case t.Compare():
            return _compare(node, around)
        case t.And(parts=parts) | t.Or(parts=parts):
            return _chain(node, parts, around)
        case t.Not(of=of):
            part = _infer(of, around)
            truth(part, around)
            return made(node, TruthType(), part)
        case t.If():
            return _choose(node, around)
        case t.Cases():
            return _cases(node, around)
        case t.In():
            return _within(node, around)
        case t.Range():
            return made(node, AnyType(), *(_infer(end, around) for end in t.children(node)))
        case t.Call():
            return _history(node, around) if t.is_history(node) else _call(node, around)
        case t.Round():
            return _round(node, around)
        case t.Labelled(of=of):
            part = _infer(of, around)
            return made(node, part.type, part, ratio=part.ratio)


def _name(node: t.Node, name: str, around: Around) -> Typed:
    known = around.scope.get(name)
    if known is None:
        figures = [path for path in around.scope if path.startswith(FIGURES)]
        is_figure = name.startswith(FIGURES)
        likely = near_figure(name, figures) if is_figure else nearest(name, list(around.scope))
        code = "name_close" if likely else "figure_undeclared" if is_figure else "name_unknown"
        around.flaw(code, node, name=name, likely=likely, known=", ".join(sorted(figures)) or "–")
        return Typed(node, AnyType())
    needs = frozenset({name}) if known.missing and name not in around.facts.present else frozenset[str]()
    return Typed(node, known.type, (), needs)


def _exact(node: t.Exact, around: Around) -> Typed:
    """A column before it is rounded, which lies where the column does; it is there where the column is."""
    shown = _name(t.Name(node.name, span=node.span), node.name, around)
    over, under = _infer(node.over, around), _infer(node.under, around)
    if not all(isinstance(part.type, NumberType) for part in (shown, over, under)):
        return replace(shown, node=node)
    assert isinstance(shown.type, NumberType)
    ratio = None if node.under == t.ONE else Ratio(over.as_ratio.over, under.as_ratio.over, write(node.under))
    kind = r.quotient(ratio) if ratio else over.type
    assert isinstance(kind, NumberType)
    kind = replace(r.narrowed(kind, shown.type.low, shown.type.high), tax=shown.type.tax)
    return Typed(node, kind, (over, under), shown.needs, ratio=ratio)


def _negate(node: t.Negate, around: Around) -> Typed:
    part = _infer(node.of, around)
    kind = number(part, around)
    if kind is None:
        return made(node, AnyType(), part)
    ratio = replace(part.ratio, over=r.negated(part.ratio.over)) if part.ratio else None
    return made(node, r.negated(kind), part, ratio=ratio)


def _arithmetic(node: t.Arithmetic, around: Around) -> Typed:
    if _hyphenated(node, around):
        return Typed(node, AnyType())
    left, right = _infer(node.left, around), _infer(node.right, around)
    a, b = number(left, around), number(right, around)
    if a is None or b is None:
        return made(node, AnyType(), left, right)
    if node.op != "*":
        one_tax(node, left, right, around)
    if node.op == "/":
        return _divide(node, left, right, around)
    if node.op != "*" and carries(left, right):
        return together(node, node.op, (left, right), around)
    if node.op == "*" and carries(left, right):
        one, two = left.as_ratio, right.as_ratio
        by = "|".join(sorted(filter(None, (one.by, two.by))))
        ratio = Ratio(r.multiplied(one.over, two.over), r.multiplied(one.under, two.under), by)
        return _ratio(node, replace(r.multiplied(a, b), scale=r.QUOTIENT_SCALE), ratio, (left, right), around)
    kind = {"+": r.added, "-": lambda x, y: r.added(x, r.negated(y)), "*": r.multiplied}[node.op](a, b)
    if node.op != "*" and r.common_digits(a, b) > MOST_DIGITS:
        around.flaw("too_many_digits", node, digits=r.common_digits(a, b), most=MOST_DIGITS)
    return made(node, fits(node, kind, around), left, right)


def _hyphenated(node: t.Arithmetic, around: Around) -> bool:
    """Return whether `new-customers` was written for a name that has an underscore; notes the fault."""
    match node:
        case t.Arithmetic(op="-", left=t.Name(name=a), right=t.Name(name=b)):
            joined = f"{a}_{b}"
            if a not in around.scope and b not in around.scope and joined in around.scope:
                around.flaw("name_close", node, name=f"{a}-{b}", likely=joined)
                return True
        case _:
            pass
    return False


def _divide(node: t.Arithmetic, left: Typed, right: Typed, around: Around) -> Typed:
    if not is_nonzero(right, around.facts):
        code = "divisor_zero_figure" if isinstance(right.node, t.Figure) else "divisor_zero"
        around.flaw(code, node, divisor=own_text(right.node))
        return made(node, AnyType(), left, right)
    one, two = left.as_ratio, right.as_ratio
    by = "|".join(sorted(filter(None, (one.by, write(right.node)))))
    if one.by and one.by == two.by:
        ratio = Ratio(one.over, two.over, f"numerator of {by}")
    else:
        ratio = Ratio(r.multiplied(one.over, two.under), r.multiplied(one.under, two.over), by)
    bounds = mean_bounds(left, right) or (None, None)
    return _ratio(node, r.narrowed(r.quotient(ratio), *bounds), ratio, (left, right), around)


def _ratio(node: t.Node, kind: NumberType, ratio: Ratio, parts: tuple[Typed, ...], around: Around) -> Typed:
    """A carried division, whose numerator and denominator have to fit."""
    fits(node, ratio.over, around)
    fits(node, ratio.under, around)
    return made(node, kind, *parts, ratio=ratio)


def _compare(node: t.Compare, around: Around) -> Typed:
    left, right = _infer(node.left, around), _infer(node.right, around)
    comparable(node, node.op, left, right, around)
    return made(node, TruthType(), left, right)


def _chain(node: t.Node, parts: tuple[t.Node, ...], around: Around) -> Typed:
    """`and`, `or`: each part counts only where those before it are true, or false. SQL may compute it all the same, so
    that bounds are not carried over."""
    typed: list[Typed] = []
    for part in parts:
        typed.append(_infer(part, around))
        truth(typed[-1], around)
        around = around.knowing(facts_of(typed[-1], isinstance(node, t.And)).unbounded())
    return made(node, TruthType(), *typed)


def _choose(node: t.If, around: Around) -> Typed:
    when = _infer(node.when, around)
    truth(when, around)
    then = _infer(node.then, around.knowing(facts_of(when, True)))
    otherwise = _infer(node.otherwise, around.knowing(facts_of(when, False)))
    kind, ratio = one_of_two(node, then, otherwise, around)
    typed = made(node, kind, when, then, otherwise, ratio=ratio)
    # only the branch that is taken is read: what the branches need makes the result missing there, not everywhere
    return replace(typed, needs=when.needs, missing=typed.missing or bool(then.needs | otherwise.needs))


def _cases(node: t.Cases, around: Around) -> Typed:
    """As nested `if`s, without the nesting."""
    parts: list[Typed] = []
    for when, then in zip(node.whens, node.thens, strict=True):
        condition = _infer(when, around)
        truth(condition, around)
        parts += [condition, _infer(then, around.knowing(facts_of(condition, True)))]
        around = around.knowing(facts_of(condition, False))
    parts.append(found := _infer(node.otherwise, around))
    for then, typed in zip(reversed(node.thens), parts[-2::-2], strict=True):
        kind, ratio = one_of_two(then, typed, found, around)
        found = Typed(then, kind, ratio=ratio)
    first, *others = parts
    missing = any(part.missing for part in parts) or any(part.needs for part in others)
    ratio = replace(found.ratio, by=f"denominator of {write(node)}") if found.ratio else None
    return Typed(node, found.type, tuple(parts), first.needs, missing, ratio)


def _within(node: t.In, around: Around) -> Typed:
    of = _infer(node.of, around)
    return made(node, TruthType(), of, *(_test(test, of, around) for test in node.tests))


def _test(test: t.Node, of: Typed, around: Around) -> Typed:
    if isinstance(test, t.Not):
        return made(test, TruthType(), _test(test.of, of, around))
    typed = _infer(test, around)
    if not isinstance(test, t.Range):
        comparable(test, "=", of, typed, around)
        return typed
    for end in typed.parts:
        comparable(test, "<=", of, end, around)
    match typed.parts:
        case (Typed(type=NumberType() as low), Typed(type=NumberType() as high)) if low.low > high.high:
            around.flaw("range_empty", test)
    return typed


def _round(node: t.Round, around: Around) -> Typed:
    part = _infer(node.of, around)
    kind = number(part, around)
    if kind is None:
        return made(node, AnyType(), part)
    check_division(part, node.scale, node.mode, around)
    if part.ratio or node.scale < kind.scale:
        kind = fits(node, r.rounded(kind, node.scale), around)
    return made(node, kind, part)


def _call(node: t.Call, around: Around) -> Typed:
    parts = tuple(_infer(arg, around) for arg in node.args)
    if node.name == "present":
        if not isinstance(node.args[0], t.Name | t.Figure):
            around.flaw("present_of", node)
        return Typed(node, TruthType(), parts)
    kinds = [kind for part in parts if (kind := number(part, around))]
    if len(kinds) < len(parts):
        return made(node, AnyType(), *parts)
    if node.name in {"floor", "ceiling"}:
        check_division(parts[0], 0, "half_up", around)
        return made(node, r.rounded(kinds[0], 0), *parts)
    if node.name == "abs" and carries(*parts):
        return absolute(node, parts[0])
    if node.name == "abs":
        return made(node, r.absolute(kinds[0]), *parts)
    for part in parts[1:]:
        one_tax(node, parts[0], part, around)
    if carries(*parts):
        return together(node, node.name, parts, around)
    kind = reduce({"min": r.least, "max": r.greatest, "sum": r.added}[node.name], kinds)
    return made(node, fits(node, kind, around), *parts)


def _history(node: t.Call, around: Around) -> Typed:
    """A function over periods; what is known of this period tells nothing about the others."""
    earlier = around.forgetting()
    if node.name in {"standing", "concluded"}:
        if not isinstance(node.args[0], t.Text):
            around.flaw("standing_of", node, function=node.name)
        return Typed(node, TruthType(), tuple(_infer(arg, earlier) for arg in node.args))
    first = _infer(node.args[0], earlier)
    if node.name in {"streak", "count"}:
        truth(first, around)
        most = t.MOST_PERIODS if node.name == "streak" else _periods(node.args[1], around)
        rest = tuple(_infer(arg, earlier) for arg in node.args[1:])
        return Typed(node, NumberType(Decimal(0), Decimal(most), 0), (first, *rest))
    if node.name == "sum":
        kind = settled(first, around)
        total = r.multiplied(kind, r.of_value(Decimal(_periods(node.args[1], around)))) if kind else AnyType()
        many = fits(node, r.joined(kind, total), around) if kind and isinstance(total, NumberType) else total
        return Typed(node, many, (first, _infer(node.args[1], earlier)))
    return _earlier(node, first, around)


def _earlier(node: t.Call, first: Typed, around: Around) -> Typed:
    """`prior(x, otherwise, n)` and `last_year(x, otherwise)`: a value of x, or the other where there is none."""
    for arg in node.args[2:]:
        _periods(arg, around)
    rest = tuple(_infer(arg, around) for arg in node.args[1:])
    for part in (first, *rest):
        if part.ratio:
            around.flaw("division_inside", part.node)
    if not rest:
        return Typed(node, first.type, (first,), missing=True)
    kind, _ = one_of_two(node, first, rest[0], around)
    return Typed(node, kind, (first, *rest), rest[0].needs, rest[0].missing)


def _periods(node: t.Node, around: Around) -> int:
    """A number of periods, which has to be written out."""
    periods = t.periods_of(node)
    if periods is None:
        around.flaw("periods_constant", node, most=t.MOST_PERIODS)
    return periods or 1
