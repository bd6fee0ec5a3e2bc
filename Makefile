# `make` lists what can be done. PYTHON=… chooses the interpreter, PORT=… the port of the demo.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test test-all lint format types docs clean

# The interpreters themselves before pyenv's shims, which fail for a version that is not selected.
PYENV_ROOT ?= $(HOME)/.pyenv
empty :=
space := $(empty) $(empty)
PYENVS := $(sort $(wildcard $(PYENV_ROOT)/versions/3.1[1-3].*/bin))
export PATH := $(subst $(space),:,$(strip $(PYENVS) $(PATH)))

PYTHON ?= $(shell export PATH='$(PATH)'; for v in 3.13 3.12 3.11; do \
	if "python$$v" -c 'import venv' 2>/dev/null; then echo "python$$v"; break; fi; done)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z -]+:.*## /{printf "make %-16s %s\n", $$1, $$2}' Makefile

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11, 3.12 or 3.13 is needed; PYTHON=… names one." >&2; exit 1; }
	"$(PYTHON)" -m venv .venv

.venv/.demo: .venv/bin/python pyproject.toml
	.venv/bin/python -m pip install --quiet --editable ".[demo]"
	@touch $@

.venv/.tools: .venv/.demo
	.venv/bin/python -m pip install --quiet "coverage>=7.10" "tox>=4.50" "tox-uv>=1.30"
	@touch $@

demo: .venv/.demo ## prepare the example project and serve it; PORT=8000
	.venv/bin/python example_project/manage.py demo

demo-reset: .venv/.demo ## stop the demo's PostgreSQL and delete its database and images
	.venv/bin/python example_project/reset_demo.py

test: .venv/.tools ## run all tests and checks on every Python and Django of this machine
	scripts/run_tests

test-all: .venv/.tools ## the same, with the long tests in every environment
	HELP_CENTER_TEST_MARKERS= scripts/run_tests

lint types docs: .venv/.tools ## run one of the checks alone
	.venv/bin/tox run -e $@

format: .venv/.tools ## let ruff format and mend the code
	.venv/bin/tox exec -e lint -- ruff check --fix
	.venv/bin/tox exec -e lint -- ruff format

clean: ## remove what builds and tests left; the demo's data stays
	rm -rf .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .tox build dist docs/_build
