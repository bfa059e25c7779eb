"""Names of the columns that the plan makes for itself. No name of a policy can be one of them, and no two are alike.

Such a name is a sign that no name of the language may hold, a step in one word, and the names or numbers of the step.
Each of these stands after a blank, which none of them may hold: `~vested commission`.
"""

from __future__ import annotations

SIGN = "~"
CEILING = "ceiling_"


def inner_name(step: str, *of: str | int) -> str:
    """Return the inner name of `step`, for the given names or numbers."""
    assert step.isidentifier(), f"a step is one word: {step}"
    return " ".join((SIGN + step, *map(str, of)))


def is_inner(name: str) -> bool:
    """Return whether the plan made a name for itself."""
    return name.startswith(SIGN)


def step_of(name: str) -> str:
    """Return the step that an inner name stands for; empty for a name of the policy."""
    return name[len(SIGN) :].partition(" ")[0] if is_inner(name) else ""


def names_of(name: str) -> tuple[str, ...]:
    """Return the names that an inner name is made of, without its step; none for a name of the policy."""
    return tuple(name.split(" ")[1:]) if is_inner(name) else ()


def has_inner(text: str) -> bool:
    """Return whether an inner name stands in a text."""
    return SIGN in text


def spoken(name: str) -> str:
    """Return an inner name in plain words, another one as it is."""
    return " ".join((step_of(name).replace("_", " "), *names_of(name))) if is_inner(name) else name


OPEN = inner_name("open")  # whether a row is open to conclusions
FAULTY = inner_name("faulty")  # stands for a formula that could not be parsed


def each_of(component: str) -> str:
    """Return the column of a component's amount for each row, before anything is done to the sum."""
    return inner_name("each", component)


def is_each(name: str) -> bool:
    """Return whether a column is a component's amount for each row."""
    return step_of(name) == "each"


def without_late(name: str) -> str:
    """Return the column of a period's figure without the credit notes of earlier periods' orders."""
    return inner_name("unreversed", name)


def with_late(name: str) -> str:
    """Return the column that a column without later credit notes is a copy of; empty for another one."""
    return " ".join(names_of(name)) if step_of(name) == "unreversed" else ""


def late_of(name: str) -> str:
    """Return the column of that part of a figure that credit notes of earlier periods' orders make up."""
    return inner_name("late", name)


def is_gathered(name: str) -> bool:
    """Return whether a column of pay is gathered from orders with the credit notes of other periods kept apart."""
    return step_of(name) in ("each", "late")


def signed_of(target: str) -> str:
    """Return the column that says whether a target is signed."""
    return inner_name("signed", target)


def on_level_of(conclusion: str) -> str:
    """Return the column that says whether a person is on the level from which a promotion starts."""
    return inner_name("on_level", conclusion)


# ---- columns of the output that are named after parts of the policy ----


def target_of(target: str, side: str = "target") -> str:
    """Return the column of a target; `side`: target or stretch."""
    return f"{target}_{side}"


def attainment_of(metric: str) -> str:
    """Return the column of a metric's attainment: actual ÷ target."""
    return f"{metric}_attainment"


def score_of(item: str, scorecard: str = "") -> str:
    """Return the column of an item's score; with its scorecard where two scorecards have an item of that name."""
    return f"{scorecard}_{item}_score" if scorecard else f"{item}_score"


def carried_of(component: str) -> str:
    """Return the column of the amount that a component carries to the next period."""
    return f"{component}_carried"


def balance_of(component: str) -> str:
    """Return the column of the balance of a draw that is not recovered yet."""
    return f"{component}_balance"


def ceiling_of(name: str) -> str:
    """Return the column that says whether a ceiling of the grade holds."""
    return f"{CEILING}{name}"


def ceiling_named(column: str) -> str:
    """Return the name of the ceiling that a column belongs to."""
    return column.removeprefix(CEILING)


def finding_of(conclusion: str, case: str = "") -> str:
    """Return the column that says whether a conclusion, or one of its cases, is due."""
    return "_".join((conclusion, case, "finding") if case else (conclusion, "finding"))


def criterion_of(conclusion: str, criterion: str, of: str = "") -> str:
    """Return the column of the figure that a criterion tests; `of` it: whether it is met, or its gap."""
    return "_".join((conclusion, criterion, of) if of else (conclusion, criterion))


def to_date_of(tracked: str) -> str:
    """Return the column of a tracked metric's value up to the end of the month."""
    return f"{tracked}_to_date"


def pace_of(tracked: str) -> str:
    """Return the column of a tracked metric's value to date ÷ the share of the target that is due."""
    return f"{tracked}_pace"
