"""Many trials abreast in one set of tables, so that one statement computes them all.

Each is a company by itself: its keys carry the number of the trial, and its periods begin where those of the trial
before end.
"""

from __future__ import annotations

from collections.abc import Sequence

from incentives.database import Database, literal, quoted
from incentives.engine.periods import TURN
from incentives.execution.reassess import Snapshot, numbers_of, vesting_kept
from incentives.plan.columns import (
    Before,
    Below,
    Column,
    Computed,
    Counted,
    Past,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Vested,
    grain_of,
)
from incentives.plan.phases import ACROSS, phases_of
from incentives.tables.periods import a_year

WITHIN = (Before, Below, Computed, Counted, Past, Ranked, RolledUp, RunningSum, Settled, Vested)
MOST_ROWS, MOST_AT_ONCE = 200_000, 200


def go_abreast(columns: Sequence[Column]) -> bool:
    """Return whether these columns can be computed so: of a row's own figures, periods and company alone. What is
    stepped and looks at others besides would be stepped one trial after the other."""
    phases = phases_of(columns)
    stepped = [column for column in columns if phases.get(column.name, 0) % 2]
    return all(isinstance(c.how, WITHIN) for c in columns) and not any(isinstance(c.how, ACROSS) for c in stepped)


def at_once(con: Database, rows: str) -> int:
    """Return the number of trials of these rows that go through the database together."""
    (count,) = con.query(f"SELECT count(*) FROM {quoted(rows)}")[0]
    return max(1, min(MOST_AT_ONCE, MOST_ROWS // max(int(count), 1)))


def years(con: Database, base: Snapshot) -> int:
    """As many periods as there are from the first to the last, in whole years."""
    grain = grain_of(base.outcome.grain)
    sql = f"SELECT max(period_no) - min(period_no) + 1 FROM {quoted(base.periods)} WHERE grain = {literal(grain)}"
    return -(-int(con.query(sql)[0][0]) // a_year(grain)) * a_year(grain)


def asked_of(base: Snapshot, turns: range, apart: int) -> list[list[int]]:
    """The numbers of the asked periods in each trial."""
    return [[number + apart * (turn - turns.start) for number in numbers_of(base.outcome)] for turn in turns]


def lay_periods(con: Database, base: Snapshot, turns: range, apart: int) -> None:
    """Make `calendar_periods` for these trials, each beginning so many periods after the one before; TURN is its
    number."""
    con.make_table(
        "calendar_periods",
        f"SELECT * REPLACE (period_no + {offset(turns, apart)} "
        f"AS period_no, around_no + {offset(turns, apart)} AS around_no) "
        f"FROM {quoted(base.periods)} CROSS JOIN {numbers(turns)}",
    )


def lay_vesting(
    con: Database, base: Snapshot, columns: Sequence[Column], turns: range, apart: int
) -> None:  # fmt: skip
    """Make the tables of what vests of orders that these columns read, for each trial."""
    for name, table in vesting_kept(base, columns).items():
        con.make_table(name, abreast_sql(con, base, table, turns, apart))


def abreast_sql(con: Database, base: Snapshot, rows: str, turns: range, apart: int, drawn: Sequence[str] = ()) -> str:
    """The SELECT of these rows once for each trial, with its number as TURN; as they are, where `apart` is 0 for the
    one trial there is. `drawn`: what stands in place of columns, as `<sql> AS <name>`; it may read TURN."""
    picks = [*drawn]
    if apart:
        named = con.columns(quoted(rows))
        ids = [name for name in (base.outcome.plan.key, "manager_id") if name in named]
        picks += [f"CONCAT({TURN}, '/', {quoted(name)}) AS {quoted(name)}" for name in ids]
        periods = [name for name in ("period_no", "booked_no") if name in named]
        picks += [f"{name} + {offset(turns, apart)} AS {name}" for name in periods]
    instead = f" REPLACE ({', '.join(picks)})" if picks else ""
    return f"SELECT *{instead} FROM {quoted(rows)} CROSS JOIN {numbers(turns)}"


def numbers(turns: range) -> str:
    """The relation of the numbers of these trials, as TURN."""
    return f"(SELECT unnest(range({turns.start}, {turns.stop})) AS {TURN})"


def offset(turns: range, apart: int) -> str:
    """By how much the periods of a trial are put off, as SQL."""
    return f"CAST(({TURN} - {turns.start}) * {apart} AS INTEGER)"
