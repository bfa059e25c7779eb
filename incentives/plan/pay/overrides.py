"""Overrides: pay of a manager by what the people below bring in (C10)."""

from __future__ import annotations

from incentives.language.tree import ZERO, And, Arithmetic, Figure, If, Labelled, Name, Node, Title
from incentives.plan.columns import Below, Computed
from incentives.plan.draft import Draft, Path, guarded
from incentives.plan.names import inner_name
from incentives.plan.pay.steps import lacking
from incentives.plan.scores import total
from incentives.ruleset.people import Override


def overridden(draft: Draft, name: str, override: Override, path: Path) -> Node:
    """Return the sum over the levels of what the people there bring in × the level's rate; zero for who is not
    entitled.

    Missing where what one of them brings in is missing.

    With `once`, what somebody brings in counts for the nearest manager above who is entitled.
    """
    path = (*path, "override")
    of = brought(draft, name, override, path)
    entitled = entitlement(draft, name, override, path)
    lacks = inner_name("brought_lacks", name)
    levels = sorted(int(level) for level in override.levels)
    parts: list[Node] = []
    for level in levels:
        here = (*path, "levels", str(level))
        rate = draft.value(override.levels[str(level)], "rate", here)
        nearer = tuple(one for one in levels if one < level) if override.once and entitled else ()
        how = Below(of, level, entitled, nearer, rate.path if isinstance(rate, Figure) else "", lacks)
        title = Title(f"第 {level} 级下属合计", f"Those {level} level{'s' if level > 1 else ''} below")
        draft.add(inner_name("below", level, name), "part", "money", how, (*path, "of"), title=title,
                  optional=True)  # fmt: skip
        paid = Arithmetic("*", Name(inner_name("below", level, name)), rate)
        parts.append(Labelled(paid, Title(f"第 {level} 级", f"level {level}"), draft.ruleset.place(*here)))
    draft.add(lacks, "part", "switch", Computed(lacking(draft, Name(of))), (*path, "of"),
              title=Title("业绩缺失", "What is brought in is missing"))  # fmt: skip
    return If(Name(entitled), total(parts), ZERO) if entitled else total(parts)


def brought(draft: Draft, name: str, override: Override, path: Path) -> str:
    """Return the column of the amount that each row brings in: the one that is named, or the result of a formula."""
    of = draft.formula(override.of, (*path, "of"))
    if isinstance(of, Name):
        return of.name
    title = Title("计入上级提成的业绩", "Brings in")
    draft.add(inner_name("brought", name), "part", "money", Computed(of), (*path, "of"), title=title)
    return inner_name("brought", name)


def entitlement(draft: Draft, name: str, override: Override, path: Path) -> str:
    """Return the column of who is entitled to be paid; empty where everybody is."""
    if override.entitled is None:
        return ""
    column = inner_name("entitled", name)
    holds = And((guarded(draft.formula(override.entitled, (*path, "entitled"))),))
    title = Title("有权领取", "Entitled")
    draft.add(column, "part", "switch", Computed(holds), (*path, "entitled"), title=title)
    return column
