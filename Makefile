# Every target does its own set-up: .venv, with the exact pins.
PYTHON ?= python3
RUN = .venv/bin/python -m
# README.md says what happens when Material ends; its banner need not.
export NO_MKDOCS_2_WARNING = 1
# What the author's shell says to Python, torch and matplotlib is not the book's.
unexport $(filter PYTHON% PYTEST_% PYTORCH_% TORCH% ATEN_% OMP_% MKL_% MPL% MATPLOTLIB%,$(.VARIABLES))
# So that two builds of one commit are the same: pages bear its date.
ifndef SOURCE_DATE_EPOCH
COMMITTED := $(shell git log -1 --format=%ct 2>/dev/null)
ifneq ($(COMMITTED),)
export SOURCE_DATE_EPOCH = $(COMMITTED)
endif
endif
# Only these need a browser, or Java.
TOOLS = $(if $(filter test audit pdf,$(MAKECMDGOALS)),--browser)
TOOLS += $(if $(filter test audit,$(MAKECMDGOALS)),--java)

# Do one step of several, and say how long it took.
define step
@began=$$(date +%s); $(2) && echo "step $(1): $$(($$(date +%s) - began)) s"
endef

.PHONY: help setup serve site pdf outputs test audit bench versions bite lint clean
.DEFAULT_GOAL := help

help: ## list what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

setup: ## make .venv with the pinned packages
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11.5 or newer" >&2; exit 1; }
	@$(PYTHON) book/setup/bootstrap.py $(strip $(TOOLS))

serve: setup ## run stale snippets, serve the book, reload what is saved; PORT=8001
	@$(RUN) mkdocs serve $(if $(PORT),--dev-addr 127.0.0.1:$(PORT))

site: setup ## build site/ strictly, as CI does; GENERATOR=zensical
ifeq ($(GENERATOR),zensical)
	@$(RUN) book run
	@rm -f .cache/[0-9]*  # what Zensical keeps by the text of a page alone
	@SITE_DIR=.cache/site $(RUN) zensical build --strict
	@cp -R .cache/outputs/site/. .cache/site
else
	@$(RUN) mkdocs build --strict --site-dir .cache/site
endif
	@rm -rf site && mv .cache/site site

pdf: setup ## make book.pdf, the whole book
	@$(RUN) book pdf

outputs: setup ## show what prints other than its .txt; ACCEPT=1 writes it
	@$(RUN) book outputs $(if $(ACCEPT),--accept)

test: export FULL := $(FULL)
test: setup ## run the checks that let a change land; FULL=1: all there are
	$(call step,programs,$(RUN) book run --everywhere $(if $(FULL),--full))
	$(call step,site,$(RUN) mkdocs build --strict --site-dir .cache/tested)
	$(call step,tests,BOOK_SITE=.cache/tested $(RUN) pytest -n 2 --dist loadgroup \
	  --durations 25 $(if $(FULL),-m ""))
	$(if $(FULL),$(call step,audit,$(RUN) tests.audit .cache/tested))
	$(if $(FULL),$(call step,versions,$(RUN) tests.versions))
	$(if $(FULL),$(call step,bite,$(RUN) tests.bite))

audit: setup ## measure every page: speed, access, valid HTML
	@$(RUN) tests.audit $(SITE)

bench: setup ## measure builds, reloads and the runner
	@$(RUN) tests.bench

versions: setup ## does the book print the same with the newest torch?
	@$(RUN) tests.versions

bite: setup ## alter programs: what would nobody notice? SNIPPET=..., or ALL=1
	@$(RUN) tests.bite $(SNIPPET) $(if $(ALL),--all) $(if $(SEED),--seed $(SEED)) \
	  $(if $(COUNT),--count $(COUNT))

lint: setup ## check and format Python
	@$(RUN) ruff format
	@$(RUN) ruff check --fix

clean: ## remove everything that was made
	rm -rf .cache .venv site book.pdf
