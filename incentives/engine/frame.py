"""One frame of the plan as one SQL statement: the spine, what it reads, then a CTE a stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from incentives.engine.expression import column_sql, sql_type
from incentives.engine.inputs import Source, figures_join, namer, roll, sources_of
from incentives.language.infer import Scoped, infer
from incentives.language.walk import names_in
from incentives.plan.columns import (
    TRACKING,
    Column,
    Computed,
    Counted,
    Given,
    Past,
    Plan,
    Ranked,
    RolledUp,
    RunningSum,
    grain_of,
)  # fmt: skip
from incentives.tables.periods import a_year

WALK = ("seq", "skipped", "gap")  # of the spine; in the stages `~seq` and so on, which no name of a policy can be


def frame_sql(plan: Plan, frame: str, numbers: Sequence[int] | None = None) -> str:
    """The SELECT that computes a frame; with `numbers`, only rows of those periods leave its last stage."""
    grain = grain_of(frame)
    sources = sources_of(plan, frame, grain)
    stages = plan.frames[frame]
    ctes = [f"`{s.name.strip('`')}` AS (\n  {s.sql}\n)" for s in sources]
    ctes.append(f"s0 AS (\n  {first_stage(plan, frame, sources)}\n)")
    for number, stage in enumerate(stages[1:], start=1):
        ctes.append(f"s{number} AS (\n  {later_stage(plan, grain, stage, number, scope_of(plan, frame))}\n)")
    columns = ", ".join(f"`{c.name}`" for c in plan.columns(frame))
    within = f" WHERE period_no IN ({', '.join(map(str, numbers))})" if numbers is not None else ""
    return "WITH " + ",\n".join(ctes) + f"\nSELECT {columns} FROM s{len(stages) - 1}{within}"


def scope_of(plan: Plan, frame: str) -> dict[str, Scoped]:
    """What a formula of the frame may name: its columns and the policy's figures."""
    scope = {column.name: Scoped(column.type, column.optional) for column in plan.columns(frame)}
    return scope | {figure.path: Scoped(figure.type) for figure in plan.figures}


def first_stage(plan: Plan, frame: str, sources: list[Source]) -> str:
    """The spine joined with all that the frame reads."""
    walk = (*WALK, "around_no") if frame == TRACKING else WALK
    picks = [f"p.`{name}` AS `~{name}`" for name in walk]
    values = {name: sql for source in sources for name, sql in source.columns.items()}
    for column in plan.frames[frame][0]:
        if isinstance(column.how, Given):
            picks.append(f"CAST(p.`{column.name}` AS {sql_type(column.type)}) AS `{column.name}`")
        else:
            picks.append(f"{values[column.name]} AS `{column.name}`")
    joins = "".join(f"\n  LEFT JOIN `{s.name.strip('`')}` ON {s.on}" for s in sources)
    return f"SELECT {', '.join(picks)}\n  FROM `spine_{frame}` p{joins}"


def later_stage(plan: Plan, grain: str, stage: Sequence[Column], number: int, scope: dict[str, Scoped]) -> str:
    """One stage: all columns before it and its own; the policy's figures joined where a formula reads one."""
    own = [expression(column, scope, namer("p"), plan.key) for column in stage]
    read = (name for column in stage if isinstance(column.how, Computed) for name in names_in(column.how.formula))
    join = figures_join(grain, "p") if any("." in name for name in read) else ""
    return f"SELECT p.*, {', '.join(own)}\n  FROM s{number - 1} p{join}"


def expression(column: Column, scope: dict[str, Scoped], name_of: Callable[[str], str], key: str = "") -> str:
    """`<sql> AS <name>` for a column computed from columns of its own frame."""
    match column.how:
        case Computed(formula=formula):
            sql = column_sql(infer(formula, scope), column.scale, column.mode, name_of)
        case Past():
            sql = past(column, column.how, key)
        case Ranked(within=within, order=order):
            by = ", ".join([f"p.`{n}` {'DESC' if down else 'ASC'} NULLS LAST" for n, down in order] + [f"p.`{key}`"])
            sql = f"ROW_NUMBER() OVER (PARTITION BY {units(within)} ORDER BY {by})"
        case Counted(of=of, within=within):
            sql = f"SUM(CASE WHEN p.`{of}` THEN 1 ELSE 0 END) OVER (PARTITION BY {units(within)})"
        case RolledUp(of=of, take=take, within=within):
            window = f" OVER (PARTITION BY {units((within,) if within != 'company' else ())})"
            sql = roll(column, take, f"p.`{of}`", over=window)
        case RunningSum(of=of):
            walk = f"PARTITION BY p.`{key}`, p.`~around_no` ORDER BY p.period_no"
            sql = f"SUM(p.`{of}`) OVER ({walk} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        case how:
            raise AssertionError(f"{column.name}: {how} is read in the first stage")
    if not isinstance(column.how, Computed):
        sql = f"CAST({sql} AS {sql_type(column.type)})"
    return f"{sql} AS `{column.name}`"


def units(within: Sequence[str]) -> str:
    """The partition of a window over one period and unit."""
    return ", ".join(["p.period_no", *(f"p.`{name}`" for name in within)])


def past(column: Column, how: Past, key: str) -> str:
    """A history function as a window. `~seq` skips exempted periods; a period without a row leaves a gap in it."""
    value = f"CASE WHEN NOT p.`~skipped` THEN p.`{how.of}` END"
    walk = f"PARTITION BY p.`{key}` ORDER BY p.`~seq` RANGE BETWEEN"
    match how.function:
        case "prior":
            return f"MAX({value}) OVER ({walk} {how.periods} PRECEDING AND {how.periods} PRECEDING)"
        case "last_year":
            year = a_year(grain_of(column.grain))
            return (
                f"MAX(p.`{how.of}`) OVER (PARTITION BY p.`{key}` ORDER BY p.period_no "
                f"RANGE BETWEEN {year} PRECEDING AND {year} PRECEDING)"
            )
        case "count":
            holds = f"CASE WHEN NOT p.`~skipped` AND p.`{how.of}` THEN 1 ELSE 0 END"
            return f"COALESCE({over_last(f'SUM({holds})', walk, how.periods)}, 0)"
        case "sum":
            return over_last(f"SUM({value})", walk, how.periods)
        case _:
            holds = f"COALESCE(p.`{how.of}`, FALSE)"
            ends = f"WHEN NOT {holds} THEN p.`~seq` WHEN p.`~gap` THEN p.`~seq` - 1"
            broken = f"CASE WHEN p.`~skipped` THEN NULL {ends} END"
            run = f"PARTITION BY p.`{key}` ORDER BY p.period_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
            return f"CASE WHEN p.`~skipped` OR NOT {holds} THEN 0 ELSE p.`~seq` - MAX({broken}) OVER ({run}) END"


def over_last(aggregate: str, walk: str, periods: int) -> str:
    """An aggregate over the last `periods` that are not exempted; an exempted row looks at those before it."""
    before = f"{aggregate} OVER ({walk} {periods} PRECEDING AND 1 PRECEDING)"
    now = f"{aggregate} OVER ({walk} {periods - 1} PRECEDING AND CURRENT ROW)"
    return f"CASE WHEN p.`~skipped` THEN {before} ELSE {now} END"
