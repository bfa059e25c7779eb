"""The engine from Python: the same calls that the command line is made of, giving and taking plain values.

ruleset = load_ruleset("rulesets/sales-2026.yaml")
tables = load_data("fixtures/company", ruleset)
outcome = assess(ruleset, tables, "2026Q3")
outcome.rows(["rep_id", "total", "grade"])

All of it is also in `incentives` itself: `from incentives import assess`.
"""

from incentives.api.made import init, schema, template, text_of, write_files
from incentives.api.policies import check, load_ruleset, prove, test
from incentives.api.session import Session
from incentives.api.studies import against, attribute, goal, levers, sweep, vary_data
from incentives.api.verbs import assess, conclude, explain, load_data, narrow, payroll, simulate
from incentives.faults import Fault, Place, RefusedError
from incentives.lookup import NotThereError
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.ruleset import Ruleset
from incentives.tables import Tables

__all__ = [
    "Fault", "NotThereError", "Outcome", "Place", "Plan", "RefusedError", "Ruleset", "Session", "Tables", "against",
    "assess", "attribute", "check", "conclude", "explain", "goal", "init", "levers", "load_data", "load_ruleset",
    "narrow", "payroll", "prove", "schema", "simulate", "sweep", "template", "test", "text_of",
    "vary_data", "write_files",
]  # fmt: skip
