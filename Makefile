# Tasks for developers on Debian. Users need none of this: see docs/handbok.md.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo serve test test-all lint types debian bench update templates workbooks icons pane licences lock clean

VENV := .venv
BIN := $(VENV)/bin
OFFICE := addin/office
NODE := $(OFFICE)/node_modules/.stamp
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The first Python that is new enough; `make PYTHON=...` chooses another.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/engine.stamp ## The whole flow over the example workbooks
	$(BIN)/ramkoll demo

serve: $(VENV)/engine.stamp ## The add-in in a browser, without Excel, over the example workbooks
	$(BIN)/ramkoll serve --demo

test: debian lint $(NODE) ## Everything that CI runs: lint, types, import contracts, tests
	$(BIN)/python -m pytest -m "not slow"

test-all: debian lint $(NODE) ## As test, with the slow tests
	$(BIN)/python -m pytest

lint: $(VENV)/tools.stamp types ## Style, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

types: $(VENV)/tools.stamp ## Types, as Linux and as Windows see them
	$(BIN)/mypy
	$(BIN)/mypy --platform win32

bench: $(VENV)/tools.stamp ## Measure the speed of the engine, and of a click
	$(BIN)/python -m tests.bench.run
	$(BIN)/python -m tests.bench.clicks

update: $(VENV)/tools.stamp ## Write the goldens anew, to be reviewed as a diff
	$(BIN)/python -m pytest -n0 --update-goldens

templates: $(VENV)/engine.stamp ## Build the forms from their TOML
	$(BIN)/ramkoll template --out templates

workbooks: $(VENV)/engine.stamp ## Build the example workbooks from the example inputs
	$(BIN)/ramkoll distribute --inputs tests/data/2024-08/inputs --period 2024-08 --out workbooks/2024-08

icons: $(VENV)/tools.stamp ## Render the icons of the ribbon from their drawings
	$(BIN)/python .ci/icons.py

pane: $(NODE) ## Build the task pane and the demo page
	$(BIN)/python .ci/npm.py run --silent api
	$(BIN)/python .ci/npm.py run --silent check
	$(BIN)/python .ci/npm.py run --silent build

licences: $(VENV)/tools.stamp ## Write THIRD-PARTY.md
	$(BIN)/python .ci/licences.py

# Keeps what is locked as far as pyproject.toml allows; `make lock UPGRADE=--upgrade` takes the newest.
# The engine's own lock binds the other, so that what developers test is what users run.
lock: $(VENV)/tools.stamp ## Resolve the dependencies anew for every platform
	$(UV_COMPILE) --extra build --extra server --output-file requirements.lock
	$(UV_COMPILE) --all-extras --constraints requirements.lock --output-file requirements-dev.lock
UV_COMPILE = $(BIN)/uv --no-config --quiet pip compile pyproject.toml $(UPGRADE) \
	--universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

clean: ## Remove the environment and all caches
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find engine tests .ci -name __pycache__ -type d -prune -exec rm -rf {} +

# What the tests use besides Python. Without it (no permission) those tests skip, and in CI they fail.
debian:
	@.ci/debian.sh --optional git chromium libreoffice-calc libreoffice-script-provider-python \
		python3-uno xvfb xdotool imagemagick poppler-utils fonts-liberation fonts-dejavu-core

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Ramkoll needs Python 3.11 or later: apt-get install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		.ci/debian.sh "$$($(PYTHON) -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
	$(PYTHON) -m venv --clear $(VENV)

# The stamps make a second call instant. pip removes nothing, so after a change of the locks that
# drops a package, `make clean` gives the exact environment.
$(VENV)/engine.stamp: $(VENV)/pyvenv.cfg requirements.lock pyproject.toml
	@echo "Installing the engine's packages (about half a minute the first time) ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/tools.stamp: $(VENV)/engine.stamp requirements-dev.lock
	@echo "Installing the developers' packages (about half a minute the first time) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# What builds the pane and tests it, with the locked Node; users need none of it.
$(NODE): $(VENV)/tools.stamp $(OFFICE)/package.json $(OFFICE)/package-lock.json
	@$(BIN)/python .ci/npm.py ci --no-audit --no-fund --ignore-scripts
	@touch $@
