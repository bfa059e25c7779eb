"""What holds of pay whatever a plan says: slices, shares and the year add up, no cent is lost on the way out."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from incentives.outcome.outcome import Outcome
from incentives.payroll import batch_of, run_for, writers_of
from incentives.reports.export import write_pay
from tests.engine.small import Rows, assessed, ruleset_of, snapshot
from tests.oracle.drawing import written
from tests.sizes import examples

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2")
MONTHS = tuple(f"2025-{month:02d}" for month in range(1, 13))
DAYS = ("2025-01-01", "2025-03-31", "2025-05-17", "2025-08-31", "2025-12-31")
SALES = {"unit": "money", "source": ["crm"], "when_missing": "zero"}
CENTS = st.sampled_from((0, 1, -1, 10_000, 10_001, 99_999)) | st.integers(-(10**7), 10**9)
MONEY = CENTS.map(lambda cents: Decimal(cents).scaleb(-2))
PRICE = MONEY.map(abs)
EDGES = st.lists(st.sampled_from((1, 100, 333, 1_000, 50_000, 2_000_000)), max_size=4, unique=True).map(sorted)
RATES = st.sampled_from(("100%", "3%", "4.5%", "0.1234%"))
# An example takes tenths of a second: none is made smaller.
quick = settings(max_examples=examples("PAY"), suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def tiers(edges: list[int], rates: list[str], **keys: str) -> dict[str, Any]:
    """Tiers with these edges, the last one open; the rates in turn."""
    rows = {f"t{n}": {"to": str(edge), "rate": rates[n % len(rates)]} for n, edge in enumerate(edges)}
    return {"by": "slice", **keys, "rows": {**rows, "top": {"rate": rates[len(edges) % len(rates)]}}}


def posted(count: int, **more: object) -> Rows:
    """So many reps, there from the start."""
    reps = [f"R{n}" for n in range(count)]
    return {
        "reps": [{"rep_id": rep} for rep in reps],
        "postings": [{"rep_id": rep, "from": "2025-01-01", **more} for rep in reps],
        "snapshots": [],
        "orders": [],
        "credits": [],
        "receipts": [],
    }


def ordered(rows: Rows, amounts: list[tuple[Decimal, str]], owners: int) -> None:
    """Orders of these amounts on these days, of the reps in turn."""
    for n, (amount, day) in enumerate(amounts):
        row: dict[str, object] = {"order_id": f"O{n}", "rep_id": f"R{n % owners}", "ordered_on": day, "amount": amount}
        rows["orders"].append(row)


def sums(outcome: Outcome, *columns: str) -> dict[str, tuple[Decimal, ...]]:
    """What each of the columns comes to over all reps, by period."""
    found: dict[str, list[Decimal]] = {}
    for period, *values in outcome.rows(["period", *columns]):
        before = found.setdefault(period, [Decimal(0)] * len(columns))
        found[period] = [one + (value or 0) for one, value in zip(before, values, strict=True)]
    return {period: tuple(values) for period, values in found.items()}


@quick
@given(EDGES, RATES, st.sampled_from(("upper", "lower")), st.lists(MONEY, min_size=1, max_size=6))
def test_the_slices_add_up_to_the_base(edges: list[int], rate: str, edge: str, bases: list[Decimal]) -> None:
    """At one rate in all tiers a base, or each order, earns what it earns without tiers; nothing below zero."""
    sliced = tiers(edges, [rate], edge=edge)
    pay = {
        "flat": {"kind": "commission", "base": "max(0, sales)", "rate": rate},
        "sliced": {"kind": "commission", "base": "sales", "tiers": sliced},
        "each_flat": {"kind": "commission", "over": "orders", "each": f"amount * {rate}"},
        "each_sliced": {"kind": "commission", "over": "orders", "each": "amount", "tiers": sliced},
    }
    rows = posted(len(bases))
    rows["snapshots"] += [snapshot(f"R{n}", "2025Q1", "sales", base) for n, base in enumerate(bases)]
    ordered(rows, [(abs(base), "2025-01-01") for base in bases], len(bases))
    found = assessed(written({"metrics": {"sales": SALES}, "pay": pay}), rows, "2025Q1")
    for flat, many, each_flat, each_sliced in found.rows([*pay]):
        assert (flat, each_flat) == (many, each_sliced)


SHARES = st.lists(st.integers(1, 10**6 - 1), max_size=3, unique=True).map(sorted)  # where the whole is cut
LINES = st.lists(st.tuples(PRICE, st.sampled_from(DAYS)), min_size=1, max_size=5)


def shared(rows: Rows, cuts: list[list[int]], owners: int) -> None:
    """Credits of the orders: the parts between the cuts, each another rep's; none for an order without a cut."""
    for n, places in enumerate(cuts[: len(rows["orders"])]):
        parts = [high - low for low, high in zip([0, *places], [*places, 10**6], strict=True)] if places else []
        for who, part in enumerate(parts):
            row: dict[str, object] = {"order_id": f"O{n}", "rep_id": f"R{(n + who) % owners}"}
            rows["credits"].append({**row, "share": Decimal(part).scaleb(-6)})


@quick
@given(LINES, st.lists(SHARES, max_size=5), EDGES, st.sampled_from(("half_up", "up", "down")))
def test_the_parts_of_a_split_add_up_to_the_whole(
    lines: list[tuple[Decimal, str]], cuts: list[list[int]], edges: list[int], rounding: str
) -> None:
    each = {"kind": "commission", "over": "orders", "each": "amount", "tiers": tiers(edges, ["3.3%", "100%"])}
    each["rounding"] = rounding
    pay = {"whole": each, "parts": {**each, "split": "credits"}}
    rows = posted(4)
    ordered(rows, lines, 4)
    shared(rows, cuts, 4)
    found = assessed(written({"metrics": {"sales": SALES}, "pay": pay}), rows, *QUARTERS)
    for whole, parts in sums(found, *pay).values():
        assert whole == parts


@quick
@given(st.lists(MONEY, min_size=12, max_size=12), EDGES, st.sampled_from(("slice", "whole", "interpolated")))
def test_the_year_to_date_paid_in_twelve_pieces_is_the_year_paid_at_once(
    months: list[Decimal], edges: list[int], by: str
) -> None:
    tiered = {**tiers(edges, ["1%", "2%", "1.5%"]), "by": by}
    once = {"kind": "commission", "base": "sales", "tiers": tiered, "below_zero": "paid"}
    pieces = {**once, "tiers": {**tiered, "basis": "year_to_date"}}
    kept = {**pieces, "below_zero": "carried"}
    rows = posted(1)
    rows["snapshots"] = [snapshot("R0", "2025", "sales", sum(months))]
    (year,) = assessed(policy_at("year", {"once": once}), rows, "2025").rows(["once"])[0]
    rows["snapshots"] = [snapshot("R0", month, "sales", value) for month, value in zip(MONTHS, months, strict=True)]
    found = assessed(policy_at("month", {"pieces": pieces, "kept": kept}), rows, *MONTHS)
    assert sum(value for (value,) in found.rows(["pieces"])) == year
    owed = "kept_carried" if any(column.name == "kept_carried" for column in found.columns) else "0"
    (left,) = found.con.query(f"SELECT {owed} FROM {found.relation} WHERE period = '2025-12'")[0]
    assert sum(value for (value,) in found.rows(["kept"])) + left == year
    assert all(value >= 0 for (value,) in found.rows(["kept"]))


def policy_at(grain: str, pay: dict[str, Any]) -> str:
    """A policy of this grain."""
    head = {"ruleset": "small", "version": "v1", "announced_on": "2024-12-01", "effective": {"from": "2025-01-01"}}
    return written({**head, "grain": grain, "metrics": {"sales": SALES}, "pay": pay})


CASH = st.lists(st.tuples(st.integers(-20, 120), st.sampled_from(DAYS)), max_size=3)  # hundredths of the order
HELD = st.fixed_dictionaries(
    {"hold_back": st.sampled_from(("30%", "33.33%", "100%"))},
    optional={"instalments": st.just("2"), "unpaid": st.just({"after": "60"})},
)


@quick
@given(LINES, st.lists(CASH, min_size=5, max_size=5), st.lists(SHARES, max_size=5), HELD, st.booleans())
def test_what_is_held_is_paid_once_all_has_come_in_and_taken_back_with_a_return(
    lines: list[tuple[Decimal, str]], cash: list[Any], cuts: list[list[int]], held: dict[str, Any], back: bool
) -> None:
    whole = {"kind": "commission", "over": "orders", "each": "amount * 7.77%", "split": "credits"}
    timing = {**held, **({"claw_back": {"within": "999"}} if back else {})}
    pay = {"whole": whole, "timed": {**whole, "timing": timing, "below_zero": "paid"}}
    rows = posted(4)
    ordered(rows, lines, 4)
    shared(rows, cuts, 4)
    for n, (order, parts) in enumerate(zip(rows["orders"], cash, strict=False)):
        amount = Decimal(str(order["amount"]))
        came = [(day, (amount * part / 100).quantize(Decimal("0.01"))) for part, day in parts]
        came.append(("2026-01-01", amount - sum(value for _, value in came)))
        rows["receipts"] += [{"order_id": f"O{n}", "on": day, "amount": value} for day, value in came if value]
        if back:
            order["returned_on"] = "2026-06-30"
    found = sums(assessed(written({"metrics": {"sales": SALES}, "pay": pay}), rows, *QUARTERS), *pay)
    earned, paid = (sum(column, Decimal(0)) for column in zip(*found.values(), strict=True))
    assert paid == (0 if back else earned)


KINDS = ("commission", "bonus", "award", "raise", "thirteenth_month")
PLANS = st.fixed_dictionaries(
    {
        "tiers": st.builds(lambda edges, by: {**tiers(edges, ["1.11%", "3%"]), "basis": by}, EDGES,
                           st.sampled_from(("period", "year_to_date"))),
        "kind": st.sampled_from(KINDS),
        "decimals": st.sampled_from(("0", "1", "2")),
        "draw": st.sampled_from(("0", "333.33", "5000")),
        "at_most": st.sampled_from(("20%", "100%")),
    }
)  # fmt: skip


@quick
@given(PLANS, st.lists(st.lists(MONEY, min_size=6, max_size=6), min_size=1, max_size=3), LINES, st.lists(SHARES))
def test_no_cent_is_lost_between_components_statement_payroll_and_control_sum(
    plan: dict[str, Any], sales: list[list[Decimal]], lines: list[tuple[Decimal, str]], cuts: list[list[int]]
) -> None:
    """And the draw's balance is what was drawn less what was paid back."""
    pay = {
        "a": {"kind": "commission", "base": "sales", "tiers": plan["tiers"]},
        "b": {"kind": plan["kind"], "base": "sales", "rate": "0.777%", "decimals": plan["decimals"], "cap": "9999"},
        "c": {"kind": "commission", "over": "orders", "each": "amount * 5%", "split": "credits",
              "timing": {"hold_back": "30%", "instalments": "2"}},
        "d": {"kind": "draw", "draw": {"amount": plan["draw"], "against": ["a"], "recover": "33.3%"}},
        "e": {"kind": "deduction", "takes_back": {"from": ["b"], "of": "base_salary", "at_most": plan["at_most"]}},
    }  # fmt: skip
    rows = posted(4, base_salary=1000)
    for n, values in enumerate(sales):
        rows["snapshots"] += [snapshot(f"R{n}", q, "sales", v) for q, v in zip(QUARTERS, values, strict=True)]
    ordered(rows, lines, 4)
    shared(rows, cuts, 4)
    rows["periods"] = [{"period": period, "status": "approved"} for period in QUARTERS]
    found = assessed(ruleset_of(written({"metrics": {"sales": SALES}, "pay": pay})), rows, *QUARTERS)
    paying = [name for name in pay if pay[name]["kind"] != "raise"]
    for *parts, total in found.rows([*paying, "pay_total"]):
        assert sum(parts) == total
    drawn: dict[str, Decimal] = {}
    for rep, value, balance in found.rows(["rep_id", "d", "d_balance"]):
        drawn[rep] = drawn.get(rep, Decimal(0)) + value
        assert drawn[rep] == balance >= 0
    check_files(found, {period: dict(zip(pay, values, strict=True)) for period, values in sums(found, *pay).items()})


def check_files(outcome: Outcome, due: dict[str, dict[str, Decimal]]) -> None:
    """The statement has what is due in every period; the batch and its control file what is due in the last."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_pay(outcome, folder / "pay.csv")
        batch = batch_of(outcome, run_for(outcome), "en")
        for name, write in writers_of(batch, None).items():
            write(folder / name)
        stated, lines, control = read(folder / "pay.csv"), read(folder / "payroll.csv"), folder / "control.json"
        told = json.loads(control.read_text(encoding="utf-8"))
    for period, amounts in due.items():
        assert added(stated, "component", period) == {name: value for name, value in amounts.items() if value}
    last = {name: value for name, value in due[QUARTERS[-1]].items() if value}
    assert added(lines, "earning_code", QUARTERS[-1]) == last
    assert {share["earning_code"]: Decimal(share["amount"]) for share in told["by_code"]} == last
    everything = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    assert Decimal(told["amount"]) + Decimal(told["raises"]["amount"]) == everything == sum(last.values())


def read(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def added(lines: list[dict[str, str]], by: str, period: str) -> dict[str, Decimal]:
    """What the lines of a period come to by one of their fields, where it is anything."""
    found: dict[str, Decimal] = {}
    for line in lines:
        if line["period"] == period:
            found[line[by]] = found.get(line[by], Decimal(0)) + Decimal(line["amount"])
    return {name: value for name, value in found.items() if value}
