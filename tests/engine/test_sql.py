"""Promises about the SQL of every shipped ruleset: nothing floats, it is portable, other values leave it as it is."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from incentives.api import Ruleset, load_data, load_ruleset
from incentives.engine.frame import counting, early_sql, frame_sql, late_sql, walking_columns
from incentives.engine.stepping import step_sql
from incentives.execution.assess import assess
from incentives.faults import Place
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.plan.phases import phases_of
from incentives.tables.data import tables_from_rows

from .small import ROOT

RULESETS = ("sales-2026", "software-2026", "northwind", "leads", "customers")
PERIODS = {"month": "2026-07", "quarter": "2026Q3", "half": "2026H2", "year": "2026"}
FLOATING = re.compile(r"\b(DOUBLE|FLOAT\d?|REAL|AVG|MEAN|STDDEV\w*|RANDOM|SQRT|POW\w*|LN|EXP)\b", re.IGNORECASE)
# The number of a period is a multiple divided by its divisor, which no rounding can touch.
INSIDE = r"(?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*"
PERIOD_NUMBER = re.compile(
    rf"CAST\(\(\(year\({INSIDE}\) \* 12 \+ month\({INSIDE}\) - \d+\) - .*? % (\d+)\) / \1 AS INTEGER\)"
)
UNPORTABLE = re.compile(
    r"\b(QUALIFY|PIVOT|UNPIVOT|ASOF|POSITIONAL|LATERAL|LIST\w*\(|UNNEST|STRUCT\w*|EXCLUDE|COLUMNS|ILIKE|GLOB|FILTER"
    r"|DISTINCT ON|GROUP BY ALL|ORDER BY ALL|USING SAMPLE|MACRO)\b|::|//|\[|\bs\d+\.\*\s+EXCLUDE",
    re.IGNORECASE,
)
TEXT = re.compile(r"'(?:[^']|'')*'")
QUOTED = re.compile(r"`[^`]*`")


@cache
def ruleset(name: str) -> Ruleset:
    return load_ruleset(ROOT / "rulesets" / f"{name}.yaml")


@cache
def plan(name: str) -> Plan:
    return compile_plan(ruleset(name))


FRAMES = [(name, frame) for name in RULESETS for frame in plan(name).frames]


def texts(of: Plan) -> dict[str, str]:
    """The SQL of every frame."""
    return {frame: whole(of, frame) for frame in of.frames}


def whole(of: Plan, frame: str) -> str:
    """The SQL of a frame and of the tables that are made for it first."""
    phases = phases_of(of.columns(frame))
    walking = walking_columns(of, frame) - phases.keys()
    made = [*counting(of, frame).values(), early_sql(of, frame, walking | phases.keys())]
    made += [late_sql(of, frame, walking, f"`still_{frame}`")] if walking else []
    for phase in sorted(set(phases.values())):
        mine = frozenset(name for name in phases if phases[name] == phase)
        odd = phase % 2
        made.append(step_sql(of, frame, "rows", mine) if odd else late_sql(of, frame, mine, "`rows`"))
    return ";\n".join(made if phases else [*made, frame_sql(of, frame)])


@pytest.mark.parametrize(("name", "frame"), FRAMES)
def test_no_column_is_floating(name: str, frame: str) -> None:
    tables = tables_from_rows({}, ruleset(name), Place("none"))
    outcome = assess(ruleset(name), tables, [PERIODS["month" if frame == "tracking" else frame]])
    made = [t for (t,) in outcome.con.query("SELECT table_name FROM duckdb_tables()")]
    assert f"still_{frame}" in made or frame == "month"
    kinds = outcome.con.query(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND table_name IN "
        "(SELECT table_name FROM duckdb_tables() WHERE temporary)"
    )
    assert len(kinds) > 30
    assert [kind for kind in kinds if FLOATING.search(kind[2])] == []


def test_nor_is_one_over_real_rows() -> None:
    outcome = assess(ruleset("sales-2026"), load_data(ROOT / "fixtures" / "company", ruleset("sales-2026")), ["2026Q3"])
    described = outcome.con.query(f"DESCRIBE `{outcome.relation}`")
    assert len(described) > 100
    assert [column for column in described if FLOATING.search(column[1])] == []


@pytest.mark.parametrize(("name", "frame"), FRAMES)
def test_the_text_is_exact_and_portable(name: str, frame: str) -> None:
    sql = PERIOD_NUMBER.sub("", TEXT.sub("''", whole(plan(name), frame)))
    sql = QUOTED.sub("x", sql)
    assert [found.group() for found in FLOATING.finditer(sql)] == []
    assert [sql[max(0, m.start() - 60) : m.end() + 20] for m in re.finditer("/", sql)] == []
    assert [sql[max(0, m.start() - 40) : m.end() + 20] for m in UNPORTABLE.finditer(sql)] == []


@pytest.mark.parametrize(("name", "frame"), FRAMES)
def test_no_name_stands_for_another_column_of_its_own_select(name: str, frame: str) -> None:
    """Every column a later stage reads is of the stage before it or of the figures: nothing lateral."""
    stepped = bool(phases_of(plan(name).columns(frame)))
    sql_of = whole if stepped else frame_sql
    stages = re.findall(r"\ns[1-9]\d* AS \(\n(.*?)\n\)", sql_of(plan(name), frame), flags=re.DOTALL)
    assert len(stages) >= len(plan(name).frames[frame]) - 1
    # a stage that joins what is paid now, or the rows of a team, reads more than the stage before
    for stage in (stage for stage in stages if not re.search(r"JOIN (?!`?figures)", stage)):
        sql = TEXT.sub("''", stage)
        before = {
            (sql[m.start() - 2 : m.start()], sql[m.start() - 4 : m.start()] == " AS ") for m in QUOTED.finditer(sql)
        }
        assert before == {("p.", False), ("f.", False), ("S ", True)} or before == {("p.", False), ("S ", True)}


YEARLY = ("hall_share", "leave_days", "annual_quarters")  # a value from July is in no year
WHOLE = {"results_share": "100%", "pay_cut": "-12.3%"}  # what no other value, or none of this sign, may be


def other(value: Decimal, unit: str) -> str:
    """Another value within the same powers of ten, with no more decimals than a constant has room for."""
    if not value:
        return "0"
    top = Decimal(1).scaleb(value.adjusted() + (value.normalize().as_tuple().digits != (1,)))
    decimals = {"count": 0, "ratio": 4, "rate": 4}.get(unit, 2)
    return f"{max(top * Decimal('0.37'), Decimal(1).scaleb(-decimals)).quantize(Decimal(1).scaleb(-decimals)):f}"


@pytest.mark.parametrize("form", ["{value}", "{{2026-01-01: {value}, 2026-07-01: {value}}}"])
def test_every_figure_may_change_and_the_sql_stays(form: str, tmp_path: Path) -> None:
    lines = ""
    for name, figure in ruleset("sales-2026").policy.figures.items():
        known = figure.values[0][1]
        value = WHOLE.get(name) or (other(known, figure.unit) if isinstance(known, Decimal) else "off")
        lines += f"  figures.{name}.value: {value if name in YEARLY else form.format(value=value)}\n"
    assert lines.count("\n") > 20
    assert overlaid(lines, tmp_path) == texts(plan("sales-2026"))


@pytest.mark.parametrize(
    "lines",
    [
        "  scorecards.results.items.sales.weight: 42.5%\n  scorecards.results.items.collection_rate.weight: 7.5%\n",
        "  scorecards.process.items.visit_months.cap: 120\n",
        "  grade.bands.S: '>= 112.5'\n  grade.bands.A: '[95..112.5)'\n",
        "  pay.commission.tiers.rows.low.rate: 3.25%\n",
        "  pay.commission.tiers.rows.low.to: 900_000\n",
        "  pay.quarterly_bonus.by_grade.A: 55.5%\n",
        "  targets.complaint_answer.base: 23.5\n",
    ],
)
def test_so_does_any_other_value_of_the_policy(lines: str, tmp_path: Path) -> None:
    assert overlaid(lines, tmp_path) == texts(plan("sales-2026"))


def overlaid(lines: str, folder: Path) -> dict[str, str]:
    """The SQL of the shipped policy with some values set otherwise."""
    shutil.copy(ROOT / "rulesets" / "sales-2026.yaml", folder)
    change = folder / "change.yaml"
    change.write_text(f"extends: sales-2026.yaml\nset:\n{lines}", encoding="utf-8")
    return texts(compile_plan(load_ruleset(change)))
