"""Orders as they are seen: in the policy's currency, with what their rep was on the day, shared by credits (C10)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from .days import period_of
from .people import People, Rows
from .value import rounded

CENT = Fraction(1, 100)
POSTED = ("level", "track", "team", "region")


def seen_as(policy: dict[str, Any], data: dict[str, Rows], people: People, key: str) -> dict[str, Rows]:
    """The data with orders and receipts in the currency of the policy, and attributes of the day beside each order."""
    whole = {row["order_id"]: row.get("reverses") or row["order_id"] for row in data.get("orders", [])}
    own = {row["order_id"]: rate_of(policy, data, row) for row in data.get("orders", []) if not row.get("reverses")}
    rates = {order: own[whole[order]] for order in whole}
    orders = []
    left: dict[tuple[str, str], Fraction] = defaultdict(Fraction)  # of each order, in its own currency
    given = data.get("orders", [])
    for row in sorted(given, key=lambda r: (bool(r.get("reverses")), r["ordered_on"], r["order_id"])):
        rate, on = rates[row["order_id"]], date.fromisoformat(row["ordered_on"])
        money = {}
        for name in ("amount", "margin"):
            of = whole[row["order_id"]], name
            before, left[of] = left[of], left[of] + Fraction(row.get(name) or 0)
            value = rounded(left[of] * rate, 2) - rounded(before * rate, 2)
            money[name] = str(value) if row.get(name) else ""
        posted = [p.about for p in people.postings.get(row[key], []) if p.first <= on <= p.last]
        orders.append(row | money | {name: posted[0][name] if posted else "" for name in POSTED})
    return data | {"orders": orders, "receipts": collected(data.get("receipts", []), rates, whole)}


def rate_of(policy: dict[str, Any], data: dict[str, Rows], order: dict[str, str]) -> Fraction:
    """What one unit of an order's currency is worth."""
    own, currency = policy.get("currency", "CNY").upper(), order.get("currency", "").upper()
    if currency in ("", own):
        return Fraction(1)
    on = date.fromisoformat(order["ordered_on"])
    if policy.get("exchange") == "period":
        on = period_of(policy.get("grain", "quarter"), on).last
    known = [
        row for row in data["rates"] if row["currency"].upper() == currency and date.fromisoformat(row["on"]) <= on
    ]
    return Fraction(max(known, key=lambda row: row["on"])["rate"])


def turned(text: str, rate: Fraction) -> str:
    """An amount at a rate, to the cent."""
    return str(rounded(Fraction(text) * rate, 2)) if text else text


def collected(receipts: Rows, rates: dict[str, Fraction], whole: dict[str, str]) -> Rows:
    """Each receipt as what was paid so far at the rate of the order, less what was before."""
    paid: dict[str, Fraction] = defaultdict(Fraction)
    found = []
    for row in sorted(receipts, key=lambda r: (r["on"], Fraction(r["amount"]))):
        order = whole[row["order_id"]]
        before = rounded(paid[order] * rates[order], 2)
        paid[order] += Fraction(row["amount"])
        found.append(row | {"amount": str(rounded(paid[order] * rates[order], 2) - before)})
    return found


def split(amount: Fraction, shares: dict[str, Fraction]) -> dict[str, Fraction]:
    """An amount shared to the cent by largest remainder, equal remainders in order of key; beyond 1 on top.

    Below zero as above it: what is taken back of each is what each was given.
    """
    if amount < 0:
        return {key: -value for key, value in split(-amount, shares).items()}
    exact = {key: amount / CENT * share for key, share in shares.items()}
    cents = {key: floor(value) for key, value in exact.items()}
    left = floor(sum(exact.values()) - sum(cents.values()) + Fraction(1, 2))
    for key in sorted(exact, key=lambda k: (cents[k] - exact[k], k))[:left]:
        cents[key] += 1
    return {key: value * CENT for key, value in cents.items()}
