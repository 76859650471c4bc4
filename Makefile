# VENV is the environment that every target uses; it is made, and renewed when the dependencies change.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help demo test lab check bench cassettes

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 18

demo: $(VENV)/installed ## set up, then the main job from a recording to an exported module, offline
	INTKIT_MODE=replay $(BIN)/intkit profile stripe/charges && $(BIN)/intkit check stripe_payments
	INTKIT_MODE=replay $(BIN)/intkit export stripe_payments && $(BIN)/intkit run stripe_payments --max-rejects 10

test: $(VENV)/installed ## set up, then every test that needs no extra server
	$(BIN)/pytest -n auto -m "not slow"

lab: $(VENV)/installed ## open JupyterLab in notebooks/
	$(BIN)/jupyter lab --notebook-dir=. --LabApp.news_url= --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	  notebooks/00_quickstart.ipynb

check: $(VENV)/installed ## format, lint, types, import floors, notebook rules
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/python -m tests.notebooks.rules notebooks

bench: $(VENV)/installed ## measure against the peers, side by side in one run
	$(BIN)/pip install -q -c constraints.txt -e '.[dev,bench]' && for each in docs/bench/*.py; do $(BIN)/python $$each; done

cassettes: $(VENV)/installed ## record cassettes/ again from the sandbox
	$(BIN)/python cassettes/record.py

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV) && $(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]' && touch $@
