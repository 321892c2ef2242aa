# make demo    sets everything up and renders a first dataset of 10 street frames, with its report
# make test    sets everything up and runs all checks and tests
# make docs    sets everything up and builds the site of the documentation
#
# All work in a fresh clone, in a virtual environment of their own. PYTHON=python3.13 chooses another interpreter.

PYTHON_BIN := .venv/bin
DEMO_FRAMES ?= 10
# A seed whose first ten frames all show other weather, by day, dusk and night; sized for four minutes on two cores.
DEMO_OPTIONS ?= --seed 36 --set camera.size_px=[800,450] --set render.samples=8

.PHONY: help demo test types tests docs setup clean

help:
	@echo "make demo    a first dataset of $(DEMO_FRAMES) labelled street frames, in demo/"
	@echo "make test    ruff, mypy and pytest"
	@echo "make docs    the documentation with an API reference, in site/"
	@echo "make setup   only the virtual environment, in .venv/"
	@echo "make clean   removes all that these made, but for downloaded model packs (.packs/)"

setup:
	@sh docker/setup.sh

demo: setup
	@sh docker/get-packs.sh
	@echo "demo: rendering $(DEMO_FRAMES) frames into demo/; the first comes within a minute or two" >&2
	@$(PYTHON_BIN)/longtail render street -n $(DEMO_FRAMES) -o demo $(DEMO_OPTIONS) || \
	    { echo "If demo/ is from an older version: rm -r demo, then make demo again." >&2; exit 1; }
	@echo
	@echo "Your first dataset:   $(CURDIR)/demo"
	@echo "Look at its report:   file://$(CURDIR)/demo/report.html"
	@echo "Render your own:      $(PYTHON_BIN)/longtail render examples/street.yaml -o out"

# Types are checked beside the first tests, and three processes test: those that wait for others (a node that is lost,
# a server that is gone) leave no core idle.
test:
	@sh docker/setup.sh dev
	$(PYTHON_BIN)/ruff check .
	$(PYTHON_BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j 2 types tests

types:
	$(PYTHON_BIN)/mypy --strict

# Files of tests keep the order that tests/conftest.py gives them, the longest first: else those with few tests, which
# take longest, come last, and a core waits. Where Python is told to write no bytecode, each of some hundred processes
# would compile all of ours for itself; and each of pytest's rewrites the assertions of all tests.
tests:
	$(PYTHON_BIN)/python -m compileall -q annotate longtail render scenes tests
	-$(PYTHON_BIN)/python tests/compiling.py
	$(PYTHON_BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

docs:
	@sh docker/setup.sh docs
	@$(PYTHON_BIN)/python docs/make_site.py

clean:
	rm -rf .venv demo site build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
