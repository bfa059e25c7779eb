"""The manifest of a run: its inputs and totals, so that the same result can be made and checked again."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath
from typing import Any

import incentives
from incentives.conclusions.draw import drawn_by
from incentives.database.duck import VERSION
from incentives.faults import Fault, Place
from incentives.outcome.outcome import Outcome

STATES = ("assessed", "exempt", "unsigned", "missing", "history")


def manifest_of(outcome: Outcome, team: str | None = None, with_pay: bool = True) -> dict[str, Any]:
    """Ruleset, inputs, versions, periods, counts and control totals of `outcome` as plain values for JSON.

    No clock and no path of the machine is in it: the same inputs give the same manifest. Sums are decimal strings.
    """
    policy = outcome.ruleset.policy
    return {
        "ruleset": {
            "id": policy.ruleset,
            "version": policy.version,
            "file": PurePath(outcome.ruleset.file).name,
            "sha256": outcome.ruleset.digest,
        },
        "inputs": [
            {"name": name, "sha256": i.sha256, "rows": i.rows}
            for name, i in zip(input_names(outcome), outcome.tables.inputs, strict=True)
        ],
        "versions": {
            "incentives": incentives.__version__,
            "duckdb": VERSION,
            "conclusions": drawn_by(),
        },
        "subject": outcome.plan.subject,
        "grain": outcome.grain,
        "periods": list(outcome.periods),
        "team": team,
        "with_pay": with_pay,
        "counts": {
            "rows": _count(outcome),
            "assessment": _tally(outcome, "assessment"),
            "grade": _tally(outcome, "grade"),
            "graded": _tally(outcome, "assessment", "grade"),
        },
        "control_totals": _control_totals(outcome),
        "warnings": [
            {"code": w.code, "place": str(w.place), "zh": w.text("zh"), "en": w.text("en")}
            for w in warnings_of(outcome, team, with_pay)
        ],
    }


def warnings_of(outcome: Outcome, team: str | None = None, with_pay: bool = True) -> tuple[Fault, ...]:
    """Return the remarks about the policy and the data, with files named as the manifest does.

    It may name anybody, so there is none of it in what is handed on.
    """
    if team is not None or not with_pay:
        return ()
    names = dict(zip((i.name for i in outcome.tables.inputs), input_names(outcome), strict=True))
    return tuple(replace(w, place=_named(w.place, names)) for w in outcome.remarks)


def _named(place: Place, names: dict[str, str]) -> Place:
    return replace(place, file=names.get(place.file) or PurePath(place.file).name)


def input_names(outcome: Outcome) -> tuple[str, ...]:
    """The names of the inputs as seen from the folder that holds them all, which may lie anywhere."""
    files = [PurePath(i.name) for i in outcome.tables.inputs]
    shared = PurePath(os.path.commonpath([file.parent for file in files])) if files else PurePath()
    return tuple(file.relative_to(shared).as_posix() for file in files)


def _count(outcome: Outcome) -> int:
    return int(outcome.con.query(f"SELECT count(*) FROM `{outcome.relation}`")[0][0])


def _tally(outcome: Outcome, column: str, given: str = "") -> dict[str, int]:
    """Return the number of rows by value of a column; of those alone that have a value in the column `given`."""
    if not {column, given or column} <= outcome.con.columns(f"`{outcome.relation}`").keys():
        return {}
    there = " AND ".join(f"`{name}` IS NOT NULL" for name in (column, given or column))
    sql = f"SELECT `{column}`, count(*) FROM `{outcome.relation}` WHERE {there} GROUP BY 1"
    counts: dict[str, int] = dict(outcome.con.query(sql))
    return {value: counts[value] for value in _order(outcome, column, counts)}


def _order(outcome: Outcome, column: str, found: dict[str, int]) -> list[str]:
    types = {c.name: c.type for c in outcome.columns}
    usual = STATES if column == "assessment" else getattr(types.get(column), "values", ())
    return [value for value in usual if value in found] + sorted(set(found) - set(usual))


def _control_totals(outcome: Outcome) -> dict[str, str]:
    names = [c.name for c in outcome.columns if c.role in {"pay", "pay_total"}]
    if not names:
        return {}
    sums = ", ".join(f"coalesce(sum(`{name}`), 0)" for name in names)
    totals = outcome.con.query(f"SELECT {sums} FROM `{outcome.relation}`")[0]
    return {name: f"{Decimal(total):.2f}" for name, total in zip(names, totals, strict=True)}
