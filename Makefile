# `make run` judges a change, `make test` proves gonogo. Both need Python 3.11+, git and make, and nothing else.

VENV := .venv
BIN := $(VENV)/bin
# The first Python that is new enough and can make an environment; `make PYTHON=/path/to/python3` names another.
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(USABLE)' 2>/dev/null && { echo "$$p"; break; }; done)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock'
# Tests wait for processes and servers more than they compute: three workers for two cores.
WORKERS = $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 2) * 3 // 2)')
REPO ?= .
export REPO BASE HEAD

.PHONY: help run test lint lock picture container bench accuracy clean
.DELETE_ON_ERROR:

help: ## List what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 18

run: $(VENV)/.rules ## Judge a change of REPO (here), from BASE (its default branch) to HEAD (what is checked out)
	@$(BIN)/gonogo check --repo "$$REPO" $${BASE:+--base "$$BASE"} $${HEAD:+--head "$$HEAD"}

# A file's tests stay together, since some share what takes long to make, such as the image.
test: lint $(VENV)/.rules ## Lint, check the types and run every test
	-@$(BIN)/python -m tests.github_server.description
	-@$(BIN)/python -m tests.checks.migrations.prisma.engine
	-@$(BIN)/python -m tests.checks.migrations.drizzle.kit
	-@$(BIN)/python -m tests.checks.migrations.typeorm.kit
	-@$(BIN)/python -m tests.checks.migrations.mikroorm.kit
	-@$(BIN)/python -m tests.checks.migrations.sequelize.real
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev ## Lint, check the format, the types and the direction of imports
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock: $(VENV)/.dev ## Pin the dependencies of pyproject.toml with their hashes; UPGRADE=1 takes newer ones
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --output-file requirements/runtime.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev --constraints requirements/runtime.txt \
		--output-file requirements/dev.txt
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])' \
		| $(LOCK) $(if $(UPGRADE),--upgrade) --constraints requirements/dev.txt --output-file requirements/build.txt -

picture: $(VENV)/.dev $(VENV)/.rules ## Draw the pictures of the comment anew; needs Chromium and npm
	@$(BIN)/python -m docs.picture

container: $(VENV)/.dev ## Build the image and run it as GitHub's runner does
	$(BIN)/pytest -m container

bench: $(VENV)/.dev $(VENV)/.rules ## Measure what needs no repository of others
	$(BIN)/python -m bench.check_speed
	$(BIN)/python -m bench.secrets_check
	$(BIN)/python -m bench.objects .

accuracy: $(VENV)/.dev ## Ask the real tools about thousands of made-up changes: a quarter of an hour
	GONOGO_CASES=3400 $(BIN)/pytest -s tests/checks/migrations/django/test_against_django.py
	GONOGO_CASES=600 $(BIN)/pytest -s tests/checks/migrations/prisma/test_against_engine.py
	GONOGO_CASES=400 $(BIN)/pytest -s tests/checks/migrations/drizzle/test_against_kit.py
	$(BIN)/python -m bench.migrations_ent --first 1000 --count 300
	GONOGO_CASES=300 $(BIN)/pytest -s tests/checks/migrations/jpa/test_against_hibernate.py
	GONOGO_CASES=300 $(BIN)/pytest -s tests/checks/migrations/typeorm/test_against_typeorm.py
	GONOGO_CASES=400 $(BIN)/pytest -s tests/checks/migrations/mikroorm/test_against_mikroorm.py
	GONOGO_CASES=600 $(BIN)/pytest -s tests/checks/migrations/rails/test_against_rails.py
	GONOGO_CASES=300 $(BIN)/pytest -s tests/checks/migrations/sequelize/test_against_sequelize.py
	$(BIN)/python -m bench.migrations_alembic_cases --first 5000 --count 260
	$(BIN)/python -m bench.migrations_alembic_cases --first 9000 --count 220 --postgresql

clean: ## Delete what was installed and cached
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist

# A stamp is newer than what it was made from: a second run installs nothing.

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer with venv and ensurepip was found:" \
		"install one (Debian: python3-venv) or name it: make PYTHON=/path/to/python3" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "installing gonogo into $(VENV) (once, a minute at most)" >&2
	@$(INSTALL) -r requirements/runtime.txt -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "installing what the tests need into $(VENV) (once, a minute or two)" >&2
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

$(VENV)/.rules: $(VENV)/.runtime
	@$(BIN)/gonogo warm
	@touch $@
