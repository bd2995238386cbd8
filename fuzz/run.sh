#!/bin/sh
# Builds all targets with a nightly compiler and runs one: ./run.sh TARGET [SECONDS]
# What is found lies in out/fuzz; FUZZ_SANITIZER=address also looks for errors of memory (slower).
set -eu
cd "$(dirname "$0")"
target=${1:?which target? one of: $(sed -n 's/^name = "\(.*\)"/\1/p' Cargo.toml | tail -n +2 | tr '\n' ' ')}
seconds=${2:-150}
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
 -Cllvm-args=-sanitizer-coverage-trace-compares ${FUZZ_SANITIZER:+-Zsanitizer=$FUZZ_SANITIZER}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}"
RUSTFLAGS=$(echo $flags) cargo +nightly build --release --target "$host" --bins
mkdir -p "../out/fuzz/$target"
exec "$CARGO_TARGET_DIR/$host/release/$target" "../out/fuzz/$target" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len="${FUZZ_MAX_LEN:-4096}" \
    -artifact_prefix="../out/fuzz/$target-" -print_final_stats=1
