"""A ruleset compiled into named, typed columns: what there is to compute, and in which order."""
