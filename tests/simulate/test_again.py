"""What is computed again under a changed policy is what a whole assessment gives, whatever the change.

Random policies of the oracle over its random data; one is changed into another in some of its sections, and in one of
its figures alone. Some have no conclusions, which rest on most columns.
"""

from __future__ import annotations

import re
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentives.api import Outcome, Ruleset, assess, load_ruleset
from incentives.execution.reassess import Snapshot, reassess, snapshot_of
from incentives.faults import Place, RefusedError
from incentives.plan.compile import try_compile
from incentives.tables.data import tables_from_rows
from tests.oracle.drawing import Policy, written
from tests.oracle.policies import policies
from tests.oracle.samples import QUARTERS, samples, terms
from tests.sizes import examples

NUMBER = re.compile(r"-?\d+(\.\d+)?%?")
FIGURED = ("figures", "targets", "scorecards", "columns", "grade", "pay")
SECTIONS = ("figures", "metrics", "targets", "assessment", "scorecards", "columns", "grade", "pay", "conclusions")


def ruleset_of(policy: Policy) -> Ruleset:
    """A ruleset as it is read from a file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "random.yaml"
        file.write_text(written(policy), encoding="utf-8")
        return load_ruleset(file)


def nudged(policy: Policy, number: int) -> Policy:
    """The policy with one of its figures, whichever the number says, changed by a little or by much."""
    paths = [path for section in FIGURED for path in figures_in(policy.get(section), (section,))]
    changed = deepcopy(policy)
    *path, last = paths[number % len(paths)]
    inside: Any = changed
    for step in path:
        inside = inside[step]
    value = Decimal(inside[last].rstrip("%"))
    unit = Decimal(1).scaleb(int(value.as_tuple().exponent))
    value += unit if number % 3 else (value / 2).quantize(unit) + unit
    inside[last] = f"{value:f}{'%' if inside[last].endswith('%') else ''}"
    return changed


def figures_in(part: Any, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The paths of the numbers that a policy states."""
    if isinstance(part, dict):
        return [found for key, value in part.items() for found in figures_in(value, (*path, key))]
    return [path] if isinstance(part, str) and NUMBER.fullmatch(part) else []


def concluded(outcome: Outcome) -> list[tuple[Any, ...]]:
    """Everything that was concluded."""
    if not outcome.conclusions:
        return []
    return outcome.con.query(f"SELECT * FROM `{outcome.conclusions}` ORDER BY ALL")


@settings(
    max_examples=examples("AGAIN"),
    suppress_health_check=list(HealthCheck),
)
@given(
    policies(), policies(), st.sets(st.sampled_from(SECTIONS), min_size=1, max_size=2), st.integers(0, 199),
    st.integers(0, 999),
)  # fmt: skip
def test_it_is_what_a_whole_assessment_gives(
    one: Policy, other: Policy, which: set[str], seed: int, number: int
) -> None:  # fmt: skip
    data, fixed = samples(seed, 1 + seed % 6), terms(seed)
    first = {**one, **fixed}
    kept = kept_of({**first, "conclusions": {}}, data) if number % 2 else None
    first, kept = ({**first, "conclusions": {}}, kept) if kept else (first, kept_of(first, data))
    if kept is None:
        return
    for second in (nudged(first, number), {**first, **{key: other[key] for key in which if key in other}}):
        try:
            new = ruleset_of(second)
        except RefusedError:
            continue  # sections that do not fit together
        plan, _ = try_compile(new)
        assert try_compile(new, kept.outcome.plan)[0] == plan
        try:
            whole = assess(new, kept.outcome.tables, QUARTERS[-2:], plan) if plan else None
        except RefusedError:
            continue
        if whole and plan:
            found = reassess(kept, new, plan)
            names = [column.name for column in whole.columns]
            assert [column.name for column in found.columns] == names
            assert found.rows(names) == whole.rows(names)
            assert concluded(found) == concluded(whole)


def kept_of(policy: Policy, data: dict[str, list[dict[str, str]]]) -> Snapshot | None:
    """The policy over the data, laid down; None where it is faulty or refuses them."""
    try:
        ruleset = ruleset_of(policy)
        plan = try_compile(ruleset)[0]
        if plan is None:
            return None
        rows = {name: [{k: v for k, v in row.items() if v != ""} for row in table] for name, table in data.items()}
        return snapshot_of(assess(ruleset, tables_from_rows(rows, ruleset, Place("random")), QUARTERS[-2:], plan))
    except RefusedError:
        return None
