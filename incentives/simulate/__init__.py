"""Simulations of a changed policy: who gains or loses, by how much, and through which line; nothing is changed for
good."""

from incentives.simulate.beside import simulate
from incentives.simulate.change import Change, change_of, changed_ruleset, changes_of
from incentives.simulate.model import Comparison
from incentives.simulate.odd import odd_of
from incentives.simulate.presentation import printed_comparisons, printed_study

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
