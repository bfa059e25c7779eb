"""What follows from true/false findings: conclusions, drawn once for each distinct situation."""
