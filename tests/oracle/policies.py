"""Random rulesets: every way of measuring, scoring, grading and paying that the language has, in random company."""

from __future__ import annotations

from hypothesis import strategies as st

from .drawing import CONDITIONS, Draw, Policy, often, one, shares
from .policies_conclusions import conclusions
from .policies_pay import pay

FORMULAS = (
    "sales - 2 * cost",
    "-sales + 0.005",
    "max(0, min(100, sales - cost))",
    "abs(sales) * 0.015",
    "round half up(sales / 7, 3) + cost",
    "round half down(sales / 8, 1)",
    "decimal(sales / 8, 1)",
    "round up(sales * 0.333, 1) - round down(sales * 0.333, 1)",
    "floor(sales * 0.001) + ceiling(sales * 0.001)",
    "if cost = 0 then 0 else sales / cost",
    "if present(cost) and cost > 0 then sales / cost else 1",
    "if present(rating) then rating else 50",
    "if not(present(rating)) or rating < 60 then -1 else rating / 3",
    'if level = "senior" then sales * 2 else 0 - sales',
    'if region in ("north", "west") and sales between 0 and 100000 then 1 else 2',
    "if sales in [0..100000) then 0.125 else sales / 6",
    "sum(sales, cost, 0.01)",
    "if sales > 0 and cost / sales >= 1 / 3 then 1 else 0",
    "(sales + 1) * worked_share",
    "prior(sales, 0) + last_year(sales, 1)",
    "prior(sales, -1, 2)",
    "sum(sales, 3)",
    "count(sales >= 100000, 3)",
    "streak(sales > 0)",
    "sales - unit",
    "firsts * 10 + figures.step",
    "max(0, if sales > 0 then rating else cost)",
    "min(rating, 60) + max(cost, 0)",
    "1 + (if sales > 100000 then rating else 2)",
    "if sales = 0 then 0 else (sales - cost) / sales",
    "(sales + cost) * 0.5 / 3",
    "last_year(sales) - sales",
    "if streak(sales > 0) >= 2 then prior(rating, 0) else -5",
    "count(rating > 60, 2) + sum(rating, 2)",
    "prior(rating, 7) - floor(delay)",
    'if delay in (24, [40..48]) or team = "north1" then 1.005 else -1.005',
    "paid / 7",
)
ORDERS = (
    ("count", "count", "first_ever and amount >= figures.edge"),
    ("count", "count distinct customer_id", "amount > 0"),
    ("money", "sum amount", "not(returned)"),
    ("money", "max amount", "first_ever or returned"),
    ("money", "min margin", "amount >= figures.edge"),
)
STRETCHES = ("sum share", "sum share * days", "sum base_salary * share", "last base_salary", "max share", "sum days")


@st.composite
def policies(draw: Draw) -> Policy:
    """A ruleset as a dict of text, as the oracle reads it."""
    policy: Policy = {
        "ruleset": "random",
        "version": "1",
        "announced_on": "2025-12-01",
        "effective": {"from": "2026-01-01", "to": "2026-12-31"},
        "subject": "rep",
        "grain": "quarter",
        "figures": figures(draw),
        "metrics": metrics(draw),
        "targets": targets(draw),
        "assessment": assessment(draw),
        "scorecards": {},
        "columns": columns(draw),
    }
    cards = one(draw, ["results"], ["results", "process"])
    for card in cards:
        policy["scorecards"][card] = {"items": items(draw)}
    policy["grade"] = grade(draw, cards)
    if often(draw):
        policy["tracking"] = {"sales": {"of": "monthly", "against": "sales_target"}}
    policy["ladders"] = {"ladder": {"levels": ["junior", "senior"]}}
    policy["pay"] = pay(draw)
    policy["conclusions"] = conclusions(draw, "annual" in policy["grade"])
    return policy


def figures(draw: Draw) -> Policy:
    """Figures, one of them dated."""
    line = one(draw, "45%", {"2026-01-01": "45%", "2026-04-01": "30%", "2026-07-01": "60.5%"})
    return {
        "edge": {"unit": "money", "value": one(draw, "10000", "100000", "99999.99")},
        "line": {"unit": "ratio", "value": line},
        "strict": {"unit": "switch", "value": one(draw, "on", "off")},
        "step": {"unit": "score", "value": one(draw, "0", "0.01", "33.33")},
        "answers": {"unit": "count", "value": one(draw, "0", "3", "5")},
        "share": {
            "unit": "rate",
            "value": one(draw, "4%", {"2026-01-01": "4%", "2026-03-15": "0.0625", "2026-07-01": "5%"}),
        },
        "cap": {"unit": "score", "value": one(draw, "100", "120.55", "150")},
    }


def metrics(draw: Draw) -> Policy:
    """Delivered, computed, gathered and rolled-up metrics."""
    unit, take, where = one(draw, *ORDERS)
    missing = one(draw, "exempt", "zero")
    found: Policy = {
        "sales": {"unit": "money", "source": ["crm"]},
        "credited": {"unit": "money", "over": "orders", "take": "sum amount", "split": "credits"},
        "cost": {"unit": "money", "source": ["crm"], "when_missing": missing},
        "answers": {"unit": "count", "source": ["crm"], "when_missing": "zero"},
        "rating": {"unit": "score", "range": ["0", "100"], "source": ["crm"], "when_missing": "exempt"},
        "delay": {
            "unit": "hours",
            "direction": "lower",
            "source": ["crm"],
            "when_missing": one(draw, "exempt", "zero"),
        },
        "rate": {"unit": "ratio", "formula": "cost / sales", "when_zero": one(draw, "exempt", "zero")},
        "monthly": {"unit": "money", "grain": "month", "combine": one(draw, "sum", "mean", "min", "max", "last")},
        "firsts": {"unit": unit, "over": "orders", "where": where, "take": take},
        "paid": {"unit": "money", "over": "receipts", "take": one(draw, "sum amount", "last amount")},
        "talks": {"unit": "count", "over": "events", "where": 'kind = "talk"', "take": "count"},
        "unit": {"unit": "money", "of": "sales", "within": one(draw, "team", "region", "company")},
        "extra": {"unit": one(draw, "money", "score", "ratio"), "formula": one(draw, *FORMULAS)},
        "talked": {"unit": "count", "over": "events", "rows": one(draw, "so_far", "valid"), "take": "count"},
        "silence": {"unit": "count", "over": "events", "where": 'kind = "talk"', "take": 'run value = "no"'},
        "mark": {"unit": "ratio", "over": "events", "rows": one(draw, "in_period", "valid"), "take": "max number"},
    }
    if not often(draw):
        found["posted"] = {"unit": one(draw, "money", "ratio"), "over": "postings", "take": one(draw, *STRETCHES)}
        found["posted"] |= one(draw, {}, {"where": 'level = "senior"'}, {"where": 'status != "leave" and share > 0.1'})
    found["monthly"] |= {"source": ["crm"], "when_missing": one(draw, "exempt", "zero")}
    found["unit"]["take"] = one(draw, "sum", "min", "max", "mean")
    if often(draw):
        found["rating"]["valid_when"] = "answers >= figures.answers"
    if not often(draw):
        found["extra"]["rounding"] = one(draw, "up", "down", "half_down", "half_even")
        found["extra"]["scale"] = one(draw, "0", "1", "4")
    return found


def targets(draw: Draw) -> Policy:
    """Targets that have to be signed, and one that has not; by formula where a row leaves it open."""
    base = one(draw, "last_year(sales, 80000) * 1.2", 'if level = "senior" then 120000 else 90000.01', "50000")
    found: Policy = {
        "sales": {"base": base, "when_zero": one(draw, "exempt", "full")},
        "rating": {
            "signed": "not_needed",
            "base": one(draw, "90", "66.67", "0"),
            "when_zero": one(draw, "exempt", "full"),
        },
        "delay": {"when_zero": "exempt"},
        "rate": {"signed": "not_needed", "base": one(draw, "90%", "33.3333%"), "stretch": "110%"},
    }
    scope = one(draw, "team", "region", "company")
    found["unit"] = {"scope": scope, "metric": "sales", "when_zero": one(draw, "exempt", "full")}
    if often(draw):
        found["sales"]["prorate"] = "working_days"
        found["sales"]["stretch"] = "last_year(sales, 80000) * 1.5"
    if not often(draw):
        found["delay"] |= {"signed": "not_needed", "base": one(draw, "24", "7.5")}
    found["rate"]["when_zero"] = "exempt"
    return found


def assessment(draw: Draw) -> Policy:
    """What the statuses do, and the least time."""
    rules: Policy = {"statuses": {"active": "assess", "probation": "assess", "leave": "pause", "protected": "exempt"}}
    rules["statuses"]["off_post"] = one(draw, "pause", "assess", "exempt")
    if often(draw):
        rules["least_time"] = one(draw, "30%", "50%", "100%")
    return rules


def items(draw: Draw) -> Policy:
    """One to four weighted items, scored in all the ways there are; capped, since no money fits a score."""
    names = draw(
        st.lists(
            st.sampled_from(["sales", "rating", "delay", "rate", "by_band", "by_formula"]),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    found: Policy = {}
    for name, weight in zip(names, shares(draw, len(names)), strict=True):
        line: Policy = {"weight": weight}
        if name == "by_band":
            line |= {"of": "sales", "bands": {">= 100000": "120", "[0.01..100000)": "80", "<= 0": "0"}}
        elif name == "by_formula":
            line |= {"of": "sales", "score": one(draw, "sales * 0.001", "if sales > 0 then 100 else 0", "rating * 1.5")}
        else:
            line["attainment"] = one(draw, "base", "stretch") if name == "rate" else "base"
        if name != "by_band":
            line["cap"] = one(draw, "figures.cap", "150", "100.01", "999.99")
        found[name] = line
    return found


def columns(draw: Draw) -> Policy:
    """Further figures, among them every history function."""
    chosen = draw(st.lists(st.sampled_from(FORMULAS), min_size=0, max_size=4, unique=True))
    found: Policy = {
        f"column_{n}": {"unit": one(draw, "money", "ratio", "score"), "formula": f} for n, f in enumerate(chosen)
    }
    found["place"] = {
        "unit": "count",
        "rank": {"of": one(draw, "sales", "rating"), "within": one(draw, "team", "region", "company")},
    }
    if often(draw):
        found["place"]["rank"]["among"] = one(draw, *CONDITIONS)
    if not often(draw):
        found["place"]["rank"]["ties"] = one(draw, ["cost"], ["cost", "rep_id"], ["rep_id"])
    if often(draw):
        found["run"] = {"unit": "count", "formula": 'streak(grade in ("S", "A"))'}
        found["run_before"] = {"unit": "count", "formula": "prior(run, 0)"}
        found["goods"] = {"unit": "count", "formula": 'count(grade = "A" or grade = "B", 2)'}
        found["totals"] = {"unit": "score", "formula": "sum(total, 2)"}
    return found


def grade(draw: Draw, cards: list[str]) -> Policy:
    """Bands, ceilings, distribution, and the year's grade."""
    low, middle, high = sorted(draw(st.lists(st.integers(1, 9000), min_size=3, max_size=3, unique=True)))
    c, b, a = (f"{n // 100}.{n % 100:02d}" for n in (low, middle, high))
    rules: Policy = {
        "of": dict(zip(cards, shares(draw, len(cards)), strict=True)),
        "bands": {"S": f">= {a}", "A": f"[{b}..{a})", "B": f"[{c}..{b})", "C": f"< {c}"},
    }
    if often(draw):
        conditions = draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=3, unique=True))
        rules["ceilings"] = {
            f"line_{n}": {"when": w, "then": one(draw, "A", "B", "C")} for n, w in enumerate(conditions)
        }
    if often(draw):
        most = {"S": one(draw, "0%", "20%", "34%", "50%"), "A": one(draw, "0%", "25%", "40%", "100%")}
        rules["distribution"] = {
            "when": one(draw, "figures.strict", "true"),
            "within": one(draw, "team", "region", "company"),
            "most": most,
            "ties": one(draw, ["sales"], [], ["rating", "sales"], ["rep_id"], ["sales", "rep_id"]),
        }
    if often(draw):
        rules["annual"] = {"take": "mean", "at_least": one(draw, "1", "2", "3")}
    return rules
