#!/usr/bin/env python3
"""Tries chancery.spark on a cluster of two workers on this machine; what it needs goes into out/spark (some 900 MB, once).

python3 tests/spark/run.py PROGRAM; the module lies in PROGRAM's folder, as cargo builds it. With RAY=1 the block of
docs/how-to/cluster.md on Ray is run too, in out/spark-ray (some 1.5 GB).
"""

import hashlib
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WITH_RAY = os.environ.get("RAY") == "1"
PLACE = ROOT / "out" / ("spark-ray" if WITH_RAY else "spark")
REQUIREMENTS = [HERE / "requirements.txt"] + [HERE / "requirements-ray.txt"] * WITH_RAY


def environment() -> pathlib.Path:
    """The Python of the environment; made anew where the requirements have changed."""
    mark, python = PLACE / "made-for", PLACE / "bin" / "python"
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in REQUIREMENTS) + sys.version.encode()).hexdigest()
    if not (mark.exists() and mark.read_text() == wanted):
        subprocess.run([sys.executable, "-m", "venv", "--clear", PLACE], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *(part for file in REQUIREMENTS for part in ("-r", file))], check=True)
        mark.write_text(wanted)
    return python


def around(program: pathlib.Path, python: pathlib.Path) -> dict[str, str]:
    """The variables with which Spark finds the module, on every worker."""
    found = importlib.util.spec_from_file_location("python_module", HERE.parent / "python" / "run.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    place = module.lay(program, ROOT / "out" / "python-spark")
    made = {"CHANCERY_PROGRAM": program, "PYSPARK_PYTHON": python, "PYTHONPATH": place}
    # Of Spark's own folder it would be told that it is no build of Spark.
    fixed = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_SCALA_VERSION": "2.13"}
    inherited = {name: value for name, value in os.environ.items() if name != "SPARK_HOME"}
    return inherited | {name: str(value) for name, value in made.items()} | fixed


def main() -> int:
    if not shutil.which("java"):
        print("SKIPPED: the cluster's job was not tried, as there is no Java", file=sys.stderr)
        return 0
    python = environment()
    tried = [python, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *sys.argv[2:], HERE]
    return subprocess.run(tried, env=around(pathlib.Path(sys.argv[1]).resolve(), python), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
