"""The result of an assessment: a row a rep and period, every named figure a column, ready for its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from incentives.conclusions.rows import create_rows
from incentives.database import Database
from incentives.faults import Fault, language
from incentives.plan.columns import Column, Plan
from incentives.ruleset import Ruleset
from incentives.tables import Tables

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from incentives.outcome.frames import Kind


@dataclass(frozen=True)
class Outcome:
    """Rows of the asked periods, in the view `relation` of `con`, whose order is key, then period.

    Columns: key, name, period, the posting's attributes, `assessment` (assessed, exempt, unsigned, missing, history),
    `assessment_reason` (a code: outside, locked, left, decision, status, least_time, or empty) and `assessment_detail`
    (text), `decision_reason`, `decided_by`, `decided_on`, then every column of the plan for the grain. `handed_on` is
    the view of what may be handed on of the conclusions, where that is not all.
    """

    plan: Plan
    ruleset: Ruleset
    tables: Tables
    con: Database
    relation: str
    grain: str
    periods: tuple[str, ...]
    remarks: tuple[Fault, ...] = field(default=())
    handed_on: str = ""

    def __repr__(self) -> str:
        policy, shown = self.ruleset.policy, ", ".join(self.periods)
        return (
            f"<Outcome of {policy.ruleset} {policy.version}: {shown}, {self.count} rows, {len(self.columns)} columns>"
        )

    def _repr_html_(self) -> str:
        from incentives.outcome.frames import html_table

        return html_table(self, language())

    @property
    def count(self) -> int:
        """How many rows there are."""
        return int(self.con.query(f"SELECT count(*) FROM `{self.relation}`")[0][0])

    @cached_property
    def types(self) -> dict[str, str]:
        """The database's type of each column of the relation."""
        return self.con.columns(f"`{self.relation}`")

    @property
    def columns(self) -> tuple[Column, ...]:
        """The plan's columns of this grain that a reader is shown: no parts, no checks."""
        return tuple(c for c in self.plan.columns(self.grain) if c.role not in ("part", "check"))

    @property
    def conclusions(self) -> str:
        """The table of what was concluded (`conclusions/rows.py`), made when it is asked for; "" where nothing is."""
        return self.handed_on or create_rows(self.con, self.plan, self.grain)

    def rows(self, names: Sequence[str], where: str = "TRUE") -> list[tuple[Any, ...]]:
        """The named columns of all rows, by key, then period; figures as Decimal, days as date. `where` is SQL."""
        wanted = ", ".join(f"`{n}`" for n in names)
        key = self.plan.key
        sql = f"SELECT {wanted} FROM `{self.relation}` WHERE {where} ORDER BY `{key}`, `period_no`"
        return self.con.query(sql)

    def arrow(self) -> Any:
        """All rows, also the steps towards a figure, as an Arrow C stream: `pyarrow.table(...)` takes it."""
        return self.con.arrow(f"SELECT * FROM `{self.relation}` ORDER BY `{self.plan.key}`, `period_no`")

    def to_arrow(self, what: Kind = "rows") -> pyarrow.Table:
        """The columns of `outcome.parquet`, a row a subject and period; or the `conclusions`, a row an action.

        By key, then period. Figures are Arrow decimals with the digits of their column (money 2, quotients 6). Raises
        RefusedError where pyarrow is not installed.
        """
        from incentives.outcome.frames import arrow_table

        return arrow_table(self, what)

    def to_pandas(self, what: Kind = "rows") -> pandas.DataFrame:
        """The same as a pandas frame. Figures are objects of `decimal.Decimal`, days of `date`; true/false is nullable.

        Raises RefusedError where pandas or pyarrow is not installed.
        """
        from incentives.outcome.frames import pandas_frame

        return pandas_frame(self, what)

    def to_polars(self, what: Kind = "rows") -> polars.DataFrame:
        """The same as a Polars frame, figures as its Decimal. Raises RefusedError without Polars or pyarrow."""
        from incentives.outcome.frames import polars_frame

        frame: polars.DataFrame = polars_frame(self, what)
        return frame
