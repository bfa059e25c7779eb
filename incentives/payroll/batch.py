"""A batch: the lines of one run, its id, what it comes to, and what its files say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from incentives.faults import Fault, RefusedError
from incentives.outcome.outcome import Outcome
from incentives.payroll.checks import check_annual, check_open, check_paid
from incentives.payroll.lines import ORDER, create_lines
from incentives.payroll.run import SETTLEMENT, Run
from incentives.plan.earnings import RAISE

CONTENT = ("payee", "period", "pay_month", "code", "kind", "tax", "amount", "currency", "effective_on", "entry")


@dataclass(frozen=True)
class Share:
    """The number of like lines of a batch, and their sum."""

    code: str
    kind: str
    tax: str
    title: str
    lines: int
    amount: Decimal


@dataclass(frozen=True)
class Head:
    """The head figures of a batch or a part of it."""

    payees: int
    lines: int
    amount: Decimal


@dataclass(frozen=True)
class PayLine:
    """One line of a batch: an amount of money for one payee, period and earning code; `entry` says whether it is what
    is due now or a correction of what was paid before."""

    payee: str
    name: str
    period: str
    pay_month: str
    code: str
    kind: str
    tax: str
    title: str
    amount: Decimal
    currency: str
    effective_on: date
    entry: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """A batch whose lines stand in the tables of `create_lines`; `remarks` are warnings about what it rests on."""

    outcome: Outcome
    run: Run
    lang: str
    id: str
    remarks: tuple[Fault, ...] = ()

    def __repr__(self) -> str:
        return f"<Batch {self.id}: {self.paid().lines} lines for {self.paid().payees}, {self.paid().amount}>"

    def lines(self) -> tuple[PayLine, ...]:
        """The lines, by payee, period and the order of the policy; what `payroll.csv` holds."""
        picks = "payee, coalesce(name, ''), period, pay_month, code, kind, tax, title, amount, currency, effective_on"
        picks += ", entry, coalesce(reason, '')"
        found = self.outcome.con.query(f"SELECT {picks} FROM payroll_lines ORDER BY {ORDER}")
        return tuple(PayLine(*row) for row in found)

    @property
    def prefix(self) -> str:
        """Return the beginning of every file name."""
        return "draft-" if self.run.draft else ""

    def shares(self) -> tuple[Share, ...]:
        """The lines by earning code, in the order of the policy."""
        rows = self.outcome.con.query(
            "SELECT code, kind, tax, title, count(*), sum(amount) FROM payroll_lines GROUP BY turn, code, kind, tax, "
            "title ORDER BY turn"
        )
        return tuple(Share(*row) for row in rows)

    def head(self, where: str = "TRUE", table: str = "payroll_lines") -> Head:
        """Payees, lines and sum of the lines where `where` holds."""
        rows = self.outcome.con.query(
            f"SELECT count(DISTINCT payee), count(*), CAST(coalesce(sum(amount), 0) AS DECIMAL(38,2)) FROM {table} "
            f"WHERE {where}"
        )
        return Head(*rows[0])

    def paid(self) -> Head:
        """Return the head of the lines that are paid: all but changes of salary."""
        return self.head(f"kind <> '{RAISE}'")

    def raises(self) -> Head:
        """Changes of salary, which are no part of what is paid."""
        return self.head(f"kind = '{RAISE}'")


def batch_of(outcome: Outcome, run: Run, lang: str) -> Batch:
    """The batch of a run over `outcome`, whose periods are the run's own and the earlier ones to be compared.

    Raises RefusedError where what was paid before cannot be held against it, or where somebody would get a second
    one-off annual bonus in a year.
    """
    found = check_paid(outcome)
    faults = [fault for fault in found if not fault.warning]
    if not faults:
        create_lines(outcome, run, lang)
        faults = check_annual(outcome, run)
    if faults:
        raise RefusedError(faults)
    remarks = [*(fault for fault in found if fault.warning), *check_open(outcome, run)]
    return Batch(outcome, run, lang, batch_id(outcome, run), tuple(remarks))


def batch_id(outcome: Outcome, run: Run) -> str:
    """The period and the first digits of a hash of what the batch says, so that one batch is never loaded twice; a
    final settlement says so between them.

    It depends on neither the language nor the day of the run.
    """
    policy = outcome.ruleset.policy
    about = "\x1f".join((policy.ruleset, policy.version, run.period.id, run.pay_month, *run.only))
    fields = ", ".join(f"CAST({name} AS VARCHAR)" for name in CONTENT)
    said = f"coalesce(string_agg(concat_ws(chr(31), {fields}), chr(30) ORDER BY {ORDER}), '')"
    rows = outcome.con.query(f"SELECT sha256(? || chr(30) || {said}) FROM payroll_lines", [about])
    kind = SETTLEMENT if run.settles else "-"
    return f"{'DRAFT-' if run.draft else ''}{run.period.id}{kind}{str(rows[0][0])[:8].upper()}"
