# `make demo` and `make test` set up what they need: Rust, Python 3.10+, Node 18+, a C compiler and the package
# registries are enough. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
CARGO ?= cargo

.DEFAULT_GOAL := help
.PHONY: help demo demo-prometheus test generate python node c go test-core test-py test-node test-c test-examples test-readme \
  lint docs bench bench-gate sizes fuzz clean

help:
	@echo 'make demo        analyse two real applications: report here, page in demo-report.html'
	@echo 'make test        every check of every language'
	@echo 'make demo-prometheus   the same from a Prometheus that it starts; needs prometheus and promtool'
	@echo 'make python      build the Python package into .venv'
	@echo 'make node        build the Node package into upid-node'
	@echo 'make c           build the C library and its example'
	@echo 'make go          run the Go example over the C library, and show the flags that it takes'
	@echo 'make generate    write schema, vectors, digest of the demo, Python types, TypeScript declarations, C header'
	@echo 'make docs        API documentation of the core into target/doc'
	@echo 'make bench       benchmarks beside the floor and other tools, N=1000 or larger; table in benches/README.md'
	@echo 'make bench-gate  instruction counts against the committed ones, hostile inputs; needs valgrind'
	@echo 'make sizes       bytes of a summary beside 16-byte samples; DATA=folder adds whole public sets'
	@echo 'make fuzz        60 s per fuzz target; needs a nightly toolchain and cargo-fuzz'

demo:
	$(CARGO) run --quiet --release -p upid-examples --bin upid -- demo

demo-prometheus: python
	$(PY) examples/python/prometheus_live.py

# -- the faces -----------------------------------------------------------------------------------------------------

$(VENV)/ready: upid-py/requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo 'Python 3.10 or later is needed' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo 'on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PY) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

python: $(VENV)/ready
	cd upid-py && VIRTUAL_ENV=$(abspath $(VENV)) ../$(VENV)/bin/maturin develop --quiet --release

upid-node/node_modules/.ready: upid-node/package-lock.json
	npm --prefix upid-node ci --silent --no-audit --no-fund
	@touch $@

node: upid-node/node_modules/.ready
	npm --prefix upid-node run --silent build:release

c:
	$(MAKE) --no-print-directory -C upid-ffi PROFILE=release OUT=$(CURDIR)/target/c example-c

go:
	$(MAKE) --no-print-directory -C upid-ffi PROFILE=release run-go

# -- generated files -----------------------------------------------------------------------------------------------

generate: $(VENV)/ready upid-node/node_modules/.ready
	UPID_WRITE=1 $(CARGO) test --quiet -p upid-core --features schema --test schema
	UPID_WRITE=1 $(CARGO) test --quiet -p upid-core --features schema --test vectors
	UPID_WRITE=1 $(CARGO) test --quiet -p upid-examples --test demo
	$(PY) upid-py/generate.py
	npm --prefix upid-node run --silent generate
	$(MAKE) --no-print-directory -C upid-ffi header

# -- tests ---------------------------------------------------------------------------------------------------------

test: lint test-core test-py test-node test-c test-examples test-readme
	@echo 'make test: all passed'

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --quiet --workspace --all-targets --features upid-core/schema -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --quiet -p upid-core --no-deps

test-core:
	$(CARGO) test --quiet -p upid-core --features schema,catalog
	$(CARGO) test --quiet -p upid-core --no-default-features --test analysis --test vectors

test-py: python
	$(PY) upid-py/generate.py --check
	cd upid-py && ../$(PY) -m pytest -q
	cd upid-py && ../$(PY) -m mypy
	cd upid-py && ../$(PY) -m mypy.stubtest upid._upid
	cd upid-py && ../$(VENV)/bin/ruff check . && ../$(VENV)/bin/ruff format --check .

test-node: node
	npm --prefix upid-node test --silent
	npm --prefix upid-node run --silent check

# The debug build: in optimised code valgrind takes a payload that is read before its tag for an uninitialised value.
test-c:
	$(CARGO) test --quiet -p upid-ffi
	$(MAKE) --no-print-directory -C upid-ffi go-install
	$(MAKE) --no-print-directory -C upid-ffi test

test-examples: python node
	$(CARGO) test --quiet -p upid-examples
	$(PY) examples/python/quickstart.py > /dev/null
	$(PY) examples/python/parquet_stream.py $(VENV)/samples.parquet --generate 40x1440 --split 8 > /dev/null
	@if command -v prometheus promtool > /dev/null; then $(PY) examples/python/prometheus_live.py > /dev/null; \
	  else echo 'examples   prometheus_live.py left out: apt-get install prometheus'; fi
	npm --prefix examples/node install --silent
	node examples/node/quickstart.mjs > /dev/null
	@echo 'examples   ran'

# The README's commands, run as printed.
test-readme: python node c
	$(PYTHON) examples/check_readme.py README.md

# -- the rest ------------------------------------------------------------------------------------------------------

docs:
	$(CARGO) doc -p upid-core --no-deps

# Size of the fleet and of the cluster: N=10000 is that of the goals.
N ?= 1000
BENCH_PY := benches/.venv/bin/python

benches/.venv/ready: benches/requirements.txt
	$(PYTHON) -m venv benches/.venv
	$(BENCH_PY) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# Ours beside the floor and beside other tools; the table goes into benches/README.md.
bench: benches/.venv/ready python node
	PODS=$(N) $(CARGO) bench -p upid-benches --bench '*' -- --warm-up-time 1 --measurement-time 2
	$(CARGO) build --quiet --release -p upid-benches
	$(BENCH_PY) benches/peers.py --containers $(N)
	$(PY) benches/faces.py --containers $(N)
	$(CARGO) run --quiet --release -p upid-benches --example prometheus -- write target/answer.json
	$(PY) benches/peers_prometheus.py target/answer.json
	$(BENCH_PY) benches/report.py

# Instructions per sample against benches/baseline.json (UPID_WRITE=1 records them), and of inputs made to be slow.
bench-gate:
	$(CARGO) build --quiet --release -p upid-benches --bin instructions
	$(PYTHON) benches/gate.py

# Bytes per container-day and metric-day; DATA is a folder with anomaly/nab and vm-traces.
sizes: $(VENV)/ready
	$(PY) benches/sizes.py $(if $(DATA),--data $(DATA))

fuzz:
	cd fuzz && for target in $$(ls fuzz_targets | sed 's/\.rs$$//'); do \
	  $(CARGO) +nightly fuzz run -s none $$target corpus/$$target seeds/$$target -- -max_total_time=60 || exit 1; done

clean:
	$(CARGO) clean
	rm -rf $(VENV) benches/.venv upid-node/node_modules upid-node/*.node demo-report.html
