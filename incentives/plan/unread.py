"""Warnings for values of a policy that no result follows from: whoever changes one believes that results change."""

from __future__ import annotations

from incentives.faults import Fault
from incentives.plan import names
from incentives.plan.columns import Plan
from incentives.plan.used import Figures, idle_figures, used_columns, used_figures
from incentives.ruleset import Ruleset


def unread(ruleset: Ruleset, plan: Plan) -> list[Fault]:
    """Return a warning for each figure, metric, column and target from which no score, grade, pay or conclusion
    follows."""
    policy = ruleset.policy
    used = {name for _, name in used_columns(policy, plan.frames, plan.rules)}
    read = read_of(ruleset, plan)
    found = [("figures", name, "figure_unread") for name in policy.figures if f"figures.{name}" not in read]
    found += [("metrics", name, "metric_unread") for name in policy.metrics if name not in used]
    found += [("columns", name, "column_unread") for name in policy.columns if name not in used]
    for name in policy.targets:
        made = {names.target_of(name), names.target_of(name, "stretch"), names.attainment_of(name)}
        found += [("targets", name, "target_unread")] * used.isdisjoint(made)
    return [Fault(code, ruleset.key_place(part, name), {"name": name}, warning=True) for part, name, code in found]


def read_of(ruleset: Ruleset, plan: Plan) -> Figures:
    """Return the figures that results follow from, with the grains at which they are read."""
    return used_figures(ruleset.policy, plan.frames, plan.rules, plan.courses, plan.roll.least_time)


def grains_of(ruleset: Ruleset, plan: Plan) -> Figures:
    """Return the grains of figures as `read_of` does; for figures behind no result, those of the columns that read
    them."""
    return idle_figures(plan.frames) | read_of(ruleset, plan)
