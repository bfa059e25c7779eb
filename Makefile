# Two commands for a newcomer: `make report` and `make test`. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
LOCK ?= constraints.txt

# durable-rules ships as C source; the flag lets it import on Python 3.13 and changes nothing on 3.11 and 3.12.
# pip reads the lock from the environment, so that it also holds for what builds durable-rules; newer ones ask for the second name.
INSTALL := CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject PIP_CONSTRAINT=$(LOCK) PIP_BUILD_CONSTRAINT=$(LOCK) \
	PIP_DISABLE_PIP_VERSION_CHECK=1

# Tests run hundreds of commands, each in a process of its own, which need not compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

help:  ## say what each command does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/ready: pyproject.toml $(LOCK)
	$(PYTHON) -m venv --clear .venv
	$(INSTALL) $(BIN)/pip install -q -e '.[dev,prove]'
	$(BIN)/python -m compileall -q incentives  # also where the environment keeps Python from writing bytecode
	@touch $@

setup: .venv/ready  ## make the virtual environment in .venv, with the versions of constraints.txt

report: setup  ## assess the shipped company for 2026Q3 and leave a report in report/
	$(BIN)/incentives assess rulesets/sales-2026.yaml --data fixtures/company --period 2026Q3 -o report
	@echo "Open report/report.html"

test: setup  ## ruff, its formatter, mypy strict and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist worksteal --durations=20

test-long: setup  ## the random tests with far more examples, and those that `make test` leaves out: some hours
	LONG=1 $(BIN)/pytest -n auto --dist worksteal --durations=20 -m 'hypothesis or long'

lock:  ## take the newest versions that pyproject.toml admits into constraints.txt; run the tests before you commit it
	$(PYTHON) -m venv --clear .venv
	$(MAKE) --no-print-directory newest
	{ sed '/^[^#]/,$$d' constraints.txt; $(BIN)/pip freeze --all --exclude-editable | grep -v '^pip=='; } > constraints.new
	mv constraints.new constraints.txt
	@touch .venv/ready

newest:  # installs without the lock; `setuptools` is listed, since it builds durable-rules
	CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject PIP_DISABLE_PIP_VERSION_CHECK=1 \
		$(BIN)/pip install -q --upgrade --upgrade-strategy eager setuptools -e '.[dev,prove]'

clean:  ## remove what the other commands made
	rm -rf .venv report build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache

.PHONY: help setup report test test-long lock newest clean
