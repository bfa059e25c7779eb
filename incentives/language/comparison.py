"""Whether two values go together: compared with each other, or as the two branches that a value comes from."""

from __future__ import annotations

from incentives.language import ranges as r
from incentives.language import tree as t
from incentives.language.own import own_text
from incentives.language.ranges import Ratio
from incentives.language.typed import KINDS, Around, Typed, fits, one_tax
from incentives.language.types import MOST_DIGITS, AnyType, ChoiceType, NumberType, TruthType, Type
from incentives.language.write import quoted, write


def comparable(node: t.Node, op: str, left: Typed, right: Typed, around: Around) -> None:
    """Notes a fault where `left op right` means nothing."""
    if isinstance(left.type, AnyType) or isinstance(right.type, AnyType):
        return
    if isinstance(left.type, NumberType) and isinstance(right.type, NumberType):
        one_tax(node, left, right, around)
        one, two, _ = r.common(left.as_ratio, right.as_ratio)
        digits = r.common_digits(one, two)
        if digits > MOST_DIGITS:
            around.flaw("too_many_digits", node, digits=digits, most=MOST_DIGITS)
    elif isinstance(left.type, ChoiceType) or isinstance(right.type, ChoiceType):
        if not _same_choice(node, left, right, around):
            return
        if op not in {"=", "!="}:
            around.flaw("no_order", node, sign=op)
    elif type(left.type) is not type(right.type):
        _different(node, left, right, around)
    elif isinstance(left.type, TruthType) and op not in {"=", "!="}:
        around.flaw("no_order", node, sign=op)


def _different(node: t.Node, left: Typed, right: Typed, around: Around) -> None:
    (left_zh, left_en), (right_zh, right_en) = KINDS[type(left.type)], KINDS[type(right.type)]
    around.flaw(
        "types_differ", node, left=own_text(left.node), left_zh=left_zh, left_en=left_en,
        right=own_text(right.node), right_zh=right_zh, right_en=right_en,
    )  # fmt: skip


def _same_choice(node: t.Node, left: Typed, right: Typed, around: Around) -> bool:
    """Return whether two values, one of which is of a closed list, are of the same; a text has to be on its list."""
    if left.type == right.type:
        return True
    choice, other = (left.type, right) if isinstance(left.type, ChoiceType) else (right.type, left)
    if not isinstance(choice, ChoiceType) or not isinstance(other.node, t.Text):
        _different(node, left, right, around)
        return False
    if other.node.value not in choice.values:
        values = ", ".join(quoted(value) for value in choice.values)
        around.flaw("not_in_choice", other.node, value=other.node.value, choice=choice.name, values=values)
        return False
    return True


def one_of_two(node: t.Node, one: Typed, two: Typed, around: Around) -> tuple[Type, Ratio | None]:
    """The type of a value that comes from one of two branches."""
    a, b = one.type, two.type
    if isinstance(a, AnyType):
        return b, two.ratio
    if isinstance(b, AnyType):
        return a, one.ratio
    if isinstance(a, NumberType) and isinstance(b, NumberType):
        one_tax(node, one, two, around)
        if not one.ratio and not two.ratio:
            return fits(node, r.joined(a, b), around), None
        over = fits(node, r.joined(one.as_ratio.over, two.as_ratio.over), around)
        under = fits(node, r.joined(one.as_ratio.under, two.as_ratio.under), around)
        by = one.as_ratio.by if one.as_ratio.by == two.as_ratio.by else f"denominator of {write(node)}"
        return r.joined(a, b), Ratio(over, under, by)
    if isinstance(a, ChoiceType) or isinstance(b, ChoiceType):
        _same_choice(node, one, two, around)
        return (a if isinstance(a, ChoiceType) else b), None
    if type(a) is not type(b):
        _different(node, one, two, around)
        return AnyType(), None
    return a, None
