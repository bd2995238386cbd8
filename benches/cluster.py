#!/usr/bin/env python3
"""Measures chancery.spark on two workers of this machine beside one process: pages a second, bytes a page, memory.

usage: cluster.py --chancery PROGRAM [--archives N] [--pages N]

The archives are those of made_archive.py. The module lies in PROGRAM's folder, as cargo builds it; what Spark needs is that of
tests/spark, in out/spark.
"""
import argparse, importlib.util, os, pathlib, subprocess, sys, tempfile, threading, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
INSIDE = "CHANCERY_PROGRAM"


def outside(program):
    """Runs this file again where Spark is."""
    found = importlib.util.spec_from_file_location("cluster_environment", ROOT / "tests/spark/run.py")
    run = importlib.util.module_from_spec(found)
    found.loader.exec_module(run)
    python = run.environment()
    return subprocess.run([python, *sys.argv], env=run.around(program, python), check=False).returncode


class Peak(threading.Thread):
    """The most memory that any Python worker of Spark has had."""

    def __init__(self):
        super().__init__(daemon=True)
        self.kilobytes, self.over = 0, threading.Event()

    def run(self):
        while not self.over.wait(0.5):
            for status in pathlib.Path("/proc").glob("[0-9]*/status"):
                try:
                    if b"pyspark" in status.with_name("cmdline").read_bytes():
                        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                        if lines["Name"].strip().startswith("python"):
                            self.kilobytes = max(self.kilobytes, int(lines["VmHWM"].split()[0]))
                except (OSError, KeyError):
                    pass  # It has ended.


def timed(what, pages, run):
    began = time.monotonic()
    run()
    took = time.monotonic() - began
    print(f"{what}: {took:.1f} s, {pages / took:.0f} pages a second", flush=True)


def size(folder):
    return sum(file.stat().st_size for file in pathlib.Path(folder).rglob("*.parquet"))


def measure(program, archives, pages):
    import chancery.spark
    import made_archive
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, f"{n}.warc.gz") for n in range(archives)]
        for n, path in enumerate(paths):
            made_archive.write(path, pages, seed=n)
        whole, out = archives * pages, os.path.join(folder, "out")
        for jobs in ("1", "2"):
            code = [program, "code", "-j", jobs, *paths]
            timed(f"chancery code -j {jobs}", whole, lambda: subprocess.run(code, check=True, stdout=subprocess.DEVNULL))
        build = SparkSession.builder.master("local-cluster[2,1,1024]")
        build = build.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
        build = build.config("spark.sql.shuffle.partitions", "8").config("spark.log.level", "ERROR")
        spark = build.config("spark.executorEnv.PYTHONPATH", os.environ["PYTHONPATH"]).getOrCreate()
        spark.range(10).count()
        peak = Peak()
        peak.start()
        timed("read, two workers", whole, lambda: chancery.spark.read(spark, paths, out))
        timed("join, two workers", whole, lambda: chancery.spark.join(spark, out))
        peak.over.set()
        for table in ("coded", "articles", "events", "quotes"):
            print(f"{table}: {size(f'{out}/{table}') / whole:.0f} bytes a page")
        print(f"a Python worker: {peak.kilobytes / 1024:.0f} MiB at its peak")
        spark.stop()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    ap.add_argument("--archives", type=int, default=8)
    ap.add_argument("--pages", type=int, default=500)
    o = ap.parse_args()
    if INSIDE not in os.environ:
        sys.exit(outside(pathlib.Path(o.chancery)))
    measure(o.chancery, o.archives, o.pages)


if __name__ == "__main__":
    main()
