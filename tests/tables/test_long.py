"""Large tables are tried as clean and rising, long ones read where they lie: what text, ids and first orders come to
is the same as in a small copy."""

from __future__ import annotations

import re

import duckdb
import pytest

from incentives.faults import RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import Tables, copying, data, load_data, loading
from incentives.tables.readers import parquet
from tests.tables.conftest import Write

HEAD = "order_id,rep_id,customer_id,product_line,ordered_on,amount,currency"
# two orders on a first day, a later one before them, none of a customer, one in another currency
ORDERS = [
    "O1,R001,C1,,2026-07-05,10,",
    "O2,R001,C2,,2026-07-03,20,USD",
    "O3,007,C2,,2026-07-03,30,",
    "O4,007,C1,,2026-07-03,40,",
    "O5,R001,,,2026-07-01,50,",
    "O6,R001,C1,,2026-07-03,60,",
]
FIRST = [("O2", "R001", "C2", 140), ("O4", "007", "C1", 40)]
RATES = "currency,on,rate\nUSD,2026-01-01,7\n"


def loaded(write: Write, ruleset: Ruleset, orders: list[str], form: str, **others: str) -> Tables:
    """The orders as a file of this form, in several row groups where they are long."""
    text = "\n".join([HEAD, *orders, ""])
    if "parquet" not in form:
        return load_data(write(orders=text, rates=RATES, **others), ruleset)
    path = write(rates=RATES, **{"orders.txt": text}, **others)
    written = f"(FORMAT parquet{', ROW_GROUP_SIZE 2048' if 'long' in form else ''})"
    duckdb.execute(
        f"COPY (SELECT * REPLACE (CAST(ordered_on AS DATE) AS ordered_on, CAST(amount AS DECIMAL(14,2)) AS amount) "
        f"FROM read_csv('{path / 'orders.txt'}', all_varchar = true)) TO '{path / 'orders.parquet'}' {written}"
    )
    (path / "orders.txt").unlink()
    return load_data(path, ruleset)


@pytest.fixture(params=[size + form for size in ("", "large ", "long ") for form in ("csv", "parquet")])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if "large" in request.param:
        monkeypatch.setattr(copying, "LARGE", 0)
    if "long" in request.param:
        monkeypatch.setattr(loading, "LONG", 0)
    return str(request.param)


@pytest.mark.parametrize(
    "orders", [ORDERS, ORDERS[::-1], [*ORDERS[3:], *ORDERS[:3]]], ids=["rising", "falling", "mixed"]
)
def test_the_first_order_of_a_customer_is_that_of_the_least_id_on_the_first_day(
    write: Write, ruleset: Ruleset, form: str, orders: list[str]
) -> None:
    con = loaded(write, ruleset, orders, form).con
    found = con.query("SELECT order_id, rep_id, customer_id, amount FROM first_orders ORDER BY 1")
    assert found == FIRST
    has_row = "row" in {name for name, *_ in con.query("DESCRIBE orders")}
    assert has_row == (("large" in form or form == "long parquet") and orders is ORDERS)


@pytest.mark.parametrize("again", ["O6", "O1"])
def test_an_id_that_comes_again_is_told(write: Write, ruleset: Ruleset, form: str, again: str) -> None:
    with pytest.raises(RefusedError) as refused:
        loaded(write, ruleset, [*ORDERS, f"{again},R001,,,2026-07-01,50,"], form)
    assert [(f.code, f.about["what"]) for f in refused.value.faults] == [("row_twice", again)]


@pytest.mark.parametrize(("limit", "is_view"), [("4GB", False), ("2GB", True)])
def test_what_would_take_a_quarter_of_the_memory_is_long(
    write: Write, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch, limit: str, is_view: bool
) -> None:
    monkeypatch.setattr(parquet, "CELL", 600_000_000 // 42)  # for six orders of seven columns
    connected = data.connect()
    connected.execute(f"SET memory_limit = '{limit}'")
    monkeypatch.setattr(data, "connect", lambda: connected)
    con = loaded(write, ruleset, ORDERS, "parquet").con
    views = con.query("SELECT count(*) FROM duckdb_views() WHERE sql LIKE '%read_parquet%'")
    assert views == [(int(is_view),)]


# what is written, what it is read as, and whether a long table must clean it
TEXTS = [("C1", "C1", False), ("华东", "华东", False), ("C 1", "C 1", False), (" C1", "C1", True), ("C1 ", "C1", True)]
TEXTS += [("C1\u3000", "C1", True), ("\u00a0C1", "C1", True), ("\t", None, True), ("e\u0301", "é", True)]


@pytest.mark.parametrize(("written", "read", "cleaned"), TEXTS)
def test_text_is_cleaned_where_some_of_it_must_be(
    write: Write, ruleset: Ruleset, form: str, written: str, read: str | None, cleaned: bool
) -> None:
    orders = [*ORDERS[:2], f"O9,R001,{written},P1,2026-07-05,1,"]
    con = loaded(write, ruleset, orders, form).con
    assert con.query("SELECT customer_id, product_line FROM orders WHERE order_id = 'O9'") == [(read, "P1")]
    (sql,) = con.query("SELECT sql FROM duckdb_views() WHERE view_name = 'given_orders'")[0]
    selected = sql.split(" WHERE ")[0]  # whether a row has any content is told by what its cells hold, cleaned
    found = set(re.findall(r'trim"?\((\w+),', selected))
    assert found == ({"c2" if "csv" in form else "customer_id"} if cleaned and "long" in form else set())


def test_a_fault_is_told_by_the_clean_text(write: Write, ruleset: Ruleset, form: str) -> None:
    with pytest.raises(RefusedError) as refused:
        loaded(
            write, ruleset, [*ORDERS, "O7,' R009 ',C1,,2026-07-03,1,".replace("'", '"'), "O8, ,C1,,2026-07-03,1,"], form
        )
    assert [(f.code, f.about["value"]) for f in refused.value.faults] == [
        ("subject_unknown", "R009"),
        ("cell_empty", ""),
    ]
