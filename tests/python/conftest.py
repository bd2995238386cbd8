import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def path(tmp_path_factory):
    """A ledger of the examples."""
    file = tmp_path_factory.mktemp("ledger") / "my.ledger"
    read = [os.environ["CHANCERY_PROGRAM"], "read", "examples/pages", "--ledger", file]
    subprocess.run(read, cwd=ROOT, check=True, capture_output=True)
    return file
