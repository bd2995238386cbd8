#!/usr/bin/env python3
"""A ledger of many events: what `chancery read examples/pages` gives, again and again, with other days, outlets, actors and keys.

usage: large_ledger.py --chancery BINARY --out FILE [--events N]

Every copy has its own texts in the search index, its own events, stories and blocks of the join. A third of its parties,
speakers and names are taken from 50,000 invented people, so that a few actors are in very many events and very many actors in
a few; days are spread over three years; two thirds of the articles are of 200 invented outlets. The words of an invented party
are still those of the page. A million events take two minutes and 3 GB.
"""
import argparse, os, sqlite3, subprocess, tempfile, time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PEOPLE, OUTLETS, DAYS = 50_000, 200, 1095
# Tables with the columns that hold a row of another table; `row` is the own one.
TABLES = {
    "inputs": {"row": "inputs"}, "sightings": {"input": "inputs"}, "articles": {"row": "articles", "input": "inputs"},
    "mentions": {"article": "articles"}, "events": {"row": "events", "lead": "reports"}, "event_aliases": {"event": "events"},
    "reports": {"row": "reports", "article": "articles", "event": "events"}, "parties": {"report": "reports"},
    "quotes": {"row": "quotes", "article": "articles"}, "notes": {"article": "articles"},
    "wordings": {"article": "articles", "report": "reports"}, "report_blocks": {"article": "articles"},
    "report_groups": {"article": "articles"}, "sketches": {"article": "articles"}, "copy_keys": {"article": "articles"}, "stories": {"row": "stories"},
    "story_articles": {"article": "articles", "story": "stories"},
}


def moved(column):
    """A date of a whole day, moved by as many days as the copy has."""
    return f"CASE WHEN length({column}) = 10 THEN date({column}, printf('%+d days', k.k % {DAYS} - {DAYS - 30})) ELSE {column} END"


def person(column, people):
    turn = f"({column} * 7919 + k.k * 104729) % 100 < 35"
    return f"CASE WHEN {turn} THEN {people} + ({column} * 31 + k.k * 17) % {PEOPLE} ELSE {column} END"


def renamed(column, at):
    """Another name of the same length: the number of the copy, scattered, stands for eight of its digits."""
    mark = "printf('%08x', (k.k * 2654435761) & 4294967295)"
    return f"substr({column}, 1, {at}) || {mark} || substr({column}, {at + 9})"


def expression(table, column, strides, people):
    links = TABLES[table]
    quoted = f't."{column}"'
    if column in links:
        return f"{quoted} + k.k * {strides[links[column]]}"
    if column in ("actor", "speaker", "coded_as"):
        return person(quoted, people)
    if column in ("date", "day", "first", "last", "date_from"):
        return moved(quoted)
    if (table, column) == ("inputs", "content_hash"):
        return renamed(quoted, 0)
    if column in ("key", "alias") and table in ("articles", "reports", "quotes", "event_aliases") or (column == "id" and table in ("events", "stories")):
        return renamed(quoted, 1)
    if column in ("path", "file"):
        return f"{quoted} || '-' || k.k"
    if (table, column) == ("articles", "id"):
        return f"t.file || '-' || k.k || substr(t.id, length(t.file) + 1)"
    if column == "outlet":
        return f"CASE WHEN k.k % 3 = 0 OR {quoted} IS NULL THEN {quoted} ELSE 'Outlet ' || ((k.k * 7 + length({quoted})) % {OUTLETS}) END"
    if (table, column) in (("report_blocks", "block"), ("copy_keys", "key")):
        return f"({quoted} + k.k * 40503) & 9223372036854775807"
    return quoted


def multiply(db, events):
    schema = db.execute("SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL").fetchall()
    for kind, name, _ in schema:
        db.execute(f"DROP {kind} {name}")
    strides = {t: db.execute(f"SELECT max(row) + 1 FROM {t}").fetchone()[0] for t in ("inputs", "articles", "events", "reports", "quotes", "stories")}
    base = db.execute("SELECT count(*) FROM events").fetchone()[0]
    people = db.execute("SELECT max(row) + 1 FROM actors").fetchone()[0]
    codes = [c for (c,) in db.execute("SELECT DISTINCT country FROM actors WHERE length(country) = 3 ORDER BY 1")]
    rows = ((people + i, f"Person {i:05}", f"{codes[i % len(codes)]} {('GOV', 'MIL', 'OPP', 'BUS')[i % 4]}", codes[i % len(codes)]) for i in range(PEOPLE))
    db.executemany("INSERT INTO actors (row, name, code, country) VALUES (?, ?, ?, ?)", rows)
    copies = -(-(events - base) // base)
    db.execute("CREATE TEMP TABLE k (k INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO k VALUES (?)", ((k,) for k in range(1, copies + 1)))
    for table in TABLES:
        started = time.monotonic()
        columns = [c for (c,) in db.execute("SELECT name FROM pragma_table_info(?)", [table])]
        values = ", ".join(expression(table, c, strides, people) for c in columns)
        names = ", ".join(f'"{c}"' for c in columns)
        db.execute(f"CREATE TEMP TABLE base AS SELECT * FROM main.{table}")
        db.execute(f"INSERT OR IGNORE INTO main.{table} ({names}) SELECT {values} FROM temp.k k CROSS JOIN temp.base t")
        db.execute("DROP TABLE temp.base")
        print(f"  {table}: {time.monotonic() - started:.0f} s", flush=True)
    for index in ("article_search", "report_search", "quote_search"):
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
    for _, name, sql in schema:
        db.execute(sql)
        print(f"  {name}", flush=True)


def make(chancery, out, events):
    for name in (out, out + "-wal", out + "-shm"):
        if os.path.exists(name):
            os.remove(name)
    subprocess.run([chancery, "read", os.path.join(ROOT, "examples", "pages"), "--ledger", out], check=True, capture_output=True)
    db = sqlite3.connect(out, isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;")
    db.execute("BEGIN")
    multiply(db, events)
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode = WAL")
    counts = {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("articles", "reports", "events", "quotes", "mentions", "actors")}
    db.close()
    return counts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chancery", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    args = parser.parse_args()
    started = time.monotonic()
    print(make(args.chancery, args.out, args.events), f"{os.path.getsize(args.out) / 1e9:.1f} GB, {time.monotonic() - started:.0f} s")
