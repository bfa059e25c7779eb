"""Random conclusions: which follow from each other, give way, stand and end, and a promotion."""

from __future__ import annotations

from hypothesis import strategies as st

from .drawing import CONDITIONS, Draw, Policy, often, one

FINDINGS = (
    *CONDITIONS,
    'grade = "C"',
    'streak(grade = "C") = 2',
    'grade in ("S", "A") and prior(sales, 0) < sales',
    'standing("c0")',
    'standing("c1") and sales > 0',
    'not(standing("c2")) and grade != "S"',
    'standing("c3") and grade = "C" or rating < 50',
    "place = 1",
    "silence >= 2 or talked > 2",
    "mark >= 0.5",
    "tenure_months < 6",
    "left_on <= period_end",
)


def conclusions(draw: Draw, annual: bool) -> Policy:
    """Six conclusions, each of which may follow from the ones before it and give way to any of them.

    Three times in four they are plain: what stands makes the engine compute the later columns again and again.
    """
    if draw(st.integers(0, 3)):
        return {f"c{n}": {"when": one(draw, *CONDITIONS[:4])} for n in range(6)}
    found: Policy = {}
    for n in range(6):
        about: Policy = {"when": one(draw, *FINDINGS), "then": [{"do": one(draw, "warn", "start", "propose")}]}
        if n and not often(draw):
            del about["when"]
            about["any_of"] = {key: {"when": one(draw, *FINDINGS)} for key in ("this", "that")}
        if n and not often(draw):
            about["after"] = [f"c{draw(st.integers(0, n - 1))}"]
            if "when" in about and not often(draw):
                del about["when"]
        if n < 5 and not often(draw):
            about["over"] = [f"c{draw(st.integers(n + 1, 5))}"]
        if often(draw):
            about["stands"] = one(draw, {}, {"until": one(draw, *FINDINGS[:10])}, {"for": one(draw, "1", "2")})
            if not often(draw):
                about["stands"] |= {"from": one(draw, "proposed", "decided")}
        if not often(draw):
            about["proposal"] = one(draw, "true", "false")
        if not often(draw):
            about["even_exempt"] = "true"
        found[f"c{n}"] = about
    for n in range(4):
        found[f"c{n}"].setdefault("stands", {})
    found["c1"]["then"].append({"do": "award", "pay": "gift"})
    found["c2"]["then"].append({"do": "allow", "pay": "fare"})
    found["up"] = promotion(draw)
    if annual:
        found["best"] = {"grain": "year", "when": 'grade = "S"', "then": [{"do": "name", "what": "best"}]}
    return found


def promotion(draw: Draw) -> Policy:
    """A promotion with criteria of all kinds, more than one of which has a distance."""
    criteria: Policy = {
        "reached": {"of": "sum(sales, 2) / sum(cost, 2)", "is": one(draw, ">= 110%", "> 0.5", "<= 2")},
        "rated": {"of": "rating", "is": one(draw, ">= 60", "[50..90)")},
        "tested": {"event": "test"},
        "passed": {"event": "test", "is": one(draw, "yes", ">= 0.3")},
    }
    chosen = draw(st.lists(st.sampled_from(sorted(criteria)), min_size=1, max_size=4, unique=True))
    return {
        "ladder": "ladder",
        "from_level": "junior",
        "criteria": {key: criteria[key] for key in chosen},
        "then": [{"do": "propose", "what": "promotion"}],
    }
