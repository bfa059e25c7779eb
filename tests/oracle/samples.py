"""Random data for random rulesets: values at edges, zero, negative and missing; people who come, go, move and pause."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from .people import Rows

QUARTERS = ("2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3")
MONTHS = tuple(
    f"{year}-{month:02d}" for year, month in [(2025, m) for m in range(7, 13)] + [(2026, m) for m in range(1, 10)]
)
FIRST, LAST = date(2025, 7, 1), date(2026, 9, 30)
MONEY = (
    "0",
    "0.01",
    "-0.01",
    "99999.99",
    "100000",
    "100000.01",
    "200000",
    "200000.01",
    "200000.02",
    "-5000",
    "33333.33",
    "80000",
)
SCORES = ("0", "0.01", "59.99", "60", "89.99", "90", "100", "66.67", "33.33")
STATUSES = ("active", "active", "active", "probation", "leave", "protected", "off_post")
REGIONS = ("north", "south", "west")
SIGNED = ("2025-06-20", "2025-06-21")


def samples(seed: int, reps: int) -> dict[str, Rows]:
    """All tables for some reps over five quarters, the same for the same seed."""
    chance = Random(seed)
    keys = [f"R{n}" for n in range(1, reps + 1)]
    data: dict[str, Rows] = {
        "reps": [],
        "postings": [],
        "snapshots": [],
        "targets": [],
        "history": [],
        "orders": [],
        "receipts": [],
        "credits": [],
        "events": [],
        "decisions": [],
        "calendar": calendar(chance),
        "rates": rates(chance),
    }
    for key in keys:
        person(chance, key, data)
        values(chance, key, data)
        signed_targets(chance, key, data)
        committee(chance, key, data)
    lead(Random(f"managers {seed}"), keys, data)
    trade(chance, keys, data)
    if terms(seed)["credits"] == "overlay":
        overlay(chance, data)
    unit_targets(chance, data)
    return data


def money(chance: Random) -> str:
    """Often a value at an edge, else any."""
    return chance.choice(MONEY) if chance.random() < 0.6 else cents(chance.randint(-2_000_000, 30_000_000))


def cents(amount: int) -> str:
    """Cents as a decimal number."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def day(chance: Random) -> date:
    """Any day that the data cover."""
    return FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))


def calendar(chance: Random) -> Rows:
    """A few holidays and days made up for."""
    days = sorted({day(chance) for _ in range(chance.randrange(6))})
    return [{"on": str(d), "kind": chance.choice(("holiday", "make_up"))} for d in days]


def person(chance: Random, key: str, data: dict[str, Rows]) -> None:
    """A rep, hired before or within the time, sometimes gone, with one to three postings and sometimes a gap."""
    hired = FIRST - timedelta(days=100) if chance.random() < 0.7 else day(chance)
    left = day(chance) if chance.random() < 0.15 else None
    if left and left < hired:
        left = None
    data["reps"].append(
        {"rep_id": key, "name": f"N{key}", "hired_on": str(hired), "left_on": str(left or ""), "left_reason": ""}
    )
    start = hired
    for _ in range(chance.choice((1, 1, 2, 3))):
        end = start + timedelta(days=chance.randint(1, 250))
        data["postings"].append(posting(chance, key, start, end))
        start = end + timedelta(days=chance.choice((1, 1, 1, 1, 95)))
    data["postings"].append(posting(chance, key, start, None))


def lead(chance: Random, keys: list[str], data: dict[str, Rows]) -> None:
    """Most postings are below somebody; a manager has an earlier key, so that nobody is above themselves."""
    for row in data["postings"]:
        above = keys[: keys.index(row["rep_id"])]
        if above and chance.random() < 0.8:
            row["manager_id"] = chance.choice(above)


def posting(chance: Random, key: str, start: date, end: date | None) -> dict[str, str]:
    """One stretch of time somewhere."""
    region = chance.choice(REGIONS)
    return {
        "rep_id": key,
        "from": str(start),
        "to": str(end or ""),
        "level": chance.choice(("senior", "junior")),
        "track": "",
        "team": region + chance.choice("12"),
        "region": region,
        "product_line": "",
        "manager_id": "",
        "base_salary": chance.choice(("", "8000", "8000.01", "12345.67", "8000")),
        "status": chance.choice(STATUSES),
    }


def values(chance: Random, key: str, data: dict[str, Rows]) -> None:
    """Snapshots: sales always, the others now and then."""

    def add(period: str, metric: str, value: str) -> None:
        row = {"rep_id": key, "period": period, "metric": metric, "value": value, "source": "crm", "as_of": ""}
        data["snapshots"].append(row)

    for period in QUARTERS:
        add(period, "sales", money(chance))
        if chance.random() < 0.8:
            add(period, "cost", money(chance))
        if chance.random() < 0.8:
            add(period, "answers", str(chance.randint(0, 7)))
        if chance.random() < 0.8:
            add(period, "rating", chance.choice(SCORES) if chance.random() < 0.5 else cents(chance.randint(0, 10000)))
        if chance.random() < 0.8:
            add(period, "delay", chance.choice(("0", "12", "24", "47.99", "48", "49", "7.25")))
    for month in MONTHS:
        if chance.random() < 0.8:
            add(month, "monthly", money(chance))


def signed_targets(chance: Random, key: str, data: dict[str, Rows]) -> None:
    """Target rows: signed, half-signed or not, revised, with figures left open."""
    for period in QUARTERS:
        for metric, choices in (
            ("sales", ("", "100000", "80000.01", "0.03", "0", "66666.66")),
            ("delay", ("24", "48", "0", "7")),
        ):
            for turn in range(chance.choice((0, 1, 1, 1, 2))):
                mine, theirs = chance.choice((SIGNED, SIGNED, SIGNED, SIGNED, SIGNED, (SIGNED[0], ""), ("", "")))
                base = chance.choice(choices)
                data["targets"].append(
                    {
                        "scope": "rep",
                        "subject_id": key,
                        "period": period,
                        "metric": metric,
                        "base": base,
                        "stretch": chance.choice(("", "150000")) if metric == "sales" and base else "",
                        "rep_signed_on": mine,
                        "manager_signed_on": theirs,
                        "revised_on": "" if turn == 0 else "2025-07-09",
                        "reason": "" if turn == 0 else "again",
                    }
                )


def unit_targets(chance: Random, data: dict[str, Rows]) -> None:
    """Targets of teams, regions and the company, most of them signed."""
    units = sorted({(scope, row[scope]) for row in data["postings"] for scope in ("team", "region")})
    units.append(("company", "company"))
    for scope, unit in units:
        for period in QUARTERS:
            if chance.random() < 0.6:
                mine, theirs = chance.choice((SIGNED, SIGNED, SIGNED, ("", "")))
                row = {"scope": scope, "subject_id": unit, "period": period, "metric": "sales", "base": money(chance)}
                row |= {
                    "base": row["base"].lstrip("-"),
                    "stretch": "",
                    "rep_signed_on": mine,
                    "manager_signed_on": theirs,
                }
                data["targets"].append(row | {"revised_on": "", "reason": ""})


def committee(chance: Random, key: str, data: dict[str, Rows]) -> None:
    """What is on record and what was decided."""
    for period in QUARTERS:
        if chance.random() < (0.7 if period < "2026" else 0.1):
            row = {
                "rep_id": key,
                "period": period,
                "total": cents(chance.randint(0, 15000)),
                "grade": chance.choice("SABC"),
            }
            data["history"].append(row)
        matters = [("grade", chance.choice("SABC"), 0.08), ("exempt", "exempt", 0.08)]
        matters += [(f"c{n}", chance.choice(("approved", "approved", "rejected")), 0.3) for n in range(6)]
        for about, decision, often in matters:
            if chance.random() < often:
                data["decisions"].append(
                    {
                        "rep_id": key,
                        "period": period,
                        "about": about,
                        "decision": decision,
                        "reason": "why",
                        "decided_by": "committee",
                        "decided_on": "2026-10-09" if about in ("grade", "exempt") else str(day(chance)),
                    }
                )


def terms(seed: int) -> dict[str, str]:
    """What a policy says about the orders of a seed's data as a whole."""
    return {"credits": "overlay" if seed % 3 == 0 else "whole", "exchange": "period" if seed % 5 == 0 else "order"}


def overlay(chance: Random, data: dict[str, Rows]) -> None:
    """Larger shares for some of those who are credited."""
    for row in data["credits"]:
        if row["share"] != "1" and chance.random() < 0.3:
            row["share"] = chance.choice(("1", "0.75", "0.666667"))


def rates(chance: Random) -> Rows:
    """Rates of two currencies, from before all orders on."""
    days = {currency: {FIRST, *(day(chance) for _ in range(chance.randrange(4)))} for currency in ("USD", "eur")}
    rows = [
        (currency, on, chance.choice(("7.1", "7.1234", "0.125", "6.66666667")))
        for currency in days
        for on in sorted(days[currency])
    ]
    return [{"currency": currency, "on": str(on), "rate": rate} for currency, on, rate in rows]


def trade(chance: Random, keys: list[str], data: dict[str, Rows]) -> None:
    """Orders, some returned, some shared by credits, and events."""
    for number in range(chance.randrange(25)):
        on, order_id = day(chance), f"O{number:02d}"
        back = str(on + timedelta(days=chance.choice((0, 20, 20, 90, 91)))) if chance.random() < 0.2 else ""
        data["orders"].append(
            {
                "order_id": order_id,
                "rep_id": chance.choice(keys),
                "customer_id": f"C{chance.randrange(9)}",
                "product_line": chance.choice(("", "cloud", "desk")),
                "ordered_on": str(on),
                "amount": money(chance),
                "currency": chance.choice(("CNY", "CNY", "", "cny", "USD", "EUR")),
                "margin": money(chance),
                "due_on": str(on + timedelta(days=chance.randrange(-20, 100))) if chance.random() < 0.3 else "",
                "returned_on": back,
            }
        )
        # of two on one day neither is the last
        paid_on = {day(chance) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))}
        for paid in sorted(paid_on):
            data["receipts"].append({"order_id": order_id, "on": str(paid), "amount": money(chance)})
        if chance.random() < 0.5:
            parts = chance.choice(
                (
                    ("0.6", "0.4"),
                    ("0.333333", "0.333333", "0.333334"),
                    ("1/3", "1/3", "1/3"),
                    ("1",),
                    ("0.5", "1/6", "2/6"),
                )
            )
            for key, share in zip(chance.sample(keys, min(len(keys), len(parts))), parts, strict=False):
                data["credits"].append({"order_id": order_id, "rep_id": key, "share": share})
            if len(parts) > len(keys):
                data["credits"] = [row for row in data["credits"] if row["order_id"] != order_id]
    reverse(chance, data)
    for key in keys:
        for _ in range(chance.randrange(9)):
            on = day(chance)
            data["events"].append(
                {
                    "rep_id": key,
                    "on": str(on),
                    "until": str(on + timedelta(days=chance.randrange(300))) if chance.random() < 0.3 else "",
                    "kind": chance.choice(("talk", "talk", "test", "other")),
                    "value": chance.choice(("", "no", "no", "yes", "0.5", "12%", "30%", "1,000.25")),
                    "source": "hr",
                    "customer_id": chance.choice(("", "C1", "C2")),
                }
            )


def reverse(chance: Random, data: dict[str, Rows]) -> None:
    """Credit notes of some orders, of all or of parts of them, on their day or later; some refunded."""
    for order in list(data["orders"]):
        left = Decimal(order["amount"])
        if left <= 0 or chance.random() < 0.6:
            continue
        on = date.fromisoformat(order["ordered_on"])
        for number in range(chance.choice((1, 1, 2))):
            less = left if chance.random() < 0.5 else round(left * chance.randrange(1, 100) / 100, 2)
            on += timedelta(days=chance.choice((0, 1, 30, 100)))
            if not less or on > LAST:
                break
            note = {"order_id": f"{order['order_id']}-{number}", "reverses": order["order_id"], "ordered_on": str(on)}
            note |= {"amount": str(-less), "due_on": "", "returned_on": ""}
            note["margin"] = money(chance) if chance.random() < 0.5 else ""
            data["orders"].append(order | note)
            if chance.random() < 0.3:
                back = {"order_id": note["order_id"], "on": str(on + timedelta(days=3)), "amount": str(-less)}
                data["receipts"].append(back)
            left -= less
            if not left:
                break
