PYTHON := .venv/bin/python
RUN := .venv/bin/

# What the deployment checks look at: production as it should be, with nothing real in it.
LONG := 0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ
PRODUCTION := ENVIRONMENT=production SECRET_KEY=key-$(LONG) API_KEY_PEPPER=pepper-$(LONG) \
	PUBLIC_URL=https://blog.example.org DATABASE_URL=postgres://blogai@database.example.org/blogai \
	EMAIL_URL=smtp+tls://blog.example.org:587

# The marked tests start real processes. Those with a browser have a server and its worker running all the time,
# which would take the others' runs: they are a session of their own, where there is a browser.
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: run test chaos lint format bench vendor screenshots lighthouse

run: .venv
	@exec $(PYTHON) manage.py serve

test: .venv
ifneq ($(CI),)
	@test -n "$(CHROMIUM)" || { echo "The e2e tests need chromium, and CI is set." >&2; exit 1; }
endif
	$(RUN)pytest -n 2 -m "not worker and not chaos and not e2e"
	$(RUN)pytest -n 2 --dist worksteal -m "worker or chaos"
	$(if $(CHROMIUM),$(RUN)pytest -n 2 --dist worksteal -m e2e)

# Everything that runs is killed, hung or cut off while posts are written; what the database then says must add up.
chaos: .venv
	$(RUN)pytest -m chaos $(ARGS)

bench: .venv
	$(PYTHON) -m benchmarks $(ARGS)

# Every page and state, in both schemes and widths, into artefacts/screenshots; six of them for the README.
screenshots: .venv
	$(RUN)pytest generation/tests/e2e/test_looks.py -m e2e
	for scheme in light dark; do \
		cp artefacts/screenshots/landing-1280-$$scheme.png docs/screenshots/landing-$$scheme.png; \
		cp artefacts/screenshots/live-writing-1280-$$scheme.png docs/screenshots/live-$$scheme.png; \
		cp artefacts/screenshots/post-1280-$$scheme.png docs/screenshots/post-$$scheme.png; \
	done

# Lighthouse's marks for each page; fetches it with npm.
lighthouse: .venv
	$(RUN)pytest generation/tests/e2e/lighthouse.py -m e2e

# Fetches what static/vendor/VERSIONS lists, with npm.
vendor: .venv
	$(PYTHON) manage.py vendor

lint: .venv
	$(RUN)ruff check
	$(RUN)ruff format --check
	$(RUN)mypy blogai accounts billing generation health benchmarks manage.py conftest.py
	$(RUN)lint-imports
	git ls-files -z -- '*.html' | xargs -0 -r $(RUN)djade --check
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

format: .venv
	$(RUN)ruff check --fix
	$(RUN)ruff format
	git ls-files -z -- '*.html' | xargs -0 -r $(RUN)djade

.PHONY: .venv
.venv: .venv/synced

.venv/synced: pyproject.toml requirements-dev.txt .ci/venv
	@sh .ci/venv
	@touch $@

# Both are resolved for every platform and Python that we support. No network address belongs in them.
COMPILE := $(firstword $(wildcard .venv/uv/bin/uv) uv) pip compile --quiet --universal --generate-hashes --python-version 3.12 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make requirements.txt"

.PHONY: requirements.txt
requirements.txt:
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --extra demo --group dev --constraints requirements.txt \
		--output-file requirements-dev.txt
