"""No cent is lost: what is due, the lines, the control file and what was paid before, over anything that may be due."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.payroll.small import batch, files_of, policy, rows_of, table
from tests.sizes import examples

CODES = {"commission": "commission", "bonus": "BON", "raised": "raised", "deduction": "deduction"}
PERIODS = ("2025Q1", "2025Q2")
KINDS = {"commission": "commission", "bonus": "bonus", "raised": "raise", "deduction": "correction"}
POLICY = policy(
    earnings={name: {"kind": KINDS[name], "code": code, "below_zero": "paid"} for name, code in CODES.items()}
)
CENTS = st.sampled_from((0, 1, -1, 100, 10**13 - 1, 1 - 10**13)) | st.integers(-(10**8), 10**8)
AMOUNT = CENTS.map(lambda cents: Decimal(cents).scaleb(-2))
REPS = st.sampled_from(["R1", "R2", "007"])
AMOUNTS = st.dictionaries(st.sampled_from(list(CODES)), AMOUNT)
DUE = st.dictionaries(REPS, st.fixed_dictionaries(dict.fromkeys(PERIODS, AMOUNTS)), min_size=1)
PAID = st.lists(st.tuples(REPS, st.sampled_from(PERIODS), st.sampled_from(list(CODES.values())), AMOUNT), max_size=6)


@settings(max_examples=examples("CENTS"), suppress_health_check=list(HealthCheck))
@given(due=DUE, paid=PAID, corrections=st.booleans())
def test_no_cent_is_lost(due, paid, corrections) -> None:
    before = [f"{rep} {period} {code} {amount} B0" for rep, period, code, amount in paid]
    for rep in {rep for rep, *_ in paid}:
        due.setdefault(rep, {})
    due.setdefault("R9", {"2025Q1": {"commission": 0}})
    rows = rows_of(due, before, dict.fromkeys(PERIODS, "approved"))
    made = batch(POLICY, rows, "2025Q2", corrections=corrections)
    with TemporaryDirectory() as folder:
        files = files_of(made, Path(folder) / "out")
    lines = table(files["payroll.csv"])
    assert balance(lines) == expected(due, paid, PERIODS if corrections and paid_codes(paid) else PERIODS[1:])
    control = json.loads(files["control.json"])
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    assert Decimal(control["amount"]) + Decimal(control["raises"]["amount"]) == total
    assert sum((Decimal(share["amount"]) for share in control["by_code"]), Decimal(0)) == total
    paid_now = [" ".join(line.values()) for line in table(files["paid.csv"])]
    again = batch(POLICY, rows_of(due, before + paid_now, dict.fromkeys(PERIODS, "approved")), "2025Q2")
    assert again.head().lines == 0


def paid_codes(paid) -> bool:
    """Whether the earlier period was paid at all, without which it is none to correct."""
    return any(period == PERIODS[0] for _, period, *_ in paid)


def balance(lines) -> dict[tuple[str, str, str], Decimal]:
    """What the lines come to, each of them once."""
    found = {(line["payee_id"], line["period"], line["earning_code"]): Decimal(line["amount"]) for line in lines}
    assert len(found) == len(lines)
    return found


def expected(due, paid, periods) -> dict[tuple[str, str, str], Decimal]:
    """What is due less what was paid, without what comes to nothing; a bonus that is not said is missing."""
    found: dict[tuple[str, str, str], Decimal] = {}
    for rep, in_periods in due.items():
        for period in periods:
            for name, code in CODES.items():
                amount = in_periods.get(period, {}).get(name)
                if amount is None and name == "bonus":
                    continue
                before = sum((a for r, p, c, a in paid if (r, p, c) == (rep, period, code)), Decimal(0))
                found[rep, period, code] = (amount or Decimal(0)) - before
    return {key: amount for key, amount in found.items() if amount}
