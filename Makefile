# Two commands for a newcomer: `make report` and `make test`. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin

help:  ## say what each command does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# durable-rules ships as C source; the flag lets it import on Python 3.13 and changes nothing on 3.11 and 3.12.
.venv/ready: pyproject.toml
	$(PYTHON) -m venv --clear .venv
	CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject $(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

setup: .venv/ready  ## make the virtual environment in .venv

report: setup  ## assess the shipped company for 2026Q3 and leave a report in report/
	$(BIN)/incentives assess rulesets/sales-2026.yaml --data fixtures/company --period 2026Q3 -o report
	@echo "Open report/report.html"

test: setup  ## ruff, mypy strict and all tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist worksteal

clean:  ## remove what the other commands made
	rm -rf .venv report build *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache

.PHONY: help setup report test clean
