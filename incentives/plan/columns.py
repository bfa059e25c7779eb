"""The parts of a plan: named, typed columns, each with the formula or the source that computes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from incentives.faults import Place
from incentives.language.tree import Node, Title
from incentives.language.typed import Scoped
from incentives.language.types import Type
from incentives.plan.earnings import Earning
from incentives.plan.rules import Course, Rule

TRACKING = "tracking"  # the frame of the months seen against the period around them, whose standing they share


@dataclass(frozen=True)
class Given:
    """A column of the spine: the key, the posting's attributes, the state of the assessment."""


@dataclass(frozen=True)
class Delivered:
    """A value of the snapshots table; `required` when its absence is a data error."""

    metric: str
    required: bool = False
    zero: bool = False


@dataclass(frozen=True)
class Targeted:
    """The signed figure of the targets table: `side` is base or stretch, `scope` rep or the unit that it names."""

    metric: str
    side: str
    scope: str
    signed: bool


@dataclass(frozen=True)
class Aggregated:
    """`take` of `of` over the rows of a table where `where` holds, per subject and period.

    `rows` are those of the period, or all `so_far` up to its end, or those `valid` on its last day. With `split`, the
    sum is shared over the order's credits by largest remainder. The policy's figures are those in force on the first
    day of the period, or on the row's own (`dated`). With `signed` a row below zero counts as much less as the same
    amount above zero counts, and a credit note as what it leaves of its order less what there was before; `own`: only
    those of the orders of the same period; `late`: only those of the orders of earlier ones.
    """

    table: str
    take: str
    of: Node | None = None
    where: Node | None = None
    split: bool = False
    rows: str = "in_period"
    dated: bool = False
    signed: bool = False
    own: bool = False
    late: bool = False


@dataclass(frozen=True)
class RolledUp:
    """`take` (sum, mean, min, max, last, count) of a column of the `finer` frame, or of this one `within` a unit."""

    of: str
    take: str
    finer: str = ""
    within: str = ""


@dataclass(frozen=True)
class Taken:
    """The value of a column of another frame, in the row of the same period or of the one around it."""

    of: str
    frame: str


@dataclass(frozen=True)
class RunningSum:
    """The sum of a column of the frame since the start of the assessment period around the row's own period.

    With `year`: since the start of the year.
    """

    of: str
    year: bool = False


@dataclass(frozen=True)
class Settled:
    """The last value that a column had in an earlier period of the same year."""

    of: str


@dataclass(frozen=True)
class Before:
    """The value that a column has in the subject's row before, whichever period that is; zero where there is none.

    With `year`: also zero where that row lies in an earlier year. A column may be computed from what it was before:
    such columns are stepped, period by period (`plan/phases.py`).
    """

    of: str
    year: bool = False


@dataclass(frozen=True)
class Terms:
    """The terms of payment of earnings: the paths of their figures, empty where nothing is stated.

    `hold_back`: the share paid as cash comes in; `within`: days in which a return takes back, all or `by_days` the part
    not gone by; `after`: days after which what is not collected is taken back; `instalments`: the number of parts.
    """

    hold_back: str = ""
    within: str = ""
    by_days: bool = False
    after: str = ""
    instalments: str = ""
    on_leaving: str = "released"


def takes_back(terms: Terms) -> bool:
    """Return whether what was paid may be taken back: for a return, while unpaid, or as a payment that was made
    bounces."""
    return bool(terms.hold_back or terms.within or terms.after)


@dataclass(frozen=True)
class Vested:
    """The amount paid in the row's period of what was earned in it and in the subject's periods before it.

    `earned`: what it came to when it was booked. `lines`: the gathered column whose orders vest. Each of them is paid
    for by itself where `open` is true in the period in which it was booked; without `open` they are only the weights
    by which `earned` vests. With `taken`: only what is taken back of it, below zero. `anew`: the formula of what was
    earned, by which credit notes change what an earlier period came to; of the columns `left` it reads what is left of
    the orders; `beside` are the others that these read. Where nothing else is said, only what they change is paid.
    """

    earned: str
    lines: str
    terms: Terms
    open: str = ""
    taken: bool = False
    anew: Node | None = None
    left: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def reverses(self) -> bool:
        """Return whether it is only what credit notes change of earlier periods."""
        return self.anew is not None and self.terms == Terms()


@dataclass(frozen=True)
class Past:
    """A history function over a column: prior, streak, count, sum or last_year; `periods` is its n."""

    function: str
    of: str
    periods: int


@dataclass(frozen=True)
class Ranked:
    """The place (from 1) among the rows of one period and unit, in `order` (column, descending), then by key.

    With `shared`, rows that are equal in `order` have one place: the `first` or the `last` of those that they take.
    `exact`: those of the columns that count before they are rounded, each with its numerator and denominator.
    """

    within: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    shared: Literal["", "first", "last"] = ""
    exact: tuple[tuple[str, Node, Node], ...] = ()


@dataclass(frozen=True)
class Counted:
    """The number of rows of the period, within the same unit, that have `of` true."""

    of: str
    within: tuple[str, ...]


@dataclass(frozen=True)
class Below:
    """The sum of a column over the rows of the period that stand `level` levels below by their `manager_id`.

    With `nearer`, of those only above whom no manager at these levels has the column `entitled` true. `at` is the
    figure of the rate that is paid for them, for who tells it. Missing where `lacks` is true in one of the rows.
    """

    of: str
    level: int
    entitled: str = ""
    nearer: tuple[int, ...] = ()
    at: str = ""
    lacks: str = ""


@dataclass(frozen=True)
class Stood:
    """True where a conclusion drawn in an earlier period still holds in this one."""

    conclusion: str


@dataclass(frozen=True)
class Concluded:
    """True where any of these conclusions takes effect in the row's period; with `standing`, also one that holds on."""

    conclusions: tuple[str, ...]
    standing: bool = False


@dataclass(frozen=True)
class Computed:
    """A formula over columns of earlier stages."""

    formula: Node


How = (
    Given | Delivered | Targeted | Aggregated | RolledUp | Taken | RunningSum | Past | Ranked | Counted | Stood
    | Concluded | Settled | Before | Vested | Below | Computed
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One figure.

    `role` says what it is in the report: key, posting, state, metric, target, attainment, score, scorecard, total,
    grade, ceiling, figure, tracking, finding, criterion, pay, pay_total or balance (what pay
    carries on to the next period); `part` is a step that only explain
    shows, `check` is true in rows that break the policy. `scale` is the number of decimals that it is rounded to,
    once, by `mode`. `optional`: it may be missing. `item` is the metric, item or kind of pay it belongs to, and a
    ceiling's grade. `told` is what the policy wrote where the plan put this column in its place. What is `unrounded`
    is rounded where it is shown, and used as `exact`: numerator and denominator, each a name, a figure or a number.
    """

    name: str
    role: str
    unit: str
    title: Title
    grain: str
    how: How
    type: Type
    place: Place
    scale: int = 0
    mode: str = "half_up"
    optional: bool = False
    item: str = ""
    told: Node | None = None
    unrounded: bool = False
    exact: tuple[Node, Node] | None = None

    @property
    def scoped(self) -> Scoped:
        """Return the column as formulas know it."""
        return Scoped(self.type, self.optional, self.exact)


@dataclass(frozen=True)
class PolicyFigure:
    """A value of the policy by its path: unit, type, and from which day which value (None = from the start)."""

    path: str
    unit: str
    type: Type
    values: tuple[tuple[str | None, Decimal | bool | str | date], ...]
    place: Place
    title: Title = field(default_factory=Title)


@dataclass(frozen=True)
class Roll:
    """The terms of who is assessed: the effect of each status of a posting on its days, and the figure for the least
    time worked."""

    statuses: dict[str, str]
    least_time: str
    first_day: date
    last_day: date | None
    fiscal_start: int = 1


Frames = dict[str, tuple[tuple[Column, ...], ...]]


@dataclass(frozen=True)
class Typed:
    """Columns as they were drafted, by frame and name, the types of the figures, and the frames resolved from them."""

    drafted: dict[tuple[str, str], Column]
    figures: dict[str, Type]
    frames: Frames


@dataclass(frozen=True)
class Plan:
    """A compiled ruleset: its figures, and per frame the columns in stages, each stage reading only earlier ones.

    A frame is a grain, or TRACKING. `kept`: the table that has the rows already, of a plan that is a part of another.
    `typed`: how the frames came about, for who compiles a like ruleset.
    """

    subject: str
    key: str
    grain: str
    figures: tuple[PolicyFigure, ...]
    frames: Frames
    roll: Roll
    origins: tuple[Place, ...] = ()
    rules: tuple[Rule, ...] = ()
    courses: tuple[Course, ...] = ()
    earnings: tuple[Earning, ...] = ()
    kept: str = ""
    typed: tuple[Typed, ...] = field(default=(), compare=False, repr=False)

    def __repr__(self) -> str:
        frames = ", ".join(f"{len(self.columns(frame))} by {frame}" for frame in self.frames)
        return f"<Plan by {self.subject} and {self.grain}: columns {frames}; {len(self.rules)} conclusions>"

    def earnings_of(self, grain: str) -> tuple[Earning, ...]:
        """Return the earnings of the periods of a grain."""
        return tuple(earning for earning in self.earnings if earning.grain == grain)

    def columns(self, grain: str = "") -> tuple[Column, ...]:
        """Return all columns of a grain (the ruleset's own where none is named), in stage order."""
        return tuple(c for stage in self.frames[grain or self.grain] for c in stage)


def grain_of(frame: str) -> str:
    """Return the grain of a frame's rows."""
    return "month" if frame == TRACKING else frame
