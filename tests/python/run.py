#!/usr/bin/env python3
"""Lays the built module beside its Python files in out/python, and tries it with pytest in the environment of tests/doors.

python3 tests/python/run.py PROGRAM; the module lies in PROGRAM's folder, as cargo builds it.
"""

import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "doors"))

import run as doors  # noqa: E402

BUILT = {"darwin": "lib_chancery.dylib", "win32": "_chancery.dll"}.get(sys.platform, "lib_chancery.so")
NAME = "_chancery.pyd" if sys.platform == "win32" else "_chancery.abi3.so"


def lay(program: pathlib.Path, place: pathlib.Path) -> pathlib.Path:
    """The module as a wheel has it, in a folder of its own."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT / "crates/chancery-python/python", place)
    shutil.copy2(program.parent / BUILT, place / "chancery" / NAME)
    return place


def main() -> int:
    program = pathlib.Path(sys.argv[1]).resolve()
    try:
        python = doors.environment()
    except (OSError, subprocess.CalledProcessError) as trouble:
        if os.environ.get("DOORS") == "required":
            raise
        print(f"SKIPPED: the Python module was not tried, as its tools cannot be installed: {trouble}", file=sys.stderr)
        return 0
    place = lay(program, ROOT / "out" / "python")
    env = os.environ | {"PYTHONPATH": str(place), "CHANCERY_PROGRAM": str(program)}
    return subprocess.run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", HERE], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
