"""What a change of policy would do: to whom, for how much, and by which line; nothing that is there is touched."""

from incentives.simulate.beside import simulate
from incentives.simulate.change import Change, change_of, changed_ruleset, changes_of
from incentives.simulate.model import Comparison
from incentives.simulate.odd import odd_of
from incentives.simulate.printed import printed_comparisons, printed_study

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
