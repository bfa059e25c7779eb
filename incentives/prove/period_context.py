"""A plan in one period as proofs look at it: its formulas with what is known put in, and what depends on what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from incentives.language.flaws import FormulaError
from incentives.language.infer import Typed, infer
from incentives.language.tree import Figure, Missing, Name, Node, Number, Text, Truth
from incentives.language.walk import names_in
from incentives.plan.columns import (
    Aggregated,
    Before,
    Below,
    Column,
    Computed,
    Concluded,
    Counted,
    Delivered,
    Given,
    How,
    Past,
    Plan,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Stood,
    Taken,
    Targeted,
    Vested,
)
from incentives.plan.graph import reads_of
from incentives.plan.lowered import World
from incentives.plan.names import inner_name
from incentives.plan.possible import constant
from incentives.prove.partial_evaluation import Folding, folded, is_literal, literal
from incentives.tables.periods import Period

Key = tuple[str, str]  # frame and column
EARLIER = ("prior", "last_year")
# how a rep stands who is there for the whole period, is assessed, and has no decision and nothing on record
STANDING: dict[str, Decimal | bool | str | None] = {
    "locked": False, "exempted": False, "worked_share": Decimal(1), "status": "active", "left_on": None,
    "history_total": None, "history_grade": None, "decided_grade": None, "decided_on": None, "decided_by": None,
    "decision_reason": None, "assessment_reason": None, "assessment_detail": None,
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """A plan in one period, whose figures are in force: what rows are made of.

    `alike`: in so many periods, this one the last, the same is given of the rep of an example.
    """

    plan: Plan
    period: Period
    everybody: bool = False
    alike: int = 1

    def repeated(self, alike: int) -> Setting:
        """The last of several periods that are all alike for a rep, the first being this one."""
        later = self.period.back(1 - alike, self.plan.roll.fiscal_start)
        return replace(self, period=later, alike=alike)

    @property
    def periods(self) -> list[Period]:
        """The periods that are alike."""
        return [self.period.back(n, self.plan.roll.fiscal_start) for n in range(self.alike - 1, -1, -1)]

    @cached_property
    def of_everybody(self) -> Setting:
        """The same of those, too, who leave, are exempt, or have a decision or a record."""
        return replace(self, everybody=True)

    @cached_property
    def world(self) -> World:
        """The columns of the assessment's frame and the figures."""
        columns = {column.name: column for column in self.plan.columns()}
        figures = {figure.path: figure for figure in self.plan.figures}
        return World(columns, figures, (self.period.first.isoformat(),))

    @cached_property
    def known(self) -> dict[Key, Column]:
        """All columns of all frames."""
        return {(frame, c.name): c for frame in self.plan.frames for c in self.plan.columns(frame)}

    @cached_property
    def typed(self) -> dict[str, Typed]:
        """The typed formulas of the columns, as far as they were asked for."""
        return {}

    def formula(self, column: Column) -> Typed:
        """The typed formula of a column, with what is known put in."""
        if column.name not in self.typed:
            assert isinstance(column.how, Computed)
            by = Folding(self.stands, lambda name: not self.world.columns[name].optional)
            try:
                self.typed[column.name] = infer(folded(column.how.formula, by), self.world.scope)
            except FormulaError:  # it has no type any more, such as a division by what is nothing
                self.typed[column.name] = infer(column.how.formula, self.world.scope)
        return self.typed[column.name]

    def stands(self, node: Name | Figure) -> Node:
        """Return the known value of a name: a value, nothing, or the name itself."""
        if isinstance(node, Figure):
            return literal(constant(node, self.world, self.world.days[0])) or node
        column = self.world.columns[node.name]
        if node.name == "in_force":
            return Truth(True)
        if isinstance(column.how, Given) and node.name in STANDING and not self.everybody:
            value = STANDING[node.name]
            return (Missing() if column.optional else Text("")) if value is None else literal(value) or node
        if is_late(column.how):
            return Number(Decimal(0))
        if isinstance(column.how, Computed):
            formula = self.formula(column).node
            if isinstance(formula, Number):
                return formula if formula.value == round(formula.value, column.scale) else node
            return formula if is_literal(formula) or isinstance(formula, Missing) else node
        return node

    def reads(self, key: Key) -> list[Key]:
        """The columns that a column of a period is computed from in that same period."""
        column = self.known[key]
        if isinstance(column.how, Computed) and key[0] == self.plan.grain:
            names = names_in(self.formula(column).node)
            return [(key[0], name) for name in sorted(names) if name in self.world.columns]
        if isinstance(column.how, Past) and column.how.function in EARLIER:
            return []
        if isinstance(column.how, Below) and not self.looks_around(column.how.of, column.how.entitled):
            return []  # of others alone
        return [one for one in reads_of(column) if one in self.known and not isinstance(column.how, Settled)]

    def cone(self, names: Iterable[str]) -> dict[Key, Column]:
        """These columns of the assessment's frame and all that they are computed from in the same period."""
        found: dict[Key, Column] = {}
        waiting: list[Key] = [(self.plan.grain, name) for name in names]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found[key] = self.known[key]
                waiting += self.reads(key)
        return dict(sorted(found.items()))

    def formulas(self, names: Iterable[str]) -> tuple[object, ...]:
        """All that columns are computed from, as formulas: alike where they come to the same."""
        computed = [column for column in self.cone(names).values() if column.name in self.world.columns]
        return tuple((c.name, self.formula(c).node) for c in computed if isinstance(c.how, Computed))

    @cached_property
    def checks(self) -> dict[str, set[Key]]:
        """Return the columns of the requirements on every row, each with the inputs that it depends on."""
        checks = [column.name for column in self.plan.columns() if column.role == "check"]
        return {name: self.given_in([name]) for name in checks}

    def given_in(self, names: Iterable[str]) -> set[Key]:
        """Return the inputs that columns depend on, besides the attributes of the row."""
        return {key for key, column in self.cone(names).items() if not isinstance(column.how, Computed | Given)}

    def checks_beside(self, names: Sequence[str]) -> list[str]:
        """The checks that depend on something that these columns depend on."""
        given = self.given_in(names)
        return [name for name, on in self.checks.items() if on & given]

    def looks_around(self, *names: str) -> bool:
        """Return whether any of these columns depends on what others have; what is concluded may."""
        cone = self.cone(name for name in names if name)
        return any(reason(c.how) in ("population", "conclusions") for c in cone.values())

    def source(self, name: str) -> Key | None:
        """The delivered figure behind a column: itself, or the one of a finer period; None where it is none."""
        column = self.world.columns[name]
        match column.how:
            case Delivered() | Aggregated():
                return (self.plan.grain, name)
            case RolledUp(of=of, finer=finer, take=take) if finer and take != "count":
                return (finer, of) if isinstance(self.known[finer, of].how, Delivered) else None
            case Computed() if isinstance(given := self.world.columns.get(inner_name("delivered", name)), Column):
                return (self.plan.grain, given.name)
            case Computed() if isinstance(given := self.world.columns.get(inner_name("any", name)), Column):
                return self.source(given.name)  # held to its range
        return None


def is_late(how: How) -> bool:
    """Return whether a column is of credit notes of earlier periods' orders, of which rows have none."""
    return how.late if isinstance(how, Aggregated) else isinstance(how, Vested) and how.reverses


def reason(how: How) -> str:
    """Return the kind of thing outside the row that a column depends on."""
    match how:
        case Ranked() | Counted() | Below():
            return "population"
        case RolledUp(within=within) if within:
            return "population"
        case Aggregated():
            return "orders"
        case Stood() | Concluded():
            return "conclusions"
        case RolledUp() | Taken():
            return "finer"
        case Past() | RunningSum() | Settled() | Before():
            return "history"
        case Given() | Delivered() | Targeted() | Vested() | Computed():
            return ""
