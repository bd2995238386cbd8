"""A cluster gives what one machine gives, row for row, whatever the order of the archives and the size of what is handed around."""

import gzip
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

import chancery
import chancery.spark
import pyarrow.parquet
import pytest
from pyspark.sql import SparkSession

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ["CHANCERY_PROGRAM"]
sys.path.insert(0, str(ROOT / "benches"))

import made_archive  # noqa: E402

PAGES = int(os.environ.get("PAGES", "450"))
COPIED = PAGES // 10


@pytest.fixture(scope="session")
def archives(tmp_path_factory):
    """Three archives that tell of the same happenings, one of them cut off; copies of pages; noise; a page; one that is not there."""
    folder = tmp_path_factory.mktemp("archives")
    parts = {name: bytearray() for name in ("a", "b", "c", "d")}
    for number, (url, day, page) in zip(range(PAGES), made_archive.Pages(7, 300, 300)):
        parts["abc"[number % 3]] += gzip.compress(made_archive.record(number, url, day, page), 1, mtime=0)
        if number < COPIED:
            copy = made_archive.record(number, url.replace("https://", "https://copy."), day, page)
            parts["d"] += gzip.compress(copy, 1, mtime=0)
            # The same page of the same address again.
            parts["d"] += gzip.compress(copy, 1, mtime=0) if number % 5 == 0 else b""
    parts["b"] = parts["b"][: len(parts["b"]) * 9 // 10]
    for name, data in parts.items():
        (folder / f"{name}.warc.gz").write_bytes(data)
    (folder / "noise.warc.gz").write_bytes(bytes(range(31, 256)) * 300)
    (folder / "note.txt").write_text("Putin visited Beijing on Tuesday.")
    names = [*(f"{name}.warc.gz" for name in parts), "noise.warc.gz", "note.txt", "gone.warc.gz"]
    return [str(folder / name) for name in names]


@pytest.fixture(scope="session")
def alone(archives):
    """What one process prints, and what it says of what it cannot read."""
    began = time.monotonic()
    done = subprocess.run([PROGRAM, "code", "-j", "1", *archives], capture_output=True, text=True, check=False)
    print(f"\none process: {time.monotonic() - began:.1f} s")
    assert done.returncode == 1, done.stderr
    return done.stdout.splitlines(), done.stderr.splitlines()


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    build = SparkSession.builder.master("local-cluster[2,1,1024]").appName("chancery")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "8",
        "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"],
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.pyspark.python": sys.executable,
        "spark.log.level": "ERROR",
    }
    for name, value in settings.items():
        build = build.config(name, value)
    session = build.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def joined(spark, archives, tmp_path_factory):
    out = str(tmp_path_factory.mktemp("cluster") / "out")
    for step, run in (("read", lambda: chancery.spark.read(spark, archives, out)), ("join", lambda: chancery.spark.join(spark, out))):
        began = time.monotonic()
        run()
        print(f"\n{step} on two workers: {time.monotonic() - began:.1f} s")
    return out


def rows(out, table, archives):
    """The rows as they come from one machine: by the order of the archives."""
    place = {path: at for at, path in enumerate(archives)}
    read = pyarrow.parquet.read_table(f"{out}/{table}", partitioning=None).to_pylist()
    return sorted(read, key=lambda row: (place[row["path"]], row["number"], row.get("nth", 0)))


def test_every_row_is_that_of_one_machine(joined, alone, archives):
    lines, _ = alone
    articles = rows(joined, "articles", archives)
    assert [row["record"] for row in articles] == lines
    wanted = chancery.tables(lines)
    counts = {}
    for table in ("articles", "events", "quotes"):
        expected = getattr(wanted, table).to_pylist()
        found = rows(joined, table, archives)
        of = [row.pop("text") for row in expected]
        assert [{name: row[name] for name in expected[0]} for row in found] == expected
        assert [(row["path"], row["number"]) for row in found] == [(articles[at]["path"], articles[at]["number"]) for at in of]
        counts[table] = len(found)
    events = [row["event"] for row in rows(joined, "events", archives)]
    counts["different events"] = len(set(events))
    sizes = {event: events.count(event) for event in set(events)}
    counts["reports of the largest event"] = max(sizes.values())
    print(f"\nequal: {counts}")
    assert all(event and event[0] == "e" for event in events)
    # Something was joined, and across archives.
    places = {}
    for row in rows(joined, "events", archives):
        places.setdefault(row["event"], set()).add(row["path"])
    assert len(sizes) < len(events) * 0.8 and sum(len(of) > 1 for of in places.values()) > 20


def test_tables_are_parted_by_month(joined, archives):
    for table in ("articles", "events", "quotes"):
        read = pyarrow.parquet.read_table(f"{joined}/{table}", partitioning="hive").to_pylist()
        assert len({row["month"] for row in read}) > 3
        assert all(row["month"] == (row["published"] or "unknown")[:7] for row in read)


def test_what_cannot_be_read_is_in_the_table_of_errors(joined, alone, archives):
    _, said = alone
    errors = pyarrow.parquet.read_table(f"{joined}/errors").to_pylist()
    unread = sorted(f"chancery: {row['reason']}" for row in errors if row["code"] is None)
    print("\n" + "\n".join(unread))
    notes = {row["code"] for row in errors} - {None}
    assert unread == sorted(line for line in said if not any(f" {code} " in line for code in notes))
    troubled = {pathlib.Path(row["path"]).name for row in errors}
    assert troubled >= {"b.warc.gz", "noise.warc.gz", "gone.warc.gz"}


def test_neither_order_nor_sizes_nor_folders_change_a_row(spark, joined, archives, tmp_path, monkeypatch):
    # Units of three groups and batches of seven, so that both are cut everywhere; the archives the other way round, in two folders.
    monkeypatch.setattr(chancery.spark, "GROUPS_A_UNIT", 3)
    monkeypatch.setattr(chancery.spark, "GROUPS_A_BATCH", 7)
    monkeypatch.setattr(chancery.spark, "RECORDS_A_BATCH", 5)
    one, two, out = (str(tmp_path / name) for name in ("one", "two", "out"))
    chancery.spark.read(spark, archives[::-2], one, threads=2)
    chancery.spark.read(spark, spark.createDataFrame([(path,) for path in archives[-2::-2] * 2], "path string"), two)
    chancery.spark.join(spark, out, [one, two])
    for table in ("articles", "events", "quotes"):
        assert rows(out, table, archives) == rows(joined, table, archives), table
    with pytest.raises(ValueError, match="more than one"):
        chancery.spark.join(spark, out, [one, one])


def workers():
    """The executors of this Spark, their daemons of Python and the processes that code; not the driver."""
    parents, commands = {}, {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            commands[int(folder.name)] = (folder / "cmdline").read_bytes()
        except OSError:
            pass  # It has ended.

    def is_ours(process):
        while process in parents and process != os.getpid():
            process = parents[process]
        return process == os.getpid()

    return [p for p, of in parents.items() if b"pyspark" in commands.get(p, b"") and of != os.getpid() and is_ours(p)]


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_executors_that_are_killed_cost_nothing(spark, joined, archives, tmp_path):
    out, killed = str(tmp_path / "out"), []
    reading = threading.Thread(target=chancery.spark.read, args=(spark, archives, out))
    reading.start()
    for _ in range(2):
        time.sleep(3)
        for process in workers() if reading.is_alive() else []:
            os.kill(process, signal.SIGKILL)
            killed.append(process)
    reading.join()
    print(f"\nkilled: {len(killed)}")
    assert killed
    coded = [sorted(map(str, pyarrow.parquet.read_table(f"{of}/coded").to_pylist())) for of in (joined, out)]
    assert coded[0] == coded[1]


def blocks(word, folder):
    """The runnable blocks of the page that have the word, with their folders below one."""
    page = (ROOT / "docs/how-to/cluster.md").read_text()
    found = [block for block in re.findall(r"```python\n(.*?)```", page, re.S) if word in block]
    assert found, word
    return [re.sub(r'"(out|ray)(?=[/"])', rf'"{folder}/\1', block) for block in found]


def test_the_page_does_what_it_says(spark, archives, tmp_path):
    names = {"spark": spark, "paths": archives[-3:]}
    for block in blocks(".read(", tmp_path):
        exec(block, names)
    assert names["events"].count() == 0
    assert [row["type"] for row in spark.read.parquet(f"{tmp_path}/out/events").collect()] == ["CONSULT"]


def test_ray_codes_as_spark_does(spark, joined, archives, tmp_path):
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    names = {"chancery": chancery, "paths": archives}
    for block in blocks("ray.data", tmp_path):
        exec(block, names)
    ray.shutdown()
    key = lambda row: (row["path"], row["number"] or 0, row["record"] or "", row["document"] or "", row["code"] or "")  # noqa: E731
    coded = [sorted(pyarrow.parquet.read_table(f"{of}/coded").to_pylist(), key=key) for of in (joined, f"{tmp_path}/ray")]
    assert coded[0] == coded[1] and len(coded[0]) > PAGES
    chancery.spark.join(spark, f"{tmp_path}/ray")
    assert rows(f"{tmp_path}/ray", "events", archives) == rows(joined, "events", archives)


def test_nothing_to_read_gives_empty_tables(spark, tmp_path):
    out = str(tmp_path / "out")
    chancery.spark.read(spark, [str(tmp_path / "gone.warc"), str(tmp_path)], out)
    chancery.spark.join(spark, out)
    assert spark.read.parquet(f"{out}/errors").count() == 2
    assert not list(pathlib.Path(out, "events").glob("month=*"))
