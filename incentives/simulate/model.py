"""The content of a simulation as plain values: every renderer takes a `Comparison` and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from incentives.database import Database
from incentives.faults import Fault, Place
from incentives.language.tree import Title


@dataclass(frozen=True)
class About:
    """The subject of a study: the policy, the changes besides, the periods, the components of pay with titles, and the
    number of rows that lack a component under the policy as it stands."""

    policy: Title
    version: str
    currency: str
    change: Title
    periods: tuple[str, ...]
    components: Mapping[str, Title]
    missing: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PolicyLine:
    """One value of the policy that differs: `sign` is ~ changed, + new or - gone; the texts as they are written."""

    sign: str
    path: str
    title: Title
    before: str
    after: str
    place: Place


@dataclass(frozen=True)
class Cost:
    """The cost of a component over everybody, in money; `paid`: it is part of what is paid, no change of a salary."""

    component: str
    title: Title
    before: Decimal
    after: Decimal
    paid: bool = True

    @property
    def difference(self) -> Decimal:
        """Return the amount that the change adds; below zero where it saves."""
        return self.after - self.before

    @property
    def share(self) -> Decimal | None:
        """The difference as a part of what it was, 6 decimals; None of nothing."""
        return (self.difference / abs(self.before)).quantize(Decimal("0.000001")) if self.before else None


@dataclass(frozen=True)
class Moved:
    """The number of rows with one grade before and another (or the same) after; "" is no grade."""

    before: str
    after: str
    count: int


@dataclass(frozen=True)
class Mover:
    """One row that the change moves: grades, totals, pay, and the lines of policy that moved them (by path)."""

    key: str
    name: str
    period: str
    unit: str
    grades: tuple[str, str]
    totals: tuple[Decimal | None, Decimal | None]
    pay: tuple[Decimal, Decimal]
    parts: tuple[tuple[str, Decimal | None, Decimal | None], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """The rows of one unit, level or length of service: how many gain and lose, and what they are paid together."""

    by: str
    label: str
    rows: int
    gain: int
    lose: int
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Turned:
    """A conclusion that appears for some and vanishes for others, who are named as far as `most` goes."""

    conclusion: str
    title: Title
    appears: int
    vanishes: int
    people: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Near:
    """A row that stands within a hair of the edge of another grade after the change."""

    key: str
    name: str
    period: str
    total: Decimal
    grade: str
    edge: Decimal
    other: str


@dataclass(frozen=True)
class Lacking:
    """The number of rows that lack a component of pay, for something that it needs is not there: it counts as nothing
    in sums."""

    component: str
    title: Title
    before: int
    after: int


@dataclass(frozen=True)
class Comparison:
    """A policy beside a changed one over the same data. `changed`: rows in which anything differs, of
    which `movers` are the first; `gain`, `lose`: rows that are paid more, less.

    `relation` of `con` holds every row: key, name, period, period_no, team, region, level, then of grade, total, each
    component and pay_total what it is `_before` and `_after`, and the `difference` of pay. `remarks`: new warnings of
    the policy, and edits that nothing reads.
    """

    title: Title
    policy: Title
    version: str
    currency: str
    periods: tuple[str, ...]
    lines: tuple[PolicyLine, ...]
    costs: tuple[Cost, ...]
    rows: int
    changed: int
    gain: int
    lose: int
    rise: int
    fall: int
    grades: tuple[str, ...]
    moved: tuple[Moved, ...]
    movers: tuple[Mover, ...]
    sides: tuple[Side, ...]
    turned: tuple[Turned, ...]
    near: tuple[Near, ...]
    shifts: tuple[tuple[Decimal, int], ...]
    missing: tuple[Lacking, ...]
    con: Database = field(compare=False, repr=False)
    relation: str = ""
    remarks: tuple[Fault, ...] = field(default=(), compare=False, repr=False)

    def __repr__(self) -> str:
        cost, title, shown = self.total, self.title.en or self.title.zh, ", ".join(self.periods)
        moved = f"{self.changed} of {self.rows} rows change"
        return f"<Comparison {title}: {shown}, cost {cost.before} → {cost.after}, {moved}>"

    @property
    def total(self) -> Cost:
        """The sum of all components that are paid."""
        paid = [cost for cost in self.costs if cost.paid]
        before, after = (sum(sums, Decimal(0)) for sums in ((c.before for c in paid), (c.after for c in paid)))
        return Cost("pay_total", Title("激励合计", "Pay total"), before, after)

    @property
    def nothing(self) -> bool:
        """Return whether the change changes no figure of anybody and no conclusion."""
        return not self.changed and not self.turned
