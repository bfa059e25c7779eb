"""An assessment under a changed policy that recomputes only what depends on the change."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace

from incentives.database import Database, quoted
from incentives.engine.periods import create_figures, data_periods
from incentives.engine.reversing import late_of
from incentives.engine.run import begin
from incentives.engine.timing import table_of, vested
from incentives.execution.assess import assess, broken_rows, wanted_periods
from incentives.execution.fixpoint import carry_out
from incentives.execution.passes import Made, compute, is_waved, joined, picked, read_of
from incentives.execution.salaries import carry_raises, is_raised, lay_salaries, raises, with_salary
from incentives.faults import RefusedError
from incentives.outcome.lacking import accrued_of
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import TRACKING, Before, Column, Given, Past, Plan, RunningSum, Settled, Vested
from incentives.plan.compile import compile_plan
from incentives.plan.differ import Otherwise, differing, narrowed, with_figures_of
from incentives.plan.names import is_gathered
from incentives.plan.part import part_of, read_by
from incentives.ruleset import Ruleset
from incentives.tables import Tables

CARRIED = (Past, RunningSum, Settled, Before, Vested)  # kinds that read other periods


@dataclass(frozen=True)
class Snapshot:
    """An outcome whose tables other connections to its data can read.

    `rows`: what is shown of the asked periods; `concluded`: their conclusions, "" without any; `periods`: the calendar;
    `read`: the tables made so far of what is read to compute some columns again.
    """

    outcome: Outcome
    rows: str
    concluded: str
    periods: str
    read: dict[tuple[frozenset[str], bool], str] = field(default_factory=dict)


def snapshot_of(outcome: Outcome) -> Snapshot:
    """Create a snapshot of an outcome, so that policies changed from its own can be tried on its data."""
    con = outcome.con
    number = con.number("kept")
    rows, concluded, periods = (f"kept {number} {what}" for what in ("rows", "concluded", "periods"))
    picks = ", ".join(map(quoted, shown(outcome.plan, outcome.grain)))
    con.make_table(rows, f"SELECT {picks} FROM `{outcome.relation}`", shared=True)
    con.make_table(periods, "SELECT * FROM calendar_periods", shared=True)
    if outcome.conclusions:
        con.make_table(concluded, f"SELECT * FROM `{outcome.conclusions}`", shared=True)
    return Snapshot(outcome, rows, concluded if outcome.conclusions else "", periods)


def reassess(kept: Snapshot, ruleset: Ruleset, plan: Plan | None = None, only: Set[str] = frozenset()) -> Outcome:
    """Return the outcome of `assess` under another ruleset, over the snapshot's tables and periods, without its
    remarks.

    With `only` some columns, nothing else is computed again: the others, and conclusions, may be as they were.
    Raises RefusedError as `assess`.
    """
    base, plan = kept.outcome, plan or compile_plan(ruleset, kept.outcome.plan)
    frame = base.grain
    otherwise = differing(base.plan, plan, frame) if frame in plan.frames and frame != TRACKING else None
    if otherwise is None or data_periods(base.tables, plan) != data_periods(base.tables, base.plan):
        return assess(ruleset, base.tables, base.periods, plan)
    raised = is_raised(base.ruleset, ruleset, otherwise)
    otherwise = with_salary(plan, frame, otherwise) if raised else otherwise
    otherwise = narrowed(plan, frame, otherwise, only) if only else otherwise
    tables = replace(base.tables, con=base.tables.con.another())
    begin(tables.con)
    tables.con.make_view("calendar_periods", f"SELECT * FROM `{kept.periods}`")
    columns = [column for column in plan.columns(frame) if column.name in otherwise.columns]
    create_figures(tables.con, with_figures_of(plan, columns, otherwise.concluded))
    made = []
    if raised:
        made = made_raised(kept, ruleset, plan, tables, otherwise, columns)
    elif columns or otherwise.concluded:
        made = made_again(kept, plan, tables, otherwise, columns)
    relation = whole(kept, plan, made, tables.con)
    if faults := broken_rows(plan, tables, frame, relation, checks_of(plan, frame, made)):
        raise RefusedError(faults)
    handed_on = "" if otherwise.concluded else kept.concluded
    return Outcome(plan, ruleset, tables, tables.con, relation, frame, base.periods, (), handed_on)


def made_again(
    kept: Snapshot, plan: Plan, tables: Tables, otherwise: Otherwise, columns: Sequence[Column]
) -> list[Made]:  # fmt: skip
    """Recompute the columns that differ, and draw conclusions again where they do; return the tables."""
    lay_vesting(kept, columns, tables.con)
    rows = rows_with(kept, read_for(kept, plan, otherwise, columns), every_of(otherwise, columns))
    return made_over(plan, tables, kept.outcome.grain, otherwise, columns, rows, numbers_of(kept.outcome))


def made_raised(
    kept: Snapshot, ruleset: Ruleset, plan: Plan, tables: Tables, otherwise: Otherwise, columns: Sequence[Column]
) -> list[Made]:  # fmt: skip
    """Compute columns as `made_again` does where raises of a salary differ: in all periods, until each raise is in
    the base of later ones. It goes only forward in time, so it ends."""
    frame, old, last = kept.outcome.grain, raises(kept.outcome.ruleset), max(numbers_of(kept.outcome))
    lay_vesting(kept, columns, tables.con)
    rows = rows_with(kept, read_for(kept, plan, otherwise, columns) | old, True)
    salaries, view = lay_salaries(tables.con, plan, frame, rows)
    sql = f"SELECT DISTINCT period_no FROM {quoted(rows)} WHERE period_no <= {last}"
    numbers = sorted(int(number) for (number,) in tables.con.query(sql))
    made = made_over(plan, tables, frame, otherwise, columns, view, numbers)
    while carry_raises(tables.con, plan, frame, rows, made, old, raises(ruleset), last):
        made = made_over(plan, tables, frame, otherwise, columns, view, numbers)
    return [salaries, *made]


def lay_vesting(kept: Snapshot, columns: Sequence[Column], con: Database) -> None:
    """Let a connection read what vests of orders as it was, as far as these columns do."""
    for name, table in vesting_kept(kept, columns).items():
        con.make_view(name, f"SELECT * FROM {quoted(table)}")


def read_for(kept: Snapshot, plan: Plan, otherwise: Otherwise, columns: Sequence[Column]) -> frozenset[str]:
    """Return the columns that these are recomputed from, besides those that every row is given."""
    frame = kept.outcome.grain
    if otherwise.concluded or not is_waved(columns):
        return read_by(plan, frame, otherwise)
    known = {column.name for column in kept.outcome.plan.columns(frame)}
    given = {column.name for column in plan.columns(frame) if isinstance(column.how, Given)}
    return frozenset(read_of(columns, otherwise.columns) & known - given)


def every_of(otherwise: Otherwise, columns: Sequence[Column]) -> bool:
    """Return whether these columns are computed over all periods, not the asked ones alone."""
    return otherwise.concluded or any(isinstance(column.how, CARRIED) for column in columns)


def made_over(
    plan: Plan, tables: Tables, frame: str, otherwise: Otherwise, columns: Sequence[Column], rows: str,
    asked: Sequence[int],
) -> list[Made]:  # fmt: skip
    """Recompute the columns over rows that have the columns of `read_for`: in waves, or as a plan of their own."""
    if not otherwise.concluded and is_waved(columns):
        return compute(plan, tables, frame, columns, otherwise.roots, rows, asked)
    carry_out(part_of(plan, frame, otherwise, read_by(plan, frame, otherwise), rows), tables, frame, asked)
    return [Made(f"frame_{frame}", otherwise.columns, False)] if columns else []


def vesting_kept(kept: Snapshot, columns: Sequence[Column]) -> dict[str, str]:
    """Return the stored tables of vesting orders that these columns read unchanged, by the name that the engine
    gives them."""
    made, frame, base = {column.name for column in columns}, kept.outcome.grain, kept.outcome
    found: dict[str, str] = {}
    for column, how in vested(columns):
        names = [table_of(frame, column)] if how.lines and how.lines not in made else []
        gathered = {*filter(is_gathered, how.left)}
        names += [late_of(frame, column)] if gathered and gathered.isdisjoint(made) else []
        for name in names:
            found[name] = f"{kept.rows} {name}"
            base.con.execute(f"CREATE TABLE IF NOT EXISTS {quoted(found[name])} AS SELECT * FROM {quoted(name)}")
    return found


def shown(plan: Plan, frame: str) -> list[str]:
    """Return the columns that an outcome is read by: those shown, those that say that pay cannot be computed, and
    those that every row is given."""
    columns = plan.columns(frame)
    own = accrued_of(plan, frame, (column.name for column in columns if column.role == "pay"))
    return [c.name for c in columns if c.role not in ("part", "check") or isinstance(c.how, Given) or c.name in own]


def numbers_of(outcome: Outcome) -> list[int]:
    """Return the numbers of the asked periods."""
    return [period.number for period in wanted_periods(outcome.periods, outcome.plan.roll.fiscal_start)]


def rows_with(kept: Snapshot, read: frozenset[str], every: bool) -> str:
    """Return the name of the table of the rows, of `every` period or of the asked ones, with the read columns and
    those that each row is given."""
    if (read, every) not in kept.read:
        base, table = kept.outcome, f"{kept.rows} {len(kept.read)}"
        key, picks = quoted(base.plan.key), "".join(f", e.{quoted(name)}" for name in sorted(read))
        asked = "" if every else f" WHERE s.period_no IN ({', '.join(map(str, numbers_of(base)))})"
        base.con.make_table(
            f"{table}",
            f"SELECT s.*{picks} FROM `spine_{base.grain}` s "
            f"JOIN `every_{base.grain}` e ON e.{key} = s.{key} AND e.period_no = s.period_no{asked}",
            shared=True,
        )
        kept.read[read, every] = table
    return kept.read[read, every]


def checks_of(plan: Plan, frame: str, made: Sequence[Made]) -> list[Column]:
    """Return the recomputed columns that say which rows break the policy."""
    return [c for c in plan.columns(frame) if c.role == "check" and any(c.name in one.columns for one in made)]


def whole(
    kept: Snapshot, plan: Plan, made: Sequence[Made], con: Database, more: Sequence[str] = ()
) -> str:  # fmt: skip
    """Return the name of the view that joins stored and recomputed columns. `more`: further columns of the stored
    rows `k`, as `<sql> AS <name>`."""
    frame = kept.outcome.grain
    picks = [f"{picked(plan, made, name)} AS {quoted(name)}" for name in shown(plan, frame)] + [*more]
    checks = checks_of(plan, frame, made)
    picks += [f"a{n}.{quoted(c.name)}" for n, one in enumerate(made) for c in checks if c.name in one.columns]
    joins = "".join(joined(plan, one, f"a{number}") for number, one in enumerate(made))
    con.make_view(f"whole_{frame}", f"SELECT {', '.join(picks)} FROM `{kept.rows}` k{joins}")
    return f"whole_{frame}"
