"""One rep's row as terms of a solver: what is given is unknown, what is computed follows, what others do is assumed.

A row is that of a rep who is there for the whole period, is assessed, has no decision and nothing on record, and is
paid what is earned (no hold-back, instalments or taking back). In `any` rows what comes from earlier periods, from
others, or from rows of tables may be anything that its type allows, so that what holds in all of them is proved. In
`alone` rows there is nobody else, no earlier period and no order, so that everything is settled by what is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import z3

from incentives.language.tree import Figure, Name
from incentives.language.types import EXACT, ChoiceType, DayType, NumberType, TruthType, Type
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
    Past,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Stood,
    Taken,
    Targeted,
    Vested,
)
from incentives.plan.names import signed_of, step_of
from incentives.plan.pay.yearly import ENDS_YEAR
from incentives.plan.possible import constant
from incentives.prove.amounts import Amount, Ground, Term, added, amount_of, both, chosen, either, multiplied, opposite
from incentives.prove.defaults import NONE, fixed, may_lack
from incentives.prove.encode import Value, column_value
from incentives.prove.period_context import STANDING, Key, Setting, is_late, reason
from incentives.tables.periods import MONTHS

CALENDAR = {"period_start", "period_end", "period", "period_no"}
MOST_ROWS = 50  # of a table in an example
ASKED = {"level", "track", "team", "region", "product_line", "base_salary", "tenure_months", "hired_on"}


@dataclass
class Rows:
    """Rows of one setting: `any`, or `alone`. Two rows differ in the metric `more` at most: `after` has more of it.

    `orders`: one may have an order.
    """

    setting: Setting
    ground: Ground
    alone: bool
    more: Key | None = None
    level: int = NONE
    orders: bool = True
    given: dict[str, tuple[Column, Value]] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)
    found: dict[tuple[str, bool], Value] = field(default_factory=dict)
    linked: dict[str, bool] = field(default_factory=dict)

    def value(self, name: str, after: bool = False) -> Value:
        """The value of a column or of a figure of the policy, in the row or in the one that has more of the metric."""
        world = self.setting.world
        if name not in world.columns:
            return Value(stated(constant(Figure(name), world, world.days[0]), self.ground))
        after = after and self.moves(name)
        if (name, after) not in self.found:
            self.found[name, after] = self._value(world.columns[name], after)
        return self.found[name, after]

    def moves(self, name: str) -> bool:
        """Return whether a column may differ between the two rows."""
        if self.more is None:
            return False
        if name not in self.linked:
            cone = self.setting.cone([name])
            # what is concluded in the period may depend on all of its figures
            self.linked[name] = self.more in cone or any(isinstance(c.how, Concluded) for c in cone.values())
        return self.linked[name]

    def _value(self, column: Column, after: bool) -> Value:
        if isinstance(column.how, Computed):
            typed = self.setting.formula(column)
            return column_value(typed, column.scale, column.mode, lambda name: self.value(name, after), self.ground)
        if self.is_more(column):
            if not self.is_input(column):
                self.assumed[column.name] = reason(column.how)
            base = self.given_value(column)
            if not after:
                return base
            more = Amount(base.of.over + 1, base.of.under)
            self.ground.facts.append(more.over <= units(column.type, high=True))
            self.ground.facts.append(base.there)
            return Value(more, base.there)
        if self.is_input(column):
            return self.given_value(column)
        return self.assume(column, after)

    def is_more(self, column: Column) -> bool:
        """Return whether a column is the metric of which the other row has more."""
        return self.more is not None and self.setting.source(column.name) == self.more

    def is_input(self, column: Column) -> bool:
        """Return whether a column is given with a rep, so that an example can state it."""
        match column.how:
            case Given():
                return column.name in ASKED
            case Delivered() | Targeted():
                return True
            case Aggregated() as how:
                return self.orders and can_bring(how)
            case RolledUp(finer=finer) if finer:
                return self.setting.source(column.name) is not None
        return False

    def given_value(self, column: Column) -> Value:
        """Return an input as an unknown: anything that its type allows; missing where it may be."""
        if column.name not in self.given:
            held = None if self.is_more(column) else fixed(column, self.setting.world, self.level)
            value = held or self.free(column, "")
            if not may_lack(column):
                value = replace(value, there=True)
            if isinstance(column.how, Aggregated):
                self.assumed[column.name] = reason(column.how)
            if self.alone and is_counted(column):
                self.ground.facts.append(value.of.over <= MOST_ROWS)
            if self.level > NONE and held is None and isinstance(value.of, Amount):
                self.ground.facts.append(value.of.over >= min(0, units(column.type, high=True)))
            self.given[column.name] = (column, value)
            self.relate(column, value)
        return self.given[column.name][1]

    def relate(self, column: Column, value: Value) -> None:
        """Relate one input to another: a signed target is there only in a signed row."""
        facts, name = self.ground.facts, column.name
        if isinstance(column.how, Targeted) and column.how.side != "signed":
            signed = signed_of(column.item)
            if signed in self.setting.world.columns:
                facts.append(either(opposite(value.there), self.value(signed).of))
        elif name == "hired_on" and not self.setting.everybody:
            facts.append(either(opposite(value.there), value.of <= self.value("period_start").of))
        elif name == "tenure_months" and not self.setting.everybody:
            months = self.setting.alike * MONTHS[self.setting.plan.grain]
            facts.append(either(opposite(value.there), value.of.over >= months - 1))

    def free(self, column: Column, mark: str) -> Value:
        """Anything that the type of a column allows."""
        there = z3.Bool(f"{column.name}{mark} is there") if column.optional else True
        return Value(self.unknown(column.type, f"{column.name}{mark}"), there)

    def unknown(self, kind: Type, name: str) -> Term:
        """An unknown of a type."""
        if isinstance(kind, TruthType):
            return z3.Bool(name)
        term = self.ground.unknown(name)
        if isinstance(kind, NumberType):
            self.ground.facts += [term >= units(kind), term <= units(kind, high=True)]
            return Amount(term, 10**kind.scale)
        if isinstance(kind, ChoiceType):
            self.ground.facts.append(either(*(term == self.ground.code(value) for value in kind.values)))
        elif isinstance(kind, DayType):
            self.ground.facts += [term >= 1, term <= date.max.toordinal()]
        else:
            self.ground.facts.append(term >= 0)
        return term

    # ---- what is not given ----

    def assume(self, column: Column, after: bool) -> Value:
        """Return an unknown for a value that comes from elsewhere; noted where it is open."""
        if isinstance(column.how, Given):
            return self.of_the_row(column)
        if is_late(column.how):
            return Value(amount_of(0))
        if isinstance(column.how, Vested):
            return Value(amount_of(0)) if column.how.taken else self.value(column.how.earned, after)
        why = reason(column.how)
        self.assumed[column.name] = why
        mark = "'" if after else ""
        if self.alone:
            return self.by_itself(column, after)
        return self.continued(column, after) or self.free(column, mark)

    def of_the_row(self, column: Column) -> Value:
        """Return the value that follows from the period and the status of the rep."""
        name, period = column.name, self.setting.period
        if name == "in_force":
            return Value(True)
        if step_of(name) in ("there", "whole"):
            return Value(amount_of(1)) if not self.setting.everybody else self.open(column, "standing")
        if name in STANDING and self.setting.everybody:
            return self.open(column, "standing")
        if name in STANDING:
            value = STANDING[name]
            if value is None:
                return self.absent(column) if column.optional else Value(self.ground.code(""))
            return Value(stated(value, self.ground))
        if name == ENDS_YEAR or step_of(name) == "year_whole" or (name in CALENDAR and not self.alone):
            return self.open(column, "period")
        dates: dict[str, object] = {
            "period_start": period.first, "period_end": period.last, "period": period.id,
            "period_no": Decimal(period.number),
        }  # fmt: skip
        return Value(stated(dates[name], self.ground)) if name in dates else self.free(column, "")

    def open(self, column: Column, why: str) -> Value:
        """Anything, and noted why."""
        self.assumed[column.name] = why
        return self.free(column, "")

    def continued(self, column: Column, after: bool) -> Value | None:
        """Return the value that goes on from before, or from others, with the addition of this row; None where that is
        not known."""
        how, ground = column.how, self.ground
        match how:
            case Past(function="streak", of=of):
                now, before = self.truth(of, after), self.earlier(column)
                return Value(Amount(chosen(ground, now, before.over + 1, 0), before.under))
            case Past(function="count", of=of):
                now, before = self.truth(of, after), self.earlier(column)
                ground.facts.append(before.over <= how.periods - 1)
                return Value(Amount(before.over + chosen(ground, now, 1, 0), before.under))
            case Past(function="sum", of=of) | RunningSum(of=of):
                return self.joined(column, self.value(of, after))
            case RolledUp(of=of, take="sum", within=within) if within and not self.setting.looks_around(of):
                return self.joined(column, self.value(of, after))
        return None

    def truth(self, name: str, after: bool) -> Term:
        """Return whether a condition holds; one that is missing does not."""
        found = self.value(name, after)
        return both(found.there, found.of)

    def earlier(self, column: Column) -> Amount:
        """Return the value of before, which is the same whatever the row is now."""
        key = f"{column.name} before"
        if (key, False) not in self.found:
            self.found[key, False] = Value(self.unknown(column.type, key))
        amount: Amount = self.found[key, False].of
        return amount

    def joined(self, column: Column, own: Value) -> Value:
        """A sum of what there is elsewhere and of the row's own, each where it is there."""
        other, others = self.earlier(column), z3.Bool(f"{column.name} has others")
        rest = Amount(chosen(self.ground, others, other.over, 0), other.under)
        mine = Amount(chosen(self.ground, own.there, own.of.over, 0), own.of.under)
        return Value(added(self.ground, rest, mine), either(own.there, others))

    def by_itself(self, column: Column, after: bool) -> Value:
        """Return the value with nobody else, in the first period, without orders."""
        how, ground = column.how, self.ground
        nothing = Value(amount_of(0))
        match how:
            case Past(function="streak", of=of):
                return Value(Amount(chosen(ground, self.truth(of, after), self.setting.alike, 0)))
            case Past(function="count", of=of, periods=most):
                return Value(Amount(chosen(ground, self.truth(of, after), min(most, self.setting.alike), 0)))
            case Past(function="sum", of=of, periods=most):
                own = self.value(of, after)
                return Value(multiplied(ground, own.of, amount_of(min(most, self.setting.alike))), own.there)
            case Past(function="prior", of=of, periods=back) if back < self.setting.alike:
                return self.value(of, after)
            case Counted(of=of):
                return Value(Amount(chosen(ground, self.truth(of, after), 1, 0)))
            case RunningSum(of=of):
                return self.value(of, after)
            case RolledUp(of=of, take="count", within=within) if within:
                return Value(Amount(chosen(ground, self.value(of, after).there, 1, 0)))
            case RolledUp(of=of, within=within) if within:
                return self.value(of, after)
            case Ranked():
                return Value(amount_of(1))
            case Below() | Before():
                return nothing
            case Aggregated(take=take):
                return nothing if take.startswith(("sum", "count", "run")) else self.absent(column)
            case Stood() | Concluded():
                return Value(False)
            case RolledUp():
                return nothing
            case Given() | Delivered() | Targeted() | Taken() | Past() | Settled() | Vested() | Computed():
                return self.absent(column)

    def absent(self, column: Column) -> Value:
        """A value that is not there."""
        return Value(self.unknown(column.type, f"{column.name} is absent"), False)


def can_bring(how: Aggregated) -> bool:
    """Return whether rows can be made that bring a column to a value."""
    if how.table not in ("orders", "events"):
        return False
    if how.take == "count distinct":
        return isinstance(how.of, Name) and (how.where is None or how.of.name not in names_in(how.where))
    return how.take in ("count", "run") or (isinstance(how.of, Name) and how.take in ("sum", "max", "min", "last"))


def is_counted(column: Column) -> bool:
    """Return whether a column counts rows."""
    return isinstance(column.how, Aggregated) and column.how.take.startswith(("count", "run"))


def units(kind: Type, high: bool = False) -> int:
    """The lowest or highest value of a type in units of its last decimal."""
    assert isinstance(kind, NumberType)
    return int(EXACT.scaleb(kind.high if high else kind.low, kind.scale))


def stated(value: object, ground: Ground) -> Term:
    """A value of the policy as a term."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return amount_of(Fraction(value))
    return value.toordinal() if isinstance(value, date) else ground.code(str(value))
