"""Simulations of a changed policy: who gains or loses, by how much, and through which line; nothing is changed for
good."""

from incentives.simulate.change import Change, change_of, changed_ruleset, changes_of
from incentives.simulate.model import Comparison
from incentives.simulate.presentation import printed_comparisons, printed_study
from incentives.simulate.simulation import odd_of, simulate

__all__ = [
    "Change",
    "Comparison",
    "change_of",
    "changed_ruleset",
    "changes_of",
    "odd_of",
    "printed_comparisons",
    "printed_study",
    "simulate",
]
