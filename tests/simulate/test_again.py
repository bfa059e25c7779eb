"""What is computed again under a changed policy is what a whole assessment gives, whatever the change.

Random policies of the oracle over its random data; one is changed into another in some of its sections, or in all.
`AGAIN_EXAMPLES=500` asks for more.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentives.api import Outcome, Ruleset, assess, load_ruleset
from incentives.faults import Place, RefusedError
from incentives.outcome.again import again, keep
from incentives.plan.compile import try_compile
from incentives.tables.data import tables_from_rows
from tests.oracle.drawing import Policy, written
from tests.oracle.policies import policies
from tests.oracle.samples import QUARTERS, samples, terms

SECTIONS = ("figures", "metrics", "targets", "assessment", "scorecards", "columns", "grade", "pay", "conclusions")


def ruleset_of(policy: Policy) -> Ruleset:
    """A ruleset as it is read from a file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "random.yaml"
        file.write_text(written(policy), encoding="utf-8")
        return load_ruleset(file)


def concluded(outcome: Outcome) -> list[tuple[Any, ...]]:
    """Everything that was concluded."""
    if not outcome.conclusions:
        return []
    return outcome.con.execute(f"SELECT * FROM `{outcome.conclusions}` ORDER BY ALL").fetchall()


@settings(
    max_examples=int(os.environ.get("AGAIN_EXAMPLES", "20")),
    deadline=None,
    derandomize="AGAIN_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(policies(), policies(), st.sets(st.sampled_from(SECTIONS), min_size=1, max_size=2), st.integers(0, 199))
def test_it_is_what_a_whole_assessment_gives(one: Policy, other: Policy, which: set[str], seed: int) -> None:
    data, fixed = samples(seed, 1 + seed % 6), terms(seed)
    first = {**one, **fixed}
    second = {**first, **{section: other[section] for section in which if section in other}}
    try:
        old, new = ruleset_of(first), ruleset_of(second)
    except RefusedError:
        return  # sections that do not fit together
    if try_compile(old)[0] is None or try_compile(new)[0] is None:
        return
    rows = {name: [{k: v for k, v in row.items() if v != ""} for row in table] for name, table in data.items()}
    tables = tables_from_rows(rows, old, Place("random"))
    try:
        kept = keep(assess(old, tables, QUARTERS[-2:]))
    except RefusedError:
        return
    try:
        whole = assess(new, tables, QUARTERS[-2:])
    except RefusedError:
        return
    found = again(kept, new)
    names = [column.name for column in whole.columns]
    assert [column.name for column in found.columns] == names
    assert found.rows(names) == whole.rows(names)
    assert concluded(found) == concluded(whole)
