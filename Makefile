# Everything a fresh machine needs is Python 3.11 or newer and make; `uv` is used where it is installed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# one more than cores, since a quarter of the tests' time is waiting for a browser or a server
WORKERS = $$($(BIN)/python -c 'import os; print(os.cpu_count() + 1)')

.PHONY: run test soak ui lint benchmark docs lock clean help
.DEFAULT_GOAL := help

help:            ## what can be typed here
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "movie_pref needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + "; name another with make PYTHON=python3.12")'
	@echo "Setting up $(VENV) (once; takes a minute or two)"
	@if command -v uv >/dev/null 2>&1; then \
	    uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) && \
	    uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --require-hashes -r requirements.lock && \
	    uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
	    $(PYTHON) -m venv $(VENV) && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ; \
	fi
	@touch $(READY)

run: $(READY)    ## rank movies: the demonstration library, or ARGS="--library mine.parquet --candidates new.parquet"
	@$(BIN)/movie-pref run $(ARGS)

test: $(READY)   ## run the tests
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

MANY = bad_input/test_many_files.py bad_input/test_what_was_read.py labels/test_store_against_a_model.py review/test_every_route.py review/test_page_against_a_model.py

soak: $(READY)   ## break it at many more moments, and give it 10,000 inputs: an hour, or ARGS="--seed 7 --moments 40 --minutes 10"
	@MOVIE_PREF_SOAK_INPUTS=$${MOVIE_PREF_SOAK_INPUTS:-10000} $(BIN)/python -m pytest movie_pref_tests/faults $(addprefix movie_pref_tests/,$(MANY)) -v --tb=short -n auto --moments 200 --minutes 60 $(ARGS)

ui: $(READY)     ## open the Dagster UI
	@$(BIN)/movie-pref ui $(ARGS)

lint: $(READY)   ## style, types, which room may import which, and known vulnerabilities where the registry answers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/lint-imports && $(BIN)/python -m movie_pref_tests.audit

benchmark: $(READY) ## measure speed and memory
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

docs: $(READY)   ## write the tables of docs/ from the code
	@$(BIN)/python -c "from movie_pref.library.contract import columns_as_markdown as made; print(made(), end='')" > docs/columns.md
	@$(BIN)/python -c "from docs.flowcharts import table_as_markdown as made; print(made(), end='')" > docs/nodes.md
	@$(BIN)/python -c "from docs.document_rows import table_as_markdown as made; print(made(), end='')" > docs/document-rows.md

LOCKED = --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet

lock:            ## renew requirements.lock from pyproject.toml, and of it those of the container (needs uv)
	@uv pip compile pyproject.toml --extra dev --extra compare --extra cluster $(LOCKED) --upgrade -o requirements.lock
	@uv pip compile pyproject.toml --extra server --extra postgres --extra kubernetes --extra cluster --extra object_store $(LOCKED) --constraint requirements.lock -o deploy/requirements.lock
	@uv pip compile --group build $(LOCKED) --upgrade -o deploy/build.lock

clean:           ## remove the environment and caches, never data/
	@rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist *.egg-info
