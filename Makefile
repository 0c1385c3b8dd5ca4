# Every command of the book. `make` alone lists them.
#
# All that is needed beforehand is make and Python 3.11 or newer. Another
# Python than `python3` is chosen with, say, `make book PYTHON=python3.12`.

PYTHON ?= python3
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
CLASSROOM := .venv-classroom

.PHONY: help book serve pdf test execute bench study lab classroom test-classroom lint clean
.DEFAULT_GOAL := help

.DEFAULT:
	@echo "There is no 'make $@'. These there are:" >&2
	@$(MAKE) -s help >&2
	@exit 2

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

book: $(STAMP)  ## build the book and say where to open it
	@rm -rf _build
	@$(BIN)/jupyter-book build . -W -n --keep-going
	@$(BIN)/python tools/zip_book.py

serve:  ## serve the built book on this machine, for its live cells
	@$(PYTHON) tools/serve.py --port $(PORT)

pdf: book  ## print the built book as one PDF, and a handout per chapter
	@$(BIN)/python tools/print_book.py

# Two workers have two cores, so each computes with one thread. The notebooks
# come first: they need no pages, which are built meanwhile.
test: export OMP_NUM_THREADS = 1
test: $(STAMP)  ## build the book, run every notebook and every test
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --nbval --build-book book tests $(ARGS)

execute: $(STAMP)  ## run the notebooks again and store their outputs
	@$(BIN)/python tools/execute_notebooks.py

# `make study ARGS="--scheduler tcp://10.0.0.5:8786"`, `make study ARGS=--list`.
study: $(STAMP)  ## train what the reproduction study still lacks (hours)
	@$(BIN)/python tools/run_study.py $(ARGS)

# PyTorch takes part once requirements-bench.txt is installed, too.
bench: $(STAMP)  ## time the designs, and the sixth beside its peers (minutes)
	@$(BIN)/python tools/bench_layouts.py
	@$(BIN)/python tools/bench.py $(ARGS)

lab: $(STAMP)  ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --notebook-dir=book

classroom: $(STAMP)  ## write the exercises as notebooks to hand out
	@$(BIN)/python -m nnlib.classroom make

# In an environment of its own: nbgrader, and the sandbox for grading.
test-classroom: $(CLASSROOM)/installed  ## try grading: nbgrader, the sandbox, attacks
	@$(CLASSROOM)/bin/python -m nnlib.classroom prepare
	@$(CLASSROOM)/bin/pytest tests/test_classroom.py tests/test_attacks.py \
		tests/test_nbgrader.py $(ARGS)

lint: $(STAMP)  ## check the style of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

clean:  ## remove all that these commands made, the environment too
	@rm -rf $(VENV) $(CLASSROOM) _build .pytest_cache .ruff_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +

$(STAMP): requirements.txt tools/install.sh
	@tools/install.sh "$(PYTHON)" $(VENV)

$(CLASSROOM)/installed: requirements.txt requirements-classroom.txt tools/install.sh
	@tools/install.sh "$(PYTHON)" $(CLASSROOM) requirements-classroom.txt
