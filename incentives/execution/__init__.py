"""The loop of a run: assess, recompute until conclusions no longer change, reassess after a change, required
improvement.

`session.py` holds what a run starts from: a policy compiled once and its data.
"""
