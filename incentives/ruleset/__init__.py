"""The policy file: its language, its reader with positions, dated figures, overlays, checks and schema."""

from incentives.ruleset.figures import value_on
from incentives.ruleset.model import Policy
from incentives.ruleset.ruleset import Ruleset, load_ruleset, read_ruleset

__all__ = ["Policy", "Ruleset", "load_ruleset", "read_ruleset", "value_on"]
