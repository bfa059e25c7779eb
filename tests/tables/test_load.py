"""What load_data makes of a folder: postings, targets, days, remarks; and how it names what is wrong."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import Write

from incentives.faults import Fault, Group, Place, RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import load_data, load_for, loading, tables_from_rows
from incentives.tables.canon import canon
from incentives.tables.expectation import Expectation, Metric, expect

SNAPSHOTS = "rep_id,period,metric,value,source\n"
TARGETS = "scope,subject_id,period,metric,base,rep_signed_on,manager_signed_on,revised_on,reason\n"
OPEN = date(9999, 12, 31)


def refused(path: Path, ruleset: Ruleset) -> list[Fault]:
    with pytest.raises(RefusedError) as found:
        load_data(path, ruleset)
    return list(found.value.faults)


def test_every_table_is_there_even_when_nothing_is_delivered(write: Write, ruleset: Ruleset) -> None:
    tables = load_data(write(), ruleset)
    for table in [*canon(), "days"]:
        assert tables.con.query(f"SELECT count(*) FROM {table}")[0][0] >= 0
    described = tables.con.query("DESCRIBE orders")
    assert [(name, kind) for name, kind, *_ in described][4:6] == [("ordered_on", "DATE"), ("amount", "DECIMAL(14,2)")]


def test_who_has_no_posting_gets_one_from_the_own_row(write: Write, ruleset: Ruleset) -> None:
    rows = ["rep_id,from,to,team,region,status", "R001,2026-01-01,2026-07-31,北京组,华北,在岗"]
    postings = "\n".join([*rows, "R001,2026-08-01,,上海组,华东,产假", ""])
    tables = load_data(write(postings=postings), ruleset)
    found = tables.con.query("SELECT rep_id, valid_from, valid_to, team, status FROM postings ORDER BY ALL")
    assert found == [
        ("007", date(2019, 5, 14), OPEN, None, "active"),
        ("R001", date(2026, 1, 1), date(2026, 7, 31), "北京组", "active"),
        ("R001", date(2026, 8, 1), OPEN, "上海组", "protected"),
    ]


def test_days_without_a_posting_are_a_remark(write: Write, ruleset: Ruleset) -> None:
    postings = "rep_id,from,to\n007,2020-01-01,2026-07-31\n007,2026-09-01,\nR001,2026-08-15,\n"
    snapshots = SNAPSHOTS + "R001,2026Q3,sales,1,crm\n"
    remarks = load_data(write(postings=postings, snapshots=snapshots), ruleset).remarks
    assert [(remark.place.line, remark.text("en").split(";")[0]) for remark in remarks] == [
        (3, "007 has no posting from 2026-08-01 to 2026-08-31"),
        (4, "R001 has no posting from 2019-04-07 to 2026-08-14"),
    ]


def test_days_before_the_data_begins_need_no_posting(write: Write, ruleset: Ruleset) -> None:
    files = {"postings": "rep_id,from\nR001,2026-07-01\n", "snapshots": SNAPSHOTS + "R001,2026Q3,sales,1,crm\n"}
    assert load_data(write(**files), ruleset).remarks == ()


def test_orders_of_who_has_left_are_a_remark(write: Write, ruleset: Ruleset) -> None:
    reps = "rep_id,left_on\nR001,2026-08-21\n"
    orders = "order_id,rep_id,ordered_on,amount,reverses\nO1,R001,2026-08-21,5,\nO2,R001,2026-08-22,5,\n"
    orders += "O3,R001,2026-08-21,-1,O1\nO4,R001,2026-08-22,-1,O1\n"
    remarks = load_data(write(reps=reps, orders=orders), ruleset).remarks
    assert [(remark.code, remark.about["order"], remark.about["left"]) for remark in remarks] == [
        ("order_after_left", "O2", "2026-08-21"),
        ("note_after_left", "O4", "2026-08-21"),
    ]


def test_a_decision_without_reason_or_author_is_a_remark(write: Write, ruleset: Ruleset) -> None:
    decisions = "rep_id,period,about,decision,reason,decided_by,decided_on\n"
    decisions += "R001,2026Q3,grade,A,复核,委员会,2026-10-12\n007,2026Q3,等级,A,复核,,2026-10-12\n"
    remarks = load_data(write(decisions=decisions), ruleset).remarks
    assert [(remark.code, remark.place.line) for remark in remarks] == [("decision_unfounded", 3)]


def test_remarks_beyond_the_first_ten_are_counted(write: Write, ruleset: Ruleset) -> None:
    decisions = "rep_id,period,about,decision\n" + "".join(f"R001,20{y}Q1,grade,A\n" for y in range(10, 25))
    remarks = load_data(write(decisions=decisions), ruleset).remarks
    assert [remark.code for remark in remarks] == ["decision_unfounded"] * 10 + ["cells_more"]
    assert remarks[-1].about["number"] == 5


def test_people_read_titles_and_words_not_codes(write: Write, ruleset: Ruleset) -> None:
    reps = "工号,姓名,状态\nR001,陈志远,在职中\n"
    [fault] = refused(write(reps=reps), ruleset)
    assert fault.mend("zh") == "可选：试用、在岗、请假、产假、待岗"
    assert fault.mend("en") == "one of: probation, active, leave, protected, off_post"
    [fault] = refused(write(snapshots=SNAPSHOTS + "R001,2026Q3,satisfaction,9,rep\n"), ruleset)
    assert fault.text("zh") == "R001 的“客户满意度”来自“rep”，办法只认 客服"


def test_without_a_table_of_reps_the_snapshots_say_who_there_is(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "snapshots.csv").write_text(SNAPSHOTS + "R2,2026Q3,sales,1,crm\nR1,2026Q3,sales,1,crm\n")
    tables = load_data(tmp_path, ruleset)
    assert tables.con.query("SELECT rep_id FROM reps ORDER BY ALL") == [("R1",), ("R2",)]
    assert len(tables.con.query("SELECT * FROM postings")) == 2


def test_another_subject_names_its_table_and_key(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("线索编号,名称,大区,预算\nL1,甲,华东,9\n")
    (tmp_path / "snapshots.csv").write_text("lead_id,period,metric,value\nL1,2026-07,budget,80\n")
    budget = Metric("budget", "score", 2, Decimal(0), Decimal(100), "month")
    tables = load_for(tmp_path, Expectation(subject="lead", grain="month", metrics=(budget,)))
    assert tables.con.query("SELECT lead_id, name FROM leads") == [("L1", "甲")]
    assert tables.con.query("SELECT lead_id, region FROM postings") == [("L1", "华东")]
    assert [remark.about["heading"] for remark in tables.remarks] == ["预算"]


def test_the_last_signed_target_counts(write: Write, ruleset: Ruleset) -> None:
    rows = [
        "rep,R001,2026Q3,sales,100,2026-06-25,2026-06-26,,",
        "rep,R001,2026Q3,sales,80,2026-08-01,2026-08-02,2026-08-01,市场调整",
        "rep,R001,2026Q3,sales,60,2026-09-01,,2026-09-01,再调",
        "rep,007,2026Q3,sales,70,,2026-06-26,,",
        "rep,007,2026Q3,sales,75,,2026-10-02,2026-10-02,",
    ]
    tables = load_data(write(targets=TARGETS + "\n".join(rows) + "\n"), ruleset)
    sql = "SELECT subject_id, base, revision, signed, counts FROM targets ORDER BY subject_id, revision"
    assert tables.con.query(sql) == [
        ("007", "70", 1, False, False),
        ("007", "75", 2, False, True),
        ("R001", "100", 1, True, False),
        ("R001", "80", 2, True, True),
        ("R001", "60", 3, False, False),
    ]
    assert [(remark.place.line, remark.code) for remark in tables.remarks] == [
        (4, "target_unsigned_manager"),
        (5, "target_unsigned_rep"),
        (6, "target_unsigned_rep"),
        (6, "target_late"),
    ]


@pytest.mark.parametrize(("team", "adds_up"), [("60", True), ("59.99", False), ("", True)])
def test_parts_add_up_through_team_and_region(write: Write, ruleset: Ruleset, team: str, adds_up: bool) -> None:
    signed = ",2026-06-25,2026-06-26,,"
    rows = [
        f"公司,,2026Q3,sales,100{signed}",
        f"大区,华东,2026Q3,sales,100{signed}",
        f"rep,007,2026Q3,sales,40{signed}",
    ]
    rows += [f"team,上海组,2026Q3,sales,{team}{signed}", f"rep,R001,2026Q3,sales,{team}{signed}"]
    path = write(targets=TARGETS + "\n".join(rows) + "\n")
    if adds_up:
        load_data(path, ruleset)
    else:
        assert [(fault.code, fault.about["subject"]) for fault in refused(path, ruleset)] == [
            ("target_sum_base", "华东")
        ]


def test_working_days_between_two_dates_are_a_subtraction(write: Write, ruleset: Ruleset) -> None:
    calendar = "on,kind\n2026-10-01,holiday\n2026-10-02,节假日\n2026-10-10,调休\n"
    tables = load_data(write(calendar=calendar, snapshots=SNAPSHOTS + "R001,2026Q4,sales,1,crm\n"), ruleset)
    sql = """SELECT b.worked_before - a.worked_before FROM days a, days b
             WHERE a.day = DATE '2026-10-01' AND b.day = DATE '2026-10-12'"""
    assert tables.con.query(sql) == [(6,)]
    assert tables.con.query("SELECT min(day), max(day) FROM days") == [(date(2025, 10, 1), date(2027, 12, 31))]


def test_what_is_not_used_is_remarked(write: Write, ruleset: Ruleset) -> None:
    orders = "order_id,rep_id,ordered_on,amount,marginn,备注\nO1,R001,2026-07-03,1,2,x\n"
    path = write(orders=orders, **{"notes.md": "x", "old.json": "{}"})
    (path / "archive").mkdir()
    found = [(fault.code, fault.place.file) for fault in load_data(path, ruleset).remarks]
    assert found == [
        ("folder_ignored", str(path / "archive")),
        ("file_ignored", str(path / "old.json")),
        ("column_unknown_close", str(path / "orders.csv")),
    ]


def test_empty_lines_count_where_a_row_is_named(write: Write, ruleset: Ruleset) -> None:
    rows = [
        "",
        "R001,2026Q3,sales,1,crm",
        "",
        " ",
        "R009,2026Q3,sales,1,crm",
        " , , ,\u3000,",
        '"R0\n\n8",2026Q3,sales,1,crm',
    ]
    rows += ["", "", "R001,2026Q3,sales,1,crm", ""]
    faults = refused(write(snapshots=SNAPSHOTS + "\n".join(row for row in rows if row != " ")), ruleset)
    assert [(fault.code, fault.place.line) for fault in faults] == [
        ("subject_unknown", 5), ("subject_unknown", 7), ("row_twice", 10)
    ]  # fmt: skip
    assert (faults[2].about["first"], faults[2].about["others"]) == (3, "10")


def test_all_bad_rows_are_counted_and_the_first_named(write: Write, ruleset: Ruleset) -> None:
    bad = "".join(f"O{n},R001,2026-07-03,{n}x\n" for n in range(120))
    faults = refused(write(orders="order_id,rep_id,ordered_on,amount\n" + bad), ruleset)
    (fault,) = faults
    values = tuple((f"{n}x", 1) for n in range(5))
    assert (fault.code, fault.place.line) == ("number_unknown", 2)
    assert fault.group == Group(120, ("2", "3", "4", "5", "6"), values, 120)


def test_faults_of_several_kinds_in_one_column_are_all_told(write: Write, ruleset: Ruleset) -> None:
    """However many there are of the first."""
    rows = "".join(f"O{n},R001,2026-07-03,{'1e5' if n == 117 else '¥1' if n > 118 else 'x'}\n" for n in range(120))
    faults = refused(write(orders="order_id,rep_id,ordered_on,amount\n" + rows), ruleset)
    told = [(fault.code, fault.place.line, fault.group) for fault in faults]
    assert told == [
        ("number_unknown", 2, Group(118, ("2", "3", "4", "5", "6"), (("x", 118),), 1)),
        ("number_scientific", 119, Group(1, ("119",), (("1e5", 1),), 1)),
        ("number_thousands", 121, Group(1, ("121",), (("¥1", 1),), 1)),
    ]


def test_a_long_file_stays_where_it_is_and_gives_the_same(
    write: Write, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LONG", 0)
    snapshots = "工号,期间,来源,销售额,毛利额\n007,2026Q3,crm,1.5,2\n,,,,\nR001,2026Q3,crm,,3\n"
    orders = "order_id,rep_id,ordered_on,amount\nO1,R001,2026/7/3,1\n"
    tables = load_data(write(snapshots=snapshots, orders=orders), ruleset)
    found = tables.con.query("SELECT rep_id, metric, CAST(value AS DECIMAL(9,2)) FROM snapshots ORDER BY ALL")
    assert found == [("007", "margin", Decimal(2)), ("007", "sales", Decimal("1.5")), ("R001", "margin", Decimal(3))]
    assert tables.con.query("SELECT ordered_on FROM orders") == [(date(2026, 7, 3),)]
    views = tables.con.query("SELECT view_name FROM duckdb_views() WHERE sql LIKE '%read_csv%' ORDER BY ALL")
    assert views == [("orders",), ("snapshots",)]


def test_inputs_are_listed_with_their_hash_and_rows(write: Write, ruleset: Ruleset) -> None:
    path = write(snapshots=SNAPSHOTS + "R001,2026Q3,sales,1,crm\n")
    for file, (name, rows) in zip(
        load_data(path, ruleset).inputs, [("reps.csv", 2), ("snapshots.csv", 1)], strict=True
    ):
        content = (path / name).read_bytes()
        expected = (str(path / name), hashlib.sha256(content).hexdigest(), len(content), rows)
        assert (file.name, file.sha256, file.bytes, file.rows) == expected


def test_rows_in_memory_go_through_the_same_checks(ruleset: Ruleset) -> None:
    rows: dict[str, list[dict[str, object]]] = {
        "reps": [{"rep_id": "R1", "hired_on": date(2026, 1, 1)}],
        "指标": [
            {"rep_id": "R1", "period": "2026Q3", "sales": Decimal("10.50"), "source": "crm"},
            {"rep_id": "R9", "period": "2026Q3", "sales": Decimal("1.005"), "source": "crm"},
        ],
    }
    with pytest.raises(RefusedError) as found:
        tables_from_rows(rows, ruleset, Place("cases.yaml"), {"指标": [Place("cases.yaml", 4), Place("cases.yaml", 5)]})
    assert sorted((fault.place.line, fault.code) for fault in found.value.faults) == [
        (5, "number_digits"),
        (5, "subject_unknown"),
    ]
    rows["指标"].pop()
    tables = tables_from_rows(rows, ruleset, Place("cases.yaml"))
    assert tables.con.query("SELECT CAST(value AS DECIMAL(9,3)) FROM snapshots") == [(Decimal("10.5"),)]


def test_a_ruleset_becomes_an_expectation(ruleset: Ruleset) -> None:
    expectation = expect(ruleset)
    metrics = {metric.name: metric for metric in expectation.metrics}
    assert metrics["satisfaction"] == Metric(
        "satisfaction",
        "score",
        2,
        Decimal(0),
        Decimal(100),
        "quarter",
        ("customer_service",),
        True,
        ("客户满意度", "Satisfaction"),
    )
    assert metrics["visits_new_month"].grain == "month"
    assert not metrics["collection_rate"].delivered
    assert expectation.grades == ("S", "A", "B", "C")
    assert expectation.adds_up == (("sales", ("company", "region", "team", "rep")),)


UNITS = (
    Metric("done", "ratio", 4, Decimal(0), Decimal(2), "quarter", titles=("完成率",)),
    Metric("passed", "switch", 0, Decimal(0), Decimal(0), "quarter", titles=("通过",)),
    Metric("sales", "money", 2, Decimal(-1000), Decimal(10**12), "quarter", titles=("销售额",)),
)


def with_value(folder: Path, heading: str, cell: str) -> Path:
    (folder / "snapshots.csv").write_text(f"rep_id,period,{heading}\nR1,2026Q3,{cell}\n", encoding="utf-8")
    return folder


READ = [
    ("完成率", "95%", "0.95"),
    ("完成率", "95.25%", "0.9525"),
    ("完成率（%）", "95.25", "0.9525"),
    ("完成率(%)", "120", "1.2"),
    ("完成率（%）", "95.25%", "0.9525"),
    ("done", "0.9525000", "0.9525"),
    ("销售额（万元）", "0.010001", "100.01"),
    ("销售额（元）", "-1000", "-1000"),
    ("销售额", " 12 ", "12"),
    ("通过", "是", "true"),
    ("通过", "No", "false"),
]
REFUSED = [
    ("完成率", "95.255%", "number_digits"),
    ("完成率（%）", "95.255", "number_digits"),
    ("完成率（%）", "201", "number_range"),
    ("完成率（%）", "201%", "number_range"),
    ("完成率（%）", "95.255%", "number_digits"),
    ("完成率", "0.95255", "number_digits"),
    ("销售额（万元）", "0.0100001", "number_digits"),
    ("销售额", "-1000.01", "number_range"),
    ("销售额", "+5", "number_unknown"),
    ("销售额", ".5", "number_unknown"),
    ("销售额", "9" * 18, "number_range"),
    ("销售额", "9" * 19, "cell_too_long"),
    ("销售额", "１２", "number_unknown"),
    ("销售额", "5%", "number_percent"),
    ("完成率", "95％", "number_unknown"),
    ("完成率", "约95%", "number_unknown"),
    ("通过", "1", "switch_unknown"),
]


@pytest.mark.parametrize(("heading", "cell", "value"), READ)
def test_a_value_means_what_its_unit_says(tmp_path: Path, heading: str, cell: str, value: str) -> None:
    tables = load_for(with_value(tmp_path, heading, cell), Expectation(metrics=UNITS))
    found = tables.con.query("SELECT value FROM snapshots")[0][0]
    assert found == value or Decimal(found) == Decimal(value)


@pytest.mark.parametrize(("heading", "cell", "code"), REFUSED)
def test_a_value_that_its_unit_does_not_allow(tmp_path: Path, heading: str, cell: str, code: str) -> None:
    with pytest.raises(RefusedError) as found:
        load_for(with_value(tmp_path, heading, cell), Expectation(metrics=UNITS))
    assert [fault.code for fault in found.value.faults] == [code]


ALLOWED = [
    ("完成率（%）", "95.255", 2, "0", "200"),
    ("完成率", "95.255%", 2, "0%", "200%"),
    ("完成率", "2.5", 4, "0", "2"),
    ("销售额（万元）", "0.0100001", 6, "-0.1", "100,000,000"),
    ("销售额", "-1000.01", 2, "-1,000", "1,000,000,000,000"),
]


@pytest.mark.parametrize(("heading", "cell", "scale", "low", "high"), ALLOWED)
def test_what_is_allowed_is_told_as_the_cell_is_written(
    tmp_path: Path, heading: str, cell: str, scale: int, low: str, high: str
) -> None:
    with pytest.raises(RefusedError) as found:
        load_for(with_value(tmp_path, heading, cell), Expectation(metrics=UNITS))
    about = found.value.faults[0].about
    assert (about["scale"], about["low"], about["high"]) == (scale, low, high)


def test_a_period_too_fine_for_a_wide_row_is_told_of_its_table(tmp_path: Path) -> None:
    (tmp_path / "snapshots.csv").write_text("rep_id,period,done,sales\nR1,2026-07,1,2\n", encoding="utf-8")
    with pytest.raises(RefusedError) as found:
        load_for(tmp_path, Expectation(metrics=UNITS))
    assert [fault.text("en") for fault in found.value.faults] == ["snapshots is not kept for periods like 2026-07"]


TYPED = [
    ("done", "0.9525", "DECIMAL(12,4)", ""),
    ("done", "0.95250", "DECIMAL(12,5)", ""),
    ("done", "0.95255", "DECIMAL(12,5)", "number_digits"),
    ("done", "2.000001", "DECIMAL(12,6)", "number_digits"),
    ("done", "2.01", "DECIMAL(12,2)", "number_range"),
    ("done", "1.00000000001", "DECIMAL(12,11)", "number_digits"),
    ("sales", "-1000.00", "DECIMAL(14,2)", ""),
    ("sales", "-1000.01", "DECIMAL(14,2)", "number_range"),
    ("sales", "1000000000000", "DECIMAL(20,0)", ""),
    ("sales", "1000000000001", "DECIMAL(20,0)", "number_range"),
    ("sales", "10000000000000.00", "DECIMAL(20,2)", "number_range"),
    ("sales", "12", "BIGINT", ""),
    ("seats", "2.00", "DECIMAL(14,2)", ""),
    ("seats", "2.50", "DECIMAL(14,2)", "number_digits"),
    ("seats", "200", "DECIMAL(14,0)", ""),
    ("seats", "10.00", "DECIMAL(14,1)", ""),
    ("fine", "2.00000001", "DECIMAL(12,8)", "number_range"),
    ("passed", "1.00", "DECIMAL(14,2)", "switch_unknown"),
]


@pytest.mark.parametrize(("metric", "value", "kind", "code"), TYPED)
def test_a_typed_value_is_held_to_the_same_as_text(
    tmp_path: Path, metric: str, value: str, kind: str, code: str
) -> None:
    seats = Metric("seats", "count", 0, Decimal(0), Decimal(10**9), "quarter")
    fine = Metric("fine", "ratio", 8, Decimal(0), Decimal(2), "quarter")
    row = f"'R1' AS rep_id, '2026Q3' AS period, '{metric}' AS metric"
    found = []
    for written in (kind, "VARCHAR"):
        file = tmp_path / "snapshots.parquet"
        duckdb.execute(f"COPY (SELECT {row}, CAST('{value}' AS {written}) AS value) TO '{file}'")
        try:
            tables = load_for(tmp_path, Expectation(metrics=(*UNITS, seats, fine)))
            found.append((Decimal(tables.con.query("SELECT value FROM snapshots")[0][0]), ""))
        except RefusedError as refused:
            found += [(Decimal(value), fault.code) for fault in refused.faults]
    assert found == [(Decimal(value), code)] * 2


@pytest.mark.parametrize(
    ("day", "codes"), [("2100-12-31", []), ("2101-01-01", ["day_far"]), ("9999-12-31", ["day_far"])]
)
def test_nothing_happened_in_a_far_year(day: str, codes: list[str], write: Write, ruleset: Ruleset) -> None:
    """Such a day would make every period up to it one that the data reaches."""
    orders = f"order_id,rep_id,ordered_on,amount,due_on\nO1,R1,2026-01-02,10,9999-12-31\nO2,R1,{day},10,\n"
    found: list[str] = []
    try:
        load_data(write(reps="rep_id,left_on\nR1,9999-12-31\n", orders=orders), ruleset)
    except RefusedError as refused:
        found = [fault.code for fault in refused.faults]
    assert found == codes
