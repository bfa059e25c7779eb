"""Names of the columns that the plan makes for itself. No name of a policy can be one of them, and no two are alike.

Such a name is a sign that no name of the language may hold, a step in one word, and what it is a step of, each after a
blank, which none of these may hold either: `~vested commission`.
"""

from __future__ import annotations

SIGN = "~"
CEILING = "ceiling_"


def inner_name(step: str, *of: str | int) -> str:
    """The name of a step of what has these names, or of the one of this number."""
    assert step.isidentifier(), f"a step is one word: {step}"
    return " ".join((SIGN + step, *map(str, of)))


def is_inner(name: str) -> bool:
    """Whether the plan made a name for itself."""
    return name.startswith(SIGN)


def step_of(name: str) -> str:
    """The step that an inner name stands for; empty for a name of the policy."""
    return name[len(SIGN) :].partition(" ")[0] if is_inner(name) else ""


def names_of(name: str) -> tuple[str, ...]:
    """What an inner name is a step of."""
    return tuple(name.split(" ")[1:]) if is_inner(name) else ()


def has_inner(text: str) -> bool:
    """Whether an inner name stands in a text."""
    return SIGN in text


def spoken(name: str) -> str:
    """An inner name in plain words, another one as it is."""
    return " ".join((step_of(name).replace("_", " "), *names_of(name))) if is_inner(name) else name


OPEN = inner_name("open")  # whether a row is open to conclusions
FAULTY = inner_name("faulty")  # stands for a formula that could not be parsed


def each_of(component: str) -> str:
    """What a component comes to row by row, before anything is done to the sum."""
    return inner_name("each", component)


def is_each(name: str) -> bool:
    """Whether a column is what a component comes to row by row."""
    return step_of(name) == "each"


def without_late(name: str) -> str:
    """A figure of a period's orders without the credit notes of earlier periods' orders."""
    return inner_name("unreversed", name)


def with_late(name: str) -> str:
    """The column that a column without later credit notes is a copy of; empty for another one."""
    return " ".join(names_of(name)) if step_of(name) == "unreversed" else ""


def late_of(name: str) -> str:
    """What of a figure is of credit notes of earlier periods' orders."""
    return inner_name("late", name)


def is_gathered(name: str) -> bool:
    """Whether a column of pay is gathered of orders so that credit notes of other periods are told apart."""
    return step_of(name) in ("each", "late")


def signed_of(target: str) -> str:
    """Whether a target is signed."""
    return inner_name("signed", target)


def on_level_of(conclusion: str) -> str:
    """Who is on the level from which a promotion starts."""
    return inner_name("on_level", conclusion)


# ---- columns of the output that are called after what they come of ----


def target_of(target: str, side: str = "target") -> str:
    """What is to be reached; `side`: target or stretch."""
    return f"{target}_{side}"


def attainment_of(metric: str) -> str:
    """Actual ÷ target."""
    return f"{metric}_attainment"


def score_of(item: str, scorecard: str = "") -> str:
    """The score of an item, of a scorecard where two have one of that name."""
    return f"{scorecard}_{item}_score" if scorecard else f"{item}_score"


def carried_of(component: str) -> str:
    """What a component carries on."""
    return f"{component}_carried"


def balance_of(component: str) -> str:
    """What is left of what was drawn."""
    return f"{component}_balance"


def ceiling_of(name: str) -> str:
    """Whether a ceiling of the grade holds."""
    return f"{CEILING}{name}"


def ceiling_named(column: str) -> str:
    """The ceiling that a column is of."""
    return column.removeprefix(CEILING)


def finding_of(conclusion: str, case: str = "") -> str:
    """Whether a conclusion is due, or one of its cases."""
    return "_".join((conclusion, case, "finding") if case else (conclusion, "finding"))


def criterion_of(conclusion: str, criterion: str, of: str = "") -> str:
    """What a criterion looks at; `of` it: whether it is met, or its gap."""
    return "_".join((conclusion, criterion, of) if of else (conclusion, criterion))


def to_date_of(tracked: str) -> str:
    """What has come in by the end of the month."""
    return f"{tracked}_to_date"


def pace_of(tracked: str) -> str:
    """That, against the share of the target that is due."""
    return f"{tracked}_pace"
