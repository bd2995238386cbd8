#!/usr/bin/env python3
"""Makes an environment with the tools of requirements.txt in out/doors (once), and runs check.py in it.

python3 tests/doors/run.py PROGRAM
"""

import hashlib
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PLACE = ROOT / "out" / "doors"


def environment() -> pathlib.Path:
    """The Python of the environment; made anew where the requirements have changed."""
    requirements = HERE / "requirements.txt"
    mark = PLACE / "made-for"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    python = PLACE / "bin" / "python"
    if not (mark.exists() and mark.read_text() == wanted):
        subprocess.run([sys.executable, "-m", "venv", "--clear", PLACE], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        subprocess.run(pip, check=True)
        mark.write_text(wanted)
    return python


def main() -> int:
    try:
        python = environment()
    except (OSError, subprocess.CalledProcessError) as trouble:
        if os.environ.get("DOORS") == "required":
            raise
        print(f"SKIPPED: exports were not read back, as their tools cannot be installed: {trouble}", file=sys.stderr)
        return 0
    return subprocess.run([python, HERE / "check.py", sys.argv[1]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
