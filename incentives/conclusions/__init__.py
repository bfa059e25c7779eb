"""Conclusions from true/false findings, drawn once for each distinct situation."""
