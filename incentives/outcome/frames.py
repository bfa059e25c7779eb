"""An outcome as an Arrow table or a frame: the columns of `outcome.parquet`, or a row for each action concluded.

Figures stay exact: an Arrow decimal of the column's own digits, the same in Polars, an object column of
`decimal.Decimal` in pandas. What is missing is null. No column is binary floating point.
"""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from incentives.database import literal, quoted
from incentives.faults import Fault, Place, RefusedError
from incentives.outcome.columns import columns_of, of_role
from incentives.outcome.figures_text import plain, value_text

if TYPE_CHECKING:
    from incentives.outcome.outcome import Outcome

Kind = Literal["rows", "conclusions"]
KINDS = ("rows", "conclusions")
EXTRA = "frames"  # of pyproject.toml: what a missing library is installed with
MOST_ROWS = 10  # that a notebook shows
TEXT = "VARCHAR"
CONCLUSION = {
    "name": TEXT, "period": TEXT, "conclusion": TEXT, "title_zh": TEXT, "title_en": TEXT, "status": TEXT,
    "since": TEXT, "withheld": TEXT, "decided_by": TEXT, "decided_on": "DATE", "decision_reason": TEXT, "do": TEXT,
    "what_zh": TEXT, "what_en": TEXT, "of": TEXT, "by": "DECIMAL(18,6)", "points": "DECIMAL(18,6)", "start": TEXT,
    "pay": TEXT, "days": "DECIMAL(9,2)", "months": "DECIMAL(9,0)", "who": TEXT, "who_name": TEXT, "because": TEXT,
}  # fmt: skip


def library(name: str, asked: str) -> Any:
    """A library that need not be there. Raises RefusedError, which says how to install it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise RefusedError([Fault("library_absent", Place(asked), {"name": name, "extra": EXTRA})]) from error


def arrow_table(outcome: Outcome, what: Kind, asked: str = "to_arrow") -> Any:
    """The rows or conclusions as a `pyarrow.Table`. Raises RefusedError without pyarrow, or for another `what`."""
    if what not in KINDS:
        raise RefusedError([Fault("argument_choice", Place("what"), {"asked": what, "known": ", ".join(KINDS)})])
    library("pyarrow", asked)
    return outcome.con.arrow(rows_sql(outcome) if what == "rows" else conclusions_sql(outcome)).to_arrow_table()


def pandas_frame(outcome: Outcome, what: Kind) -> Any:
    """The same as a pandas frame: objects of Decimal and date, nullable integers and true/false."""
    pandas = library("pandas", "to_pandas")
    arrow = library("pyarrow", "to_pandas")
    kinds = {
        arrow.bool_(): pandas.BooleanDtype(),
        arrow.int32(): pandas.Int32Dtype(),
        arrow.int64(): pandas.Int64Dtype(),
    }
    return arrow_table(outcome, what, "to_pandas").to_pandas(types_mapper=kinds.get)


def polars_frame(outcome: Outcome, what: Kind) -> Any:
    """The same as a Polars frame: Decimal, Date, Boolean and String."""
    polars = library("polars", "to_polars")
    return polars.from_arrow(arrow_table(outcome, what, "to_polars"))


def rows_sql(outcome: Outcome) -> str:
    """SQL for the rows, by key, then period."""
    listed = ", ".join(map(quoted, columns_of(outcome)))
    return f"SELECT {listed} FROM {quoted(outcome.relation)} ORDER BY {quoted(outcome.plan.key)}, `period_no`"


def conclusions_sql(outcome: Outcome) -> str:
    """SQL for the conclusions, by key, period and the order of the policy; no row where nothing is concluded."""
    key = quoted(outcome.plan.key)
    if not outcome.conclusions:
        nothing = {outcome.plan.key: TEXT} | CONCLUSION
        listed = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in nothing.items())
        return f"SELECT {listed} WHERE FALSE"
    titles = {"title_zh": "zh", "title_en": "en"}
    picked = {name: f"CAST({quoted(name)} AS {kind})" for name, kind in CONCLUSION.items() if name not in titles}
    picked |= {name: titled(outcome, lang) for name, lang in titles.items()}
    listed = ", ".join(f"{picked[name]} AS {quoted(name)}" for name in CONCLUSION)
    order = f"ORDER BY {key}, period_no, position, action_no, case_no"
    return f"SELECT {key}, {listed} FROM {quoted(outcome.conclusions)} {order}"


def titled(outcome: Outcome, lang: str) -> str:
    """SQL for the title of a conclusion."""
    whens = [f"WHEN {literal(rule.name)} THEN {literal(rule.title.get(lang))}" for rule in outcome.plan.rules]
    return f"CASE conclusion {' '.join(whens)} ELSE '' END"


def html_table(outcome: Outcome, lang: str) -> str:
    """The first rows for a notebook: who, total, grade and pay under their titles."""
    there = set(columns_of(outcome))
    called = {column.name: column for column in outcome.columns}
    several = len(outcome.periods) > 1
    names = [outcome.plan.key, "name", *(["period"] if several else []), "team", "total", "grade"]
    names += [column.name for column in of_role(outcome, "pay", "pay_total")]
    names = [name for name in dict.fromkeys(names) if name in there and name in called]
    rows = outcome.rows(names)
    heads = "".join(f"<th>{escape(plain(called[name].title.get(lang) or name))}</th>" for name in names)
    body = "".join(html_row([value_text(v, called[n].unit, lang) for n, v in zip(names, row, strict=True)])
                   for row in rows[:MOST_ROWS])  # fmt: skip
    said = Fault("outcome_shown", Place(""), {"shown": len(rows[:MOST_ROWS]), "rows": len(rows)}).text(lang)
    policy = outcome.ruleset.policy
    title = f"{policy.title.get(lang) or policy.ruleset} {policy.version} · {', '.join(outcome.periods)} · {said}"
    return f"<table><caption>{escape(plain(title))}</caption><tr>{heads}</tr>{body}</table>"


def html_row(cells: list[str]) -> str:
    """One row of cells, escaped."""
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
