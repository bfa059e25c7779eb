"""What `rulesets/northwind.yaml` says of the Northwind export, worked out with csv and fractions alone.

Shares no code with the engine. A figure is the exact fraction, rounded half away from zero where the policy rounds.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

EXPORT_ENDS = "1998-05-06"
SALES_TARGET = (("1996Q3", 10_000), ("1997Q1", 14_000), ("1998Q1", 24_000))
FIRST_ORDERS_TARGET = (("1996Q3", 4), ("1997Q1", 2), ("1998Q1", 1))
ON_TIME_TARGET, ON_TIME_LINE, DISCOUNT_TARGET = Fraction(95, 100), Fraction(85, 100), Fraction(7, 100)
SLICES = ((0, 10_000, Fraction(1, 100)), (10_000, 25_000, Fraction(2, 100)), (25_000, None, Fraction(35, 1000)))
Row = dict[str, Fraction | str]
Raw = dict[tuple[str, str], dict[str, Fraction]]


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def raw_figures(folder: Path) -> Raw:
    """Per employee and quarter: sales, gross, discounts, orders due, on time and first, all exact."""
    orders = {row["order_id"]: row for row in read(folder, "orders")}
    found: Raw = defaultdict(lambda: defaultdict(Fraction))
    for line in read(folder, "order_details"):
        figures = found[who_and_when(orders[line["order_id"]])]
        gross = Fraction(line["unit_price"]) * Fraction(line["quantity"])
        figures["gross"] += gross
        figures["discounts"] += gross * Fraction(line["discount"])
        figures["sales"] += gross * (1 - Fraction(line["discount"]))
    seen = set()
    for order in sorted(orders.values(), key=lambda o: (o["order_date"], o["order_id"])):
        figures = found[who_and_when(order)]
        shipped, required = order["shipped_date"], order["required_date"]
        figures["due"] += bool(shipped) or required <= EXPORT_ENDS
        figures["on_time"] += bool(shipped) and shipped <= required
        figures["first"] += order["customer_id"] not in seen
        seen.add(order["customer_id"])
    return found


def who_and_when(order: dict[str, str]) -> tuple[str, str]:
    day = date.fromisoformat(order["order_date"])
    return order["employee_id"], f"{day.year}Q{(day.month + 2) // 3}"


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Half away from zero."""
    whole = int(abs(value) * 10**decimals + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**decimals)


def in_force(dated: tuple[tuple[str, int], ...], quarter: str) -> int:
    return [value for since, value in dated if since <= quarter][-1]


def score(attainment: Fraction, cap: int) -> Fraction:
    return max(Fraction(0), min(Fraction(cap), rounded(100 * attainment, 2)))


def quarterly(raw: dict[str, Fraction], quarter: str) -> Row:
    """Every figure of one row of the outcome."""
    depth = rounded(raw["discounts"] / raw["gross"], 6)
    on_time = rounded(raw["on_time"] / raw["due"], 6) if raw["due"] else None
    scores = {
        "sales": (score(raw["sales"] / in_force(SALES_TARGET, quarter), 150), 60),
        "first_orders": (score(raw["first"] / in_force(FIRST_ORDERS_TARGET, quarter), 150), 15),
        "discount_depth": (score(2 - depth / DISCOUNT_TARGET, 150), 10),
    }
    if on_time is not None:
        scores["on_time"] = (score(on_time / ON_TIME_TARGET, 110), 15)
    weight = sum(weight for _, weight in scores.values())
    total = rounded(sum((points * weight for points, weight in scores.values()), Fraction(0)) / weight, 2)
    row: Row = {f"{name}_score": points for name, (points, _) in scores.items()}
    return row | {
        "sales": raw["sales"],
        "first_orders": raw["first"],
        "on_time": on_time if on_time is not None else "",
        "discount_depth": depth,
        "total": total,
        "grade": capped(banded(total), on_time),
        "commission": commission(raw["sales"]),
    }


def banded(total: Fraction) -> str:
    return next(grade for grade, low in (("S", 110), ("A", 95), ("B", 75), ("C", 0)) if total >= low)


def capped(grade: str, on_time: Fraction | None) -> str:
    late = on_time is not None and on_time < ON_TIME_LINE
    return max(grade, "B", key="SABC".index) if late else grade


def commission(sales: Fraction) -> Fraction:
    parts = (
        max(Fraction(0), (sales if to is None else min(sales, Fraction(to))) - low) * rate for low, to, rate in SLICES
    )
    return rounded(sum(parts, Fraction(0)), 2)


def annual(totals: list[Fraction]) -> tuple[Fraction, str]:
    """Mean of the year's quarterly totals, and its grade."""
    mean = rounded(sum(totals, Fraction(0)) / len(totals), 2)
    return mean, banded(mean)
