"""Decisions name what they are about as people do, and a decision that decides nothing is told."""

from __future__ import annotations

import pytest
from conftest import Write

from incentives.execution.assess import assess
from incentives.ruleset import Ruleset
from incentives.tables import load_data

HEADER = "rep_id,period,about,decision,reason,decided_by,decided_on\n"
SPELT = [
    ("improvement_plan,approved", ("improvement_plan", "approved")),
    ("Improvement_Plan,Rejected", ("improvement_plan", "rejected")),
    ("降薪并启动改进计划,批准", ("improvement_plan", "approved")),
    ('"observation, OFF POST",同意', ("observation", "approved")),
    ("待岗观察期,通过", ("observation", "approved")),
    ("待岗观察期,驳回", ("observation", "rejected")),
    ("待岗观察期,不同意", ("observation", "rejected")),
    ("待岗观察期,否决", ("observation", "rejected")),
    ("等级,A", ("grade", "A")),
    ("免考,豁免", ("exempt", "exempt")),
]


@pytest.mark.parametrize(("cells", "kept"), SPELT)
def test_spelt(write: Write, ruleset: Ruleset, cells: str, kept: tuple[str, str]) -> None:
    tables = load_data(write(decisions=f"{HEADER}R001,2026Q1,{cells},理由,委员会,2026-04-12\n"), ruleset)
    assert tables.con.query("SELECT about, decision FROM decisions") == [kept]
    assert tables.remarks == ()


def test_a_conclusion_is_decided_with_reasons(write: Write, ruleset: Ruleset) -> None:
    tables = load_data(write(decisions=f"{HEADER}R001,2026Q1,observation,批准,,,\n"), ruleset)
    assert [remark.code for remark in tables.remarks] == ["decision_unfounded"]


def test_what_was_not_concluded_is_approved(write: Write, ruleset: Ruleset) -> None:
    rows = [f"R001,2026Q{n},transfer,{ruling},理由,委员会,2026-04-12" for n, ruling in ((1, "批准"), (2, "驳回"))]
    graded = [f"{rep},2026Q{n},80,B" for rep in ("R001", "007") for n in (1, 2)]
    history = "rep_id,period,total,grade\n" + "\n".join(graded) + "\n"
    tables = load_data(write(decisions=HEADER + "\n".join(rows) + "\n", history=history), ruleset)
    remarks = assess(ruleset, tables, ["2026Q1", "2026Q2"]).remarks
    told = [remark.text("en") for remark in remarks if remark.code == "approved_undrawn"]
    assert told == [
        "R001 2026Q1: “Transfer proposed” is approved, but was not concluded there; the approval changes nothing"
    ]
