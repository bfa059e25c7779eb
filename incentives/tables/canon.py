"""The canonical tables: their columns, the kind of each, which are required, and the names that people give them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

MOST_MONEY = Decimal("999999999999.99")  # what 14 digits hold
# Decimal kinds: digits, scale, least and most.
DECIMALS: dict[str, tuple[int, int, Decimal | int, Decimal | int]] = {
    "money": (14, 2, -MOST_MONEY, MOST_MONEY), "pay": (14, 2, 0, MOST_MONEY), "share": (9, 6, 0, 1),
    "score": (9, 2, 0, 10**6), "rate": (18, 8, 0, 10**9),
}  # fmt: skip

# Tables of which nothing is asked by the rows of their file; of these only what was delivered is stored.
LONG_TABLES = ("snapshots", "orders", "receipts", "credits")


@dataclass(frozen=True)
class Column:
    """One column. `name` is its name once loaded; `heading` what a file calls it where that differs.

    `kind`: key (a subject), rep (a rep, whatever the subject), order (an order), id, text, day, period, metric, grade,
    choice (a closed list), named (an open list with spellings), matter (what a decision is about), ruling (what was
    decided), number (checked against its metric), or one of DECIMALS.
    `filled`: no cell may be empty. `needed`: the column must be there.
    """

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    needed: bool = False
    filled: bool = False
    heading: str = ""
    choices: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """Return the canonical heading in a file."""
        return self.heading or self.name


@dataclass(frozen=True)
class Table:
    """One table. `unique`: the columns no two rows may share; `aliases`: further file and sheet names."""

    name: str
    aliases: tuple[str, ...]
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()


def spoken(values: Iterable[str], spellings: dict[str, str]) -> dict[str, str]:
    """Return values as people write them, by language: in Chinese by the first of their spellings, in English as
    they are."""
    first = {value: spelling for spelling, value in reversed(spellings.items()) if spelling != value}
    values = list(values)
    return {"zh": "、".join(first.get(value, value) for value in values), "en": ", ".join(values)}


def choice(name: str, values: dict[str, str], *aliases: str, required: bool = False) -> Column:
    """Return a column with a closed list of values; `values` maps each accepted spelling to the value that is kept."""
    return Column(
        name, "choice", aliases, choices={**{v: v for v in values.values()}, **values}, needed=required, filled=required
    )


def must(name: str, kind: str, *aliases: str, heading: str = "") -> Column:
    """Return a column that must be there with no empty cell."""
    return Column(name, kind, aliases, needed=True, filled=True, heading=heading)


def may(name: str, kind: str, *aliases: str, heading: str = "") -> Column:
    """Return a column that may be left out or empty."""
    return Column(name, kind, aliases, heading=heading)


STATUSES = {
    "试用": "probation", "试用期": "probation", "在岗": "active", "在职": "active", "正式": "active",
    "请假": "leave", "休假": "leave", "事假": "leave", "产假": "protected", "病假": "protected",
    "孕产": "protected", "待岗": "off_post",
}  # fmt: skip
SCOPES = {
    "业务员": "rep", "个人": "rep", "员工": "rep", "团队": "team", "部门": "team",
    "区域": "region", "大区": "region", "公司": "company", "全公司": "company",
}  # fmt: skip
DAY_KINDS = {
    "节假日": "holiday", "放假": "holiday", "法定节假日": "holiday", "make-up day": "make_up", "make-up": "make_up",
    "make_up_day": "make_up", "调休": "make_up", "调休上班": "make_up", "补班": "make_up",
}  # fmt: skip
PERIOD_STATES = {
    "草稿": "draft", "已公示": "published", "公示": "published", "已批准": "approved", "批准": "approved",
    "已审批": "approved", "已锁定": "locked", "锁定": "locked",
}  # fmt: skip
EXEMPT = {"免考": "exempt", "免考核": "exempt", "豁免": "exempt"}
MATTERS = {"等级": "grade", "评级": "grade", **EXEMPT}
RULINGS = {
    "批准": "approved", "同意": "approved", "通过": "approved",
    "驳回": "rejected", "不同意": "rejected", "否决": "rejected",
}  # fmt: skip
SOURCES = {
    "CRM": "crm", "客服": "customer_service", "客户服务": "customer_service", "签到": "check_in", "打卡": "check_in",
    "客户": "customer",
    "上级": "manager", "主管": "manager", "表单": "form", "财务": "finance", "合同": "contract", "合同系统": "contract",
    "交付": "delivery", "交付系统": "delivery", "业务员": "rep", "本人": "rep",
}  # fmt: skip
CURRENCIES = {
    "人民币": "CNY", "元": "CNY", "RMB": "CNY", "美元": "USD", "欧元": "EUR", "港元": "HKD", "港币": "HKD",
}  # fmt: skip

PERIOD = must("period", "period", "期间", "考核期", "考核期间", "季度", "月份")

POSTING = (
    may("level", "text", "岗位级别", "级别", "职级", "岗位"),
    may("track", "text", "通道", "序列", "职业通道"),
    may("team", "text", "团队", "部门", "小组"),
    may("region", "text", "区域", "大区"),
    may("product_line", "text", "产品线"),
    may("manager_id", "id", "上级工号", "主管工号", "直属上级工号"),
    may("base_salary", "pay", "基本工资", "底薪", "月基本工资"),
    choice("status", STATUSES, "状态", "在岗状态", "人员状态"),
)

ATTRIBUTES = tuple(column.name for column in POSTING)
POSTING_TEXTS = tuple(column.name for column in POSTING if column.kind != "pay")

REP_KEY = ("工号", "员工编号", "员工工号", "业务员工号")
KEY_ALIASES = {
    "rep": REP_KEY, "lead": ("线索编号", "线索号"), "customer": ("客户编号", "客户号", "客户代码"),
}  # fmt: skip
SUBJECT_ALIASES = {
    "rep": ("人员", "员工", "业务员", "花名册", "人员名单"), "lead": ("线索",), "customer": ("客户", "客户名单"),
}  # fmt: skip


def key_aliases(subject: str) -> tuple[str, ...]:
    """Return the aliases of the column that tells the subjects apart."""
    return KEY_ALIASES.get(subject, (f"{subject}编号",))


def subject_aliases(subject: str) -> tuple[str, ...]:
    """Return the aliases of the table of the subjects."""
    return SUBJECT_ALIASES.get(subject, (subject,))


def subject_table(subject: str, key: Column) -> Table:
    """Return the table of the subjects themselves; it may carry the columns of `postings` where nothing changes."""
    columns = (
        key,
        may("name", "text", "姓名", "名称", "业务员姓名", "客户名称"),
        may("hired_on", "day", "入职日期", "入职时间"),
        may("left_on", "day", "离职日期", "离职时间"),
        may("left_reason", "text", "离职原因"),
        *POSTING,
    )
    return Table(f"{subject}s", subject_aliases(subject), columns, (key.name,))


def canon(subject: str = "rep") -> dict[str, Table]:
    """Return the tables by name, in loading order, for a ruleset about `subject` (rep, lead, customer, …)."""
    key = must(f"{subject}_id", "key", *key_aliases(subject))
    rep = must("rep_id", "key" if subject == "rep" else "rep", *REP_KEY)
    order = must("order_id", "id", "订单编号", "订单号", "合同编号")
    tables = (
        subject_table(subject, key),
        Table("postings", ("任职", "任职记录", "岗位变动", "任职情况"), (
            key,
            must("valid_from", "day", "起始日期", "开始日期", "生效日期", "valid_from", heading="from"),
            may("valid_to", "day", "截止日期", "结束日期", "终止日期", "valid_to", heading="to"),
            *POSTING,
        )),
        Table("snapshots", ("指标", "指标数据", "业绩", "业绩数据", "指标快照"), (
            key, PERIOD,
            must("metric", "metric", "指标", "指标名称"),
            may("value", "number", "数值", "指标值", "实际值", "实际"),
            Column("source", "named", ("来源", "数据来源"), choices=SOURCES),
            may("as_of", "day", "截至日期", "取数日期"),
        ), (key.name, "period", "metric")),
        Table("targets", ("目标", "目标责任书", "目标分解"), (
            choice("scope", SCOPES, "范围", "层级", "对象类型"),
            may("subject_id", "id", "对象", "对象编号", "目标对象", key.name, *key.aliases),
            PERIOD,
            must("metric", "metric", "指标", "指标名称"),
            may("base", "number", "基础目标", "目标", "目标值"),
            may("stretch", "number", "挑战目标"),
            may("rep_signed_on", "day", "本人签字日期", "业务员签字日期", "员工签字日期"),
            may("manager_signed_on", "day", "上级签字日期", "主管签字日期"),
            may("revised_on", "day", "调整日期", "修订日期"),
            may("reason", "text", "调整原因", "原因"),
        ), ("scope", "subject_id", "period", "metric", "revised_on")),
        Table("history", ("历史", "历史评定", "历史成绩"), (
            key, PERIOD,
            may("total", "score", "总分", "得分", "考核得分"),
            may("grade", "grade", "等级", "评级", "考核等级"),
        ), (key.name, "period")),
        Table("orders", ("订单", "订单明细"), (
            order, rep,
            may("customer_id", "id", "客户编号", "客户号", "客户代码"),
            may("product_line", "text", "产品线"),
            must("ordered_on", "day", "下单日期", "订单日期", "签约日期"),
            must("amount", "money", "金额", "订单金额", "合同金额"),
            Column("currency", "named", ("币种", "货币"), choices=CURRENCIES),
            may("margin", "money", "毛利", "毛利额"),
            may("due_on", "day", "到期日期", "应收日期", "应回款日期"),
            may("returned_on", "day", "退货日期", "退单日期"),
            may("reverses", "id", "原订单", "原订单号", "原订单编号"),
        ), ("order_id",)),
        Table("receipts", ("回款", "回款明细", "收款"), (
            must("order_id", "order", "订单编号", "订单号", "合同编号"),
            must("paid_on", "day", "回款日期", "收款日期", "paid_on", heading="on"),
            must("amount", "money", "金额", "回款金额", "收款金额"),
        )),
        Table("credits", ("业绩分配", "业绩拆分", "分成"), (
            must("order_id", "order", "订单编号", "订单号", "合同编号"), rep,
            must("share", "share", "比例", "分配比例", "占比"),
        ), ("order_id", "rep_id")),
        Table("events", ("事件", "事件记录"), (
            key,
            must("happened_on", "day", "日期", "发生日期", "happened_on", heading="on"),
            may("until_on", "day", "截止日期", "有效期至", "until_on", heading="until"),
            must("kind", "text", "类型", "事件", "事件类型"),
            may("value", "text", "数值", "内容", "结果"),
            may("source", "text", "来源", "数据来源"),
            *([] if subject == "customer" else [may("customer_id", "id", "客户编号", "客户号", "客户代码")]),
        )),
        Table("decisions", ("决定", "委员会决定", "评审决定"), (
            key, PERIOD,
            Column("about", "matter", ("事项", "决定事项"), needed=True, filled=True, choices=MATTERS),
            Column("decision", "ruling", ("决定", "结论", "评审结论"), needed=True, filled=True,
                   choices={**EXEMPT, **RULINGS}),
            may("reason", "text", "原因", "理由"),
            may("decided_by", "text", "决定人", "批准人"),
            may("decided_on", "day", "决定日期", "批准日期"),
        ), (key.name, "period", "about")),
        Table("periods", ("期间", "考核期间"), (
            PERIOD,
            choice("status", PERIOD_STATES, "状态", required=True),
            may("changed_by", "text", "操作人", "changed_by", heading="by"),
            may("changed_on", "day", "日期", "操作日期", "changed_on", heading="on"),
        ), ("period",)),
        Table("paid", ("已发", "已发放", "发放记录"), (
            key, PERIOD,
            must("code", "text", "项目", "代码", "薪资项目"),
            must("amount", "money", "金额", "发放金额"),
            may("batch", "text", "批次", "批次号"),
        )),
        Table("rates", ("汇率",), (
            Column("currency", "named", ("币种", "货币"), needed=True, filled=True, choices=CURRENCIES),
            must("rate_on", "day", "日期", "rate_on", heading="on"),
            must("rate", "rate", "汇率"),
        ), ("currency", "rate_on")),
        Table("calendar", ("日历", "工作日历", "节假日"), (
            must("day", "day", "日期", "day", heading="on"),
            choice("kind", DAY_KINDS, "类型", required=True),
        ), ("day",)),
    )  # fmt: skip
    return {table.name: table for table in tables}
