"""The Python module, as a person uses it."""

import ast
import doctest
import json
import os
import pathlib
import subprocess
import threading
import time
import zipfile

import chancery
import chancery.spark
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TEXTS = ["Putin visited Beijing on Tuesday.", "Norway thanked Sweden on Monday.", "“We will not yield,” Angela Merkel said."]


@pytest.fixture
def ledger(path):
    return chancery.Ledger(path)


def documented():
    yield "chancery", chancery
    for name in chancery.__all__:
        thing = getattr(chancery, name)
        yield name, thing
        for inner, method in vars(thing).items() if isinstance(thing, type) else ():
            if not inner.startswith("_"):
                yield f"{name}.{inner}", method
    yield "spark.code", chancery.spark.code


@pytest.mark.parametrize("name", [n for n, thing in documented() if ">>>" in (getattr(thing, "__doc__", "") or "")])
def test_examples_run(name, path, monkeypatch):
    monkeypatch.chdir(path.parent)
    thing = dict(documented())[name]
    test = doctest.DocTestParser().get_doctest(thing.__doc__, {}, name, None, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    output = []
    runner.run(test, out=output.append)
    assert test.examples and not runner.failures, "".join(output)


def test_everything_public_is_documented_and_typed():
    stubs = ast.parse((ROOT / "crates/chancery-python/python/chancery/_chancery.pyi").read_text())
    typed = {}
    for node in stubs.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            body = node.body if isinstance(node, ast.ClassDef) else []
            typed[node.name] = {n.name for n in body if isinstance(n, ast.FunctionDef)}
    for name in set(chancery.__all__) - {"__version__"}:
        thing = getattr(chancery, name)
        assert name in typed and (thing.__doc__ or "").strip(), name
        if isinstance(thing, type) and not issubclass(thing, Exception):
            public = {n for n in vars(thing) if not n.startswith("_")}
            assert public <= typed[name], public - typed[name]
            assert {n for n in typed[name] if not n.startswith("_")} <= public
    assert len([n for n, thing in documented() if ">>>" in (getattr(thing, "__doc__", "") or "")]) >= 8


def test_words_stand_where_a_row_says():
    coded = chancery.code(TEXTS, date="2026-03-04")
    assert len(coded.events) >= 2 and len(coded.quotes) == 1 and not coded.unread
    for row in coded.events.to_pylist():
        assert TEXTS[row["text"]][row["start"] : row["end"]] == row["evidence"]
    for row in coded.quotes.to_pylist():
        assert TEXTS[row["text"]][row["start"] : row["end"]] == row["words"]
    for row in chancery.parse("Zoë’s café – closed.").to_pylist():
        assert "Zoë’s café – closed."[row["start"] : row["end"]] == row["form"]


def test_threads_change_nothing_and_odd_texts_are_only_odd():
    texts = TEXTS * 5 + ["", "\x00", "🐟" * 50, "<html><body><p>Putin visited Beijing.</p></body></html>", "a" * 5000]
    one, two = (chancery.code(texts, date="2026-03-04", threads=n) for n in (1, 2))
    for table in ("articles", "events", "quotes"):
        assert getattr(one, table).to_pylist() == getattr(two, table).to_pylist()
    assert one.unread == two.unread
    assert {row["text"] for row in one.events.to_pylist()} >= {0, 1, 18}
    assert len(chancery.code([]).events) == 0 and len(chancery.parse("")) == 0


def test_files_give_what_the_program_prints(tmp_path, monkeypatch):
    program, pages = os.environ["CHANCERY_PROGRAM"], sorted((ROOT / "examples/pages").iterdir())
    monkeypatch.chdir(tmp_path)
    packed = tmp_path / "pages.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for page in pages:
            archive.write(page, page.name)
    (tmp_path / "broken.zip").write_bytes(packed.read_bytes()[:-100])
    paths = ["pages.zip", "broken.zip", "gone.zip", "-"]
    done = subprocess.run([program, "code", *paths[:3]], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    rows = [row for part in chancery.code_files(paths, threads=2) for row in part.to_pylist()]
    lines = [row["record"] for row in rows if row["record"]]
    records = [json.loads(line) for line in done.stdout.splitlines()]
    for record in records:
        for event in record["events"]:
            event["event"] = None
    assert [json.loads(line) for line in lines] == records and len(records) > 5
    unread = [(row["path"], row["reason"]) for row in rows if row["reason"] and not row["code"]]
    assert {path for path, _ in unread} >= {"gone.zip", "-"} and all("no such file" in why for path, why in unread if path == "gone.zip")
    assert all(f"chancery: {why}" in done.stderr.splitlines() for path, why in unread if path != "-")
    whole = chancery.tables(done.stdout.splitlines())
    assert whole.events["evidence"] == [event["text"] for record in records for event in record["events"]]
    assert all(whole.events["event"]) and not any(chancery.tables(lines).events["event"])


def test_files_come_in_parts_and_whoever_has_enough_may_stop(tmp_path):
    feed = tmp_path / "many.jsonl"
    line = json.dumps({"title": "Envoys meet", "text": "Two envoys met. " * 40, "hostname": "example.org"})
    feed.write_text(f"{line}\n" * 3000)
    parts = chancery.code_files(feed)
    assert len(next(parts)) <= 1024
    del parts
    sizes = [(len(part), sum(len(record) for record in part["record"])) for part in chancery.code_files([feed], threads=2)]
    assert sum(rows for rows, _ in sizes) == 3000 and len(sizes) > 2
    assert all(rows <= 1024 and size < 5 << 20 for rows, size in sizes)
    done = chancery.code_files([])
    assert list(done) == [] and next(done, None) is None


def test_other_threads_run_while_it_works():
    chancery.parse("A first call loads the models.")
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    clock = threading.Thread(target=tick)
    clock.start()
    before = len(ticks)
    chancery.code(TEXTS * 100, date="2026-03-04")
    during = len(ticks) - before
    done.set()
    clock.join()
    assert during > 10


def test_tables_go_to_other_libraries(ledger):
    pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    events = ledger.events()
    rows = events.to_pylist()
    arrow = pyarrow.table(events)
    assert arrow.to_pylist() == rows and arrow.schema.field("place_lat").type == pyarrow.float64()
    assert polars.DataFrame(events).rows(named=True) == rows
    assert len(pandas.DataFrame.from_arrow(events)) == len(rows)
    assert pyarrow.schema(events) == arrow.schema
    # Shared, not copied: the same memory is handed out twice.
    again = pyarrow.table(events)
    assert arrow["text"].chunk(0).buffers()[2].address == again["text"].chunk(0).buffers()[2].address
    del events
    assert arrow.to_pylist() == rows
    assert pyarrow.table(ledger.events(actor="CHN", text="zzzz")).num_rows == 0


def test_a_ledger_answers_as_the_program_does(ledger):
    count = ledger.sql("SELECT count(*) AS n, 1.5 AS x, 'a' AS t, NULL AS unknown FROM events")
    assert count.to_pylist() == [{"n": len(ledger.events()), "x": 1.5, "t": "a", "unknown": None}]
    assert sum(ledger.events()["reports"]) == ledger.sql("SELECT count(*) AS n FROM reports")["n"][0]
    event = max(ledger.events().to_pylist(), key=lambda row: row["reports"])
    tellings = ledger.tellings(event["event"])
    assert len(tellings) == event["reports"] and tellings["speaks_for_event"].count(True) == 1
    assert len(ledger.quotes()) == ledger.sql("SELECT count(*) AS n FROM quotes")["n"][0]
    assert set(ledger.events(status="Planned")["status"]) == {"planned"}


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda ledger: ledger.events(type="AGREEMENT"), ValueError, "AGREE"),
        (lambda ledger: ledger.events(status="done"), ValueError, "planned"),
        (lambda ledger: ledger.events(since="soon"), ValueError, "2026-02"),
        (lambda ledger: ledger.quotes(stance="shrug"), ValueError, "deny"),
        (lambda ledger: ledger.tellings("e0"), KeyError, "no event"),
        (lambda ledger: ledger.events()["no_column"], KeyError, "actor_names"),
        (lambda ledger: ledger.sql("DELETE FROM events"), Exception, "read"),
        (lambda ledger: ledger.sql("SELECT nothing FROM nowhere"), chancery.ChanceryError, "nowhere"),
        (lambda ledger: chancery.code(3), TypeError, "iter"),
        (lambda ledger: chancery.code_files(3), TypeError, "iter"),
        (lambda ledger: chancery.code_files("a.warc", date="soon"), ValueError, "2026-02"),
        (lambda ledger: chancery.tables(["no record"]), ValueError, "record 0"),
        (lambda ledger: chancery.Ledger(ROOT / "README.md"), chancery.ChanceryError, "no ledger"),
        (lambda ledger: chancery.Ledger("nowhere.ledger"), FileNotFoundError, "nowhere.ledger"),
    ],
)
def test_errors_are_one_clear_line(ledger, call, error, words):
    with pytest.raises(error) as caught:
        call(ledger)
    assert words in str(caught.value) and "\n" not in str(caught.value)
