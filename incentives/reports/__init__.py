"""What people and other systems read of an outcome: terminal, page, workbook, CSV, JSON."""
