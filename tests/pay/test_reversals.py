"""A sale and its full credit note pay nothing in all; a partial one leaves what a sale of the rest would have paid.

An example is one random policy of several components over one data set of many reps, each a random history of orders,
payments, returns and credit notes, beside a twin whose orders were what is left of them from the start. Both are paid
the same in all, with what is carried on; by flat rates on a period's sum but for the rounding of each period to the
cent.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from incentives.outcome.outcome import Outcome
from tests.engine.small import Rows, assessed
from tests.oracle.drawing import written
from tests.sizes import examples

HISTORIES = 40
EXAMPLES = max(examples("REVERSALS") // HISTORIES, 1)
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
FIRST = date(2026, 1, 1)
CENT = Decimal("0.01")
Policy = dict[str, Any]


def component(chance: Random) -> Policy:
    """A component paid by orders, with any mechanism that may stand beside any other."""
    some = lambda *ones: chance.choice(ones)  # noqa: E731
    found: Policy = {"kind": "commission", "over": "orders", "below_zero": some("paid", "carried")}
    found["each"] = some(
        "amount", "amount * 3.33%", "margin", "100", 'if product_line = "cloud" then amount else margin'
    )
    way = chance.random()
    if way < 0.35:
        rows = {
            "low": {"to": "1000", "rate": "3%"},
            "mid": {"to": "5000.01", "rate": "figures.rate"},
            "top": {"rate": "7%"},
        }
        found["tiers"] = {"by": some("slice", "whole"), "edge": some("lower", "upper"), "rows": rows}
    elif way < 0.6:
        rows = {"cloud": {"product_line": "cloud", "rate": "figures.rate"}, "other": {"rate": "1.5%"}}
        found["rates"] = {"by": ["product_line"], "rows": rows}
    if chance.random() < 0.3:
        found["where"] = some("amount >= 1_000", "not(returned)", 'product_line = "cloud"', "amount > 0")
    if chance.random() < 0.4:
        found["cap_each"] = some("50", "amount * 2%", "200.01")
    if chance.random() < 0.4:
        found["floor_each"] = some("25", "0", "amount * 1%")
    if chance.random() < 0.5:
        found["split"] = "credits"
    if chance.random() < 0.4:
        found["rate_on"] = "order"
    if chance.random() < 0.3:
        found["rounding"] = some("up", "down", "half_even")
    return found | of_period(chance, timed=0.4)


def of_base(chance: Random) -> Policy:
    """A component of figures of the period's orders."""
    some = lambda *ones: chance.choice(ones)  # noqa: E731
    found: Policy = {"kind": "commission", "below_zero": some("paid", "carried")}
    way = chance.random()
    if way < 0.15:
        found["formula"] = some("5000", "many * 100", "500 * booked_attainment",
                                "if shared >= 1_000 then shared * 7% else shared", "buyers * 50")  # fmt: skip
        return found | of_period(chance, timed=0.4, gated=1)
    found["base"] = some("booked", "shared", "clouded", "net", "booked + clouded", "max(0, booked - 500)")
    if way < 0.4:
        found["rate"] = some("3.33%", "figures.rate", "if booked_attainment >= 100% then 5% else 2%")
    else:
        rows = {"low": {"to": "1000", "rate": "3%"}, "mid": {"to": "5000.01", "rate": "figures.rate"},
                "top": {"rate": "7%"}}  # fmt: skip
        found["tiers"] = {"by": some("slice", "whole", "interpolated"), "edge": some("lower", "upper"), "rows": rows}
        if found["tiers"]["by"] != "interpolated" and chance.random() < 0.4:
            found["tiers"]["quota"] = "booked_target"
            rows["low"]["to"], rows["mid"]["to"] = "50%", "100%"
    return found | of_period(chance, timed=0.5, gated=0.3)


def of_period(chance: Random, timed: float, gated: float = 0) -> Policy:
    """What is done to what a period comes to, and when it is paid; `gated`: how often its orders decide of it."""
    some = lambda *ones: chance.choice(ones)  # noqa: E731
    found: Policy = {}
    if chance.random() < 0.2:
        found["prorate"] = some("calendar_days", "whole_months")
    if chance.random() < timed:
        found["timing"] = timing(chance)
    if chance.random() < max(gated, 0.3):
        ones = ("booked >= 1_000", "booked_attainment >= 80%", "many > 1") if gated else ()
        found["only_when"] = some("talks > 1", *ones)
    if chance.random() < 0.3:
        ones = ("clouded > 700", "booked_attainment > 120%") if gated else ()
        found["factor"] = {"more": {"when": some("talks > 2", *ones), "then": some("1.5", "0.8")}}
    if chance.random() < 0.3:
        found["cap"] = some("120", "talks * 50", *(("booked * 1%",) if gated else ()))
    if chance.random() < 0.1:
        found["floor"] = "20"
    if chance.random() < 0.2:
        found["decimals"] = "0"
    return found


def timing(chance: Random) -> Policy:
    """When it is paid: any of the ways."""
    ways = {
        "hold_back": chance.choice(("30%", "100%")),
        "instalments": chance.choice(("2", "3")),
        "claw_back": {"within": "90", "by": chance.choice(("full", "days"))},
        "unpaid": {"after": chance.choice(("30", "100"))},
    }
    return {key: ways[key] for key in chance.sample(list(ways), chance.randrange(1, 4))}


def further(chance: Random) -> dict[str, Policy]:
    """What is held against a year, looks at those below, or is taken back through a deduction."""
    some = lambda *ones: chance.choice(ones)  # noqa: E731
    rows = {"low": {"to": "1000", "rate": "3%"}, "top": {"rate": "7%"}}
    capped = some({"rate": "10%"}, {"tiers": {"by": some("slice", "whole"), "rows": rows}})
    owing = some({"over": "orders", "each": "amount * 5%"}, {"base": "booked", "tiers": {"by": "slice", "rows": rows}})
    if chance.random() < 0.5:
        owing["timing"] = timing(chance)
    return {
        "yearly": {"kind": "commission", "base": "booked", **capped, "cap_year": some("100", "200.01", "5000"),
                   "below_zero": some("paid", "carried")},
        "above": {"kind": "commission", "override": {"of": "booked", "levels": {"1": "10%", "2": "5%"}},
                 "below_zero": "paid"},
        "owed": {"kind": "commission", **owing},
        "taken": {"kind": "deduction", "takes_back": {"from": ["owed"], "of": "1_000", "at_most": some("20%", "5%")}},
    }  # fmt: skip


def policy(chance: Random) -> Policy:
    """Components by orders, by figures of the period's orders, by a flat rate on their sum, and further ones."""
    pay = {f"c{n}": component(chance) for n in range(3)} | {f"b{n}": of_base(chance) for n in range(4)}
    pay |= further(chance)
    pay["flat"] = {
        "kind": "commission",
        "base": "booked",
        "rate": "3.33%",
        "below_zero": chance.choice(("paid", "carried")),
    }
    return {
        "figures": {"rate": {"unit": "rate", "value": {"2025-01-01": "5%", "2026-04-01": "2%", "2026-07-01": "8%"}}},
        "metrics": {
            "talks": {"unit": "count", "source": "crm", "when_missing": "zero"},
            "booked": {"unit": "money", "over": "orders", "take": "sum amount"},
            "shared": {"unit": "money", "over": "orders", "take": "sum amount", "split": "credits"},
            "clouded": {
                "unit": "money",
                "over": "orders",
                "where": 'product_line = "cloud"',
                "take": "sum amount",
                "for_reports": "true",
            },
            "net": {"unit": "money", "formula": "shared - clouded * 10%", "for_reports": "true"},
            "many": {"unit": "count", "over": "orders", "take": "count"},
            "buyers": {"unit": "count", "over": "orders", "take": "count distinct customer_id"},
        },
        "targets": {"booked": {}},
        "pay": pay,
    }


def histories(chance: Random) -> Rows:
    """Reps and their twins: what each sold, was paid and had reversed, and the same without what was reversed."""
    tables = ("reps", "postings", "snapshots", "orders", "credits", "receipts", "targets", "rates")
    rows: Rows = {name: [] for name in tables}
    rows["rates"] = [{"currency": "USD", "rate_on": "2026-01-01", "rate": "7.1"},
                     {"currency": "USD", "rate_on": "2026-05-01", "rate": "6.9"}]  # fmt: skip
    for number in range(HISTORIES):
        joined, left = ("2026-02-10" if number % 5 == 1 else "2025-01-01"), number % 5 == 2
        for who in ("A", "B", "Z", "Y"):
            about = {"hired_on": joined} | ({"left_on": "2026-12-31"} if left else {})
            rows["reps"].append({"rep_id": f"{who}{number}", **about})
            above = {"A": "B", "Z": "Y"}.get(who)
            posting = {"rep_id": f"{who}{number}", "from": joined}
            rows["postings"].append(posting | ({"manager_id": f"{above}{number}"} if above else {}))
        for quarter in QUARTERS:
            talks = str(chance.randrange(4))
            for who in ("A", "B", "Z", "Y"):
                rows["snapshots"].append({"rep_id": f"{who}{number}", "period": quarter, "metric": "talks",
                                          "value": talks, "source": "crm"})  # fmt: skip
                rows["targets"].append({"scope": "rep", "subject_id": f"{who}{number}", "period": quarter,
                                        "metric": "booked", "base": str(1000 + number)})  # fmt: skip
        for index in range(chance.randrange(1, 4)):
            sale(chance, rows, number, index, whole=number % 2 == 0)
    return rows


def sale(chance: Random, rows: Rows, number: int, index: int, whole: bool) -> None:
    """An order of a rep, reversed on its day or later; where something is left, that is an order of the twin."""
    on = FIRST + timedelta(days=chance.randrange(200))
    amount = Decimal(chance.choice((1, 99999, 100000, 100001, 500001, 2000000, chance.randrange(1, 900000)))) / 100
    margin = round(amount * chance.randrange(1, 60) / 100, 2)
    order = {
        "order_id": f"A{number}-{index}", "rep_id": f"A{number}", "customer_id": f"A{number}-{index % 2}",
        "product_line": chance.choice(("cloud", "desk")),
        "currency": "USD" if number % 7 == 3 else "CNY", "ordered_on": str(on), "margin": str(margin),
        "returned_on": str(on + timedelta(days=chance.choice((20, 90, 91)))) if chance.random() < 0.2 else None,
        "due_on": str(on + timedelta(days=30)) if chance.random() < 0.5 else None,
    }  # fmt: skip
    rows["orders"].append({**order, "amount": str(amount)})
    less = amount if whole else (amount * chance.randrange(1, 100) / 100).quantize(CENT)
    off = margin if less == amount else (margin * chance.randrange(0, 100) / 100).quantize(CENT)
    off = off if less else Decimal(0)
    parts = [(less, off)] if chance.random() < 0.6 or less < 1 else [(less - 1, off), (Decimal(1), Decimal(0))]
    back = on
    for n, (part, lost) in enumerate(parts):
        back += timedelta(days=chance.choice((0, 10, 100, 140)))
        if part:
            day = str(min(back, date(2026, 12, 31)))
            rows["orders"].append({**order, "order_id": f"N{number}-{index}-{n}", "ordered_on": day,
                                   "amount": str(-part), "margin": str(-lost), "reverses": order["order_id"],
                                   "returned_on": None, "due_on": None})  # fmt: skip
    left = amount - less
    shared = chance.random() < 0.5
    if left:
        rows["orders"].append({**order, "order_id": f"Z{number}-{index}", "rep_id": f"Z{number}", "amount": str(left),
                               "margin": str(margin - off), "customer_id": f"Z{number}-{index % 2}"})  # fmt: skip
    for own, other in (("A", "B"), *((("Z", "Y"),) if left else ())):
        for who, share in ((own, "0.333333"), (other, "0.666667")) if shared else ():
            rows["credits"].append({"order_id": f"{own}{number}-{index}", "rep_id": f"{who}{number}", "share": share})
    for days in chance.sample((5, 40, 120), chance.randrange(3)):
        paid = round(amount * chance.randrange(1, 80) / 100, 2)
        for own in ("A", *("Z" if left else "")):
            if paid:
                rows["receipts"].append({"order_id": f"{own}{number}-{index}", "on": str(on + timedelta(days=days)),
                                         "amount": str(paid)})  # fmt: skip


def in_all(rows: list[tuple[Any, ...]]) -> dict[str, Decimal]:
    """What each rep has in all: the sum of the first value, and the last of the second, what is carried on."""
    found: dict[str, Decimal] = {}
    carried: dict[str, Decimal] = {}
    for who, _, paid, rest in sorted(rows):
        found[who] = found.get(who, Decimal(0)) + (paid or 0)
        carried[who] = rest or Decimal(0)
    return {who: value + carried[who] for who, value in found.items()}


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
@given(st.integers(0, 10**9))
def test_what_is_left_is_paid(seed: int) -> None:
    chance = Random(seed)
    terms, rows = policy(chance), histories(chance)
    outcome = assessed(written(terms), rows, *QUARTERS)
    there = {column.name for column in outcome.columns}
    for name in (*terms["pay"], "many", "buyers"):
        if name == "taken":
            continue  # with what is owed
        carried = f"{name}_carried" if f"{name}_carried" in there else None
        columns = ["rep_id", "period", name, *([carried] if carried else [])]
        paid = in_all([(*row, None) if carried is None else row for row in outcome.rows(columns)])
        if name == "owed":
            taken = in_all(outcome.rows(["rep_id", "period", "taken", "taken_carried"]))
            paid = {who: value + taken[who] for who, value in paid.items()}
        allowed = rounding_of(outcome, name, terms["pay"].get(name, {}))
        for number in range(HISTORIES):
            for one, twin in (("A", "Z"), ("B", "Y")):
                found, wanted = paid[f"{one}{number}"], paid[f"{twin}{number}"]
                most = (allowed[f"{one}{number}"] + allowed[f"{twin}{number}"]) // CENT * CENT
                assert abs(found - wanted) <= most, (
                    f"{name} {one}{number}: {found}, not {wanted}\n{terms['pay'].get(name)}"
                )


def rounding_of(outcome: Outcome, name: str, terms: Policy) -> Counter[str]:
    """Return by how much what each rep is paid in all may differ from the exact sum.

    A flat rate on a period's sum pays each period by itself, to the cent: half a cent for each period in which the sum
    × the rate has more decimals. All else takes back exactly what it paid.
    """
    found: Counter[str] = Counter()
    if name not in ("flat", "above") and not (name == "yearly" and "rate" in terms):
        return found
    rate = Decimal("0.0333") if name == "flat" else Decimal("0.1")
    for who, booked in outcome.rows(["rep_id", "booked"]):
        paid = booked * rate
        if paid != paid.quantize(CENT):
            of = {"A": "B", "Z": "Y"}.get(who[0], "") + who[1:] if name == "above" else who
            found[of] += CENT / 2
    return found
