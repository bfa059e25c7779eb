"""Random rulesets over random data: the engine and the oracle agree in every column of every row.

One example is one random ruleset, at one grain (quarters, or the tracked months or years that build on them), over one
of 16 random data sets of one to eighty reps and five quarters: some 35 reps, 175 of their quarters, a ruleset,
since a ruleset takes a second or two to compile and to plan, and a rep more takes hundredths of it. The examples are in
parts that can run side by side; more of them (`tests/sizes.py`) are over as many more data sets.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from incentives.api import Tables, load_ruleset
from incentives.execution.assess import assess
from incentives.faults import Fault, Place
from incentives.plan.compile import try_compile
from incentives.ruleset import Ruleset
from incentives.tables.data import tables_from_rows
from tests.sizes import examples

from .compare import differences, undrawn
from .conclusions import all_drawn
from .drawing import Policy, written
from .evaluate import build, result_of
from .people import Rows
from .policies import policies
from .samples import QUARTERS, samples, terms
from .world import World

EXAMPLES = examples("ORACLE")
PARTS = 4
RANGE = re.compile(r"(\w+)\.(\w+): \[(\S+), (\S+)\]")
REPS = (1, 6, 24, 40, 60, 80)
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 10))
PERIODS = {"quarter": QUARTERS, "tracking": MONTHS, "year": ("2025", "2026")}
GRAINS = ("quarter", "quarter", "quarter", "quarter", "tracking", "year")


def ruleset_of(policy: Policy, folder: Path) -> Ruleset:
    """The ruleset as the engine reads it from a file."""
    file = folder / "random.yaml"
    file.write_text(written(policy), encoding="utf-8")
    return load_ruleset(file)


def tables_of(data: dict[str, Rows], ruleset: Ruleset) -> Tables:
    """The data as the engine checks and reads them. What it asks of them is the same for all random rulesets."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [{column: value for column, value in row.items() if value != ""} for row in table]
        for name, table in data.items()
    }
    return tables_from_rows(rows, ruleset, Place("random"))


@pytest.mark.hypothesis
@pytest.mark.parametrize("part", range(PARTS))
def test_no_difference(part: int, tmp_path: Path) -> None:
    kept: dict[int, Tables] = {}
    many = max(EXAMPLES // PARTS // 10, 4)

    @hypothesis.seed(part)
    @settings(
        max_examples=EXAMPLES // PARTS,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(policies(), st.sampled_from(GRAINS), st.integers(part * many, part * many + many - 1))
    def agree(policy: Policy, frame: str, seed: int) -> None:
        data = dataset(seed)
        policy |= terms(seed)
        ruleset = ruleset_of(policy, tmp_path)
        plan, faults = try_compile(ruleset)
        if faults and mended(policy, faults):
            ruleset = ruleset_of(policy, tmp_path)
            plan, faults = try_compile(ruleset)
        world = build(policy, data)
        expected = result_of(world)
        if seed not in kept:
            kept[seed] = tables_of(data, ruleset)
        if plan is None:
            assert drawn_all_the_same(faults, world) == []
            return
        periods = PERIODS[frame if frame in plan.frames else "quarter"]
        outcome = assess(ruleset, kept[seed], periods, plan)
        assert differences(outcome, expected) == []
        assert undrawn(outcome, world) == []

    agree()


def mended(policy: Policy, faults: list[Fault]) -> bool:
    """Do in the policy what faults say is enough: of values that no period uses, and of formulas of too many digits."""
    done = False
    for fault in faults:
        if fault.code == "figure_never_used":
            del policy["figures"][fault.about["name"]]["value"][str(fault.about["day"])]
            done = True
        elif fault.code == "too_many_digits_of":
            for section, name, low, high in RANGE.findall(str(fault.about["ranges"])):
                policy[section][name]["range"] = [low.replace("_", ""), high.replace("_", "")]
                done = True
    return done


def drawn_all_the_same(faults: list[Fault], world: World) -> list[str]:
    """Return faults other than what is beyond reach, and what the oracle finds all the same."""
    drawn = {name for _, _, name, _ in all_drawn(world, "quarter")}
    found = []
    for fault in faults:
        name = str(fault.about.get("name"))
        if fault.code == "case_unreachable":
            cases = world.policy["conclusions"][name]["any_of"].items()
            columns = [f"{name}_{key}_finding" for key, case in cases if case["when"] == fault.about["condition"]]
            rows = world.rows["quarter"]
            found += [column for column in columns if any(world.value(row, column) for row in rows)]
        elif fault.code == "condition_never":  # of a line of pay or a formula, which the oracle tries in every row
            condition = str(fault.about["condition"])
            found += [condition for row in world.rows["quarter"] if world.holds(row, condition)][:1]
        elif "_unreachable" not in fault.code or name in drawn:
            found.append(f"{fault.code} {name}")
    return found


@cache
def dataset(seed: int) -> dict[str, Rows]:
    """The data set of a seed."""
    return samples(seed, REPS[seed % len(REPS)])
