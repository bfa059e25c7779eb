"""The paid part of an amount by the end of a period, as formulas over the state of its order or of its period.

Names: `amount` is the earnings; `worth` is the value of the order or orders; `come` is the part of that received (or
vested). `held` is the share held back. `late`, `returned` and `left` say whether that day has come. `gone` and `term`
are the days to the return and those in which it counts. `due` is the part due of the amount; `turn` and `parts` are
those of the instalments.
"""

from __future__ import annotations

from decimal import Decimal

from incentives.language.tree import ONE, ZERO, And, Arithmetic, Call, Compare, If, Name, Node, Not, Number
from incentives.language.types import NumberType, TruthType, Type
from incentives.plan.columns import Terms
from incentives.ruleset.units import unit_type

SHARE = NumberType(Decimal(0), Decimal(1), 4)
DAYS = NumberType(Decimal(0), Decimal(9999), 0)
TERM = NumberType(Decimal(1), Decimal(9999), 0)
PARTS = NumberType(Decimal(1), Decimal(120), 0)
TRUTH, MONEY = TruthType(), unit_type("money")
STATE: dict[str, Type] = {
    "amount": MONEY, "worth": MONEY, "come": MONEY, "held": SHARE, "gone": DAYS, "term": TERM, "parts": PARTS,
    "turn": TERM, "late": TRUTH, "returned": TRUTH, "left": TRUTH, "due": MONEY,
}  # fmt: skip
AMOUNT, WORTH, COME, LEFT, DUE = (Name(name) for name in ("amount", "worth", "come", "left", "due"))


def collects(terms: Terms) -> bool:
    """Return whether anything depends on the cash that has come in."""
    return bool(terms.hold_back or terms.after)


def of_order(terms: Terms) -> Node:
    """Return what is due of an amount by the state of its order; an order worth nothing or less vests at once.

    Held back is the share `held` of what has not come in, released on leaving; once `late`, all of that is missing.
    """
    due: Node = AMOUNT
    if terms.hold_back:
        held = Arithmetic("*", Name("held"), Arithmetic("-", WORTH, COME))
        due = by_cash(Arithmetic("*", AMOUNT, Arithmetic("-", ONE, Name("held"))), Arithmetic("-", WORTH, held))
        due = If(LEFT, AMOUNT, due) if terms.on_leaving == "released" else due
    if terms.after:
        due = If(Name("late"), by_cash(ZERO, COME), due)
    if collects(terms):
        due = If(Compare(">", WORTH, ZERO), due, AMOUNT)
    if terms.within:
        part = Arithmetic("/", Arithmetic("*", due, Name("gone")), Name("term")) if terms.by_days else ZERO
        due = If(Name("returned"), part, due)
    return due


def by_cash(none: Node, vested: Node) -> Node:
    """Return the amount where all has come in, `none` where nothing has, else × what of the worth has `vested` ÷ worth.

    The first two are the usual ones, and need no division.
    """
    part = Arithmetic("/", Arithmetic("*", AMOUNT, vested), WORTH)
    return If(Compare(">=", COME, WORTH), AMOUNT, If(Compare("<=", COME, ZERO), none, part))


def of_period() -> Node:
    """Return what is due of a period's amount, `come` of its orders' `worth` having vested; all of it where there
    are none."""
    return If(Compare(">", WORTH, ZERO), Arithmetic("/", Arithmetic("*", AMOUNT, COME), WORTH), AMOUNT)


def in_parts(terms: Terms, scale: int) -> Node:
    """Return what is paid of `due` by its turn, in equal parts; the units left over go to the first ones. A negative
    amount is paid at once, and on leaving all of it where that is released."""
    if not terms.instalments:
        return DUE
    turn, parts = Name("turn"), Name("parts")
    units = Arithmetic("*", DUE, Number(Decimal(10) ** scale))
    each = Call("floor", (Arithmetic("/", units, parts),))
    over = Arithmetic("-", units, Arithmetic("*", parts, each))
    paid = Arithmetic("+", Arithmetic("*", turn, each), Call("min", (turn, over)))
    spread: tuple[Node, ...] = (Compare(">", DUE, ZERO), Compare("<", turn, parts))
    if terms.on_leaving == "released":
        spread = (Not(LEFT), *spread)
    return If(And(spread), Arithmetic("*", paid, Number(Decimal(1).scaleb(-scale))), DUE)
