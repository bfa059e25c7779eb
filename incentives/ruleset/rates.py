"""The language of a table of rates: lines that state some of a few keys, of which the most specific one counts."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, Strict, model_validator

from incentives.ruleset import rules
from incentives.ruleset.kinds import Name, Problems, Value, Words
from incentives.ruleset.parts import Sourced

RateKey = Literal["level", "track", "team", "region", "product_line", "currency", "customer_id"]
RateKeys = Annotated[
    tuple[RateKey, ...], Strict(False), BeforeValidator(lambda data: data if isinstance(data, list) else [data])
]
OF_ORDERS = ("currency", "customer_id")


class RateLine(Sourced):
    """One line of a table of rates; one that states no key is for all others."""

    level: Words | None = Field(None, description="Only for this level.")
    track: Words | None = Field(None, description="Only for this track.")
    team: Words | None = Field(None, description="Only for this team.")
    region: Words | None = Field(None, description="Only for this region.")
    product_line: Words | None = Field(None, description="Only for this product line.")
    currency: Words | None = Field(None, description="Only for orders in this currency.")
    customer_id: Words | None = Field(None, description="Only for orders of this customer.")
    rate: Value = Field(description="The rate.")

    def keys(self, by: tuple[RateKey, ...]) -> tuple[RateKey, ...]:
        """Return the keys out of `by` that the line states, in the order of `by`."""
        return tuple(key for key in by if getattr(self, key) is not None)


class Rates(Sourced):
    """A table of rates: of the lines that fit, the most specific one counts."""

    by: RateKeys = Field(description="The keys that lines may state, the more important ones first.")
    rows: dict[Name, RateLine] = Field(min_length=1, description="The lines by name, in any order.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, check(self))

    def ranked(self) -> list[tuple[str, RateLine]]:
        """Return the lines, the most specific first: that which states more keys; of equals, the earlier ones of
        `by`."""

        def place(entry: tuple[str, RateLine]) -> tuple[int, list[int]]:
            stated = [self.by.index(key) for key in entry[1].keys(self.by)]
            return -len(stated), stated

        return sorted(self.rows.items(), key=place)

    @property
    def is_complete(self) -> bool:
        """Return whether there is a line for all others."""
        return any(not line.keys(self.by) for line in self.rows.values())


def check(rates: Rates) -> Problems:
    """Return the problems of a table of rates: a key twice in `by`, a key of a line that `by` lacks, two lines for
    the same."""
    found: Problems = [] if rates.by else [("is_empty", ("by",), {"key": "by"})]
    if len(set(rates.by)) < len(rates.by):
        twice = next(key for key in rates.by if rates.by.count(key) > 1)
        found.append(("rates_key_twice", ("by",), {"key": twice}))
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    for name, line in rates.rows.items():
        stray = line.model_fields_set - {*rates.by, "rate", "title", "why", "source"}
        found += [("rates_key_stray", ("rows", name, key), {"key": key}) for key in sorted(stray)]
        states = tuple((key, getattr(line, key)) for key in line.keys(rates.by))
        if not stray and states in seen:
            found.append(("rates_line_twice", ("rows", name), {"name": name, "other": seen[states]}))
        seen.setdefault(states, name)
    return found


def fits(rates: Rates | None, over: str | None) -> Problems:
    """Return the problems of a component with rates: keys of an order need `over: orders`, where every order needs a
    line."""
    if rates is None:
        return []
    if over is not None:
        return [] if rates.is_complete else [("rates_incomplete", ("rates", "rows"), {})]
    return [("rates_key_of_orders", ("rates", "by"), {"key": key}) for key in OF_ORDERS if key in rates.by]
