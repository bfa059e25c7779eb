"""Formulas: grammar, tree, types, and a tree told as a sentence."""
