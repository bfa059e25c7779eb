"""A hand-made outcome with the columns of the shipped policy, so that the reports are tested without the engine."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import duckdb

from incentives.database.duck import Duck
from incentives.faults import Place
from incentives.language.tree import Arithmetic, Name, Number, Title
from incentives.language.types import ChoiceType, NumberType, TextType, TruthType, Type
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column, Computed, Given, How, Plan, Roll, RolledUp
from incentives.ruleset import Ruleset
from incentives.tables import Tables

GRADES = ChoiceType("grade", ("S", "A", "B", "C"))
SCALES = {"money": 2, "ratio": 6, "score": 2, "count": 0}
SPINE = {
    "rep_id": "VARCHAR",
    "name": "VARCHAR",
    "period": "VARCHAR",
    "period_no": "INTEGER",
    "level": "VARCHAR",
    "team": "VARCHAR",
    "region": "VARCHAR",
    "base_salary": "DECIMAL(14,2)",
    "assessment": "VARCHAR",
    "assessment_reason": "VARCHAR",
    "assessment_detail": "VARCHAR",
    "decision_reason": "VARCHAR",
    "decided_by": "VARCHAR",
    "decided_on": "DATE",
}


@dataclass(frozen=True)
class Input:
    name: str
    sha256: str
    bytes: int
    rows: int


def column(name: str, role: str, unit: str, zh: str, en: str = "", how: How | None = None, item: str = "") -> Column:
    kind: Type = TruthType() if unit == "switch" else GRADES if unit == "grade" else TextType()
    if unit in SCALES:
        kind = NumberType(Decimal(-(10**12)), Decimal(10**12), SCALES[unit])
    return Column(name, role, unit, Title(zh, en or name), "quarter", how or Given(), kind, Place("x.yaml"), item=item)


COLUMNS = (
    column("rep_id", "key", "text", "工号", "Rep"),
    column("sales", "metric", "money", "销售额", "Sales"),
    column("margin_rate", "metric", "ratio", "毛利率", "Gross margin"),
    column("sales_target", "target", "money", "销售目标", "Sales target"),
    column("sales_attainment", "attainment", "ratio", "销售达成率", "Sales attainment"),
    column("sales_score", "score", "score", "销售得分", "Sales score", item="sales"),
    column("new_customers_score", "score", "score", "新客户得分", "New-customer score", item="new_customers"),
    column("results", "scorecard", "score", "结果考核", "Results"),
    column("total", "total", "score", "总分", "Total"),
    column("band_grade", "grade", "grade", "档位等级", "Grade of the band"),
    column("ceiling_margin", "ceiling", "switch", "毛利率低于红线", "margin below the red line"),
    column("capped_grade", "grade", "grade", "红线后等级", "Capped grade"),
    column("computed_grade", "grade", "grade", "计算等级", "Computed grade"),
    column("grade", "grade", "grade", "等级", "Grade"),
    column("commission", "pay", "money", "销售提成", "Commission"),
    column("quarterly_bonus", "pay", "money", "季度奖金", "Quarterly bonus"),
    column("big_first_order", "pay", "money", "首单大额奖", "Big first order"),
    column("pay_total", "pay_total", "money", "激励合计", "Pay in total"),
    # two figures from which pay could be read, one of them over other people
    column(
        "pay_per_thousand",
        "figure",
        "money",
        "千元激励",
        how=Computed(Arithmetic("/", Name("pay_total"), Number(Decimal(1000)))),
    ),
    column("region_pay", "figure", "money", "区域激励", how=RolledUp("pay_total", "sum", within="region")),
    column("step", "part", "money", "步骤"),
)

KINDS = {"commission": "commission", "quarterly_bonus": "bonus", "big_first_order": "award"}


def sql_type(c: Column) -> str:
    return {"switch": "BOOLEAN", "text": "VARCHAR", "grade": "VARCHAR"}.get(c.unit) or f"DECIMAL(20,{SCALES[c.unit]})"


def person(key: str, **figures: Any) -> dict[str, Any]:
    """One row: an assessed rep with plausible figures unless told otherwise."""
    row: dict[str, Any] = {
        "rep_id": key,
        "name": f"员工{key}",
        "period": "2026Q3",
        "period_no": 8106,
        "level": "销售代表",
        "team": "华东一队",
        "region": "华东",
        "base_salary": "8444.58",
        "assessment": "assessed",
        "sales": "1200000.00",
        "margin_rate": "0.512345",
        "sales_target": "1000000.00",
        "sales_attainment": "1.2",
        "sales_score": "120.00",
        "new_customers_score": "100.00",
        "results": "104.17",
        "total": "104.17",
        "band_grade": "A",
        "ceiling_margin": False,
        "capped_grade": "A",
        "computed_grade": "A",
        "grade": "A",
        "commission": "38111.17",
        "quarterly_bonus": "4222.29",
        "big_first_order": "0.00",
        "pay_total": "42333.46",
        "pay_per_thousand": "42.33",
        "region_pay": "99777.31",
        "step": "1.00",
    }
    return row | figures


def unassessed(key: str, state: str, reason: str, **figures: Any) -> dict[str, Any]:
    """One row without scores, grade and pay."""
    empty = [
        "sales_score",
        "new_customers_score",
        "results",
        "total",
        "band_grade",
        "ceiling_margin",
        "capped_grade",
        "computed_grade",
        "grade",
        "commission",
        "quarterly_bonus",
        "big_first_order",
        "pay_total",
        "pay_per_thousand",
        "region_pay",
        "sales",
        "margin_rate",
        "sales_target",
        "sales_attainment",
    ]
    return person(key, **dict.fromkeys(empty), assessment=state, assessment_reason=reason, **figures)


def company() -> list[dict[str, Any]]:
    """Two teams with one of everything that a report must mention."""
    return [
        person("R001", name="张伟", total="118.50", band_grade="S", capped_grade="S", computed_grade="S", grade="S"),
        person(
            "R002",
            name="李娜",
            total="112.30",
            band_grade="S",
            ceiling_margin=True,
            capped_grade="B",
            computed_grade="B",
            grade="B",
            margin_rate="0.4",
        ),
        person(
            "R003",
            name="王芳",
            total="74.99",
            band_grade="C",
            capped_grade="C",
            computed_grade="C",
            grade="B",
            decision_reason="客户破产，属不可抗力",
            decided_by="M001",
            decided_on="2026-10-12",
            commission="0.00",
            pay_total="4222.29",
            pay_per_thousand="4.22",
        ),
        person(
            "R004",
            name="刘洋",
            team="华南一队",
            region="华南",
            commission="77123.45",
            quarterly_bonus="6111.11",
            pay_total="83234.56",
            base_salary="12222.22",
            pay_per_thousand="83.23",
            region_pay="83234.56",
        ),
        unassessed("R005", "exempt", "status", name="陈静", assessment_detail="产假"),
        unassessed("R006", "unsigned", "target", name="杨磊", team="华南一队", region="华南", base_salary="9333.33"),
        unassessed("R007", "missing", "scores", name="赵敏"),
        unassessed("R008", "history", "locked", name="黄强") | {"total": Decimal("96.00"), "grade": "A"},
        unassessed(
            "R009",
            "exempt",
            "decision",
            name="周杰",
            assessment_detail="借调",
            decision_reason="借调",
            decided_by="M002",
            decided_on="2026-09-01",
        ),
    ]


_numbers = itertools.count()


def outcome_made(rows: list[dict[str, Any]] | None = None, without: tuple[str, ...] = ()) -> Outcome:
    """An outcome over `rows` (the company by default), with the columns of `without` left out of plan and table."""
    rows = company() if rows is None else rows
    columns = tuple(c for c in COLUMNS if c.name not in without)
    types = {n: t for n, t in SPINE.items() if n not in without} | {
        c.name: sql_type(c) for c in columns if c.name not in SPINE
    }
    con = Duck(duckdb.connect())
    table = f"outcome_{next(_numbers)}"
    con.execute(f"CREATE TABLE {table} ({', '.join(f'`{n}` {t}' for n, t in types.items())})")
    if rows:
        for row in rows:
            con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(types))})", [row.get(n) for n in types])
    policy = SimpleNamespace(
        ruleset="sales_quarterly",
        version="2026.1",
        title=Title("销售业务员季度考核与激励办法", "Quarterly sales assessment and incentives"),
        currency="CNY",
        scorecards={},
        grade=None,
        pay={name: SimpleNamespace(kind=kind) for name, kind in KINDS.items() if name not in without},
        assessment=SimpleNamespace(statuses={"leave": "pause", "protected": "exempt"}),
    )
    return Outcome(
        plan=Plan("rep", "rep_id", "quarter", (), {"quarter": (columns,)}, Roll({}, "", date(2026, 1, 1), None)),
        ruleset=cast(Ruleset, SimpleNamespace(policy=policy, file="policies/sales-2026.yaml", digest="ab" * 32)),
        tables=cast(Tables, SimpleNamespace(inputs=(Input("reps.csv", "cd" * 32, 1000, 9),))),
        con=con,
        relation=table,
        grain="quarter",
        periods=tuple(dict.fromkeys(row["period"] for row in rows)) or ("2026Q3",),
    )


def with_titles(outcome: Outcome, **titles: str) -> Outcome:
    """The same outcome with other titles of columns."""
    stages = tuple(
        tuple(replace(c, title=Title(titles[c.name], titles[c.name])) if c.name in titles else c for c in stage)
        for stage in outcome.plan.frames["quarter"]
    )
    return replace(outcome, plan=replace(outcome.plan, frames={"quarter": stages}))
