"""The notebook makes its figures, and the page on R does what it says."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def test_the_notebook_makes_three_figures(path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    monkeypatch.chdir(path.parent)
    cells = json.loads((ROOT / "docs/notebooks/first-figures.ipynb").read_text())["cells"]
    assert all(not cell.get("outputs") for cell in cells), "outputs are not kept"
    names = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    figures = [plt.figure(number) for number in plt.get_fignums()]
    assert len(figures) == 3
    for figure in figures:
        axes = figure.axes[0]
        assert axes.get_title() and (axes.patches or axes.images), axes.get_title()
    plt.close("all")


def test_the_page_on_r_does_what_it_says(path):
    if not shutil.which("Rscript"):
        pytest.skip("no R")
    program = os.environ["CHANCERY_PROGRAM"]
    table = path.parent / "reports.csv"
    subprocess.run([program, "export", "--ledger", path, "--format", "csv", "--out", table], check=True)
    blocks = re.findall(r"```r\n(.*?)```", (ROOT / "docs/how-to/r.md").read_text(), re.S)
    has = "for (p in c('DBI','RSQLite','arrow','dplyr')) cat(requireNamespace(p, quietly = TRUE), '')"
    found = subprocess.run(["Rscript", "-e", has], capture_output=True, text=True, check=True).stdout.split()
    sqlite, arrow = found[:2] == ["TRUE"] * 2, found[2:] == ["TRUE"] * 2
    wanted = [b for b in blocks if ("RSQLite" not in b or sqlite) and ("arrow" not in b or arrow)]
    assert len(wanted) >= 1
    if arrow:
        folder = path.parent / "reports"
        subprocess.run([program, "export", "--ledger", path, "--format", "parquet", "--out", folder], check=True)
    for block in wanted:
        done = subprocess.run(["Rscript", "-e", block], cwd=path.parent, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) > 3, done.stdout
