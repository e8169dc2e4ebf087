# make demo   translate, score and report on references/en-es; installs what it needs
# make quick  the tests that are fast, without a browser: while you work; needs .venv
# make test   the tests and checks that CI runs; installs what they need
# make coverage  the same, and how much of the code they run: nearly twice as long
# make fuzz   10,000 hostile inputs per kind, KINDS="po xlsx" for some; goes on where it stopped; what breaks a reader is kept in tests/fuzz/found
# make docs   the site, in build/site; a broken link fails it
# make picture  README's picture of the report, docs/report.png
# make lint   style, types and layers alone
# make format  lay out Python and the page's scripts

.DEFAULT_GOAL := help
.PHONY: help demo quick test coverage fuzz docs picture lint format clean

PRETTIER = tests/node_modules/.bin/prettier --config tests/prettier.json
SCRIPTS = mtqe/report/page/assets/*.js tests/unit/report/page/*.mjs

help:
	@sed -n 's/^# make/make/p' Makefile

demo:
	@.ci/setup
	@.ci/demo

quick:
	@.ci/setup test
	.venv/bin/ruff check --quiet .
	@OMP_NUM_THREADS=1 .venv/bin/python -m pytest -q -n 2 --dist worksteal -m "not slow and not browser"

test:
	@.ci/setup test
	@.ci/debian apertium apertium-apy apertium-eng-spa chromium curl || echo "Tests that need the above are skipped."
	@.ci/node || echo "Tests that need axe-core or the TypeScript compiler are skipped."
	@$(MAKE) --no-print-directory lint
	@.ci/newest || [ $$? = 3 ]
	@OMP_NUM_THREADS=1 .venv/bin/python -m pytest -n 2 --dist worksteal $(COVERAGE)

coverage:
	@$(MAKE) --no-print-directory test COVERAGE="--cov --cov-report= --cov-fail-under=75"

fuzz:
	@.ci/setup test
	OMP_NUM_THREADS=1 .venv/bin/python -m tests.fuzz --count $(or $(COUNT),10000) $(KINDS)

docs:
	@.ci/setup test
	@.ci/docs

picture:
	@.ci/setup test
	@.ci/debian apertium apertium-eng-spa chromium
	.venv/bin/python -m docs.picture

lint:
	@.ci/setup test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	@if [ -x tests/node_modules/.bin/prettier ]; then $(PRETTIER) --check $(SCRIPTS); \
	else echo "The page's scripts were not checked: .ci/node installs prettier."; fi

format:
	@.ci/setup test
	.venv/bin/ruff format .
	@.ci/node
	$(PRETTIER) --write $(SCRIPTS)

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
