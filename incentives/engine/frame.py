"""One frame of the plan as one SQL statement, or as a few: the spine, its sources, then a CTE a stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from incentives.engine.division import sql_type
from incentives.engine.expression import column_sql
from incentives.engine.inputs import roll, sources_of
from incentives.engine.order import ordering
from incentives.engine.source import AROUND, GAP, SEQ, SKIPPED, WALK, Source, figures_join, namer, read_table, scope_of
from incentives.engine.team import below_join, below_sql
from incentives.engine.timing import paid_cte, paid_ctes, vested, vesting
from incentives.language.infer import Scoped, infer
from incentives.language.walk import names_in
from incentives.plan.columns import (
    TRACKING,
    Below,
    Column,
    Computed,
    Counted,
    Given,
    Past,
    Plan,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Vested,
    grain_of,
)  # fmt: skip
from incentives.plan.graph import reads_of
from incentives.plan.leavers import GONE
from incentives.plan.phases import WINDOWS, following
from incentives.plan.phases import late_columns as late_of
from incentives.tables.periods import a_year, year_begins_sql


def frame_sql(plan: Plan, frame: str) -> str:
    """Return the SELECT that computes a frame as a whole."""
    columns = ", ".join(f"`{c.name}`" for c in plan.columns(frame))
    return f"SELECT {columns}\nFROM (\n{early_sql(plan, frame, frozenset())}\n)"


def counting(plan: Plan, frame: str) -> dict[str, str]:
    """Return the tables that a frame's statement reads, and their SQL: sources that also count the rows of a table,
    and what vests of orders."""
    sources = sources_of(plan, frame, grain_of(frame), plan.frames[frame][0])
    return {read_table(frame, source): source.sql for source in sources if source.counts} | vesting(plan, frame)


def early_sql(plan: Plan, frame: str, late: Set[str]) -> str:
    """Return the SELECT of a frame without its `late` columns; with what these walk along."""
    kept = [[c for c in stage if c.name not in late] for stage in plan.frames[frame]]
    sources = sources_of(plan, frame, grain_of(frame), kept[0])
    stages = [kept[0], *(stage for stage in kept[1:] if stage)]
    first = first_stage(frame, sources, stages[0])
    return staged(plan, frame, sources, first, stages[1:]) + f"\nSELECT * FROM s{len(stages) - 1}"


def late_sql(plan: Plan, frame: str, late: Set[str], early: str) -> str:
    """Return the SELECT of a frame's late columns, with key and period, over the relation of the early ones."""
    gathered, *stages = restaged(plan, frame, late)
    sources = sources_of(plan, frame, grain_of(frame), gathered)
    picks = "".join(f", {sql} AS `{name}`" for source in sources for name, sql in source.columns.items())
    first = f"SELECT p.*{picks}\n  FROM {early} p{joined(sources)}"
    columns = ", ".join(f"`{name}`" for name in (plan.key, "period_no", *sorted(late)))
    return staged(plan, frame, sources, first, stages) + f"\nSELECT {columns} FROM s{len(stages)}"


def restaged(plan: Plan, frame: str, names: Set[str]) -> list[list[Column]]:
    """Return the columns of these names in the fewest stages, since all others are known from the start. The windows
    of a stage share one order of the rows; the first stage is the gathered columns."""
    gathered = {column.name for column in plan.frames[frame][0]}
    columns = [column for column in plan.columns(frame) if column.name in names]
    stage: dict[str, int] = {}
    for column in columns:
        before = max((stage[name] for of, name in reads_of(column) if of == frame and name in stage), default=0)
        stage[column.name] = 0 if column.name in gathered else before + 1
    last = max(stage.values(), default=0)
    return [[column for column in columns if stage[column.name] == number] for number in range(last + 1)]


def read_by(plan: Plan, frame: str, names: Set[str]) -> set[str]:
    """Return the columns of a frame that these are computed from, without these."""
    read = (reads_of(column) for column in plan.columns(frame) if column.name in names)
    return {name for reads in read for of, name in reads if of == frame} - names


def late_columns(plan: Plan, frame: str) -> frozenset[str]:
    """Return the columns of a frame that read conclusions, or columns that do."""
    return late_of(plan.columns(frame))


def walking_columns(plan: Plan, frame: str) -> frozenset[str]:
    """Return the columns of a frame that read other periods or the rows of a team, or columns that do."""
    return following(plan.columns(frame), (*WINDOWS, Below))


def staged(plan: Plan, frame: str, sources: list[Source], first: str, stages: Sequence[Sequence[Column]]) -> str:
    """Return the CTEs of a frame: its sources, the first stage, then one a stage."""
    read = {s.name: f"SELECT * FROM `{read_table(frame, s)}`" if s.counts else s.sql for s in sources}
    ctes = [f"`{name.strip('`')}` AS (\n  {sql}\n)" for name, sql in read.items()]
    ctes.append(f"s0 AS (\n  {first}\n)")
    for number, stage in enumerate(stages, start=1):
        ctes += [f"{paid_cte(name)} AS (\n  {sql}\n)" for name, sql in paid_ctes(plan, frame, stage, number).items()]
        ctes.append(f"s{number} AS (\n  {later_stage(plan, grain_of(frame), stage, number, scope_of(plan, frame))}\n)")
    return "WITH " + ",\n".join(ctes)


def first_stage(frame: str, sources: list[Source], columns: Sequence[Column]) -> str:
    """Return the SQL of the spine joined with all that the frame reads."""
    picks = [f"p.`{name}`" for name in walk_of(frame)]
    values = {name: sql for source in sources for name, sql in source.columns.items()}
    for column in columns:
        if isinstance(column.how, Given):
            picks.append(f"CAST(p.`{column.name}` AS {sql_type(column.type)}) AS `{column.name}`")
        else:
            value, leavers = values[column.name], any(c.name == GONE for c in columns)
            picks.append(f"{measured(column, value) if leavers else value} AS `{column.name}`")
    return f"SELECT {', '.join(picks)}\n  FROM `spine_{frame}` p{joined(sources)}"


def walk_of(frame: str) -> tuple[str, ...]:
    """Return the columns that the windows of a frame run along, besides its own columns."""
    return (*WALK, AROUND) if frame == TRACKING else WALK


def measured(column: Column, sql: str) -> str:
    """Return SQL for a column where the frame has rows after leaving: in these, metrics and figures are NULL."""
    return f"CASE WHEN NOT p.`{GONE}` THEN {sql} END" if column.role in ("metric", "figure") else sql


def joined(sources: list[Source]) -> str:
    """Return the joins of the sources on the rows `p`."""
    return "".join(f"\n  LEFT JOIN `{s.name.strip('`')}` ON {s.on}" for s in sources)


def later_stage(plan: Plan, grain: str, stage: Sequence[Column], number: int, scope: dict[str, Scoped]) -> str:
    """Return the SQL of one stage: all columns before it and its own; the policy's figures joined where a formula
    reads one."""
    own = [expression(column, scope, namer("p"), plan) for column in stage]
    read = (name for column in stage if isinstance(column.how, Computed) for name in names_in(column.how.formula))
    join = figures_join(grain, "p") if any("." in name for name in read) else ""
    for column, _ in vested(stage):
        join += f" LEFT JOIN {(v := paid_cte(column.name))} ON {v}.who = p.`{plan.key}` AND {v}.period_no = p.period_no"
    join += "".join(below_join(plan, c, f"s{number - 1}") for c in stage if isinstance(c.how, Below))
    return f"SELECT p.*, {', '.join(own)}\n  FROM s{number - 1} p{join}"


def expression(column: Column, scope: dict[str, Scoped], name_of: Callable[[str], str], plan: Plan) -> str:
    """Return `<sql> AS <name>` for a column computed from columns of its own frame."""
    key = plan.key
    match column.how:
        case Computed(formula=formula):
            sql = column_sql(infer(formula, scope), column.scale, column.mode, name_of)
        case Past():
            sql = past(column, column.how, key)
        case Ranked(within=within, shared=shared):
            by = [f"{sql} {'DESC' if down else 'ASC'} NULLS LAST" for sql, down in ordering(column.how, scope, name_of)]
            by += [] if shared else [f"p.`{key}`"]
            turn = {"first": "RANK()", "last": "COUNT(*)"}.get(shared, "ROW_NUMBER()")
            peers = " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW" if shared == "last" else ""
            sql = f"{turn} OVER (PARTITION BY {units(within)} ORDER BY {', '.join(by)}{peers})"
        case Counted(of=of, within=within):
            sql = f"SUM(CASE WHEN p.`{of}` THEN 1 ELSE 0 END) OVER (PARTITION BY {units(within)})"
        case RolledUp(of=of, take=take, within=within):
            window = f" OVER (PARTITION BY {units((within,) if within != 'company' else ())})"
            sql = roll(column, take, f"p.`{of}`", over=window)
        case Below():
            sql = below_sql(column, sql_type(column.type))
        case RunningSum(of=of):
            start = year_sql(plan, column.grain) if column.how.year else f"p.`{AROUND}`"
            walk = f"PARTITION BY p.`{key}`, {start} ORDER BY p.period_no"
            sql = f"SUM(p.`{of}`) OVER ({walk} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        case Settled(of=of):
            walk = f"PARTITION BY p.`{key}`, {year_sql(plan, column.grain)} ORDER BY p.period_no"
            before = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
            sql = f"LAST_VALUE(p.`{of}` IGNORE NULLS) OVER ({walk} {before})"
        case Vested():
            sql = f"COALESCE({paid_cte(column.name)}.paid, 0)"
        case how:
            raise AssertionError(f"{column.name}: {how} is read in the first stage")
    if not isinstance(column.how, Computed):
        sql = f"CAST({sql} AS {sql_type(column.type)})"
    return f"{measured(column, sql) if GONE in scope else sql} AS `{column.name}`"


def year_sql(plan: Plan, frame: str) -> str:
    """Return SQL for the number of a year's first period, which all periods of the year share."""
    return year_begins_sql(grain_of(frame), "p.period_no", plan.roll.fiscal_start)


def units(within: Sequence[str]) -> str:
    """Return the PARTITION BY of a window over one period and unit."""
    return ", ".join(["p.period_no", *(f"p.`{name}`" for name in within)])


def past(column: Column, how: Past, key: str) -> str:
    """Return a history function as a window. SEQ skips exempted periods; a period without a row leaves a gap in it."""
    value = f"CASE WHEN NOT p.`{SKIPPED}` THEN p.`{how.of}` END"
    walk = f"PARTITION BY p.`{key}` ORDER BY p.`{SEQ}` RANGE BETWEEN"
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
            holds = f"CASE WHEN NOT p.`{SKIPPED}` AND p.`{how.of}` THEN 1 ELSE 0 END"
            return f"COALESCE({over_last(f'SUM({holds})', walk, how.periods)}, 0)"
        case "sum":
            return over_last(f"SUM({value})", walk, how.periods)
        case _:
            holds = f"COALESCE(p.`{how.of}`, FALSE)"
            ends = f"WHEN NOT {holds} THEN p.`{SEQ}` WHEN p.`{GAP}` THEN p.`{SEQ}` - 1"
            broken = f"CASE WHEN p.`{SKIPPED}` THEN NULL {ends} END"
            run = f"{walk} UNBOUNDED PRECEDING AND CURRENT ROW"
            return f"CASE WHEN p.`{SKIPPED}` OR NOT {holds} THEN 0 ELSE p.`{SEQ}` - MAX({broken}) OVER ({run}) END"


def over_last(aggregate: str, walk: str, periods: int) -> str:
    """Return SQL for an aggregate over the last `periods` that are not exempted; an exempted row reads those before
    it."""
    before = f"{aggregate} OVER ({walk} {periods} PRECEDING AND 1 PRECEDING)"
    now = f"{aggregate} OVER ({walk} {periods - 1} PRECEDING AND CURRENT ROW)"
    return f"CASE WHEN p.`{SKIPPED}` THEN {before} ELSE {now} END"
