# Everything a newcomer needs: `make run`, `make test`, `make help`.

PYTHON ?= python3
PORT ?= 8000
ONLY ?=
BIN := .venv/bin
SOURCES := accounts labs tracker tests deploy docs manage.py

.DEFAULT_GOAL := help
.PHONY: help run test check fix fuzz bench bench-http bench-growth lock screenshots drill import-samples clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run.stamp ## Set everything up and start the site on http://localhost:8000
	@PORT=$(PORT) exec $(BIN)/python -m tracker.launch

test: .venv/dev.stamp ## Run the whole suite on a throw-away PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder -q

check: .venv/dev.stamp ## Formatting, lint, types, layers, migrations, templates
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit -q -ll -r accounts labs tracker
	$(BIN)/djlint templates --lint --quiet
	DATABASE_ROLE=owner $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING

fix: .venv/dev.stamp ## Format, and mend what the linter can mend
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

bench: .venv/dev.stamp ## Run the benchmarks; ONLY=chart runs a part
	@$(BIN)/python -m tests.benchmarks $(ONLY)

bench-http: .venv/dev.stamp ## List, chart and API pages of real web processes under load
	@$(BIN)/python -m tests.benchmarks http

bench-growth: .venv/dev.stamp ## Pages as the database fills to ten million results; GROWTH="100000"
	@$(BIN)/python -m tests.benchmarks growth

lock: .venv/dev.stamp ## Write the locks: the same versions, with the hash of every file
	@for name in requirements requirements-otel; do \
	  $(BIN)/python -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-annotate --no-emit-index-url --no-emit-find-links --output-file $$name.lock $$name.txt || exit 1; \
	done

fuzz: .venv/dev.stamp ## Feed the readers bytes nobody thought of; FUZZ_SECONDS=60 DRAWER=hl7v2
	@$(BIN)/python -m tests.fuzzing

screenshots: .venv/dev.stamp ## Take the pictures of the guides anew, in a real browser
	@$(BIN)/python -m tests.browser

import-samples: .venv/run.stamp ## Show real sample files going into a clinic
	@$(BIN)/python manage.py import_samples

drill: .venv/dev.stamp ## Break a running stack at full size; DRILL_SIZE=0.1 DRILL=postgres a part
	@$(BIN)/python -m tests.integration.operations.drill

clean: ## Remove what was built; data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/run.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Calcidiol needs Python 3.11 or newer: make run PYTHON=/path/to/it"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { echo "Python has no venv module here: install python3-venv first"; exit 1; }
	@echo "Installing what requirements.txt names"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	@echo "Installing what requirements-dev.txt names"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
