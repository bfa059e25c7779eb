"""The result of an assessment: a row a rep and period, every named figure a column, ready for its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from incentives.conclusions.rows import create_rows
from incentives.faults import Fault
from incentives.plan.columns import Column, Plan
from incentives.ruleset import Ruleset
from incentives.tables import Tables


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
    con: duckdb.DuckDBPyConnection
    relation: str
    grain: str
    periods: tuple[str, ...]
    remarks: tuple[Fault, ...] = field(default=())
    handed_on: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The plan's columns of this grain that a reader is shown: no parts, no checks."""
        return tuple(c for c in self.plan.columns(self.grain) if c.role not in ("part", "check"))

    @property
    def conclusions(self) -> str:
        """The table of what was concluded (`conclusions/rows.py`), made when it is asked for; "" where nothing is."""
        return self.handed_on or create_rows(self.con, self.plan, self.grain)

    def rows(self, names: Sequence[str], where: str = "TRUE") -> list[tuple[Any, ...]]:
        """The named columns of all rows in order; figures as Decimal. `where` is SQL over the columns."""
        wanted = ", ".join(f"`{n}`" for n in names)
        key = self.plan.key
        sql = f"SELECT {wanted} FROM `{self.relation}` WHERE {where} ORDER BY `{key}`, `period_no`"
        return self.con.execute(sql).fetchall()

    def arrow(self) -> duckdb.DuckDBPyRelation:
        """All rows as an object that speaks the Arrow C stream: `pyarrow.table(...)`, `polars.from_arrow(...)`."""
        return self.con.sql(f"SELECT * FROM `{self.relation}` ORDER BY `{self.plan.key}`, `period_no`")
