.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
PORT ?= 8080
# A module's tests stay in one worker, where they share what was drawn and read.
XDIST := -n 2 --dist loadfile --no-loadscope-reorder

# The tests start a hundred processes, and each would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo try test test-fast test-log lint sbom audit format lock screens chaos soak fuzz fuzz-api bench-enumeration bench-slow-uploads bench-cases bench-pictures bench-signals bench-status bench-tokens bench-lists bench-webhooks bench-faces bench-documents bench-presence bench-guidance bench-hints bench-first-load bench-duplicates bench-links clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

demo: $(VENV)/.runtime ## Serve the widget, a worker and a demo merchant on this machine
	$(BIN)/kyc demo --port $(PORT)

try: $(VENV)/.runtime ## Verify a simulated person end to end, unattended
	$(BIN)/kyc try

test: $(VENV)/.dev ## All tests; installs Debian's chromium when it is missing and it may
	@.ci/install-browser
	$(BIN)/pytest $(XDIST)

test-fast: $(VENV)/.dev ## The tests that need no browser
	$(BIN)/pytest $(XDIST) -m "not browser"

screens: $(VENV)/.dev ## Every screen anew into docs/screens; LOCALES=he,ja FOLDER=/tmp/screens
	@.ci/install-browser
	$(if $(LOCALES),LOCALES=$(LOCALES)) $(if $(FOLDER),FOLDER="$(FOLDER)") $(BIN)/pytest -q tests/journeys/screens.py

test-log: $(VENV)/.dev ## The log of all tests without a browser, searched for names and keys; TESTS=tests
	$(BIN)/pytest -q $(XDIST) -p tests.builders.suite_log -m "not browser" --ignore tests/test_log_redaction.py $(or $(TESTS),tests)

fuzz-api: $(VENV)/.dev ## Made-up requests for every operation, as many as EXAMPLES=1000 says
	EXAMPLES=$(or $(EXAMPLES),1000) $(BIN)/pytest -n 2 --timeout 3600 tests/contracts/test_fuzz.py

fuzz: $(VENV)/.dev ## Mutated files against the decoder's children; MINUTES=10
	$(BIN)/python -m tests.fuzz.decoder --minutes $(or $(MINUTES),10) $(if $(KEEP),--keep "$(KEEP)")

lint: $(VENV)/.dev $(VENV)/.audit node_modules ## Style, types, floors, and the parts that are known to be faulty
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	.locks/node/node_modules/.bin/tsc --project .locks/node/tsconfig.json
	@$(MAKE) --no-print-directory sbom OUT=$(VENV)/sbom.json
	@# Silence is no clean bill, but where nobody can be asked it is no fault of the change either.
	$(VENV)/audit/bin/python .ci/audit || test $$? -eq 2

sbom: $(VENV)/.audit ## The parts of the product as CycloneDX, from the lock; OUT=sbom.json
	$(VENV)/audit/bin/python -W ignore -m cyclonedx_py requirements .locks/runtime.txt \
	  --pyproject pyproject.toml --output-reproducible --of JSON -o $(or $(OUT),sbom.json)

audit: $(VENV)/.audit ## What advisory databases know of the parts; SERVICE=osv or pypi
	$(VENV)/audit/bin/python .ci/audit $(or $(SERVICE),osv)

format: $(VENV)/.dev ## Let ruff format and mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## Write the hashed locks anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra build --extra demo --extra postgres --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o .locks/runtime.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-emit-package kyc-widget \
	  -c .locks/runtime.txt -q -o .locks/dev.txt
	$(BIN)/uv pip compile .locks/audit.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header -q -o .locks/audit.txt

# Measuring needs a corpus of yours: make bench-faces MANIFEST=pairs.csv
# PassportEye and fastmrz stand beside ours where READERS_PYTHON has them installed
bench-documents bench-faces: bench-%: $(VENV)/.runtime
	@test -f "$(MANIFEST)" || { echo "bench-$*: give MANIFEST=<file>; no corpus ships with the project"; exit 2; }
	$(BIN)/kyc evaluate $* "$(MANIFEST)"
	@test $* != documents || $(BIN)/python -m tests.benchmarks.mrz_readers "$(MANIFEST)" --python $(or $(READERS_PYTHON),$(BIN)/python)

bench-presence: $(VENV)/.dev ## APCER and BPCER on simulated presentations; COUNT=20, or MANIFEST=<file>
	$(BIN)/kyc evaluate presence $(if $(MANIFEST),"$(MANIFEST)",--count $(or $(COUNT),20))

bench-hints: $(VENV)/.dev ## What the camera page says to spoilt photographs; COUNT=60
	$(BIN)/python -m tests.benchmarks.live_hints --count $(or $(COUNT),60)

bench-first-load: $(VENV)/.dev ## When the first step answers on a slow line; COUNT=9
	$(BIN)/python -m tests.benchmarks.first_load --count $(or $(COUNT),9)

bench-guidance: $(VENV)/.dev ## What a running server takes for each frame of a challenge; PEOPLE=3
	$(BIN)/python -m tests.benchmarks.presence_guidance --people $(or $(PEOPLE),3)

bench-pictures: $(VENV)/.dev ## How long it takes to say what is wrong with a picture
	taskset -c 0 $(BIN)/python -m tests.benchmarks.bad_pictures

bench-signals: $(VENV)/.dev ## Signs of screens, copies and edits on drawn pictures; COUNT=30
	$(BIN)/kyc evaluate authenticity --count $(or $(COUNT),30)

bench-status: $(VENV)/.dev ## kyc-status beside a bare Flask route; USERS="100000 1000000"
	$(BIN)/python -m tests.benchmarks.kyc_status --users $(or $(USERS),100000 1000000)

bench-tokens: $(VENV)/.dev ## How long a client token takes to make; USERS=100000
	$(BIN)/python -m tests.benchmarks.client_tokens --users $(or $(USERS),100000)

bench-lists: $(VENV)/.dev ## Pages of 100 customer verifications at any depth; ROWS=1000000
	$(BIN)/python -m tests.benchmarks.customer_verifications --rows $(or $(ROWS),1000000)

bench-webhooks: $(VENV)/.dev ## Pages of 100 webhook deliveries at any depth; ROWS=1000000
	$(BIN)/python -m tests.benchmarks.webhook_deliveries --rows $(or $(ROWS),1000000)

bench-duplicates: $(VENV)/.dev ## One face searched among sealed templates; USERS="10000 1000000"
	taskset -c 0 $(BIN)/python -m tests.benchmarks.duplicate_faces --users $(or $(USERS),10000 100000 1000000)

bench-links: $(VENV)/.dev ## Which pictures are taken for one that was sent before; COUNT=60
	$(BIN)/python -m tests.benchmarks.picture_links --count $(or $(COUNT),60)

bench-enumeration: $(VENV)/.dev ## Whether time tells which names exist; COUNT=2000
	taskset -c 0 $(BIN)/python -m tests.benchmarks.enumeration --count $(or $(COUNT),2000)

bench-slow-uploads: $(VENV)/.dev ## A probe beside uploads that drip in at 1 KB/s; UPLOADS=64
	$(BIN)/python -m tests.benchmarks.slow_uploads --uploads $(or $(UPLOADS),64)

bench-cases: $(VENV)/.dev ## Uploads and decisions while cases arrive; MINUTES=5 PER_MINUTE=10
	$(BIN)/python -m tests.benchmarks.cases_under_load --minutes $(or $(MINUTES),5) --per-minute $(or $(PER_MINUTE),10)

soak: $(VENV)/.dev ## Memory and open files of the real server through MINUTES=30 of cases
	$(BIN)/python -m tests.benchmarks.cases_under_load --minutes $(or $(MINUTES),30) --per-minute $(or $(PER_MINUTE),6)

chaos: $(VENV)/.dev ## Whole verifications through kill -9 of web and workers; COUNT=500 KILLS=20
	$(BIN)/python -m tests.chaos.verifications --count $(or $(COUNT),500) --kills $(or $(KILLS),20)

clean: ## Remove the venv, caches and local state
	rm -rf $(VENV) .state .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .locks/node/node_modules

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: .locks/runtime.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .locks/runtime.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: .locks/dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .locks/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime

$(VENV)/.audit: .locks/audit.txt | $(VENV)/bin/python
	$(BIN)/python -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .locks/audit.txt
	@touch $@

.PHONY: node_modules
node_modules: .locks/node/node_modules/.package-lock.json

.locks/node/node_modules/.package-lock.json: .locks/node/package-lock.json
	cd .locks/node && npm ci --silent --no-audit --no-fund --ignore-scripts
