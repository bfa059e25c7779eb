"""The workbook in which the data of one policy is filled in: the tables and columns that it reads, and no others."""

from incentives.template.sheets import Head, Sheet, sheets_of
from incentives.template.workbook import leave_template

__all__ = ["Head", "Sheet", "leave_template", "sheets_of"]
