# Everything this project can be asked to do. Works on Debian and Ubuntu with Python 3.11 or later, make and apt.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The Python that .venv is made from.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Where the demo listens.
PORT ?= 8000
# Arguments for pytest, for a run that shall not be whole: make test ARGS='-k tax'
ARGS ?=
export PORT
export PYTHONUTF8 := 1

VENV_PYTHON := .venv/bin/python
COMPILE := .venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
	--python-version 3.11 $(if $(UPGRADE),--upgrade)

.PHONY: help demo demo-reset full full-reset test test-fast check audit sbom format requirements images pictures rooms install system-demo system-full system-test python-base python-test python-dev python-bench bench

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name what; do printf '  make %-14s %s\n' "$$name" "$$what"; done

demo: system-demo python-base ## Start the site with a sample city at http://localhost:8000 (PORT=... moves it)
	@exec $(VENV_PYTHON) dev/demo.py start

full: system-full python-test ## Start all parts of an installation here, without Docker, at http://localhost:8000
	@exec $(VENV_PYTHON) dev/full.py start

full-reset: python-test ## Delete the data of `make full`
	@$(VENV_PYTHON) dev/full.py reset

demo-reset: python-base ## Delete the demo's data, so that the next start is a first one
	@$(VENV_PYTHON) dev/demo.py reset

test: system-test python-test ## Run every test: on PostgreSQL, on SQLite and in the browser
	@exec $(VENV_PYTHON) dev/run_tests.py -- $(ARGS)

test-fast: system-test python-test ## Run the quick tests, on PostgreSQL alone
	@exec $(VENV_PYTHON) dev/run_tests.py --fast -- $(ARGS)

check: system-demo python-dev ## Check style, templates, types, migrations, deployment settings, architecture and requirements
	@$(VENV_PYTHON) dev/check.py

audit: python-dev ## Look the pinned packages up among the known holes (needs the network)
	@$(VENV_PYTHON) dev/audit.py

sbom: python-dev ## Write what the portal is made of as a bill of materials: var/madoguchi.cdx.json (CycloneDX)
	@mkdir -p var
	@.venv/bin/cyclonedx-py requirements requirements/base.txt --pyproject pyproject.toml --mc-type application \
		--output-reproducible --of JSON -o var/madoguchi.cdx.json
	@echo "var/madoguchi.cdx.json"

format: python-dev ## Put the code into the house's format
	$(VENV_PYTHON) -m ruff check --fix .
	$(VENV_PYTHON) -m ruff format .
	.venv/bin/djangofmt --quiet templates

requirements: python-dev ## Compile requirements/*.txt from pyproject.toml (UPGRADE=1 takes newer releases)
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --group test -c requirements/base.txt -o requirements/test.txt
	$(COMPILE) pyproject.toml --group dev -c requirements/test.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --group bench -c requirements/dev.txt -o requirements/bench.txt

bench: system-test python-bench ## Measure speed and memory, and write docs/performance.md
	@$(VENV_PYTHON) bench/tax.py
	@$(VENV_PYTHON) bench/pdf.py --write
	@$(VENV_PYTHON) bench/editor.py --write

images: python-base ## Write the digests of the images that the composition uses, as their registry has them today
	@$(VENV_PYTHON) dev/images.py

pictures: system-test python-test ## Take the pictures of the README anew
	@$(VENV_PYTHON) dev/pictures.py

rooms: python-base ## Print the figures of the code, and draw its rooms and the life of an invoice for docs/
	@$(VENV_PYTHON) dev/rooms.py
	@$(VENV_PYTHON) dev/life.py

install: system-test python-dev ## Install all that working on the project needs, and start nothing

system-demo:
	@"$(PYTHON)" dev/install_system.py demo

system-full:
	@"$(PYTHON)" dev/install_system.py full

system-test:
	@"$(PYTHON)" dev/install_system.py test

python-base python-test python-dev python-bench: python-%:
	@"$(PYTHON)" dev/install_python.py $*
