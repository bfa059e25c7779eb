"""What the plan makes of a ruleset, and what it refuses."""
