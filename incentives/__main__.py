"""`python -m incentives`."""

from incentives.cli import main

main()
