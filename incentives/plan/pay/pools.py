"""A sum of money shared by points so that the shares add up to it: largest remainder, ties by key."""

from __future__ import annotations

from decimal import Decimal

from incentives.language.tree import (
    ZERO,
    And,
    Arithmetic,
    Call,
    Compare,
    If,
    Labelled,
    Missing,
    Name,
    Node,
    Number,
    Or,
    Round,
    Title,
)
from incentives.plan.columns import Computed, Counted, How, Ranked, RolledUp
from incentives.plan.draft import Draft, Path, guarded, present
from incentives.plan.leavers import not_gone
from incentives.plan.names import inner_name
from incentives.plan.pay.steps import lacking
from incentives.ruleset.pay import Component
from incentives.ruleset.people import Pool
from incentives.ruleset.units import unit_type


def shared(draft: Draft, name: str, component: Component, pool: Pool, path: Path) -> Node:
    """Return the share of a row in the pool of its unit, to the component's decimals; zero where nobody has points.

    Missing for all who share in it where the points of one of them are missing.

    Everybody's exact share is cut off; the cents that are left go, one each, to those who lost most.
    """
    path, decimals = (*path, "pool"), component.decimals
    money, points, everybody = (
        Name(inner_name("pool", name)),
        Name(inner_name("points", name)),
        Name(inner_name("points_of_all", name)),
    )
    cut, rest, given, turn = (Name(inner_name(step, name)) for step in ("cut", "rest", "cut_of_all", "turn"))
    scored = Name(inner_name("scored", name))
    unit = () if pool.within == "company" else (pool.within,)
    kind, cent = unit_type("money", None, decimals), Number(Decimal(1).scaleb(-decimals))

    def step(column: Name, how: How | Node, zh: str, en: str, of: str = "") -> None:
        how = how if isinstance(how, RolledUp | Ranked | Counted) else Computed(how)  # type: ignore[arg-type]
        typed = kind if of == "money" else None
        draft.add(column.name, "part", of, how, path, type=typed, title=Title(zh, en), mode=component.rounding)

    draft_money(draft, name, component, pool, path)
    by, part = draft_part(draft, name, pool, path)
    step(points, If(And((*part, guarded(Compare(">", by, ZERO)))), by, ZERO), "分值", "Points")
    unknown, unknowns = Name(inner_name("points_lack", name)), Name(inner_name("points_lacking", name))
    step(unknown, And((*part, lacking(draft, by))), "分值缺失", "Points are missing", "switch")
    step(unknowns, Counted(unknown.name, unit), "分值缺失的人数", "People whose points are missing", "count")
    known = Name(inner_name("points_known", name))
    step(known, RolledUp(points.name, "sum", within=pool.within), "已有分值合计", "Points that are there")
    step(everybody, If(Compare("=", unknowns, ZERO), known, Missing()), "总分值", "Points of all")
    step(scored, Compare(">", everybody, ZERO), "有人得分", "Somebody has points", "switch")
    share = Arithmetic("/", Arithmetic("*", money, points), everybody)
    exact = Call("min", (money, Round(share, decimals, "down")))
    step(cut, If(Compare(">", everybody, ZERO), exact, ZERO), "份额（舍去零头）", "Share, cut off", "money")
    lost = Arithmetic("-", Arithmetic("*", money, points), Arithmetic("*", cut, everybody))
    step(rest, lost, "舍去部分 × 总分值", "What was cut off × points of all")
    step(given, RolledUp(cut.name, "sum", within=pool.within), "份额合计", "Shares of all")
    step(turn, Ranked(unit, ((rest.name, True),)), "补尾差顺序", "Turn for what is left", "count")
    left = Compare("<=", Arithmetic("*", turn, cent), Arithmetic("-", money, given))
    place = draft.ruleset.place(*path)
    more = Labelled(Arithmetic("+", cut, cent), Title("补尾差", "with one of what is left"), place)
    shares_in = Or((unknown, Compare(">", points, ZERO)))
    return If(shares_in, If(scored, If(left, more, cut), ZERO), ZERO)


def draft_part(draft: Draft, name: str, pool: Pool, path: Path) -> tuple[Name, list[Node]]:
    """Add the points as the policy computes them; with what must hold of who takes part."""
    by = draft.formula(pool.by, (*path, "by"))
    if not isinstance(by, Name):
        own = inner_name("own_points", name)
        draft.add(
            own, "part", "", Computed(by), (*path, "by"), title=Title("分值（按公式）", "Points, by their formula")
        )
        by = Name(own)
    part = list(not_gone(draft))
    if pool.among is not None:
        part.append(guarded(draft.formula(pool.among, (*path, "among"))))
    return by, part


def draft_money(draft: Draft, name: str, component: Component, pool: Pool, path: Path) -> None:
    """Add the column of a unit's pool, at least zero; rows of a unit that do not agree on it are an error."""
    kind, here = unit_type("money", None, component.decimals), (*path, "money")
    own, least, most = inner_name("own_pool", name), inner_name("least_pool", name), inner_name("most_pool", name)
    formula = draft.formula(pool.money, here)
    title, computed = Title("奖金池", "Pool"), Title("奖金池（按公式）", "Pool, by its formula")
    draft.add(own, "part", "money", Computed(formula), here, type=kind, mode=component.rounding, title=computed)
    for column, take in ((least, "min"), (most, "max")):
        draft.add(column, "part", "money", RolledUp(own, take, within=pool.within), here, title=title)
    pooled = If(present(Name(own)), Call("max", (ZERO, Name(own))), Call("max", (ZERO, Name(most))))
    draft.add(inner_name("pool", name), "part", "money", Computed(pooled), here, type=kind, title=title)
    draft.check(name, "pool_differs", guarded(Compare("<", Name(least), Name(most))), here)
