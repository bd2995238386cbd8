#!/usr/bin/env python3
"""Writes what the program is built from as a CycloneDX 1.5 list (JSON), to standard output.

usage: sbom.py [--target TRIPLE]

What `cargo metadata --locked` names for the machine, without what only tests and builds of models need; checksums are those of Cargo.lock. The
same lockfile gives the same bytes.
"""
import argparse, json, os, subprocess, sys, tomllib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def metadata(target):
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def host():
    said = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return next(line.split(": ")[1] for line in said.splitlines() if line.startswith("host: "))


def reached(nodes, root):
    """Ids of what is linked in or runs while building, from the root on; not what only tests need."""
    found, waiting = set(), [root]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [d["pkg"] for d in nodes[one]["deps"] if any(k["kind"] != "dev" for k in d["dep_kinds"])]
    return found


def component(package, checksums):
    name, version = package["name"], package["version"]
    row = {"type": "library", "bom-ref": f"{name}@{version}", "name": name, "version": version}
    if package.get("license"):
        row["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if package.get("source"):
        row["purl"] = f"pkg:cargo/{name}@{version}"
        if checksum := checksums.get((name, version)):
            row["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return row


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--target")
    o = ap.parse_args()
    found = metadata(o.target or host())
    packages = {p["id"]: p for p in found["packages"]}
    nodes = {n["id"]: n for n in found["resolve"]["nodes"]}
    root = next(i for i, p in packages.items() if p["name"] == "chancery-cli")
    with open(os.path.join(ROOT, "Cargo.lock"), "rb") as f:
        lock = tomllib.load(f)["package"]
    checksums = {(p["name"], p["version"]): p["checksum"] for p in lock if "checksum" in p}
    ids = reached(nodes, root)
    ref = lambda i: f"{packages[i]['name']}@{packages[i]['version']}"
    order = lambda rows: sorted(rows, key=lambda row: row.get("bom-ref") or row["ref"])
    json.dump({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {**component(packages[root], checksums), "type": "application"}},
        "components": order(component(packages[i], checksums) for i in ids if i != root),
        "dependencies": order(
            {"ref": ref(i), "dependsOn": sorted(ref(d["pkg"]) for d in nodes[i]["deps"] if d["pkg"] in ids)} for i in ids),
    }, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
