"""Checks of an assessment: data and rules without effect, and results that contradict each other."""
