# Tenantry: `make demo` runs it, `make test` proves it. Both set up everything they need.
SHELL := /bin/bash
PY := .venv/bin/python
UV := .venv/bin/uv
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)

.PHONY: setup setup-dev frontend demo dev test test-fast test-clients bench lint format messages promises screenshots module ci clean

# --- running it

setup: .build/runtime frontend .build/messages

demo: setup
	@.venv/bin/tenantry demo

dev: setup-dev
	@DEBUG=yes .venv/bin/tenantry demo

# --- proving it

test: setup-dev chromium lint test-clients
	$(PY) -m pytest -q -n 3 --dist loadgroup -m "not journey"
	$(PY) -m pytest -q -m journey

test-fast: setup-dev
	$(PY) -m pytest -q -n 3 --dist loadgroup -m "not journey"

# clients that others wrote, in an environment that holds nothing of ours
test-clients: .build/clients .build/dev
	SIMULATOR_PYTHON=$(PY) .build/clients/bin/python -m pytest -q -c clients/pytest.ini --rootdir=. clients

bench: setup-dev chromium
	$(PY) -m benchmarks $(args)

torture: setup-dev
	TORTURE_KILLS=$(or $(kills),200) $(PY) -m pytest -q -x tenantry/engines/durable/tests/test_torture.py

lint: setup-dev
	$(PY) -m ruff check --quiet
	$(PY) -m ruff format --check --quiet
	$(PY) -m mypy tenantry simulator scripts
	.venv/bin/lint-imports
	.venv/bin/djlint --quiet --lint tenantry
	$(PY) -m scripts.budgets
	$(PY) -m scripts.locks
	$(PY) -m scripts.catalogues check

format: .build/dev
	$(PY) -m ruff check --fix --quiet
	$(PY) -m ruff format --quiet
	.venv/bin/djlint --quiet --reformat tenantry

ci:
	.ci/run

# --- growing it

messages: .build/runtime
	$(PY) -m scripts.catalogues update

promises: .build/dev
	$(PY) -m scripts.promises

module: .build/dev
	@$(PY) -m scripts.module $(name)

screenshots: setup-dev chromium
	$(PY) -m scripts.screenshots $(args)

# --- setting it up

setup-dev: .build/dev frontend .build/messages

frontend: .build/runtime
	@$(PY) frontend/build.py

.venv/bin/uv:
	python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check uv

.build/runtime: requirements/runtime.lock pyproject.toml | .venv/bin/uv
	@mkdir -p .build
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements/runtime.lock
	$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

.build/dev: requirements/dev.lock .build/runtime
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements/dev.lock
	@touch $@

.build/clients: requirements/clients.lock | .venv/bin/uv
	@mkdir -p .build
	$(UV) venv --quiet --clear --python python3 $@
	$(UV) pip install --quiet --python $@/bin/python --require-hashes -r requirements/clients.lock
	@touch $@

.build/messages: $(CATALOGUES) | .build/runtime
	$(PY) -m scripts.catalogues compile
	@touch $@

.PHONY: chromium
chromium:
	@scripts/chromium.sh

clean:
	rm -rf .build .venv frontend/dist frontend/node_modules staticfiles screenshots
