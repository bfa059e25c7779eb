"""The columns that every row begins with: the subject, the period, the posting, and the state of the assessment."""

from __future__ import annotations

from decimal import Decimal

from incentives.language.tree import And, Name, Not, Title
from incentives.language.types import DayType, NumberType, TextType, TruthType, Type
from incentives.plan.columns import TRACKING, Computed, Given, Taken
from incentives.plan.draft import Draft
from incentives.plan.grade import grade_type
from incentives.ruleset.units import unit_type
from incentives.tables.canon import canon, key_aliases

TEXT, DAY, TRUTH = TextType(), DayType(), TruthType()
SHARE = NumberType(Decimal(0), Decimal(1), 6)
MONTHS = NumberType(Decimal(0), Decimal(1200), 0)
PERIODS = NumberType(Decimal(0), Decimal(200_000), 0)
SALARY = NumberType(Decimal(0), Decimal(10**12), 2)

# name, role, unit, type, may be missing, Chinese, English
GIVEN: tuple[tuple[str, str, str, Type, bool, str, str], ...] = (
    ("name", "key", "text", TEXT, False, "姓名", "Name"),
    ("period", "key", "text", TEXT, False, "期间", "Period"),
    ("period_no", "part", "count", PERIODS, False, "期序", "Period number"),
    ("level", "posting", "text", TEXT, False, "岗位级别", "Level"),
    ("track", "posting", "text", TEXT, False, "通道", "Track"),
    ("team", "posting", "text", TEXT, False, "团队", "Team"),
    ("region", "posting", "text", TEXT, False, "区域", "Region"),
    ("product_line", "posting", "text", TEXT, False, "产品线", "Product line"),
    ("manager_id", "posting", "text", TEXT, False, "上级工号", "Manager"),
    ("status", "posting", "text", TEXT, False, "状态", "Status"),
    ("base_salary", "posting", "money", SALARY, True, "基本工资（月）", "Base salary, monthly"),
    ("hired_on", "posting", "date", DAY, True, "入职日期", "Hired on"),
    ("left_on", "posting", "date", DAY, True, "离职日期", "Left on"),
    ("tenure_months", "posting", "count", MONTHS, True, "司龄（月）", "Tenure, whole months"),
    ("period_start", "part", "date", DAY, False, "期初", "First day of the period"),
    ("period_end", "part", "date", DAY, False, "期末", "Last day of the period"),
    ("worked_share", "posting", "ratio", SHARE, False, "在岗比例", "Share of the period worked"),
    ("in_force", "part", "switch", TRUTH, False, "办法适用", "Within the effective range"),
    ("locked", "part", "switch", TRUTH, False, "沿用历史", "Taken from history"),
    ("exempted", "part", "switch", TRUTH, False, "免评", "Exempted"),
    ("assessment_reason", "state", "text", TEXT, False, "评定说明代码", "Reason"),
    ("assessment_detail", "state", "text", TEXT, False, "评定说明", "Detail"),
    ("decision_reason", "state", "text", TEXT, False, "决定理由", "Reason of the decision"),
    ("decided_by", "state", "text", TEXT, False, "决定人", "Decided by"),
    ("decided_on", "state", "date", DAY, True, "决定日期", "Decided on"),
    ("history_total", "part", "score", unit_type("score"), True, "历史总分", "Total on record"),
)
GRADES = (("history_grade", "历史等级", "Grade on record"), ("decided_grade", "决定等级", "Grade decided"))


# tables that are made of the data, beside those of the canon
INNER_TABLES = (
    "calendar_periods", "credit_parts", "days", "exchange_rates", "figures", "first_changes", "first_orders",
    "known_metrics", "known_periods", "order_changes", "order_payments", "payroll_lines", "revisions", "spans",
)  # fmt: skip


def check_subject(draft: Draft) -> None:
    """Report a subject whose own table would have the name of another one."""
    subject = draft.ruleset.policy.subject
    table = f"{subject}s".casefold()
    if subject != "rep" and table in {*canon(), *INNER_TABLES}:
        draft.fault("subject_taken", ("subject",), subject=subject, table=table)
    if draft.key.casefold() in {name for name, *_ in GIVEN}:
        draft.fault("subject_column", ("subject",), subject=subject, key=draft.key)


def draft_frame(draft: Draft, frame: str) -> None:
    """Add the given columns of one frame, and `scored`: whether the row gets scores of its own."""
    subject = draft.ruleset.policy.subject
    title = Title(key_aliases(subject)[0], "Id")
    draft.add(f"{subject}_id", "key", "text", Given(), ("subject",), type=TEXT, grain=frame, title=title)
    for name, role, unit, given, optional, zh, en in GIVEN:
        if name == draft.key.casefold():
            continue  # told
        how = Taken(name, draft.grain) if frame == TRACKING and role == "state" else Given()
        title = Title("名称" if name == "name" and subject != "rep" else zh, en)
        draft.add(name, role, unit, how, ("subject",), type=given, grain=frame, optional=optional, title=title)
    for name, zh, en in GRADES:
        kind = grade_type(draft)
        title = Title(zh, en)
        draft.add(name, "part", "text", Given(), ("subject",), type=kind, grain=frame, optional=True, title=title)
    if frame == draft.grain:
        gates = (Name("in_force"), Not(Name("locked")), Not(Name("exempted")), Not(Name("unsigned")))
        draft.add("scored", "part", "switch", Computed(And(gates)), ("assessment",), title=Title("参与评分", "Scored"))
