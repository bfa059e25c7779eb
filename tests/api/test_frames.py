"""Frames, Arrow tables and rows in, and out again: the same figures as from files, to the last digit, and no float."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from incentives import Outcome, RefusedError, Session, Tables, assess, conclude, load_data, narrow, write_files

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "fixtures" / "company").glob("*.csv"))
LOOKED_AT = ["rep_id", "period", "total", "grade", "pay_total", "sales_attainment"]


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def exact_pandas(file: Path) -> Any:
    """As `read_csv` guesses, with Decimal in the place of floats: integers, gaps and numpy's own values stay."""
    guessed, texts = pandas.read_csv(file), pandas.read_csv(file, dtype=str)
    for name in guessed.columns:
        if guessed[name].dtype.kind == "f":
            guessed[name] = [None if value != value else Decimal(value) for value in texts[name]]
    return guessed


KINDS: dict[str, Callable[[Path], Any]] = {
    "rows": rows_of,
    "tuples": lambda file: tuple(rows_of(file)),
    "pandas": lambda file: pandas.read_csv(file, dtype=str),
    "pandas, typed": exact_pandas,
    "polars": lambda file: polars.read_csv(file, infer_schema=False),
    "arrow": lambda file: polars.read_csv(file, infer_schema=False).to_arrow(),
    "batch": lambda file: pyarrow.RecordBatch.from_pandas(pandas.read_csv(file, dtype=str)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_given_in_memory_is_as_files_are(company: Session, kind: str) -> None:
    given = {file.stem: KINDS[kind](file) for file in FILES}
    tables = load_data(given, company.ruleset)
    found = assess(company.ruleset, tables, "2026Q3", company.plan)
    assert found.rows(LOOKED_AT) == company.assess("2026Q3").rows(LOOKED_AT)
    rows = {Path(file.name).stem: file.rows for file in company.tables.inputs}
    told = {file.name: file.rows for file in tables.inputs if file.rows}
    assert told == {f'data["{name}"]': n for name, n in rows.items() if n}


def test_the_same_rows_are_the_same_input(company: Session) -> None:
    reps = rows_of(ROOT / "fixtures" / "company" / "reps.csv")
    frame = pandas.DataFrame(reps)
    first, second = (load_data({"reps": given}, company.ruleset).inputs for given in (reps, frame))
    assert first == second
    other = load_data({"reps": [*reps[:-1], {**reps[-1], "name": "x"}]}, company.ruleset).inputs
    assert other[0].sha256 != first[0].sha256


REP = {"rep_id": "R1", "name": "A", "hired_on": "2020-01-01"}
ORDER = {"order_id": "O1", "rep_id": "R1", "ordered_on": "2026-07-01", "amount": "100.10"}


def read(company: Session, **given: Any) -> Tables:
    return load_data({"reps": [REP], **given}, company.ruleset)


def amounts(company: Session, values: Any) -> Any:
    found = read(company, orders=[{**ORDER, "order_id": f"O{n}", "amount": v} for n, v in enumerate(values)])
    return [v for (v,) in found.con.query("SELECT amount FROM orders ORDER BY order_id")]


def test_values_that_are_exact_are_read(company: Session) -> None:
    numpy = pytest.importorskip("numpy")
    given = ["100.10", Decimal("0.1"), 7, numpy.int64(8), " 9 ", Decimal("1E+2")]
    assert amounts(company, given) == [Decimal(v) for v in ("100.10", "0.10", "7.00", "8.00", "9.00", "100.00")]
    days = [date(2026, 7, 1), datetime(2026, 7, 1), pandas.Timestamp("2026-07-01"), "2026年7月1日"]
    found = read(company, orders=[{**ORDER, "order_id": f"O{n}", "ordered_on": d} for n, d in enumerate(days)])
    assert found.con.query("SELECT DISTINCT ordered_on FROM orders") == [(date(2026, 7, 1),)]


@pytest.mark.parametrize(
    "frame",
    [
        [{**ORDER}, {**ORDER, "order_id": "O2", "amount": 0.1}],
        pandas.DataFrame([{**ORDER, "amount": "1"}, {**ORDER, "order_id": "O2", "amount": 0.1}]),
        pandas.DataFrame([{**ORDER, "amount": None}, {**ORDER, "order_id": "O2", "amount": 0.1}]),
        polars.DataFrame([{**ORDER, "amount": None}, {**ORDER, "order_id": "O2", "amount": 0.1}]),
        polars.DataFrame([{**ORDER, "amount": None}, {**ORDER, "order_id": "O2", "amount": 0.1}]).to_arrow(),
        [{**ORDER}, {**ORDER, "order_id": "O2", "amount": float("nan")}],
        [{**ORDER}, {**ORDER, "order_id": "O2", "amount": pytest.importorskip("numpy").float32(0.5)}],
    ],
    ids=["rows", "pandas objects", "pandas", "polars", "arrow", "nan", "float32"],
)
def test_a_float_is_refused_with_table_row_and_column(company: Session, frame: Any) -> None:
    with pytest.raises(RefusedError) as refused:
        read(company, orders=frame)
    (fault,) = [fault for fault in refused.value.faults if fault.code == "given_float"]
    assert (fault.place.file, fault.place.line, fault.about["heading"]) == ('data["orders"]', 2, "amount")


def test_a_column_of_floats_is_one_fault(company: Session) -> None:
    frame = pandas.DataFrame([{**ORDER, "order_id": f"O{n}", "amount": n + 0.5} for n in range(9)])
    with pytest.raises(RefusedError) as refused:
        read(company, orders=frame)
    (fault,) = refused.value.faults
    assert fault.group is not None
    assert (fault.group.number, fault.group.places) == (9, ("1", "2", "3", "4", "5"))


def test_other_faults_are_told_in_the_same_run(company: Session) -> None:
    rows = [{**ORDER, "amount": 0.5, "ordered_on": "soon"}, {**ORDER, "order_id": "O2", "rep_id": "R9"}]
    with pytest.raises(RefusedError) as refused:
        read(company, orders=rows, receipts=[{"order_id": "O2", "on": "2026-07-02", "amount": [1]}])
    told = {(fault.code, fault.place.file, fault.place.line) for fault in refused.value.faults}
    assert told >= {
        ("given_float", 'data["orders"]', 1),
        ("day_unknown", 'data["orders"]', 1),
        ("subject_unknown", 'data["orders"]', 2),
        ("given_type", 'data["receipts"]', 1),
    }


def test_floats_that_nothing_is_read_from_do_not_matter(company: Session) -> None:
    (amount,) = amounts(company, ["1"])
    found = read(company, orders=[{**ORDER, "probability": 0.3}])
    assert amount == 1
    assert found.con.query("SELECT count(*) FROM orders") == [(1,)]


def test_what_is_missing_is_an_empty_cell(company: Session) -> None:
    orders = pandas.DataFrame([{**ORDER, "margin": None}, {**ORDER, "order_id": "O2", "margin": None}])
    orders["due_on"] = pandas.to_datetime(["2026-08-01", None])
    orders["margin"] = orders["margin"].astype(float)  # gaps alone: no number is a float
    found = read(company, orders=orders).con.query("SELECT margin, due_on FROM orders ORDER BY order_id")
    assert found == [(None, date(2026, 8, 1)), (None, None)]


def test_an_index_with_a_name_is_a_column(company: Session) -> None:
    frame = pandas.DataFrame([REP]).set_index("rep_id")
    found = load_data({"业务员": frame}, company.ruleset)
    assert found.con.query("SELECT rep_id FROM reps") == [("R1",)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"orders": "orders.csv"}, "given_kind"),
        ({"orders": 5}, "given_kind"),
        ({"orders": {"amount": [1]}}, "given_kind"),
        ({"orders": [ORDER, 5]}, "given_row"),
        ({"orders": polars.LazyFrame([ORDER])}, "given_lazy"),
        ({"orders": [ORDER], "订单": [ORDER]}, "table_twice"),
        ({"orders": pandas.DataFrame([[1, 2]], columns=["amount", "amount"])}, "heading_twice"),
    ],
)
def test_what_is_no_table_is_told(company: Session, given: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(company, **given)
    assert code in {fault.code for fault in refused.value.faults}


# ---- out ----


def test_frames_hold_every_figure_exactly(outcome: Outcome) -> None:
    arrow, frame, frame2 = outcome.to_arrow(), outcome.to_pandas(), outcome.to_polars()
    assert [f.name for f in arrow.schema if pyarrow.types.is_floating(f.type)] == []
    assert [n for n in frame.columns if frame[n].dtype.kind == "f"] == []
    assert [n for n, kind in frame2.schema.items() if kind.is_float()] == []
    assert list(frame.columns) == frame2.columns == arrow.schema.names
    figures = [f.name for f in arrow.schema if pyarrow.types.is_decimal(f.type)]
    rows = outcome.rows(figures)
    assert list(zip(*(arrow.column(name).to_pylist() for name in figures), strict=True)) == rows
    assert list(zip(*(frame[name].tolist() for name in figures), strict=True)) == rows
    assert frame2.select(figures).rows() == rows
    assert {"pay_total", "sales_attainment", "base_salary"} <= set(figures)


def test_frames_have_the_columns_of_the_parquet_file(outcome: Outcome, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write_files(outcome, tmp_path)
    file, table = parquet.read_table(tmp_path / "outcome.parquet"), outcome.to_arrow()
    assert [(f.name, f.type) for f in file.schema] == [(f.name, f.type) for f in table.schema]
    assert file.to_pylist() == table.to_pylist()


def test_true_false_and_days_stay_what_they_are(outcome: Outcome) -> None:
    frame = outcome.to_pandas()
    assert str(frame["ceiling_margin"].dtype) == "boolean"
    assert isinstance(frame["hired_on"].iloc[0], date)
    assert frame["pay_total"].sum() == outcome.to_polars()["pay_total"].sum() == Decimal("1119121.78")


def test_conclusions_are_a_table(outcome: Outcome) -> None:
    table = outcome.to_arrow("conclusions")
    drawn = {(one.key, one.rule.name, one.status) for one in conclude(outcome)}
    columns = (table.column(name).to_pylist() for name in ("rep_id", "conclusion", "status"))
    assert set(zip(*columns, strict=True)) == drawn
    assert outcome.to_pandas("conclusions").shape == outcome.to_polars("conclusions").shape == table.shape
    assert table.column("rep_id").to_pylist() == sorted(table.column("rep_id").to_pylist())


def test_where_nothing_is_concluded_the_table_is_the_same(company: Session, outcome: Outcome) -> None:
    monthly = company.assess("2026-09")
    assert monthly.to_arrow("conclusions").num_rows == len(conclude(monthly)) == 0
    assert monthly.to_arrow("conclusions").schema == outcome.to_arrow("conclusions").schema


def test_what_may_be_handed_on_has_no_pay(outcome: Outcome) -> None:
    seen = narrow(outcome, "深圳组", with_pay=False)
    assert {"pay_total", "base_salary", "commission"} & set(seen.to_arrow().schema.names) == set()
    assert set(seen.to_pandas()["team"]) == {"深圳组"}
    assert "35,427.33" not in seen._repr_html_()


@pytest.mark.parametrize(("verb", "name"), [("to_arrow", "pyarrow"), ("to_pandas", "pandas"), ("to_polars", "polars")])
def test_a_missing_library_is_told_with_the_extra(
    outcome: Outcome, monkeypatch: pytest.MonkeyPatch, verb: str, name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(RefusedError) as refused:
        getattr(outcome, verb)()
    (fault,) = refused.value.faults
    assert (fault.place.file, fault.text("en")) == (verb, f"this needs {name}, which is not installed")
    assert fault.mend("zh") == "pip install 'incentives[frames]'"
