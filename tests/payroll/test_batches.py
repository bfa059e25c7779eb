"""What a batch holds: what is due less what was paid, who is missing, what is refused."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.faults import RefusedError
from tests.payroll.small import EARNINGS, batch, files_of, policy, rows_of, table

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("batches.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


def data_of(case: dict[str, Any]) -> dict[str, list[dict[str, object]]]:
    rows = rows_of(case["due"], case.get("paid"), case.get("periods", {"2025Q1": "approved"}), case.get("left"))
    for posting in rows["postings"]:
        hired = case.get("hired", {}).get(posting["rep_id"])
        if hired:
            posting |= {"from": hired, "to": None}
    for rep in rows["reps"]:
        rep["left_on"] = case.get("gone", {}).get(rep["rep_id"])
    return rows


def asked(case: dict[str, Any]) -> dict[str, Any]:
    ask = dict(case.get("ask", {}))
    return {key: value == "true" if key in ("draft", "corrections", "settles") else value for key, value in ask.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_batch(case: dict[str, Any]) -> None:
    ask = asked(case)
    period = ask.pop("period", "2025Q1")
    if "refused" in case:
        with pytest.raises(RefusedError) as refused:
            batch(policy(needs=case.get("needs", "")), data_of(case), period, **ask)
        assert [fault.code for fault in refused.value.faults] == case["refused"]
        text = "\n".join(fault.text("en") for fault in refused.value.faults)
        assert [part for part in case.get("told", []) if part not in text] == []
        return
    made = batch(policy(needs=case.get("needs", "")), data_of(case), period, **ask)
    con = made.outcome.con
    lines = con.query("SELECT payee, period, code, amount, entry, coalesce(reason, '') FROM payroll_lines")
    assert [" ".join(map(str, line[:5])) for line in lines] == case["lines"]
    if "reasons" in case:
        assert [reason for *_, reason in lines] == case["reasons"]
    missing = con.query("SELECT payee, period, code, CAST(paid AS VARCHAR) FROM payroll_missing")
    assert {" ".join(filter(None, row)) for row in missing} >= set(case.get("missing", []))
    assert [fault.code for fault in made.remarks] == case.get("remarks", [])
    assert made.head(table="payroll_open").amount == Decimal(case.get("left_out", "0"))
    if "sum" in case:
        assert made.paid().amount == Decimal(case["sum"])
        assert made.outcome.rows(["pay_total"]) == [(Decimal(case["sum"]),)]


@pytest.mark.parametrize(
    ("name", "day"),
    [("commission", date(2025, 3, 31)), ("bonus", date(2025, 1, 1)), ("deduction", date(2025, 4, 1)),
     ("raised", date(2026, 1, 1))],
)  # fmt: skip
def test_from_which_day_it_counts(name: str, day: date) -> None:
    due = {each: -1 if each == "deduction" else 1 for each in EARNINGS if each != "thirteenth"}
    rows = rows_of({"R1": {"2025Q1": due}}, None, {"2025Q1": "locked"})
    made = batch(policy(), rows, "2025Q1")
    code = EARNINGS[name].get("code", name)
    found = made.outcome.con.query("SELECT effective_on FROM payroll_lines WHERE code = ?", [code])
    assert found == [(day,)]


@pytest.mark.parametrize(
    ("grain", "period", "month"),
    [("month", "2025-01", "2025-02"), ("quarter", "2025Q4", "2026-01"), ("half", "2025H1", "2025-07"),
     ("year", "2025", "2026-01")],
)  # fmt: skip
def test_the_month_in_which_it_is_paid(grain: str, period: str, month: str) -> None:
    rows = rows_of({"R1": {period: {"commission": 1}}}, None, {period: "approved"})
    assert batch(policy(grain), rows, period).run.pay_month == month


def test_a_policy_that_pays_nothing_is_refused() -> None:
    rows = rows_of({"R1": {"2025Q1": {"commission": 1}}}, None, {"2025Q1": "approved"})
    text = policy().split("\npay:")[0]
    with pytest.raises(RefusedError) as refused:
        batch(text, rows, "2025Q1")
    assert [fault.code for fault in refused.value.faults] == ["payroll_nothing"]


def test_the_id_tells_what_the_batch_says() -> None:
    due = {"R1": {"2025Q1": {"commission": 1}}, "R2": {"2025Q1": {"commission": 2}}}
    approved = {"2025Q1": "approved"}
    first = batch(policy(), rows_of(due, None, approved), "2025Q1")
    again = batch(policy(), rows_of(dict(reversed(due.items())), None, approved), "2025Q1", lang="zh")
    assert first.id == again.id
    others = [
        batch(policy(), rows_of(due, None, approved), "2025Q1", pay_month="2025-05"),
        batch(policy(), rows_of(due, None, approved), "2025Q1", only=["R1"]),
        batch(policy(), rows_of({**due, "R1": {"2025Q1": {"commission": "1.01"}}}, None, approved), "2025Q1"),
        batch(policy(), rows_of(due, None, approved), "2025Q1", draft=True),
    ]
    assert len({first.id, *(made.id for made in others)}) == 5
    assert first.id.startswith("2025Q1-")
    assert others[-1].id == f"DRAFT-{first.id}"


def test_a_settlement_says_so(tmp_path: Path) -> None:
    data = rows_of({"R1": {"2025Q1": {"commission": 1}}, "R2": {"2025Q1": {"commission": 2}}})
    data["reps"][0]["left_on"] = "2025-02-15"
    made = batch(policy(), data, "2025Q1", only=["R1"], settles=True)
    files = files_of(made, tmp_path / "out")
    assert re.fullmatch("2025Q1-SETTLE-[0-9A-F]{8}", made.id)
    control = json.loads(files["control.json"])
    assert (control["cycle"], control["payees_asked"], control["period_status"]) == ("final_settlement", ["R1"], None)
    assert "Final settlement, only for: R1" in files["control.txt"].decode()
    paid = [
        " ".join(row[k] for k in ("rep_id", "period", "code", "amount", "batch")) for row in table(files["paid.csv"])
    ]
    assert paid == [f"R1 2025Q1 commission 1.00 {made.id}"]
    data |= {"periods": [{"period": "2025Q1", "status": "approved"}], "paid": table(files["paid.csv"])}
    regular = batch(policy(), data, "2025Q1").outcome.con.query("SELECT payee, amount FROM payroll_lines")
    assert regular == [("R2", Decimal("2.00"))]
