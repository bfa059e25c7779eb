"""Checks of an assessment: data and rules that came to nothing, and results that contradict each other."""
