#!/bin/sh
# Installs the packages of package-lock.json once, and runs run.mjs: tests/browser/run.sh PROGRAM
# Without Node.js or Chromium nothing is gone through, which is said; with BROWSER=required that is a fault.
set -eu
here=$(dirname "$0")
skip() {
  echo "SKIPPED: the pages were not gone through: $1" >&2
  [ "${BROWSER:-}" != required ]
  exit
}
command -v node >/dev/null || skip "there is no Node.js"
for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome ""; do
  [ -n "$name" ] || skip "there is no Chromium"
  ! command -v "$name" >/dev/null || break
done
if ! [ "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]; then
  npm ci --prefix "$here" --no-audit --no-fund --silent || skip "its packages cannot be installed"
  touch "$here/node_modules/.package-lock.json"
fi
CHROMIUM=$name exec node "$here/run.mjs" "$1"
