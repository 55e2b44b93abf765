# Every target does its own set-up: .venv, with the exact pins.
PYTHON ?= python3
RUN = .venv/bin/python -m
# README.md says what happens when Material ends; its banner need not.
export NO_MKDOCS_2_WARNING = 1
# pip compiles nothing (see book/bootstrap.py): Python does, once, what it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup serve site pdf outputs test audit bench lint clean
.DEFAULT_GOAL := help

help: ## list what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

setup: ## make .venv with the pinned packages
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) book/bootstrap.py

serve: setup ## run stale snippets, serve the book, reload what is saved
	@$(RUN) mkdocs serve

site: setup ## build site/ strictly, as CI does
	@$(RUN) mkdocs build --strict --site-dir .cache/site
	@rm -rf site && mv .cache/site site

pdf: setup ## make book.pdf, the whole book
	@$(RUN) book pdf

outputs: setup ## show what prints other than its .txt; ACCEPT=1 writes it
	@$(RUN) book outputs $(if $(ACCEPT),--accept)

test: setup ## run every check
	@$(RUN) book run --everywhere
	@$(RUN) pytest -n 2 --dist loadgroup

audit: setup ## measure every page: speed, access, valid HTML; STEADY=1: not speed
	@$(RUN) tests.audit $(if $(STEADY),--steady) $(SITE)

bench: setup ## measure builds, reloads and the runner
	@$(RUN) tests.bench

lint: setup ## check and format Python
	@$(RUN) ruff format
	@$(RUN) ruff check --fix

clean: ## remove everything that was made
	rm -rf .cache .venv site book.pdf
