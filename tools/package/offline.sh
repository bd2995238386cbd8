#!/bin/sh
# Proves that the packaged crates are enough: packages all, lays what others wrote beside them, and installs the program from
# that folder alone, with an empty cargo home and without the network.
#
# usage: tools/package/offline.sh FOLDER [--debug]     FOLDER takes some 4 GB and may be deleted afterwards
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)
flag=${2:-}
rm -rf "$work/target" "$work/home" "$work/crates" "$work/installed"
cd "$root"
CARGO_TARGET_DIR="$work/target" cargo package -q --workspace --exclude chancery-python --no-verify --allow-dirty
cargo vendor -q --locked "$work/crates" > /dev/null
for crate in "$work"/target/package/*.crate; do
    tar -xzf "$crate" -C "$work/crates"
    name=$(basename "$crate" .crate)
    sum=$(sha256sum "$crate" | cut -d ' ' -f 1)
    printf '{"files":{},"package":"%s"}' "$sum" > "$work/crates/$name/.cargo-checksum.json"
done
mkdir -p "$work/home"
cat > "$work/home/config.toml" <<EOF
[source.crates-io]
replace-with = "here"
[source.here]
directory = "$work/crates"
EOF
cd "$work"
alone=""
if unshare -rn true 2> /dev/null; then
    alone="unshare -rn"
else
    echo "the network cannot be cut off here: only cargo is told to stay offline" >&2
fi
CARGO_HOME="$work/home" CARGO_TARGET_DIR="$work/target" $alone cargo install --offline --locked $flag --root "$work/installed" chancery-cli
printf 'The mayor of Lyon thanked Kenya.\n' > "$work/hello.txt"
"$work/installed/bin/chancery" code "$work/hello.txt" | grep -q '"SUPPORT"' || { echo "installed, but it does not code" >&2; exit 1; }
echo "installed from the packages alone, and it codes"
