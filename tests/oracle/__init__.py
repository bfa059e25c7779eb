"""A second evaluator of rulesets, in plain fractions, against which the engine is held; the two share no code."""
