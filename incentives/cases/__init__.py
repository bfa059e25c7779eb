"""The cases beside a ruleset: what a person has, and the figures that must come out of it."""

from incentives.cases.run import Verdict, cases_file, judge
from incentives.cases.show import run_cases

__all__ = ["Verdict", "cases_file", "judge", "run_cases"]
