"""Input data: the canonical tables, their readers, checks, periods and calendar."""

from incentives.tables.data import Tables, load_data, load_for, tables_from_rows
from incentives.tables.periods import Period, parse_period, period_range

__all__ = ["Period", "Tables", "load_data", "load_for", "parse_period", "period_range", "tables_from_rows"]
