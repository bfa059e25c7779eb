"""A folder, workbook, data.yaml or rows in memory → the canonical, typed, checked tables of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from incentives.database import Database, DatabaseError, InvalidInputError
from incentives.database.duck import Duck, connect, spill_into
from incentives.faults import Fault, Place, RefusedError
from incentives.machine import raise_lack
from incentives.ruleset.ruleset import Ruleset
from incentives.ruleset.units import NUMBERS
from incentives.scratch import Scratch, names_when_full
from incentives.tables import changes, checks, exchange, firsts, reversals, sharing, targets
from incentives.tables.alike import check_alike
from incentives.tables.calendar import make_days
from incentives.tables.canon import Table, canon
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation, expect
from incentives.tables.headings import match_headings, metric_names, misread, plain
from incentives.tables.loading import load, make_empty
from incentives.tables.periods import FIRST_YEAR, LAST_YEAR, MONTHS, a_year, period_of, spellings
from incentives.tables.readers.csv import ragged
from incentives.tables.readers.files import Input, digest
from incentives.tables.readers.frames import read_given
from incentives.tables.readers.merged import merged_faults
from incentives.tables.readers.rows import Row, rows_delivery
from incentives.tables.readers.sources import read_sources, table_names


@dataclass(frozen=True)
class Tables:
    """The tables of one run in `con`, all typed and checked; `remarks` are warnings, `delivered` the tables as given.

    `scratch` holds what large tables are read from and must live as long as `con`.
    """

    con: Database
    inputs: tuple[Input, ...]
    remarks: tuple[Fault, ...]
    expectation: Expectation
    scratch: Scratch | None = field(default=None, compare=False, repr=False)
    delivered: Mapping[str, Delivery] = field(default_factory=dict, compare=False, repr=False)

    def __repr__(self) -> str:
        rows = sum(file.rows for file in self.inputs)
        return f"<Tables: {', '.join(self.delivered)}; {rows} rows, {len(self.remarks)} remarks>"

    def spot(self, table: str, row: int | None = None) -> Place:
        """Return the place of a row of a table, of the table itself where the number of the row is not known."""
        delivery = self.delivered.get(table)
        if delivery is None:
            return Place(table)
        return delivery.place if row is None else delivery.spot(row)

    def given(self, table: str) -> str:
        """Return the name of orders or receipts as they were given, in whatever currency."""
        return f"given_{table}" if self.con.kind(f"given_{table}") else table


def load_data(data: str | Path | Mapping[str, Any], ruleset: Ruleset) -> Tables:
    """Return the data at a path (a folder of tables, one workbook, or a data.yaml) or in memory, as `ruleset` expects
    it.

    In memory it is a dict of table name → pandas or Polars frame, Arrow table, or list of {column: value}; names and
    headings as in files. Raises RefusedError with all faults of the run.
    """
    return load_for(data, expect(ruleset))


def load_for(data: str | Path | Mapping[str, Any], expectation: Expectation) -> Tables:
    """Load data as `load_data` does, for an expectation."""
    con = begin()
    scratch = Scratch()
    spill_into(con, scratch.path / "spill")
    if isinstance(data, Mapping):
        given = read_given(con, data, expectation)
        return finish(con, [*given.deliveries], [*given.faults], lambda: [*given.inputs], expectation, scratch)
    path = data
    with names_when_full(scratch.path):
        sources = read_sources(con, Path(path), expectation, scratch.path)
    with ThreadPoolExecutor(1) as beside:
        inputs = beside.submit(lambda: list(map(digest, sources.inputs))).result
        return finish(con, sources.deliveries, sources.faults, inputs, expectation, scratch)


def tables_from_rows(
    rows: dict[str, list[Row]],
    ruleset: Ruleset,
    place: Place,
    places: dict[str, list[Place]] | None = None,
) -> Tables:
    """Return the tables from rows in memory: per table (by any of its names) a list of {column: value}.

    Values are text, Decimal, date, bool or None. Faults stand at `place`, or at the row's own in `places`.
    Raises RefusedError with all faults.
    """
    expectation = expect(ruleset)
    con = begin()
    names = table_names(expectation)
    deliveries: dict[str, Delivery] = {}
    faults = []
    for name, given in rows.items():
        table = names.get(plain(name))
        if table is None:
            faults.append(Fault("table_unknown", place, {"name": name}))
        elif table in deliveries:
            faults.append(Fault("table_twice", place, {"table": table, "first": name}))
        elif given:
            deliveries[table] = rows_delivery(con, table, given, place, (places or {}).get(name, []))
    return finish(con, list(deliveries.values()), faults, list, expectation, None)


def begin() -> Duck:
    """Return an empty database with the tables that loading writes into."""
    con = connect()
    con.execute(
        "CREATE SCHEMA load; CREATE TABLE load.days (first DATE, last DATE); "
        "CREATE TABLE load.named (name VARCHAR, period VARCHAR)"
    )
    return con


def finish(
    con: Database,
    deliveries: list[Delivery],
    faults: list[Fault],
    inputs: Callable[[], list[Input]],
    expectation: Expectation,
    scratch: Scratch | None,
) -> Tables:
    """Check what was delivered, table by table and then across tables; raises RefusedError with all faults."""
    make_periods(con, expectation)
    make_metrics(con, expectation)
    faults = [*faults]
    rows: dict[str, int] = {}
    try:
        found, rows = load_all(con, {d.table: d for d in deliveries}, expectation, {f.place for f in faults})
        faults += found
    except DatabaseError as error:
        raise_lack(error)
        faults.append(Fault("data_changed", deliveries[0].place, {"reason": str(error).splitlines()[0]}))
    if stops(faults):
        con.close()
        if scratch:
            scratch.close()
        raise RefusedError([f for f in faults if not f.warning] + [f for f in faults if f.warning])
    make_days(con)
    exchange.convert(con)
    firsts.make_first_orders(con)
    changes.make_changes(con)
    files = tuple(replace(file, rows=rows.get(file.name, 0)) for file in inputs())
    return Tables(con, files, tuple(faults), expectation, scratch, {d.table: d for d in deliveries})


def load_all(
    con: Database, deliveries: dict[str, Delivery], expectation: Expectation, told: set[Place]
) -> tuple[list[Fault], dict[str, int]]:
    """Load every table in canonical order; of a faulty one, other tables are held against its keys where all are there.

    `told` are the places of cells that are known to be bad. Returns the faults, and the rows that each file delivered.
    """
    faults: list[Fault] = []
    rows: dict[str, int] = {}
    made: set[str] = set()
    sound: set[str] = set()
    keyed: set[str] = set()
    for table in canon(expectation.subject).values():
        if table.name == "targets":
            make_subjects_and_postings(con, deliveries, expectation, sound, keyed)
        delivery = deliveries.get(table.name)
        found: list[Fault] = []
        if delivery:
            found, number = load_one(con, delivery, table, expectation, frozenset(sound | keyed))
            rows[delivery.place.file] = rows.get(delivery.place.file, 0) + number
            found = [fault for fault in found if fault.place not in told]
        faults += found
        if not is_made(con, table.name):
            make_empty(con, table)
            continue
        made.add(table.name)
        if not stops(found) and not any(has_cell(delivery, place) for place in told):
            sound.add(table.name)
        elif has_keys(con, table):
            keyed.add(table.name)
    targets.make_targets(con)
    faults += check_alike(con, deliveries, expectation)
    return faults + cross_checks(con, deliveries, expectation, sound, made), rows


def is_made(con: Database, table: str) -> bool:
    """Return whether there is a table of the delivered rows."""
    return con.kind(table) == "view"


def has_cell(delivery: Delivery | None, place: Place) -> bool:
    """Return whether a place is a cell of what was delivered."""
    return bool(delivery and place.cell and (place.file, place.sheet) == (delivery.place.file, delivery.place.sheet))


def has_keys(con: Database, table: Table) -> bool:
    """Return whether every row of a table with faults has the one column that tells the rows apart, each a different
    one."""
    if len(table.unique) != 1:
        return False
    key = table.unique[0]
    return bool(con.query(f"SELECT count(*) = count(DISTINCT {key}) FROM {table.name}")[0][0])


def load_one(
    con: Database, delivery: Delivery, table: Table, expectation: Expectation, sound: frozenset[str]
) -> tuple[list[Fault], int]:
    """Load one table, as load does; a file that breaks off is read once more to name its broken rows."""
    matched = match_headings(delivery, table, expectation)
    if any(fault.code == "column_missing" for fault in matched.faults) and (
        found := misread(delivery, table, expectation)
    ):
        return found, 0
    faults = [*matched.faults, *merged_faults(delivery, matched)]
    if stops(faults):
        return faults + (ragged(con, delivery) if delivery.rejects else []), 0
    try:
        found, rows = load(con, delivery, matched, table, expectation, sound)
        return faults + found, rows
    except InvalidInputError:
        found = ragged(con, delivery) if delivery.rejects else []
        if not found:
            raise
        return faults + found, 0


def stops(faults: list[Fault]) -> bool:
    """Return whether any of the faults is more than a warning."""
    return any(not fault.warning for fault in faults)


def make_subjects_and_postings(
    con: Database,
    deliveries: dict[str, Delivery],
    expectation: Expectation,
    sound: set[str],
    keyed: set[str],
) -> None:
    """Create the subjects and postings that later tables are checked against; unknown where their own table is
    faulty."""
    delivered = expectation.table in deliveries
    checks.make_subjects(con, expectation, delivered)
    checks.make_postings(con, expectation)
    if not delivered and ("snapshots" in sound or "postings" in sound):
        sound.add(expectation.table)
    for known in (sound, keyed):
        if "postings" not in deliveries and expectation.table in known:
            known.add("postings")


def cross_checks(
    con: Database,
    deliveries: dict[str, Delivery],
    expectation: Expectation,
    sound: set[str],
    made: set[str],
) -> list[Fault]:
    """Return the faults of checks over several rows; each runs only where its table is sound, or where bad cells
    change nothing."""
    faults: list[Fault] = []
    if "credits" in sound or "credits" not in deliveries:
        sharing.make_parts(con)
    if delivery := deliveries.get(expectation.table):
        faults += checks.check_subjects(con, delivery, expectation)
    if "postings" in sound and "postings" in deliveries:
        faults += checks.check_postings(con, deliveries["postings"], expectation)
    if "postings" in sound and (posted := deliveries.get("postings") or deliveries.get(expectation.table)):
        faults += checks.check_statuses(con, posted.place, expectation)
    if "targets" in sound:
        faults += targets.check_signatures(con, deliveries["targets"], expectation)
        if "postings" in sound:
            faults += targets.check_sums(con, deliveries["targets"], expectation)
    if "orders" in made:
        faults += checks.check_orders(con, deliveries["orders"], expectation)
        faults += reversals.check_reversals(con, deliveries["orders"], expectation)
        if "rates" in sound or "rates" not in deliveries:
            faults += exchange.check_orders(con, deliveries["orders"], expectation)
    if "rates" in sound:
        faults += exchange.check_rates(con, deliveries["rates"])
    if "decisions" in sound:
        faults += checks.check_decisions(con, deliveries["decisions"], expectation)
    if "credits" in sound:
        faults += sharing.check_credits(con, deliveries["credits"], expectation)
        faults += reversals.check_shares(con, deliveries["credits"])
    if "events" in made:
        faults += checks.check_events(con, deliveries["events"])
    return faults


def make_periods(con: Database, expectation: Expectation) -> None:
    """Create `load.known_periods`: every spelling of every period with its id, grain, number, first and last day.
    Create `load.spans`: the first and last days of all that the tables tell of."""
    con.execute(
        """CREATE TABLE load.known_periods AS
        SELECT year || suffix AS spelling, year || ending AS id, grain, CAST(year * parts + part AS INTEGER) AS number,
          make_date(begins // 12, begins % 12 + 1, 1) AS first,
          make_date((begins + months) // 12, (begins + months) % 12 + 1, 1) - 1 AS last
        FROM (SELECT *, (year * parts + part) * months + shift AS begins
          FROM (SELECT unnest(?) AS suffix, unnest(?) AS ending, unnest(?) AS grain, unnest(?) AS part,
            unnest(?) AS parts, unnest(?) AS months, unnest(?) AS shift), (SELECT unnest(?) AS year))""",
        [*forms_of_periods(expectation.fiscal_start), list(range(FIRST_YEAR, LAST_YEAR + 1))],
    )
    con.execute(
        "CREATE VIEW load.spans AS SELECT first, last FROM load.days UNION ALL "
        "SELECT first, last FROM load.known_periods WHERE id IN (SELECT period FROM load.named)"
    )


def forms_of_periods(fiscal_start: int) -> list[list[str | int]]:
    """Return the spellings of the periods of any year, all of which begin with the year: what follows it, what follows
    it in the id, the grain, the number in the year, how many there are in it, their months, the first month's shift."""
    rows: list[tuple[str | int, ...]] = []
    for spelling, (grain, number) in spellings(FIRST_YEAR).items():
        ending = period_of(grain, number, fiscal_start).id.removeprefix(str(FIRST_YEAR))
        part, shift = number - FIRST_YEAR * a_year(grain), 0 if grain == "month" else fiscal_start - 1
        suffix = spelling.removeprefix(str(FIRST_YEAR))
        rows.append((suffix, ending, grain, part, a_year(grain), MONTHS[grain], shift))
    return [list(column) for column in zip(*rows, strict=True)]


def make_metrics(con: Database, expectation: Expectation) -> None:
    """Create `load.known_metrics`: every name and title of every metric with its digits, range, grain and sources."""
    con.execute(
        "CREATE TABLE load.known_metrics (spelling VARCHAR, name VARCHAR, unit VARCHAR, scale INTEGER, "
        "low DECIMAL(38,12), high DECIMAL(38,12), grain VARCHAR, delivered BOOLEAN, sources VARCHAR[], numeric BOOLEAN)"
    )
    by_name = {metric.name: metric for metric in expectation.metrics}
    rows: list[tuple[object, ...]] = []
    for spelling, name in metric_names(expectation).items():
        m = by_name[name]
        bounds = m.scale, f"{m.low:f}", f"{m.high:f}"
        rest = (m.name, m.unit, *bounds, m.grain, m.delivered, [*m.sources], m.unit in NUMBERS)
        rows.append((spelling, False, *rest))
        if spelling == plain(name):  # the database makes some letters small in another way, such as İ
            rows.append((name, True, *rest))
    if rows:
        con.execute(
            "INSERT INTO load.known_metrics SELECT DISTINCT CASE WHEN small THEN lower(spelling) ELSE spelling END, "
            "name, unit, scale, CAST(low AS DECIMAL(38,12)), CAST(high AS DECIMAL(38,12)), grain, delivered, "
            "CAST(sources AS VARCHAR[]), is_number FROM (SELECT unnest(?) AS spelling, unnest(?) AS small, "
            "unnest(?) AS name, unnest(?) AS unit, unnest(?) AS scale, unnest(?) AS low, unnest(?) AS high, "
            "unnest(?) AS grain, unnest(?) AS delivered, unnest(?) AS sources, unnest(?) AS is_number)",
            [list(column) for column in zip(*rows, strict=True)],
        )
