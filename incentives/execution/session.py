"""A policy compiled once and its data, from which every command, case, simulation and page starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incentives.faults import RefusedError

if TYPE_CHECKING:
    from incentives.outcome.outcome import Outcome
    from incentives.plan.columns import Plan
    from incentives.ruleset import Ruleset
    from incentives.tables import Tables

MOST_KEPT = 4  # outcomes


class Session:
    """A ruleset, its plan and the tables of one company. The last few outcomes are kept, and none changes another.

    It is for one thread at a time.
    """

    def __init__(self, ruleset: Ruleset, tables: Tables, plan: Plan | None = None) -> None:
        """Start from loaded tables; without `plan` the ruleset is compiled. Raises RefusedError."""
        self.ruleset = ruleset
        self.tables = tables
        self.plan = plan or compiled(ruleset)
        self._kept: dict[tuple[str, ...], Outcome] = {}

    def __repr__(self) -> str:
        return f"<Session of {self.ruleset!r} and {self.tables!r}>"

    def outcome(self, periods: Sequence[str], only: Sequence[str] = (), *, remarked: bool = True) -> Outcome:
        """Return the assessment of periods (ids of one grain), of `only` these subjects where some are named.

        Unless it is `remarked` it has no remarks, and is not kept. Raises RefusedError as `assess` does.
        """
        from incentives.execution.assess import assess

        ids = tuple(periods)
        if not only and ids in self._kept:
            return self._kept[ids]
        found = assess(self.ruleset, self.tables, ids, self.plan, only, remarked=remarked)
        if not only and remarked:
            self._kept = {**dict(list(self._kept.items())[1 - MOST_KEPT :]), ids: found}
        return found


def loaded(
    ruleset: Ruleset, data: str | Path | Mapping[str, Any], imports: Callable[[], object] = lambda: None
) -> tuple[Tables, Plan]:  # fmt: skip
    """Return the tables of the data and the plan of the ruleset, which is compiled while the database reads.

    `imports` runs beside, too: to import what comes next takes a while. Raises RefusedError with every fault, those of
    the policy before those of the data.
    """
    from incentives.tables import load_data

    def compile_beside() -> Plan:
        plan = compiled(ruleset)
        imports()
        return plan

    with ThreadPoolExecutor(1) as beside:
        compiling = beside.submit(compile_beside)
        try:
            tables = load_data(data, ruleset)
        except RefusedError:
            compiling.result()  # a fault of the policy is reported before those of the data
            raise
        return tables, compiling.result()


def open_session(ruleset: Path, data: Path, step: Callable[[str], None] = lambda _: None) -> Session:
    """Return the session of a policy and data that lie at these paths; `step` is told `policy`, then `data`.

    Raises RefusedError as `loaded` does.
    """
    from incentives.ruleset import load_ruleset

    step("policy")
    rules = load_ruleset(ruleset)
    step("data")
    tables, plan = loaded(rules, data, _import_assess)
    return Session(rules, tables, plan)


def compiled(ruleset: Ruleset) -> Plan:
    """Return the plan of a ruleset. Raises RefusedError."""
    from incentives.plan.compile import compile_plan

    return compile_plan(ruleset)


def _import_assess() -> None:
    import_module("incentives.execution.assess")
