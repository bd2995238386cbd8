#!/usr/bin/env python3
"""Tries chancery.spark on a cluster of two workers on this machine; what it needs goes into out/spark (some 900 MB, once).

python3 tests/spark/run.py PROGRAM; the module lies in PROGRAM's folder, as cargo builds it.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "python"))

import run as module  # noqa: E402

PLACE = ROOT / "out" / "spark"


def environment() -> pathlib.Path:
    """The Python of the environment; made anew where the requirements have changed."""
    requirements, mark, python = HERE / "requirements.txt", PLACE / "made-for", PLACE / "bin" / "python"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    if not (mark.exists() and mark.read_text() == wanted):
        subprocess.run([sys.executable, "-m", "venv", "--clear", PLACE], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        subprocess.run(pip, check=True)
        mark.write_text(wanted)
    return python


def main() -> int:
    program = pathlib.Path(sys.argv[1]).resolve()
    if not shutil.which("java"):
        print("SKIPPED: the cluster's job was not tried, as there is no Java", file=sys.stderr)
        return 0
    python = environment()
    place = module.lay(program, ROOT / "out" / "python-spark")
    env = os.environ | {
        "CHANCERY_PROGRAM": str(program),
        "PYSPARK_PYTHON": str(python),
        "PYTHONPATH": str(place),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_SCALA_VERSION": "2.13",
    }
    env.pop("SPARK_HOME", None)
    arguments = ["-q", "-s", "-p", "no:cacheprovider", *sys.argv[2:], HERE]
    return subprocess.run([python, "-m", "pytest", *arguments], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
