"""Draws: advances on pay, their recovery, and the balance between periods (C10)."""

from __future__ import annotations

from dataclasses import replace

from incentives.language.tree import ZERO, And, Arithmetic, Call, Compare, If, Name, Node, Title
from incentives.plan.columns import Before, Computed
from incentives.plan.draft import Draft, Path, present
from incentives.plan.names import balance_of, inner_name
from incentives.plan.pay.steps import GONE, IN_FORCE, LAST, OWED, SHARE, counted, named, paying, titled, where
from incentives.plan.scores import total
from incentives.ruleset.draws import Draw


def draft_draws(draft: Draft) -> None:
    """Pay each draw: the amount that it tops up or lends, less the recovery of earlier advances."""
    for name, component in draft.ruleset.policy.pay.items():
        if component.draw is not None:
            advance(draft, name, component.draw)


def advance(draft: Draft, name: str, draw: Draw) -> None:
    """Make the amount of a draw its column; add the advance, the recovery, and the balance that reports show."""
    path: Path = ("pay", name)
    paid = paying(draft, name)
    column = draft.columns[draft.grain, paid.name]
    amount = named(draft, column, inner_name("amount", name), Title("预支额度", "Amount of the draw"))
    earned = Name(inner_name("against", name))
    parts = total([counted(draft, Name(one)) for one in draw.against])
    draft.add(earned.name, "part", "money", Computed(parts), (*path, "draw", "against"),
              title=Title("可抵扣的所得", "Earned against it"))  # fmt: skip
    drawn, known = Name(inner_name("drawn", name)), And((present(amount), present(earned)))
    draft.add(drawn.name, "part", "money", Computed(where(known, drawn_now(draw, amount, earned))), path,
              type=column.type, mode=column.mode, title=Title("本期预支", "Drawn in the period"))  # fmt: skip
    if not draw.recoverable:
        draft.columns[draft.grain, paid.name] = replace(column, how=Computed(where(IN_FORCE, drawn)))
        return
    before, balance = Name(inner_name("balance_before", name)), balance_of(name)
    draft.add(before.name, "part", "money", Before(balance), path, type=OWED,
              title=Title("上期预支余额", "Balance before"))  # fmt: skip
    owed = brought_in(draft, name, draw.brought, before)
    back = Name(inner_name("recovered", name))
    draft.add(back.name, "part", "money", Computed(recovered(draft, draw, path, amount, earned, owed, drawn)), path,
              type=column.type, mode=column.mode, title=Title("本期扣回", "Paid back in the period"))  # fmt: skip
    now = where(And((IN_FORCE, present(drawn))), Arithmetic("-", drawn, back))
    draft.columns[draft.grain, paid.name] = replace(column, how=Computed(now))
    left: Node = If(present(drawn), Arithmetic("-", Arithmetic("+", owed, drawn), back), owed)
    left = If(LAST, ZERO, left) if draw.on_leaving == "forgiven" else left
    draft.add(balance, "balance", "money", Computed(where(IN_FORCE, left)), path, item=name,
              title=titled(draft, name, "（预支余额）", ", balance"))  # fmt: skip


def brought_in(draft: Draft, name: str, stated: str | None, before: Name) -> Node:
    """Return what is owed from before: the balance, and what is brought in from outside in the period."""
    if stated is None:
        return before
    path, brought = ("pay", name, "draw", "brought"), Name(inner_name("brought", name))
    value = Call("max", (ZERO, draft.value(stated, "money", path)))
    draft.add(brought.name, "part", "money", Computed(value), path, title=Title("转入的预支余额", "Balance brought in"))
    return Arithmetic("+", before, If(present(brought), brought, ZERO))


def drawn_now(draw: Draw, amount: Name, earned: Name) -> Node:
    """Return the advance of the period: the loan, or the difference up to the amount; zero after leaving."""
    now: Node = amount
    if draw.as_ == "top_up":
        now = If(Compare(">", amount, ZERO), Call("max", (ZERO, Arithmetic("-", amount, earned))), ZERO)
    return If(GONE, ZERO, now)


def recovered(draft: Draft, draw: Draw, path: Path, amount: Name, earned: Name, owed: Node, drawn: Name) -> Node:
    """Return the recovery of what is owed from before, at most a share of what was earned (beyond a top-up's amount).

    In the last period all of a balance that is then due.
    """
    share = draft.value(draw.recover, "ratio", (*path, "draw", "recover"), SHARE)
    beyond = Arithmetic("-", earned, amount) if draw.as_ == "top_up" else earned
    most = Arithmetic("*", Call("max", (ZERO, beyond)), share)
    usual = If(And((present(amount), present(earned), Compare(">", most, ZERO))), Call("min", (owed, most)), ZERO)
    if draw.on_leaving == "forgiven":
        return usual
    everything = If(present(drawn), Arithmetic("+", owed, drawn), owed)
    return If(LAST, everything, usual)
