"""Outcomes for people and other systems: terminal, page, workbook, CSV, JSON."""
