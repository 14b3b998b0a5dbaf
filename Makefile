# make run and make test are all that most people need; both build .venv on first use.
# PYTHON=python3.12, RRN_PORT=8600 and RRN_ADDRESS=0.0.0.0 may follow any of them.

VENV := .venv
PY := $(VENV)/bin/python
RRN_PORT ?= 8501
RRN_ADDRESS ?= localhost
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header

.PHONY: run test test-all check bench setup setup-dev lock

run: setup
	@echo "RRN: http://$(RRN_ADDRESS):$(RRN_PORT)"
	@$(VENV)/bin/streamlit run app.py --server.headless true --server.address $(RRN_ADDRESS) --server.port $(RRN_PORT)

test: check
	$(PY) -m pytest -p tests.seconds -m "not slow"

test-all: check
	$(PY) -m pytest -p tests.seconds

check: setup-dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(PY) -m pytest --quiet --no-header tests/test_imports.py

bench: setup-dev
	$(PY) benchmarks/measure.py

setup: $(VENV)/installed
setup-dev: $(VENV)/installed-dev

$(VENV)/installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, with its venv module; name it: make setup PYTHON=…" >&2; exit 1; }
	@echo "Installing the locked versions into $(VENV); the first time takes a few minutes."
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PY) -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(PY) -m pip install --quiet --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

# The second file holds what only development needs: nothing that the first one pins already.
lock: setup-dev
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --group dev -c requirements.txt -o requirements-dev.txt \
		$$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.txt)
