# What one runs. `make` alone lists the commands; all the work is done in dev/.
PYTHON ?= python3
PORT ?= 8000
MODEL ?= ovre-eiker
ARGS ?=
export PORT MODEL

VENV_PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset manage test test-deep lint lock messages migrations pictures bench

help: ## This list
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## /  make \1|/' \
		| awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: ## The portal with its demo municipality, at http://localhost:8000 (PORT=8001: another port; MODEL=lunner: the one without LMUs)
	@$(PYTHON) -m dev.bootstrap --demo
	@$(VENV_PYTHON) -m dev.demo

demo-reset: ## The same, beginning anew: the demo's data is thrown away first
	@$(PYTHON) -m dev.bootstrap --demo
	@$(VENV_PYTHON) -m dev.demo reset

manage: ## A command of manage.py on the demo's database: make manage ARGS="verify_audit"
	@$(PYTHON) -m dev.bootstrap --demo
	@$(VENV_PYTHON) -m dev.demo manage $(ARGS)

test: ## Lint and every test, the browser's too; ARGS="tests/forum -k x" for some of them, without lint
	@$(PYTHON) -m dev.bootstrap --browser
	@$(VENV_PYTHON) -m dev.test $(ARGS)

test-deep: ## 10,000 random meetings against a model of the law, and every page for axe in every language and size (about an hour)
	@$(PYTHON) -m dev.bootstrap --browser
	@TREPART_EVERY_WAY=1 $(VENV_PYTHON) -m dev.test tests/e2e -q
	@TREPART_EXAMPLES=10000 $(VENV_PYTHON) -m dev.test tests/forum/meetings/test_random_meetings.py -q

lint: ## ruff, djLint, mypy, import contracts, forgotten migrations
	@$(PYTHON) -m dev.bootstrap
	@$(VENV_PYTHON) -m dev.test --lint

messages: ## Bring the translations' files up to date with the sources, and check them
	@$(PYTHON) -m dev.bootstrap
	@$(VENV_PYTHON) -m dev.messages extract
	@$(VENV_PYTHON) -m dev.messages check

migrations: ## Every app's first migration anew from its models, while nothing is installed anywhere (docs/decisions/0043)
	@$(PYTHON) -m dev.bootstrap
	@$(VENV_PYTHON) -m dev.migrations $(ARGS)
	@$(VENV_PYTHON) -m dev.catalogue $(ARGS)

lock: ## Compile requirements/*.txt anew from *.in (ARGS="--upgrade" for the newest versions)
	@$(PYTHON) -m dev.lock $(ARGS)

pictures: ## The README's pictures anew, of the demo as it is (docs/pictures)
	@$(PYTHON) -m dev.bootstrap --browser
	@$(VENV_PYTHON) -m dev.pictures

bench: ## What pages cost with 10,000 and 100,000 proposals, beside a bare Django page (about ten minutes; writes docs/performance.md)
	@$(PYTHON) -m dev.bootstrap
	@$(VENV_PYTHON) -m dev.bench $(ARGS)
