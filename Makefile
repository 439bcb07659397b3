# Every developer command. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help dev demo test lint format bench fuzz interop pages chaos failure-modes cluster openapi dependencies sbom audit lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/uv.txt

# Wheels only, exactly the locked ones; then the package itself, editable, without a build download.
$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/uv
	@test -e $(VENV)/.development || $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --only-binary :all: requirements/runtime.txt
	@test -e $(VENV)/.development || $(MAKE) --no-print-directory editable
	@touch $@

$(VENV)/.development: requirements/development.txt pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --only-binary :all: requirements/development.txt
	@$(MAKE) --no-print-directory editable
	@touch $@

# Beside them, for `make fuzz` alone: libFuzzer for Python and Schemathesis.
$(VENV)/.fuzzing: requirements/fuzzing.txt $(VENV)/.development
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --only-binary :all: -r requirements/fuzzing.txt
	@touch $@

.PHONY: editable
editable:
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .

# Front-end files come from pinned npm packages; npm itself comes from a wheel.
VENDOR := sealservice/web/static/vendor
$(VENDOR)/htmx.min.js: package-lock.json | $(VENV)/.runtime
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --silent --ignore-scripts
	@mkdir -p $(VENDOR)
	cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/htmx.min.js
	@touch $@

dev: $(VENV)/.development $(VENDOR)/htmx.min.js ## make the developer's environment in .venv

demo: $(VENV)/.runtime $(VENDOR)/htmx.min.js ## seal, archive and verify a real PDF (ARGS="--once --home DIR")
	@$(BIN)/sealservice demo $(ARGS)

# One worker for each core, at most four; a file's tests stay together and share what they set up.
WORKERS := --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: dev ## run all tests with real parts (installs missing Debian packages when it may)
	@tests/system-packages
	$(BIN)/python -m pytest $(WORKERS) $(ARGS)

lint: dev ## ruff, mypy --strict, import contracts, house limits
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml sealservice
	PYTHONPATH=. $(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.house

format: dev ## let ruff mend what it can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

bench: dev ## measure speed as ratios, side by side in one run
	$(BIN)/python -m tests.bench $(ARGS)
	$(BIN)/python -m tests.bench.verification

fuzz: dev $(VENV)/.fuzzing ## hostile input for every reader and for the API (ARGS="--minutes 10")
	nice -n 10 $(BIN)/python -m tests.fuzz $(ARGS)

interop: dev ## have EU DSS, PDFBox, veraPDF and sd-jwt-js judge our output (needs Java 17 and Maven)
	@tests/system-packages
	cd tests/interop/sd_jwt && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --ignore-scripts
	$(BIN)/python -m pytest tests/interop $(ARGS)

pages: dev ## take the pictures of every page in docs/pages.md again (ARGS="--only place")
	@tests/system-packages
	nice -n 10 $(BIN)/python -m tests.pages $(ARGS)

cluster: dev ## start the whole composition as plain processes; kill a volume server meanwhile
	nice -n 10 $(BIN)/python -m pytest tests/storage_cluster $(ARGS)

chaos: dev ## kill and break real parts at every step; docs/failure-modes.md must hold
	@tests/system-packages
	rows=$$(mktemp) && CHAOS_ROWS=$$rows $(BIN)/python -m pytest tests/chaos $(ARGS) && $(BIN)/python -m tests.chaos.page $$rows docs/failure-modes.md --check

failure-modes: dev ## write docs/failure-modes.md anew, from a run of the fault tests
	rows=$$(mktemp) && CHAOS_ROWS=$$rows $(BIN)/python -m pytest tests/chaos && $(BIN)/python -m tests.chaos.page $$rows docs/failure-modes.md

openapi: dev ## write docs/openapi.json anew
	$(BIN)/python -m sealservice.api.schema docs/openapi.json

dependencies: dev ## write docs/dependencies.md anew: what we use of others, and its licenses
	$(BIN)/python -m tests.supply.dependencies docs/dependencies.md

sbom: dev ## write dist/sbom.json, a CycloneDX bill of materials
	$(BIN)/python -m tests.supply.sbom dist/sbom.json

audit: dev ## ask for known vulnerabilities; fails unless every package was audited
	$(BIN)/python -m tests.supply.audit $(ARGS)

lock: dev ## pin the newest dependencies that fit, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml --group setup -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml --group dev -c requirements/runtime.txt -o requirements/development.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --group fuzz -c requirements/development.txt -o requirements/fuzzing.txt
	echo uv | $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --custom-compile-command "make lock" - -o requirements/uv.txt

clean: ## remove what the other commands made (not your homes)
	rm -rf $(VENV) node_modules $(VENDOR) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage tests/interop/dss/target
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
