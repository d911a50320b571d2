# Two commands on a fresh machine: `make demo` and `make test`. They need Python 3.11+, make and a package registry.
# What else is missing comes by apt-get where that is allowed; otherwise one line says what is left out.

ARGS ?=
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN = .venv/bin/python
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)

# Where the console's sentences stand, and those of the core that it translates.
WORDED = gateway/console gateway/core gateway/publishing gateway/advising.py gateway/recordings.py gateway/enrolment gateway/outreach gateway/phone/abilities.py

.PHONY: demo test soak call lint translate migrate pins screenshots clean

demo: .venv/run.stamp
	@exec $(RUN) -m gateway demo $(ARGS)

test: .venv/dev.stamp browser telephones lint
	@$(RUN) -m pytest -n 2 $(ARGS)

soak: .venv/dev.stamp browser
	@$(RUN) -m pytest -m soak --timeout 3600 $(ARGS)

# A real telephone call on this machine, in English or with ARGS=zh: who said and pressed what, and when.
call: .venv/dev.stamp telephones
	@$(RUN) -m tests.sip $(ARGS)

lint: .venv/dev.stamp
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

migrate: .venv/run.stamp
	@$(RUN) -m gateway db upgrade

# Gathers the sentences of every flow and of the console and brings the catalogs of all languages up to date (changed ones turn fuzzy).
translate: .venv/run.stamp
	@$(RUN) -m babel.messages.frontend extract -F locales/babel.cfg --no-wrap --add-location=file --project="Symptom Gateway" \
		-o locales/flows.pot flows
	@$(RUN) -m babel.messages.frontend update -i locales/flows.pot -d locales -D flows --no-wrap --previous
	@$(RUN) -m babel.messages.frontend extract -F locales/console.cfg --no-wrap --add-location=file --project="Symptom Gateway" \
		-k "say" -k "_" -k "worded" -o locales/console.pot $(WORDED)
	@for code in zh_CN ar; do $(RUN) -m babel.messages.frontend update -i locales/console.pot -d locales -D console -l $$code \
		--no-wrap --previous --init-missing || exit 1; done

# Pictures of the phones page in docs/pictures, from a real week in the demo.
screenshots: .venv/dev.stamp browser
	@$(RUN) -m tests.browser.screenshots $(ARGS)

pins: .venv/dev.stamp
	@.venv/bin/pip install -q uv
	@for name in requirements requirements-dev; do .venv/bin/uv pip compile -q --universal --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-header $$name.in -o $$name.txt || exit 1; done

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/run.stamp: requirements.txt
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer with its venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }
	@[ -x $(RUN) ] || $(PYTHON) -m venv .venv
	@echo "installing the pinned requirements into .venv ..."
	@$(RUN) -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	@$(RUN) -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# A real browser for the tests of the pages, and fonts in which Chinese can be read.
.PHONY: browser
browser:
	@command -v chromium >/dev/null || command -v apt-get >/dev/null || { \
		echo "chromium is missing and there is no apt-get: install it, the tests of the pages need it"; exit 1; }
	@command -v chromium >/dev/null || { echo "installing chromium by apt-get ..."; $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; }

# Two SIP telephones on loopback and a voice. Where they cannot be had, the tests of a real call are left out.
.PHONY: telephones
telephones:
	@command -v baresip >/dev/null && command -v espeak-ng >/dev/null || { command -v apt-get >/dev/null && \
		echo "installing baresip and espeak-ng by apt-get ..." && $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends baresip-core espeak-ng >/dev/null; } || \
		echo "baresip or espeak-ng is missing and cannot be installed here: the real call is left out"
