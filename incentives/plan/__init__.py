"""A ruleset compiled into named, typed columns, in the order of their computation."""
