"""A policy by itself, without data: read, checked, proved, tested by its cases."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from incentives.api.arguments import path_given
from incentives.faults import Fault, Place, RefusedError
from incentives.plan.columns import Plan
from incentives.plan.compile import try_compile, warnings_of
from incentives.ruleset import Ruleset, read_ruleset
from incentives.ruleset import load_ruleset as loaded
from incentives.ruleset.mended import follows

if TYPE_CHECKING:
    from incentives.cases import Verdict as Tested
    from incentives.prove import Verdict

PathText = str | PathLike[str]


def load_ruleset(path: PathText) -> Ruleset:
    """The policy in a YAML file, with what it extends; its figures Decimal, dated ones by day.

    `ruleset.place("grade", "bands")` tells where a part of it stands. Raises RefusedError with every fault of the file.
    """
    return loaded(path_given(path))


def check(path: PathText) -> list[Fault]:
    """Every fault and warning of a ruleset file, in the order of the file, and what it declares and does not hold.

    Nothing is computed but the examples of what does not hold. Of a fault `text(lang)` says what is wrong, `mend(lang)`
    what to do, `place` where; `text_of(faults)` prints them. A faulty policy raises nothing.
    """
    ruleset, plan, faults = examined(path)
    if ruleset is None or plan is None or not ruleset.policy.proofs:
        return faults
    from incentives.prove import faults_of, has_solver, prove_declared, unproved  # loaded only where something is asked

    if not has_solver():
        return sorted([*faults, unproved(ruleset)], key=lambda fault: fault.place)
    return sorted([*faults, *faults_of(plan, prove_declared(ruleset, plan))], key=lambda fault: fault.place)


def prove(path: PathText) -> tuple[list[Fault], Plan | None, list[Verdict]]:
    """As `check`, with the answers to all that can be asked of a policy without data; none where it has faults."""
    ruleset, plan, faults = examined(path)
    if ruleset is None or plan is None:
        return faults, None, []
    from incentives.prove import faults_of
    from incentives.prove import prove as proved

    verdicts = proved(ruleset, plan)
    return sorted([*faults, *faults_of(plan, verdicts)], key=lambda fault: fault.place), plan, verdicts


def test(path: PathText) -> Tested:
    """The cases beside a ruleset, run: how many there are, and the `differences`, an empty tuple where all agree.

    Raises RefusedError with every fault of the ruleset or of its cases, also where there are none.
    """
    from incentives.cases import cases_file, judge

    file = cases_file(path_given(path))
    if not path_given(path).exists():
        raise RefusedError([Fault("file_absent", Place(str(path)))])
    if not file.exists():
        raise RefusedError([Fault("cases_absent", Place(str(file)))])
    return judge(path_given(path))


setattr(test, "__test__", False)  # noqa: B010 - it is no test of the module that imports it


def examined(path: PathText) -> tuple[Ruleset | None, Plan | None, list[Fault]]:
    """A ruleset file with its faults and warnings in the order of the file; the plan where there is no fault."""
    ruleset, faults = read_ruleset(path_given(path))
    plan = None
    if ruleset is not None:
        plan, more = try_compile(ruleset)
        told, errors = {f.place for f in faults}, {f.place for f in faults if not f.warning}
        compiled = [f for f in more if f.place not in (told if f.warning else errors)]
        compiled = [f for f in compiled if not follows(f, ruleset.document)]
        graver = {f.place for f in compiled if not f.warning}  # a warning never stands for an error
        faults = [*(f for f in faults if not (f.warning and f.place in graver)), *compiled]
    if any(not fault.warning for fault in faults):
        plan = None
    if ruleset is not None and plan is not None:
        faults += warnings_of(ruleset, plan)
    return ruleset, plan, sorted(faults, key=lambda fault: fault.place)
