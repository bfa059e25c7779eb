"""A payroll template: its form, how it is read, and a batch put into it."""
