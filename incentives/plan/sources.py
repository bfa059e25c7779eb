"""The tables that a metric or component may run `over`, with the columns that its formulas can read."""

from __future__ import annotations

from decimal import Decimal

from incentives.faults import Place
from incentives.language.tree import Name, Title
from incentives.language.typed import Scoped
from incentives.language.types import DayType, NumberType, TextType, TruthType, Type
from incentives.plan.columns import Column, Given
from incentives.plan.names import inner_name
from incentives.ruleset.units import unit_type

TEXT, DAY, TRUTH, MONEY = TextType(), DayType(), TruthType(), unit_type("money")
SHARE = NumberType(Decimal(0), Decimal(100), 6)
WHOLE_DAYS = inner_name("whole_days")  # of the period of a stretch

POSTED = ("level", "track", "team", "region")  # of the posting on the day of an order

# table → column → (type, may be missing)
SOURCES: dict[str, dict[str, tuple[Type, bool]]] = {
    "orders": {
        "order_id": (TEXT, False),
        "customer_id": (TEXT, False),
        "product_line": (TEXT, True),
        "ordered_on": (DAY, False),
        "amount": (MONEY, False),
        "currency": (TEXT, True),
        "margin": (MONEY, True),
        "due_on": (DAY, True),
        "returned_on": (DAY, True),
        "reverses": (TEXT, True),
        "returned": (TRUTH, False),
        "first_ever": (TRUTH, False),
        **dict.fromkeys(POSTED, (TEXT, True)),
    },
    "events": {
        "happened_on": (DAY, False),
        "until_on": (DAY, True),
        "kind": (TEXT, False),
        "value": (TEXT, True),
        "number": (NumberType(Decimal(-(10**12)), Decimal(10**12), 6), True),
        "source": (TEXT, True),
        "customer_id": (TEXT, True),
    },
    "receipts": {
        "order_id": (TEXT, False),
        "paid_on": (DAY, False),
        "amount": (MONEY, False),
    },
    "postings": {
        "begins_on": (DAY, False),
        "ends_on": (DAY, False),
        "level": (TEXT, False),
        "track": (TEXT, False),
        "team": (TEXT, False),
        "region": (TEXT, False),
        "product_line": (TEXT, False),
        "manager_id": (TEXT, False),
        "status": (TEXT, False),
        "base_salary": (MONEY, True),
        "share": (NumberType(Decimal(0), Decimal(1), 6), False),
        "days": (NumberType(Decimal(0), Decimal(400), 0), False),
        WHOLE_DAYS: (NumberType(Decimal(1), Decimal(400), 0), False),
    },
}
# what is shown rounded and used as a quotient of two other columns
QUOTIENTS = {"postings": {"share": (Name("days"), Name(WHOLE_DAYS))}}

UNITS = {"amount": "money", "margin": "money", "base_salary": "money", "share": "ratio", "days": "count"}

DATED_BY = {"orders": "ordered_on", "events": "happened_on", "receipts": "paid_on", "postings": "begins_on"}


def scope_of_rows(table: str) -> dict[str, Scoped]:
    """Return the names that a formula over the rows of a table may read, besides the policy's figures."""
    exact = QUOTIENTS.get(table, {})
    return {name: Scoped(kind, optional, exact.get(name)) for name, (kind, optional) in SOURCES[table].items()}


def columns_of_rows(table: str) -> dict[str, Column]:
    """Return the columns of a table as columns of a frame, for checks of formulas over its rows."""
    return {
        name: Column(name, "part", UNITS.get(name, ""), Title(), "", Given(), known.type, Place(""),
                     optional=known.missing, exact=known.exact)
        for name, known in scope_of_rows(table).items()
    }  # fmt: skip
