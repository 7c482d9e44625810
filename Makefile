# What people and CI both call. Nothing is needed beforehand but Python 3.11 or newer and make.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

# Words after these are for one command only, and are not exported by accident.
ONLY ?=
TICKETS ?=
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help run install test bench lint format code pins

help:
	@echo "make run [PORT=8000]            everything on this machine, at http://localhost:8000"
	@echo "make code [USER=name@…]         the current second-factor code of a demo user"
	@echo "make test [TESTS=tests/billing] the tests, on two processors"
	@echo "make bench [ONLY=queue] [TICKETS=100000]"
	@echo "make lint | make format         what CI checks, and what repairs most of it"
	@echo "make pins                       requirements*.txt again, from pyproject.toml"

run:
	@$(PYTHON) config/bootstrap.py requirements.txt
	@REDRESS_RUN="$(CURDIR)" exec $(BIN)/python -m config.serve --port "$(PORT)"

install:
	@$(PYTHON) config/bootstrap.py requirements-test.txt

# Two runs: Playwright keeps an event loop in its process, in which no other test can start one of its own. The second
# in a worker as well: one whose browser hangs is ended and replaced.
test: install
ifeq ($(TESTS),)
	@$(BIN)/python -m config.with_database pytest -n 2 --ignore=tests/browser; first=$$?; \
	$(BIN)/python -m config.with_database pytest -n 1 tests/browser && exit $$first
else
	@exec $(BIN)/python -m config.with_database pytest -n 2 $(TESTS)
endif

bench: install
	@exec $(BIN)/python -m tests.benchmarks $(if $(ONLY),--only "$(ONLY)") $(if $(TICKETS),--tickets "$(TICKETS)")

code:
	@$(BIN)/python manage.py demo_code "$(if $(filter command line,$(origin USER)),$(USER),agent@redress.example)"

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -m config.with_database python manage.py makemigrations --check --dry-run
	env $$(grep -v '^#' docs/production.env.example) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: install
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

# Pinned with hashes, naming no package index: whoever installs uses his own.
COMPILE := $(BIN)/python -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
pins: export CUSTOM_COMPILE_COMMAND = make pins
pins: install
	$(BIN)/python -m pip install --quiet pip-tools
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --extra test --constraint requirements.txt --output-file requirements-test.txt pyproject.toml
