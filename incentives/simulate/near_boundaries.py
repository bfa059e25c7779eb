"""People within a hair of another grade: a total next to the edge of a band."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from incentives.database import quoted
from incentives.language.parse import parse_tests
from incentives.language.tree import Number, Range
from incentives.outcome.outcome import Outcome
from incentives.simulate.model import Near

HAIR = Decimal("0.50")  # points of the total on either side of an edge
MOST_NAMED = 50


def near_edges(outcome: Outcome) -> tuple[Near, ...]:
    """The rows whose total lies at most HAIR from the edge of another grade's band, the nearest first."""
    policy, key = outcome.ruleset.policy, quoted(outcome.plan.key)
    if policy.grade is None or not any(c.name == "total" for c in outcome.columns):
        return ()
    edges = edges_of(policy.grade.bands)
    if not edges:
        return ()
    values = ", ".join(f"(CAST({edge:f} AS DECIMAL(9,2)), '{above}', '{below}')" for edge, above, below in edges)
    found = outcome.con.query(
        f"SELECT r.{key}, r.name, r.period, r.total, r.grade, e.edge, CASE WHEN r.total >= e.edge THEN e.below "
        f"ELSE e.above END FROM `{outcome.relation}` r JOIN (VALUES {values}) e(edge, above, below) "
        f"ON ABS(r.total - e.edge) <= {HAIR} WHERE r.total IS NOT NULL AND r.assessment = 'assessed' "
        f"ORDER BY ABS(r.total - e.edge), r.{key}, r.period_no LIMIT {MOST_NAMED}"
    )
    return tuple(
        Near(key, name, period, Decimal(total), grade or "", Decimal(edge), other)
        for key, name, period, total, grade, edge, other in found
    )


def edges_of(bands: dict[str, str]) -> list[tuple[Decimal, str, str]]:
    """(edge, grade above, grade below) between neighbouring bands whose edges are numbers, best first."""
    names = list(bands)
    lows = {}
    for grade, text in bands.items():
        (test, *_) = parse_tests(text)
        if isinstance(test, Range) and isinstance(test.low, Number):
            lows[grade] = test.low.value
    return [(lows[above], above, below) for above, below in pairwise(names) if above in lows]
