# Every target sets itself up: a machine with Python 3.11 or later and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check docs bench clean

demo: $(READY)  ## plan the shipped network and print where the answer lies
	$(BIN)/keepline demo -o demo

test: $(READY)  ## all tests, as a user's machine runs them
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: $(READY)  ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY)  ## write the pages of tables and error codes from their declarations
	$(BIN)/python -m keepline.formats.docpages docs

bench: $(READY)  ## speed and memory, side by side with peers; nothing here passes or fails
	# ciw brings a package named tests: it is kept apart from what we run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps --upgrade --target $(VENV)/peers ciw tqdm
	PYTHONPATH=$(VENV)/peers $(BIN)/python -m bench

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	# without what it asks for, which loads Sphinx at every start of Python; the tests need numpy only
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps stockpyl
	touch $(READY)

clean:
	rm -rf $(VENV) demo
