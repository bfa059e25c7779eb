"""A payroll batch out of an outcome: its lines, its control figures, and the sheet of a payroll system."""

from incentives.payroll.batch import Batch, batch_of
from incentives.payroll.control import control_text
from incentives.payroll.files import older_files, writers_of
from incentives.payroll.run import Run, paid_before, run_for
from incentives.payroll.template.fit import fitted
from incentives.payroll.template.shipped import load_template, shipped

__all__ = [
    "Batch", "Run", "batch_of", "control_text", "fitted", "load_template", "older_files", "paid_before", "run_for",
    "shipped", "writers_of",
]  # fmt: skip
