PYTHON := .venv/bin/python
RUN := .venv/bin/

# Without its cache Python compiles Django and the rest anew for each command, which takes four seconds.
unexport PYTHONDONTWRITEBYTECODE

# What the deployment checks look at: production as it should be, with nothing real in it.
LONG := 0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ
PRODUCTION := ENVIRONMENT=production SECRET_KEY=key-$(LONG) API_KEY_PEPPER=pepper-$(LONG) \
	PUBLIC_URL=https://blog.test DATABASE_URL=postgres://blogai@database.test/blogai?sslmode=verify-full \
	ALLOWED_HOSTS=blog.test TRUSTED_PROXY_HOPS=1 REDIS_URL=redis://redis:6379/0 OPENAI_API_KEY=none \
	EMAIL_URL=smtp+tls://blog.test:587 DEFAULT_FROM_EMAIL=hello@blog.test SUPPORT_EMAIL=help@blog.test \
	STRIPE_SECRET_KEY=sk_live_none STRIPE_WEBHOOK_SECRET=whsec_none STRIPE_PRICE_ID_STARTER=price_1 \
	STRIPE_PRICE_ID_PRO=price_2 STRIPE_PRICE_ID_BUSINESS=price_3 SENTRY_DSN=https://key@sentry.test/1

# The marked tests start real processes. Those with a browser have a server and its worker running all the time,
# which would take the others' runs: they are a session of their own, where there is a browser.
CHROMIUM := $(shell command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome)

# JavaScript and CSS are linted and formatted where npm is.
NPM := $(shell command -v npm)
BIOME := node_modules/.bin/biome
TYPESCRIPT := clients/typescript

# Debian has it in a folder that is on root's path only: then this finds none.
NGINX := $(shell command -v nginx)

.PHONY: run test check chaos docs-test lint format bench clients vendor screenshots lighthouse

run: .venv
	@exec $(PYTHON) manage.py serve

test: .venv $(if $(NPM),node_modules/synced $(TYPESCRIPT)/dist/built)
ifneq ($(CI),)
	@test -n "$(NPM)" || { echo "The TypeScript client is tested with node and npm, and CI is set." >&2; exit 1; }
	@test -n "$(CHROMIUM)" || { echo "The e2e tests need chromium, and CI is set." >&2; exit 1; }
endif
	$(RUN)pytest -n 2 --dist worksteal $(if $(CI),--cov --cov-report=) -m "not worker and not chaos and not e2e"
	$(RUN)pytest -n 2 --dist worksteal -m "worker or chaos"
	$(if $(CHROMIUM),$(RUN)pytest -n 2 --dist worksteal -m e2e)

# The loop of a person at work: what `make test` starts with, without coverage and sweeps.
check: lint
	$(RUN)pytest -n 2 --dist worksteal -q -m "not worker and not chaos and not e2e and not sweep"

# Everything that runs is killed, hung or cut off while posts are written; what the database then says must add up.
chaos: .venv
	$(RUN)pytest -m chaos $(ARGS)

# Every command of README.md and docs/, and those that operators bring with them, against a running deployment.
docs-test: .venv
	$(RUN)pytest -n0 blogai/tests/test_docs_commands.py $(ARGS)

bench: .venv
	$(PYTHON) -m benchmarks $(ARGS)

# Every page and state, in both schemes and widths, into artefacts/screenshots; six of them for the README.
screenshots: .venv
	$(RUN)pytest generation/tests/e2e/test_looks.py -m e2e
	for scheme in light dark; do \
		cp artefacts/screenshots/landing-1280-$$scheme.png docs/screenshots/landing-$$scheme.png; \
		cp artefacts/screenshots/live-writing-1280-$$scheme.png docs/screenshots/live-$$scheme.png; \
		cp artefacts/screenshots/live-finished-1280-$$scheme.png docs/screenshots/post-$$scheme.png; \
	done

# Lighthouse's marks for each page; fetches it with npm.
lighthouse: .venv
	$(RUN)pytest generation/tests/e2e/lighthouse.py -m e2e

# Writes what the clients in clients/ have from the description of the API; fetches the generators.
clients: .venv $(TYPESCRIPT)/node_modules/synced
	$(PYTHON) manage.py generate_clients

$(TYPESCRIPT)/dist/built: $(TYPESCRIPT)/node_modules/synced $(wildcard $(TYPESCRIPT)/*.json $(TYPESCRIPT)/test/*) \
		$(wildcard $(TYPESCRIPT)/src/*.ts $(TYPESCRIPT)/src/generated/*.ts)
	cd $(TYPESCRIPT) && rm -rf dist && node_modules/.bin/tsc -p test
	@touch $@

# Fetches what static/vendor/VERSIONS lists, with npm.
vendor: .venv
	$(PYTHON) manage.py vendor

# Each step is a target of its own (`make lint-types`); .pre-commit-config.yaml has them all.
# The long ones are first.
LINT := lint-types lint-migrations lint-clients lint-alerts lint-deployment lint-imports lint-python lint-templates \
	lint-frontend lint-kubernetes lint-nginx lint-shell lint-yaml lint-containers lint-sql lint-docs

# As many at a time as there are processors; what each prints stays together where make can do that (from 4.0).
PROCESSORS := $(shell getconf _NPROCESSORS_ONLN)
LINT_AT_ONCE := --no-print-directory --keep-going --jobs=$(PROCESSORS) \
	$(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: $(LINT) $(LINT:%=timed-%)
lint: .venv
	@$(MAKE) $(LINT_AT_ONCE) $(LINT:%=timed-%)

$(LINT:%=timed-%): SHELL := bash
$(LINT:%=timed-%): timed-%:
	@TIMEFORMAT="== $*: %1R s"; time $(MAKE) --no-print-directory $*

lint-python: .venv
	$(RUN)ruff check
	$(RUN)ruff format --check

lint-types: .venv
	$(RUN)mypy blogai accounts billing generation health staff benchmarks manage.py conftest.py

lint-imports: .venv
	$(RUN)lint-imports --no-logo

lint-templates: .venv
	files=$$(git ls-files -- '*.html') && $(RUN)djade --check $$files

lint-migrations: .venv
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py export_sql --check
	DJANGO_SETTINGS_MODULE=blogai.lint_settings $(PYTHON) manage.py lintmigrations

# Squawk gets copies without the tables of other packages. Their lines are empty, so that ours keep their numbers.
OURS := FNR == 1 { skip = 0 } /^-- Tables of other packages / { skip = 1 } { print skip ? "" : $$0 > (folder "/" FILENAME) } \
	/^-- End of the tables of other packages/ { skip = 0 }

lint-sql: .venv
	@copies=$$(mktemp -d) && trap 'rm -rf "$$copies"' EXIT && mkdir "$$copies/migrations_sql" && \
		awk -v folder="$$copies" '$(OURS)' $(filter-out %_rollback.sql,$(wildcard migrations_sql/*.sql)) && \
		cd "$$copies" && $(CURDIR)/$(RUN)squawk --config $(CURDIR)/.squawk.toml 'migrations_sql/*.sql'

lint-docs: .venv
	$(PYTHON) manage.py generate_config_docs --check

lint-deployment: .venv
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

# As it is rendered, with a certificate to throw away. HSTS is Blog AI's to send.
ifneq ($(NGINX),)
lint-nginx: .venv
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(RUN)python -m trustme --quiet --dir "$$folder" --identities blog.example.org api.example.org && \
		BLOG_HOST=blog.example.org API_HOST=api.example.org NGINX_HTTP_PORT=8080 NGINX_HTTPS_PORT=8443 \
		NGINX_CERTIFICATE="$$folder/server.pem" NGINX_CERTIFICATE_KEY="$$folder/server.key" \
		NGINX_STATE="$$folder/state" NGINX_PID="$$folder/nginx.pid" NGINX_LOG="$$folder/access.log" \
		docker/nginx/render "$$folder/conf" && \
		nginx -t -q -c "$$folder/conf/nginx.conf" && \
		$(RUN)gixy --skips hsts_header "$$folder/conf/nginx.conf"
else ifneq ($(CI),)
lint-nginx:
	@echo "nginx' configuration is checked with nginx: there is none, and CI is set." >&2; exit 1
else
lint-nginx:
	@echo "nginx' configuration is not checked: there is no nginx."
endif

ifneq ($(NPM),)
lint-frontend: node_modules/synced
	$(BIOME) check --error-on-warnings
else ifneq ($(CI),)
lint-frontend:
	@echo "JavaScript and CSS are checked with npm: there is none, and CI is set." >&2; exit 1
else
lint-frontend:
	@echo "JavaScript and CSS are not checked: there is no npm."
endif

# What was generated is compared by its hashes, which needs no generator.
lint-clients: .venv $(if $(NPM),$(TYPESCRIPT)/node_modules/synced)
	$(PYTHON) manage.py generate_clients --check
	cd clients/python && $(CURDIR)/$(RUN)mypy src tests
	$(if $(NPM),cd $(TYPESCRIPT) && node_modules/.bin/tsc --noEmit && node_modules/.bin/tsc --noEmit -p test, \
		@echo "The TypeScript client is not checked: there is no npm.")

# Scripts are what git says is executable, or ends in .sh, and begins with a shell.
lint-shell: .venv
	scripts=$$(git grep -lE --cached '^#!.*\b(ba)?sh\b' -- .ci docker '*.sh') && $(RUN)shellcheck $$scripts

lint-yaml: .venv
	files=$$(git ls-files -- '*.yml' '*.yaml') && $(RUN)yamllint --strict $$files

# Each where there is such a file.
lint-containers: .venv
	git ls-files -- 'Dockerfile*' '*/Dockerfile*' ':!*.dockerignore' | xargs -r $(RUN)hadolint
	git ls-files -- 'docker-compose*.yml' | xargs -r $(RUN)check-jsonschema --builtin-schema vendor.compose-spec

# Each is rendered by kustomize, which is part of kubectl, and held against the oldest Kubernetes that we support and the
# newest one that we know. KEDA's kind has no schema there.
KUBERNETES := $(sort $(wildcard docker/k8s/base docker/k8s/overlays/*))
lint-kubernetes: .venv
	@manifests=$$(mktemp -d) && trap 'rm -rf "$$manifests"' EXIT && \
		for folder in $(KUBERNETES); do \
			$(RUN)kubectl kustomize "$$folder" --output "$$manifests/$${folder##*/}.yaml" || exit; \
		done && \
		for version in 1.30 1.37; do \
			$(RUN)kubernetes-validate --strict --quiet --no-warn --kubernetes-version $$version \
				"$$manifests"/*.yaml docker/k8s/secret.example.yaml || exit; \
		done

# promtool is in Debian's package prometheus. Without it the alerts are left alone, unless CI is set.
MONITORING := docker/monitoring
PROMTOOL := $(shell command -v promtool)
ifneq ($(PROMTOOL),)
lint-alerts:
	@$(PROMTOOL) check config --syntax-only $(MONITORING)/prometheus.yml
	@$(PROMTOOL) check rules $(MONITORING)/rules/*.yml
	@$(PROMTOOL) test rules $(MONITORING)/tests/*.yml
else ifneq ($(CI),)
lint-alerts:
	@echo "Alerts are checked with promtool: there is none, and CI is set." >&2; exit 1
else
lint-alerts:
	@echo "Alerts are not checked: there is no promtool."
endif

format: .venv $(if $(NPM),node_modules/synced)
	$(RUN)ruff check --fix
	$(RUN)ruff format
	files=$$(git ls-files -- '*.html') && $(RUN)djade $$files
	$(if $(NPM),$(BIOME) check --write,@echo "JavaScript and CSS are not formatted: there is no npm.")

# What package.json pins, the packages that it pins in turn included.
node_modules/synced: package.json
$(TYPESCRIPT)/node_modules/synced: $(TYPESCRIPT)/package.json
node_modules/synced $(TYPESCRIPT)/node_modules/synced:
	cd $(dir $<) && npm install --loglevel=error
	@touch $@

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
	$(COMPILE) pyproject.toml --extra demo --extra documents --group dev --constraints requirements.txt \
		--output-file requirements-dev.txt
	$(COMPILE) pyproject.toml --extra demo --constraints requirements-dev.txt --output-file requirements-demo.txt
	$(COMPILE) pyproject.toml --extra documents --constraints requirements-dev.txt \
		--output-file requirements-documents.txt

# The production image, and tests that run it as an operator would (docs/deployment.md). They need root, buildah, npm
# and a Postgres over TCP.
.PHONY: image image-test
image:
	docker/scripts/build-image.sh $(ARGS)

image-test: export DATABASE_URL ?= postgresql://postgres@127.0.0.1:5432/postgres
image-test: .venv
	$(RUN)pytest -p no:randomly -s blogai/container/tests/image.py $(ARGS)
