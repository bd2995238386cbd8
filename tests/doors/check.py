#!/usr/bin/env python3
"""Reads every export back with the tool it is for, and asks the MCP server as a client does.

check.py PROGRAM. The ledger is made from examples/pages; what is expected of it is counted in the ledger itself.
"""

import asyncio
import http.client
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = ""
FOLDER = None


def run(*args: str) -> str:
    done = subprocess.run([PROGRAM, *args], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{args}: {done.stderr.decode()}")
    return done.stdout.decode()


def exported(form: str, *flags: str) -> pathlib.Path:
    """The export as a file or folder, made once."""
    place = FOLDER / re.sub(r"\W+", "-", "-".join([form, *flags]))
    if not place.exists():
        run("export", "--ledger", str(FOLDER / "a.ledger"), "--format", form, "--out", str(place), *flags)
    return place


def ask(sql: str):
    with sqlite3.connect(f"file:{FOLDER / 'a.ledger'}?mode=ro", uri=True) as db:
        return db.execute(sql).fetchall()


def count(table: str) -> int:
    return ask(f"SELECT count(*) FROM {table}")[0][0]


def columns(section: str) -> list[str]:
    """The columns of a table as the reference lists them."""
    text = (ROOT / "docs/reference/exports.md").read_text()
    part = text.split(f"## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", part, re.M)


class Tables(unittest.TestCase):
    def read(self, form: str, **how):
        import pandas

        return pandas.read_csv(exported(form), sep="\t", quoting=3, keep_default_na=False, na_values=[""], **how)

    def test_polecat(self):
        table = self.read("polecat")
        self.assertEqual(list(table.columns), columns("polecat"))
        self.assertEqual(table.shape[1], 40)
        self.assertTrue(table["Intensity"].between(-10, 10).all())
        self.assertTrue(table["Quad Code"].str.fullmatch("(VERBAL|MATERIAL) (COOPERATION|CONFLICT)").all())
        self.assertTrue(table["Event ID"].is_unique)
        import pandas

        pandas.to_datetime(table["Event Date"].dropna(), format="%Y-%m-%d")

    def test_icews(self):
        table = self.read("icews", dtype={"CAMEO Code": str})
        self.assertEqual(list(table.columns), columns("icews"))
        self.assertTrue(table["CAMEO Code"].dropna().str.fullmatch(r"\d{2,4}").all())
        self.assertTrue((table["Sentence Number"] >= 1).all())

    def test_gdelt(self):
        codes = {c: str for c in ("EventCode", "EventBaseCode", "EventRootCode")}
        events = self.read("gdelt-events", header=None, names=columns("gdelt-events"), index_col=False, dtype=codes)
        self.assertEqual(events.shape[1], 61)
        self.assertTrue(events["GLOBALEVENTID"].is_unique)
        self.assertTrue(events["QuadClass"].isin([1, 2, 3, 4]).all())
        self.assertTrue((events["EventCode"].str[:2] == events["EventRootCode"]).all())
        mentions = self.read("gdelt-mentions", header=None, names=columns("gdelt-mentions"), index_col=False)
        self.assertEqual(set(mentions["GLOBALEVENTID"]), set(events["GLOBALEVENTID"]))
        self.assertEqual(mentions["Extras"].nunique(), count("reports"))
        per_event = mentions.groupby("GLOBALEVENTID").size()
        self.assertTrue((events.set_index("GLOBALEVENTID")["NumMentions"].sort_index() == per_event.sort_index()).all())
        for offset in ("Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset"):
            self.assertTrue((mentions[offset].dropna() < mentions.loc[mentions[offset].notna(), "MentionDocLen"]).all())

    def test_gkg(self):
        rows = [line.split("\t") for line in exported("gkg").read_text().splitlines()]
        self.assertEqual({len(r) for r in rows}, {27})
        self.assertEqual(len(rows), count("articles"))
        names = columns("gkg")
        for row in rows:
            cell = dict(zip(names, row))
            for quote in filter(None, cell["Quotations"].split("#")):
                offset, length, _verb, words = quote.split("|")
                self.assertTrue(int(offset) >= 0 and int(length) > 0 and words)
            for name in filter(None, cell["AllNames"].split(";")):
                self.assertRegex(name, r"^[^,]+,\d+$")

    def test_csv_and_jsonl(self):
        import pandas

        table = pandas.read_csv(exported("csv"))
        self.assertEqual(len(table), count("reports"))
        self.assertIn("date_from", table.columns)
        words = table.select_dtypes(exclude="number").stack().astype(str)
        self.assertFalse(words[words.str.contains(r"^[=+@\t-]") & ~words.str.fullmatch(r"-?[\d.]+")].tolist())
        lines = [json.loads(line) for line in exported("jsonl").read_text().splitlines()]
        self.assertIn("manifest", lines[0])
        self.assertEqual(len(lines) - 1, count("reports"))

    def test_manifests(self):
        for form in ("polecat", "gdelt-events", "csv", "conllu"):
            made = json.loads(pathlib.Path(f"{exported(form, '--type', 'CONSULT')}.manifest.json").read_text())
            self.assertEqual(made["query"], {"type": "CONSULT"})
            self.assertEqual(made["format"], form)
            self.assertTrue(made["program"].startswith("chancery ") and len(made["data_hash"]) == 16)
            self.assertEqual(made["events"], ask("SELECT count(*) FROM events WHERE type = 'CONSULT'")[0][0])


class Parquet(unittest.TestCase):
    def test_pandas_polars_and_arrow_read_the_same(self):
        import pandas
        import polars
        import pyarrow.parquet

        folder = exported("parquet")
        files = {p.relative_to(folder).as_posix() for p in folder.rglob("*.parquet")}
        made = json.loads((folder / "_manifest.json").read_text())
        self.assertEqual(len(pandas.read_parquet(folder)), count("reports"))
        self.assertEqual({f["path"] for f in made["files"]}, files)
        self.assertEqual(sum(f["reports"] for f in made["files"]), count("reports"))
        frame = polars.read_parquet(folder / "**/*.parquet", hive_partitioning=True)
        self.assertEqual(frame.height, count("reports"))
        self.assertEqual([c for c in frame.columns if c != "month"], columns("parquet"))
        self.assertEqual(frame.filter(polars.col("speaks_for_event"))["event"].n_unique(), count("events"))
        self.assertEqual(frame["actor_texts"].dtype, polars.List(polars.String))
        table = pandas.concat(pandas.read_parquet(folder / f) for f in sorted(files))
        self.assertEqual(sorted(table["report"]), sorted(frame["report"]))
        first = pyarrow.parquet.ParquetFile(folder / sorted(files)[0])
        inside = json.loads(first.metadata.metadata[b"chancery"])
        self.assertEqual(inside["data_hash"], made["data_hash"])

    def test_words_and_spans(self):
        import polars

        frame = polars.read_parquet(exported("parquet") / "**/*.parquet")
        texts = {k: (s, t) for k, s, t in ask("SELECT key, start, text FROM articles")}
        for article, start, end, words in frame.select("article", "start", "end", "text").iter_rows():
            before, text = texts[article]
            self.assertEqual(text[start - before : end - before], words)


class Entities(unittest.TestCase):
    def test_followthemoney(self):
        from followthemoney import model

        seen, asked = set(), set()
        schemas = {}
        for line in exported("followthemoney").read_text().splitlines():
            raw = json.loads(line)
            entity = model.get_proxy(raw)
            # A value that the tool cleans away was none to it.
            for name, values in raw["properties"].items():
                prop = entity.schema.get(name)
                self.assertIsNotNone(prop, f"{raw['schema']} has no {name}")
                for value in values:
                    self.assertIsNotNone(prop.type.clean(value, proxy=entity), f"{name}: {value!r}")
                if prop.type.name == "entity":
                    asked.update(values)
            seen.add(entity.id)
            schemas[raw["schema"]] = schemas.get(raw["schema"], 0) + 1
        self.assertTrue(asked <= seen, "an entity points to one that is not there")
        self.assertEqual(schemas["Event"], count("events"))
        self.assertTrue({"Article", "Person", "PublicBody"} <= set(schemas))

    def test_plover(self):
        rows = [json.loads(line) for line in exported("plover").read_text().splitlines()]
        self.assertEqual(len(rows), count("reports"))
        for row in rows:
            self.assertTrue({"id", "date", "actor", "event", "text_info", "coder"} <= set(row))
            self.assertTrue(row["actor"] and all(party["code"] for party in row["actor"] + row["recipient"]))
            info = row["text_info"]
            self.assertEqual(row["text"][info["start"] : info["end"]], row["event_text"][0])


class Networks(unittest.TestCase):
    def test_networkx(self):
        import networkx

        one, two = networkx.read_gexf(exported("gexf")), networkx.read_graphml(exported("graphml"))
        for graph in (one, two):
            self.assertTrue(graph.is_directed() and graph.number_of_edges() > 10)
            for _, _, edge in graph.edges(data=True):
                self.assertTrue(edge["events"] >= 1 and edge["reports"] >= edge["events"])
                self.assertTrue(-10 <= edge["mean_score"] <= 10)
        self.assertEqual(one.number_of_nodes(), two.number_of_nodes())
        self.assertEqual(one.number_of_edges(), two.number_of_edges())
        self.assertIn("data_hash", two.graph["made_by"])


class Feeds(unittest.TestCase):
    def test_geojson(self):
        made = json.loads(exported("geojson").read_text())
        self.assertEqual(made["type"], "FeatureCollection")
        self.assertTrue(made["features"] and made["chancery"]["data_hash"])
        for feature in made["features"]:
            lon, lat = feature["geometry"]["coordinates"]
            self.assertTrue(-180 <= lon <= 180 and -90 <= lat <= 90)
            self.assertIn(feature["properties"]["precision"], {"city", "region", "country"})

    def test_jsonld(self):
        import rdflib

        graph = rdflib.Graph().parse(exported("jsonld"), format="json-ld")
        schema = rdflib.Namespace("https://schema.org/")
        actions = set(graph.subjects(rdflib.RDF.type, schema.Action))
        self.assertEqual(len(actions), count("events"))
        articles = set(graph.subjects(rdflib.RDF.type, schema.NewsArticle))
        told = set(graph.objects(None, schema.subjectOf))
        self.assertEqual(told, articles)

    def test_atom(self):
        import feedparser

        feed = feedparser.parse(exported("atom").read_bytes())
        self.assertFalse(feed.bozo, feed.get("bozo_exception"))
        self.assertEqual(feed.version, "atom10")
        self.assertEqual(len(feed.entries), min(200, count("events")))
        self.assertEqual(len({e.id for e in feed.entries}), len(feed.entries))
        self.assertTrue(all(e.title and e.updated_parsed for e in feed.entries))
        on_the_web = ask("SELECT count(DISTINCT r.event) FROM reports r JOIN articles a ON a.row = r.article WHERE a.url IS NOT NULL")
        self.assertEqual(sum(any(a.rel == "alternate" for a in e.get("links", [])) for e in feed.entries), min(200, on_the_web[0][0]))
        told = max(d for (d,) in ask("SELECT date FROM articles WHERE length(date) = 10"))
        self.assertLessEqual(feed.feed.updated[:10], told)

    def test_icalendar(self):
        import icalendar

        calendar = icalendar.Calendar.from_ical(exported("icalendar").read_bytes())
        entries = calendar.walk("VEVENT")
        planned = ask("SELECT count(*) FROM events WHERE status = 'planned' AND length(date) = 10")[0][0]
        self.assertEqual(len(entries), planned)
        self.assertEqual(calendar.errors, [])
        for entry in entries:
            self.assertTrue(entry["UID"] and entry["SUMMARY"] and entry.decoded("DTSTART") and entry.decoded("DTSTAMP"))


class Parses(unittest.TestCase):
    def test_conllu(self):
        import conllu

        sentences = conllu.parse(exported("conllu", "--type", "CONSULT").read_text())
        self.assertGreater(len(sentences), 20)
        articles = {k: " ".join(t.split()) for k, t in ask("SELECT key, text FROM articles")}
        article = None
        for sentence in sentences:
            article = sentence.metadata.get("newdoc id", article)
            self.assertIn(" ".join(sentence.metadata["text"].split()), articles[article])
            self.assertEqual(sum(1 for w in sentence if w["head"] == 0), 1)

    def test_naf(self):
        from lxml import etree

        folder = exported("naf", "--type", "CONSULT")
        files = sorted(folder.glob("*.naf"))
        self.assertTrue(files and json.loads((folder / "manifest.json").read_text())["query"] == {"type": "CONSULT"})
        predicates = 0
        for file in files:
            naf = etree.parse(file).getroot()
            raw = naf.findtext("raw")
            for word in naf.iter("wf"):
                start = int(word.get("offset"))
                self.assertEqual(raw[start : start + int(word.get("length"))], word.text)
            ids = {t.get("id") for t in naf.iter("term")}
            self.assertTrue({t.get("id") for s in naf.iterfind("entities//target") for t in [s]} <= ids)
            predicates += len(naf.findall("srl/predicate"))
        of_type = "SELECT count(*) FROM reports r JOIN events e ON e.row = r.event WHERE e.type = 'CONSULT'"
        self.assertEqual(predicates, ask(of_type)[0][0])


class Http(unittest.TestCase):
    def test_lists_as_arrow_hold_what_they_hold_as_json(self):
        import pyarrow

        flags = [PROGRAM, "serve", "--ledger", str(FOLDER / "a.ledger"), "--port", "0", "--read-only"]
        server = subprocess.Popen(flags, stderr=subprocess.PIPE, text=True)
        try:
            address = re.search(r"http://([^/]+)/", server.stderr.readline())[1]

            def get(path: str, accept: str) -> bytes:
                connection = http.client.HTTPConnection(address, timeout=20)
                connection.request("GET", "/api/v1/" + path, headers={"Accept": accept})
                answer = connection.getresponse()
                self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, accept))
                body = answer.read()
                connection.close()
                return body

            for path in ["events?limit=500", "quotes?limit=500", "actors", "outlets", "stories"]:
                table = pyarrow.ipc.open_stream(get(path, "application/vnd.apache.arrow.stream")).read_all()
                rows = [json.loads(line) for line in get(path, "application/x-ndjson").splitlines()]
                self.assertEqual(table.num_rows, len(rows), path)
                self.assertGreater(len(rows), 2, path)
                for one, other in zip(table.to_pylist(), rows, strict=True):
                    flat = other.get("article", {}) | other.get("quote", {}) | other
                    for column in ["id", "type", "date", "text", "start", "speaker", "name", "outlet", "label", "reports", "events"]:
                        wanted = flat.get(column)
                        if column in one and not isinstance(wanted, list):
                            self.assertEqual(one[column], wanted, f"{path} {column}")
                    if path.startswith("events"):
                        self.assertEqual(one["actors"], [a["label"] for a in other["actors"]])
                        self.assertEqual(one["recipient_codes"], [a["code"] for a in other["recipients"]])
                        self.assertEqual(one["outlets"], other["outlets"])
                    if path.startswith("quotes"):
                        self.assertEqual(one["via"], other["quote"]["via"])
                        self.assertEqual(one["events"], [e["id"] for e in other["events"]])
        finally:
            server.terminate()
            server.communicate()


class Mcp(unittest.TestCase):
    def test_a_client_finds_words_where_they_are_said_to_stand(self):
        asyncio.run(self.talk())

    async def talk(self):
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client

        server = StdioServerParameters(command=PROGRAM, args=["mcp", "--ledger", str(FOLDER / "a.ledger")])
        async with stdio_client(server) as (read, write), ClientSession(read, write) as client:
            await self.question(client)

    def test_the_same_over_http(self):
        with McpServer() as address:
            asyncio.run(self.talk_over_http(address, {}))

    async def talk_over_http(self, address: str, headers: dict):
        import httpx2
        from mcp import ClientSession
        from mcp.client import streamable_http

        async with httpx2.AsyncClient(headers=headers) as own:
            streams = streamable_http.streamable_http_client(f"http://{address}/mcp", http_client=own)
            async with streams as (read, write, *_), ClientSession(read, write) as client:
                await self.question(client)

    def test_http_is_for_whom_it_is_meant(self):
        hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        with McpServer() as address:
            for headers, status in [
                ({}, 200),
                ({"Host": "localhost:" + address.split(":")[1]}, 200),
                ({"Host": "evil.example"}, 403),
                ({"Host": "evil.example:" + address.split(":")[1]}, 403),
                ({"Origin": "http://evil.example"}, 403),
                ({"Origin": "null"}, 403),
            ]:
                self.assertEqual(post(address, hello, headers), status, headers)
            self.assertEqual(post(address, {"x": "y" * 100_000}, {}), 413)
        refused = subprocess.run([PROGRAM, "mcp", "--ledger", str(FOLDER / "a.ledger"), "--http", "0.0.0.0:0"], capture_output=True, check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("token", refused.stderr.decode())
        secret = "a-long-enough-secret"
        with McpServer("0.0.0.0", secret) as address:
            self.assertEqual(post(address, hello, {}), 401)
            self.assertEqual(post(address, hello, {"Authorization": "Bearer " + secret[:-1] + "x"}), 401)
            self.assertEqual(post(address, hello, {"Authorization": "Bearer " + secret}), 200)
            asyncio.run(self.talk_over_http(address, {"Authorization": "Bearer " + secret}))

    async def question(self, client):
        await client.initialize()
        listed = (await client.list_tools()).tools
        self.assertEqual([t.name for t in listed], ["search", "events_between", "quotes", "event", "actor"])

        async def call(tool, **arguments):
            return await client.call_tool(tool, arguments)

        async def answer(tool, **arguments):
            result = await call(tool, **arguments)
            text = result.content[0].text
            self.assertFalse(is_error(result), text)
            return json.loads(text)

        texts = {k: (s, t) for k, s, t in ask("SELECT key, start, text FROM articles")}

        def check(row):
            before, text = texts[row["article_key"]]
            self.assertEqual(text[row["start"] - before : row["end"] - before], row["text"])

        events = await answer("events_between", limit=50)
        self.assertEqual(events["events"], count("events"))
        for event in events["items"]:
            check(event["lead_report"])
        first = await answer("event", id=events["items"][0]["id"])
        for telling in first["tellings"]:
            check(telling)
        name = events["items"][0]["actors"][0]["name"]
        actor = await answer("actor", name=name)
        self.assertGreaterEqual(actor["events"], 1)
        quotes = await answer("quotes", limit=50)
        self.assertEqual(quotes["quotes"], count("quotes"))
        for quote in quotes["items"]:
            check(quote)
        found = await answer("search", query="sanctions")
        self.assertTrue(found["hits"])
        for hit in found["hits"]:
            if "text" in hit:
                check(hit)
        page = await answer("events_between", limit=3)
        more = await answer("events_between", limit=3, after=page["next"])
        self.assertFalse({e["id"] for e in page["items"]} & {e["id"] for e in more["items"]})
        for tool, wrong in [
            ("event", {"id": "no such event"}),
            ("actor", {"name": "Nobody Atall"}),
            ("events_between", {"limit": "many"}),
            ("events_between", {"drop": "table"}),
            ("events_between", {"after": "nonsense"}),
            ("events_between", {"type": "AGREEMENT"}),
            ("events_between", {"status": "done"}),
            ("events_between", {"from": "yesterday"}),
            ("events_between", {"outlet": "No Such Paper"}),
            ("quotes", {"stance": "shrug"}),
        ]:
            result = await call(tool, **wrong)
            self.assertTrue(is_error(result), f"{tool} {wrong}")
            self.assertGreater(len(result.content[0].text), 20)


class McpServer:
    """`chancery mcp --http` at work on a free port; gives its address on the loopback."""

    def __init__(self, name: str = "127.0.0.1", token: str = ""):
        self.name, self.token = name, token

    def __enter__(self) -> str:
        environment = os.environ | ({"CHANCERY_MCP_TOKEN": self.token} if self.token else {})
        flags = ["mcp", "--ledger", str(FOLDER / "a.ledger"), "--http", f"{self.name}:0"]
        self.server = subprocess.Popen([PROGRAM, *flags], stderr=subprocess.PIPE, text=True, env=environment)
        said = self.server.stderr.readline()
        port = re.search(r":(\d+)/mcp", said)
        assert port, said
        return f"127.0.0.1:{port[1]}"

    def __exit__(self, *_):
        self.server.terminate()
        self.server.communicate()


def post(address: str, body: dict, headers: dict) -> int:
    """The status of a bare request."""
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"} | headers
    connection = http.client.HTTPConnection(address, timeout=20)
    try:
        connection.request("POST", "/mcp", json.dumps(body), sent)
        return connection.getresponse().status
    finally:
        connection.close()


def is_error(result) -> bool:
    return bool(getattr(result, "is_error", getattr(result, "isError", False)))


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    with tempfile.TemporaryDirectory() as folder:
        FOLDER = pathlib.Path(folder)
        run("read", "examples/pages", "--ledger", str(FOLDER / "a.ledger"))
        unittest.main()
