"""The type, the rounding and the exact halves of each column, from those of the columns that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from incentives.faults import Fault
from incentives.language.infer import Scoped, column_type, infer
from incentives.language.own import own_part, own_text
from incentives.language.parse import Flaw, FormulaError
from incentives.language.quotients import halves
from incentives.language.tree import And, Arithmetic, Call, If, Name, Node
from incentives.language.typed import KINDS
from incentives.language.types import AnyType, ChoiceType, NumberType, TextType, TruthType, Type
from incentives.language.walk import map_nodes, names_in
from incentives.plan.columns import (
    Aggregated,
    Below,
    Column,
    Computed,
    Past,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Taken,
    Vested,
    takes_back,
)  # fmt: skip
from incentives.plan.digits import with_range
from incentives.plan.draft import Draft
from incentives.plan.graph import BROKEN, Key, ordered, reads_of, stage_of, staged
from incentives.plan.halves import ending, exactly, half_name, halves_of, over_rows
from incentives.plan.names import FAULTY, is_gathered, late_of, without_late
from incentives.plan.sources import SOURCES, scope_of_rows
from incentives.ruleset.units import NUMBERS, unit_type


def resolve(draft: Draft) -> dict[str, tuple[tuple[Column, ...], ...]]:
    """Return the frames of the plan, their columns typed and staged. Faults go to the draft."""
    order, broken = ordered(draft)
    read = {key for column in draft.columns.values() for key in reads_of(column)}
    typed: dict[Key, Column] = {}
    stages: dict[Key, int] = {}
    scopes = frame_scopes(draft)
    for key in order:
        column = draft.columns[key]
        reads = reads_of(column)
        found = type_of(draft, column, typed, scopes[key[0]])
        if found is None or BROKEN in reads or any(k in broken for k in (key, *reads)):
            broken.add(key)
        # a column that reads a broken one is still typed, so that its own faults are reported in the same run
        sound = key not in broken and found is not None
        typed[key] = found if sound and found else replace(column, type=AnyType())
        if sound and typed[key].exact and key not in read:
            typed[key] = replace(typed[key], exact=None)
        elif sound and typed[key].exact:
            typed[key], beside = halves_of(typed[key], typed)
            for half in beside:
                if isinstance(half.how, Computed):
                    half = computed(draft, half, half.how.formula, scopes[half.grain], 0) or half
                elif isinstance(half.how, Aggregated):
                    half = aggregated(draft, half) or half
                typed[half.grain, half.name] = half
                scopes[half.grain][half.name] = half.scoped
                stages[half.grain, half.name] = stage_of(half, stages)
        scopes[key[0]][key[1]] = typed[key].scoped
        stages[key] = stage_of(typed[key], stages)
    return {frame: staged(frame, typed, stages) for frame in dict.fromkeys(key[0] for key in draft.columns)}


def frame_scopes(draft: Draft) -> dict[str, dict[str, Scoped]]:
    """Return the names that a formula of each frame may read, filled in as columns are typed. A column not yet typed
    belongs to the same circle, which is reported already."""
    scopes: dict[str, dict[str, Scoped]] = {frame: {} for frame, _ in draft.columns}
    for frame, name in draft.columns:
        scopes[frame][name] = Scoped(AnyType())
    return {frame: scope_of(draft, scope) for frame, scope in scopes.items()}


EXTREMES = ("min", "max", "last")


def type_of(
    draft: Draft, column: Column, typed: dict[Key, Column], scope: dict[str, Scoped]
) -> Column | None:  # fmt: skip
    """Return the column with its type, rounding and whether it may be missing; None where it has faults, which are
    noted."""
    scale = scale_of(column)
    match column.how:
        case Computed(formula=Arithmetic(op="-", left=Name(name=whole), right=Name(name=late)) as formula) if (
            column.name == without_late(whole) and late == late_of(whole)
        ):
            found = computed(draft, column, formula, scope, scale)  # as large as the whole at most
            return found and replace(found, type=ranged_as(found.type, typed[column.grain, whole].type))
        case Computed(formula=formula):
            return computed(draft, column, formula, scope, scale)
        case Aggregated():
            return aggregated(draft, column)
        case Past(of=of, function=function, periods=periods):
            source = typed.get((column.grain, of))
            if source is None or isinstance(source.type, AnyType):
                return None
            if function == "sum" and (source := ending(draft, column, typed, (column.grain, of))) is None:
                return None
            return past(draft, column, source, function, periods)
        case RolledUp():
            return rolled_up(draft, column, column.how, typed)
        case RunningSum(of=of):
            if (source := ending(draft, column, typed, (column.grain, of))) is None:
                return None
            kind = many(source.type, "sum")
            return replace(column, how=replace(column.how, of=source.name), type=kind, scale=scale_in(kind))
        case Ranked(order=order):
            exact = [(name, *halves) for name, _ in order if name in scope and (halves := scope[name].exact)]
            kind = column.type
            kind = replace(kind, low=Decimal(1)) if isinstance(kind, NumberType) else kind
            return replace(column, how=replace(column.how, exact=tuple(exact)), type=kind, scale=scale_in(kind))
        case Below(of=of):
            source = typed.get((column.grain, of)) and ending(draft, column, typed, (column.grain, of))
            return below(draft, column, source)
        case Settled(of=of):
            source = typed[column.grain, of]
            return replace(column, type=source.type, scale=source.scale, optional=True)
        case Vested(earned=earned):
            return vested(column, column.how, typed[column.grain, earned], typed, scale)
        case Taken(of=of, frame=frame):
            source = typed.get((frame, of))
            if source is None:
                return None
            return replace(column, type=source.type, scale=source.scale, exact=source.exact)
        case _:
            return replace(column, scale=scale_in(column.type))


def rolled_up(draft: Draft, column: Column, how: RolledUp, typed: dict[Key, Column]) -> Column | None:
    """Return a column of a coarser subject or grain; a sum or mean of quotients that have no end of decimals is a
    fault."""
    source = typed.get((how.finer or column.grain, how.of))
    if source is None:
        draft.faults.append(Fault("rolled_unknown", column.place, {"name": how.of}))
        return None
    if how.take not in ("count", "last"):
        source = ending(draft, column, typed, (source.grain, how.of))
    return rolled(column, how, source) if source is not None else None


def vested(column: Column, how: Vested, earned: Column, typed: Mapping[Key, Column], scale: int) -> Column:
    """Return the typed column of what vests of earnings, or of what an earlier period comes to anew."""
    if how.anew is not None:
        assert isinstance(earned.how, Computed)
        formula = earned.how.formula.then if isinstance(earned.how.formula, If) else earned.how.formula
        left = left_in(formula, column.grain, typed)
        beside = {name for one in left for _, name in reads_of(typed[column.grain, one])} - {*left}
        how = replace(how, anew=formula, left=left, beside=tuple(sorted(beside)))
        column = replace(column, how=how)
    if how.reverses:
        return replace(column, type=many(column.type, "sum"), scale=scale)
    kind, whole = many(column.type, "sum"), earned.type
    # parts of what is never below zero, or never above, are not either, unless something is taken back
    if isinstance(kind, NumberType) and isinstance(whole, NumberType) and not takes_back(how.terms):
        kind = replace(kind, low=min(whole.low, Decimal(0)) * 1000, high=max(whole.high, Decimal(0)) * 1000)
    return replace(column, type=kind, scale=scale)


def ranged_as(kind: Type, other: Type) -> Type:
    """Return a type of numbers within the range of another one."""
    both = isinstance(kind, NumberType) and isinstance(other, NumberType)
    return replace(kind, low=other.low, high=other.high) if both else kind  # type: ignore[arg-type, union-attr]


def left_in(formula: Node, frame: str, typed: Mapping[Key, Column]) -> tuple[str, ...]:
    """Return the columns a formula reads that credit notes of later periods change, each after those that it reads."""
    found: dict[str, bool] = {}

    def look(name: str) -> bool:
        if name not in found and (column := typed.get((frame, name))) is not None:
            found[name] = False
            changed = [look(one) for at, one in reads_of(column) if at == frame] if is_plain(column) else []
            is_changed = any(changed) or (isinstance(column.how, Aggregated) and is_gathered(name))
            del found[name]
            found[name] = is_changed  # after what it reads
        return found.get(name, False)

    for name in sorted(names_in(formula)):
        look(name)
    return tuple(name for name, is_changed in found.items() if is_changed)


def is_plain(column: Column) -> bool:
    """Return whether a column is a formula over its own row."""
    return isinstance(column.how, Computed)


def scope_of(draft: Draft, more: dict[str, Scoped]) -> dict[str, Scoped]:
    """Return the names that a formula may read: the columns given and every figure of the policy."""
    return more | {path: Scoped(figure.type) for path, figure in draft.figures.items()} | {FAULTY: Scoped(AnyType())}


def computed(draft: Draft, column: Column, formula: Node, scope: dict[str, Scoped], scale: int) -> Column | None:
    """Return a formula's column: its guards expanded, its type inferred, held against the unit that it declares."""
    try:
        formula = map_nodes(exactly(formula, scope), lambda node: expanded(node, scope))
        found = infer(formula, scope)
    except FormulaError as error:
        draft.note(with_range(draft, column, formula, scope, error), column.place)
        return None
    kind = column.type if isinstance(column.type, ChoiceType) else found.type
    if isinstance(kind, AnyType):
        return column
    if column.role != "part" and not same_kind(column.type, kind):
        zh, en = KINDS[type(kind)]
        about = {"name": column.name, "unit": column.unit, "kind_zh": zh, "kind_en": en}
        draft.faults.append(Fault("unit_misfit", column.place, about))
        return None
    if column.role == "part" and not column.unit:  # the column that a history function reads
        if found.ratio:
            own = own_part(formula)
            draft.note(FormulaError([Flaw("division_inside", {"expression": own_text(own)}, *own.span)]), column.place)
            return None
        scale = scale_in(kind)
    if column.role == "part" and column.unit != "money" and not found.ratio:  # with no more decimals than it has
        scale = min(scale, scale_in(kind))
    if isinstance(kind, NumberType):
        try:
            kind = column_type(found, scale, column.mode)
        except FormulaError as error:
            draft.note(with_range(draft, column, formula, scope, error), column.place)
            return None
        assert isinstance(kind, NumberType)
        tax = column.type.tax if isinstance(column.type, NumberType) and column.type.tax else kind.tax
        kind = replace(kind, tax=tax)
    column = replace(column, how=Computed(formula), type=kind, scale=scale, optional=bool(found.needs) or found.missing)
    if column.unrounded and isinstance(found.type, NumberType) and (found.ratio or found.type.scale > scale):
        return replace(column, exact=halves(found))
    return column


def same_kind(declared: Type, found: Type) -> bool:
    """Return whether a formula gives what the unit of its column says; a choice is text."""
    return type(found) is type(declared) or (isinstance(declared, TextType) and isinstance(found, ChoiceType))


def expanded(node: Node, scope: dict[str, Scoped]) -> Node:
    """Return `holds(condition)` as the condition and that everything it needs is present; another node as it is."""
    if not (isinstance(node, Call) and node.name == "holds"):
        return node
    condition = node.args[0]
    needed = sorted(infer(condition, scope).needs)
    return And((*(Call("present", (Name(n),)) for n in needed), condition)) if needed else condition


def aggregated(draft: Draft, column: Column) -> Column | None:
    """Return a column gathered from a table: its formulas typed over that table's columns."""
    how = column.how
    assert isinstance(how, Aggregated)
    table = SOURCES.get(how.table)
    if table is None:
        known = ", ".join(SOURCES)
        draft.faults.append(Fault("source_unknown", column.place, {"table": how.table, "known": known}))
        return None
    scope = scope_of(draft, scope_of_rows(how.table))
    try:
        where = how.where and map_nodes(exactly(Call("holds", (how.where,)), scope), lambda node: expanded(node, scope))
        operand = Call("holds", (how.of,)) if how.of is not None and how.take == "run" else how.of
        operand = operand and map_nodes(exactly(operand, scope), lambda node: expanded(node, scope))
        of = infer(operand, scope) if operand is not None else None
        condition = infer(where, scope) if where is not None else None
    except FormulaError as error:
        draft.note(error, column.place, table)
        return None
    if where is not None and FAULTY in names_in(where):  # reported already
        return None
    no_truth = condition is not None and not isinstance(condition.type, TruthType)
    if no_truth or (how.take == "run" and (of is None or not isinstance(of.type, TruthType))):
        draft.faults.append(Fault("where_not_truth", column.place, {"name": column.name}))
        return None
    counted = how.take.startswith(("count", "run"))
    kind = unit_type("count") if counted or of is None else many(of.type, how.take)
    if isinstance(kind, NumberType) and isinstance(column.type, NumberType):
        kind = replace(kind, scale=column.type.scale if not counted else 0, tax=column.type.tax)
    if isinstance(kind, NumberType) and how.signed and how.take not in EXTREMES:  # a credit note takes it off again
        kind = replace(kind, low=min(kind.low, -kind.high))
    optional = how.take in EXTREMES
    how = replace(how, where=where, of=operand)
    column = replace(column, how=how, type=kind, scale=scale_in(kind), optional=optional)
    return column if of is None or counted else over_rows(draft, column, of)


def past(draft: Draft, column: Column, source: Column, function: str, periods: int) -> Column | None:
    """Return the column of a history function, typed."""
    if function in ("streak", "count") and not isinstance(source.type, TruthType):
        draft.faults.append(Fault("history_not_truth", column.place, {"function": function}))
        return None
    if function in ("streak", "count"):
        kind: Type = NumberType(Decimal(0), Decimal(400 if function == "streak" else periods), 0)
        return replace(column, type=kind, unit="count", optional=False)
    kind = source.type
    if function == "sum":
        if not isinstance(kind, NumberType):
            draft.faults.append(Fault("history_not_number", column.place, {"function": function}))
            return None
        kind = replace(kind, low=min(kind.low * periods, Decimal(0)), high=max(kind.high * periods, Decimal(0)))
        how = Past(function, source.name, periods)
        return replace(column, how=how, type=kind, unit=source.unit, scale=scale_in(kind), optional=True)
    column = replace(column, type=kind, unit=source.unit, scale=scale_in(kind), optional=True)
    return replace(column, exact=source.exact)


def rolled(column: Column, how: RolledUp, source: Column) -> Column:
    """Return the column of an aggregate over several rows. A mean that is used before it is rounded is a sum ÷ a
    number."""
    kind = unit_type("count") if how.take == "count" else many(source.type, how.take)
    optional = how.take != "count" and bool(source.optional or how.finer)
    column = replace(column, type=kind, scale=scale_in(kind), optional=optional)
    if how.take == "last":
        return replace(column, exact=source.exact)
    if how.take == "count":
        return column
    column = replace(column, how=replace(how, of=source.name))
    if how.take == "mean" and column.unrounded:
        return replace(column, exact=(Name(half_name("over", column)), Name(half_name("under", column))))
    return column


def below(draft: Draft, column: Column, source: Column | None) -> Column | None:
    """Return the column of what the people below bring in, which is a number; None where it has faults."""
    assert isinstance(column.how, Below)
    if source is None:
        draft.faults.append(Fault("rolled_unknown", column.place, {"name": column.how.of}))
        return None
    if not isinstance(source.type, NumberType):
        if not isinstance(source.type, AnyType):
            draft.faults.append(Fault("history_not_number", column.place, {"function": "override"}))
        return None
    kind = many(source.type, "sum")
    return replace(column, how=replace(column.how, of=source.name), type=kind, scale=scale_in(kind))


def many(kind: Type, take: str) -> Type:
    """Return the type of `take` over many rows of `kind`: a sum needs nine digits more, a mean the same range."""
    if isinstance(kind, NumberType) and take == "sum":
        return replace(kind, low=min(kind.low, Decimal(0)) * 1000, high=max(kind.high, Decimal(0)) * 1000)
    return kind


def scale_of(column: Column) -> int:
    """Return the decimals a column is rounded to: those of its declared type, else of its unit."""
    if isinstance(column.type, NumberType):
        return column.type.scale
    return NUMBERS[column.unit].scale if column.unit in NUMBERS else 0


def scale_in(kind: Type) -> int:
    """Return the decimals of a type."""
    return kind.scale if isinstance(kind, NumberType) else 0
