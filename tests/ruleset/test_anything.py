"""Whatever stands in a ruleset, it is read or refused in words, and what is left compiled: no traceback."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from incentives.faults_text import render_faults
from incentives.plan.compile import try_compile
from incentives.ruleset.edits import put, without
from incentives.ruleset.placed import Document
from incentives.ruleset.reader import read_yaml
from incentives.ruleset.ruleset import ruleset_of
from tests.sizes import examples

DOCUMENT = read_yaml(Path(__file__).parents[2] / "rulesets" / "sales-2026.yaml")
PATHS = sorted((path for path in DOCUMENT.values if path and all(isinstance(step, str) for step in path)), key=str)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(["", "on", "figures.red_line", "figures.none", "-5%", "%", "S", ">= 110", "[95..", "{x}", "销售"]),
    st.sampled_from([Decimal(0), Decimal(-1), Decimal("1E+50"), Decimal("0.0000000001"), Decimal("9" * 60)]),
    st.just(date(2026, 7, 1)),
)
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(st.sampled_from(["value", "2026-07-01", "x", "weight", "of", "{", "zh"]), SCALARS, max_size=3),
)


@settings(max_examples=examples("ANYTHING"))
@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES | st.just(...)), min_size=1, max_size=3))
@example([(("columns", "year_rank", "unit"), None)])  # nothing can stand in for the unit of a place
@example([(("columns", "year_rank", "unit"), "money")])
@example([(("effective", "from"), "on")])
@example([(("pay", "commission", "tiers", "rows"), Decimal("9" * 60))])  # what another component takes back from
def test_any_value_at_any_path(changes: list[tuple[Any, Any]]) -> None:
    document: Document = DOCUMENT
    for path, value in changes:
        if isinstance(document.at(path[:-1]), dict) and path[-1] in document.at(path[:-1]):
            document = without(document, path) if value is ... else put(document, path, value, {}, {})
    ruleset, faults = ruleset_of(document)
    assert ruleset is not None
    try_compile(ruleset)
    for lang in ("zh", "en"):
        assert render_faults(faults, document.texts, lang).count("\n\n") == max(len(faults) - 1, 0)
