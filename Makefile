# Tenantry: `make demo` runs it, `make test` proves it. Both set up everything they need.
SHELL := /bin/bash
PY := .venv/bin/python
UV := .venv/bin/uv

.PHONY: setup setup-dev frontend messages demo dev test test-fast lint promises screenshots bench ci clean

setup: .build/runtime frontend .build/messages

setup-dev: .build/dev frontend .build/messages

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

demo: setup
	@.venv/bin/tenantry demo

