//! The server from outside, over a socket.

#[path = "../../../chancery-ledger/tests/fixture/mod.rs"]
mod fixture;

use chancery_ledger::{EventFilter, Ledger};
use chancery_server::{Running, Setup};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

struct Site {
    _folder: tempfile::TempDir,
    server: Running,
    ledger: Ledger,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

fn looking() -> Setup {
    Setup::looking(chancery_data::Data::embedded())
}

fn site() -> Site {
    site_with(looking())
}

fn site_with(setup: Setup) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    let mut ledger = fixture::fill(&path);
    ledger.tell_stories(&chancery_stories::Joiner::load(&chancery_data::Data::embedded()).unwrap()).unwrap();
    let server = chancery_server::start(&path, ([127, 0, 0, 1], 0).into(), setup).unwrap();
    Site { _folder: folder, server, ledger }
}

impl Site {
    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &format!("localhost:{}", self.server.address().port()))
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> Answer {
        self.ask_with(method, path, host, "")
    }

    /// A question to the interface with one header more.
    fn get_with(&self, path: &str, header: &str) -> Answer {
        let host = format!("localhost:{}", self.server.address().port());
        self.ask_with("GET", &format!("/api/v1{path}"), &host, &format!("{header}\r\n"))
    }

    fn ask_with(&self, method: &str, path: &str, host: &str, more: &str) -> Answer {
        let mut socket = TcpStream::connect(self.server.address()).unwrap();
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).unwrap();
        // An Arrow stream is no text; what is looked at of it is its head.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: body.to_string() }
    }

    /// Every page there is, for a sample of events, articles and actors.
    fn addresses(&self) -> Vec<String> {
        let fixed =
            ["/", "/?type=AID&actor=XAR&other=&from=&to=2026-02&outlet=&status=&text=", "/?text=%22", "/?actor=nobody"];
        let more = [
            "/actors",
            "/outlets",
            "/stories",
            "/today",
            "/map",
            "/map?actor=XAR&from=2026-02-03",
            "/network",
            "/network?type=AID",
            "/network?actor=nobody",
            "/pair",
            "/pair?actor=XAR",
            "/pair?actor=XAR&other=XBE&from=2026-02-03&to=2026-02",
            "/pair?actor=Mirela%20Ozan&other=Corvia",
            "/pair?actor=nobody&other=%3Cscript%3E",
            "/quotes",
            "/quotes?offset=40",
            "/quotes?speaker=XAR",
            "/search",
            "/search?q=trawler*",
            "/corrections",
            "/data",
            "/import",
            "/changes",
            "/network?by=country",
            "/?type=aid",
        ];
        let mut all: Vec<String> = fixed.iter().chain(&more).map(|a| a.to_string()).collect();
        let events = self.ledger.events(&EventFilter::default(), None, 500).unwrap().items;
        all.extend(events.iter().step_by(9).map(|e| format!("/event/{}", e.id)));
        let articles = self.ledger.articles(None, 500).unwrap();
        all.extend(articles.iter().step_by(5).map(|a| format!("/article/{}", a.key)));
        let stories = self.ledger.stories(None, 5).unwrap();
        all.extend(stories.iter().map(|s| format!("/story/{}", s.story)));
        all.extend(["/actor/Mirela%20Ozan", "/actor/XAR%20GOV", "/actor/corvia"].map(String::from));
        all
    }
}

#[test]
fn every_page_and_its_json_are_there() {
    let site = site();
    let addresses = site.addresses();
    assert!(addresses.len() > 25);
    for address in &addresses {
        let page = site.get(address);
        assert_eq!(page.status, 200, "{address}: {}", page.body);
        assert!(page.body.starts_with("<!DOCTYPE html>") && page.body.ends_with("</html>"), "{address}");
        assert!(page.body.contains("<main id=\"main\">") && page.body.contains("<h1"), "{address}");
        if address.starts_with("/event/") || address.starts_with("/article/") || address.starts_with("/actor/") {
            let json = site.get(&format!("/api/v1{address}"));
            assert_eq!(json.status, 200, "{address}");
            serde_json::from_str::<serde_json::Value>(&json.body).unwrap();
        }
    }
    for address in ["/overview", "/events?limit=3&type=AID", "/actors", "/outlets", "/quotes?limit=2", "/search?q=boat"]
    {
        let json = site.get(&format!("/api/v1{address}"));
        assert_eq!(json.status, 200, "{address}");
        assert!(json.head.contains("application/json"));
    }
    assert!(site.get("/style.css").head.contains("text/css"));
    assert!(site.get("/favicon.svg").body.starts_with("<svg"));
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.head.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn the_interface_is_as_its_description_says() {
    let site = site();
    let described: serde_json::Value = serde_json::from_str(&site.get("/api/v1/openapi.json").body).unwrap();
    let paths = described["paths"].as_object().unwrap();
    let source = include_str!("../../src/api.rs");
    let routes: BTreeSet<String> =
        source.split(".route(\"").skip(1).filter_map(|r| r.split('"').next()).map(|r| r.replace("{*", "{")).collect();
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), routes);
    let event = site.ledger.events(&EventFilter::default(), None, 1).unwrap().items.remove(0).id;
    let article = site.ledger.articles(None, 1).unwrap().remove(0).key;
    let story = site.ledger.stories(None, 1).unwrap().remove(0).story;
    for (path, about) in paths {
        let id = match path.split('/').nth(1) {
            Some("article") => &article,
            Some("story") => &story,
            _ => &event,
        };
        let real = path.replace("{id}", id).replace("{of}", id).replace("{name}", "XAR");
        let types = about["get"]["responses"]["200"]["content"].as_object().unwrap();
        for kind in types.keys() {
            let answer = site.get_with(&real, &format!("Accept: {kind}"));
            assert_eq!(answer.status, 200, "{real}");
            assert!(header(&answer, "content-type").is_some_and(|t| t.starts_with(kind.as_str())), "{real} as {kind}");
        }
        for parameter in about["get"]["parameters"].as_array().unwrap().iter().filter(|p| p["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            assert!(
                source.contains(&format!("{name}: Option<"))
                    || source.contains(&format!("rename = \"{name}\""))
                    || source.contains(&format!("{name}: String")),
                "{path} takes no {name}"
            );
        }
    }
    let events: serde_json::Value = serde_json::from_str(&site.get("/api/v1/events?limit=1").body).unwrap();
    let fields = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let schema = &described["components"]["schemas"];
    assert_eq!(fields(&events["items"][0]), fields(&schema["Event"]["properties"]));
    assert_eq!(fields(&events), fields(&schema["EventPage"]["properties"]));
}

#[test]
fn lists_come_as_lines_and_tables_too() {
    let site = site();
    let json: serde_json::Value = serde_json::from_str(&site.get("/api/v1/events?limit=7").body).unwrap();
    let lines = site.get_with("/events?limit=7", "Accept: application/x-ndjson");
    let rows: Vec<serde_json::Value> = lines.body.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(json["items"].as_array().unwrap(), &rows);
    for (address, rows) in [("/events?limit=7", 7), ("/quotes?limit=5", 5)] {
        let table = site.get_with(address, "Accept: text/csv");
        let mut reader = csv::Reader::from_reader(table.body.as_bytes());
        assert_eq!(reader.records().map(Result::unwrap).count(), rows);
    }
    let mut table = csv::Reader::from_reader(std::io::Cursor::new(
        site.get_with("/events?limit=500", "Accept: text/csv").body.into_bytes(),
    ));
    let evidence = table.headers().unwrap().iter().position(|h| h == "evidence").unwrap();
    let words: Vec<String> = table.records().map(|r| r.unwrap()[evidence].to_string()).collect();
    let all: serde_json::Value = serde_json::from_str(&site.get("/api/v1/events?limit=500").body).unwrap();
    let told: Vec<&str> = all["items"].as_array().unwrap().iter().filter_map(|e| e["evidence"].as_str()).collect();
    assert_eq!(words, told);
}

#[test]
fn the_next_page_is_linked_until_there_is_none() {
    let site = site();
    for (address, all) in [
        (
            "/events?limit=20&type=AID",
            site.ledger
                .events(&EventFilter { event_type: Some("AID".into()), ..EventFilter::default() }, None, 1)
                .unwrap()
                .events,
        ),
        ("/events?limit=20", site.ledger.overview().unwrap().events),
        ("/quotes?limit=15", site.ledger.overview().unwrap().quotes),
    ] {
        let (mut seen, mut next) = (BTreeSet::new(), Some(address.to_string()));
        while let Some(here) = next {
            let page = site.get_with(&here, "Accept: application/x-ndjson");
            for line in page.body.lines() {
                assert!(seen.insert(line.to_string()), "twice: {line}");
            }
            next = header(&page, "link")
                .and_then(|l| l.strip_prefix("</api/v1")?.strip_suffix(">; rel=\"next\"").map(str::to_string));
            // The helper reads heads in lower case; types are upper case.
            next = next.map(|n| n.replace("type=aid", "type=AID"));
        }
        assert_eq!(seen.len() as u64, all, "{address}");
    }
}

#[test]
fn who_has_an_answer_already_is_told_so() {
    let site = site();
    let first = site.get_with("/events?limit=2", "Accept: */*");
    let tag = header(&first, "etag").unwrap().to_string();
    let again = site.get_with("/events?limit=2", &format!("If-None-Match: W/\"x\", {tag}"));
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(header(&again, "etag"), Some(tag.as_str()));
    assert!(again.head.contains("content-security-policy"));
    let other = site.get_with("/events?limit=3", &format!("If-None-Match: {tag}"));
    assert_eq!(other.status, 200);
    let as_table = site.get_with("/events?limit=2", &format!("Accept: text/csv\r\nIf-None-Match: {tag}"));
    assert_eq!(as_table.status, 200);
    assert_eq!(header(&site.get("/api/v1/event/none"), "etag"), None);
}

#[test]
fn own_links_lead_somewhere() {
    let site = site();
    let mut seen = BTreeSet::new();
    for address in [
        "/",
        "/stories",
        "/today",
        "/network",
        "/map",
        "/pair?actor=XAR&other=XBE",
        "/actors",
        "/outlets",
        "/quotes",
        "/search?q=treaty",
        "/actor/XBE",
    ] {
        let page = site.get(address).body;
        let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        seen.extend(links.filter(|l| l.starts_with('/')).map(|l| l.replace("&amp;", "&")));
    }
    assert!(seen.len() > 100, "{} links", seen.len());
    for link in seen {
        assert_eq!(site.get(&link).status, 200, "{link}");
    }
}

#[test]
fn what_strangers_wrote_is_shown_and_never_run() {
    let site = site();
    let article = site.ledger.article_view("pages/hostile.html#1").unwrap().unwrap();
    let event = article.article.record.events[0].event.clone().unwrap();
    let addresses = [
        "/".into(),
        "/outlets".into(),
        "/quotes".into(),
        "/actors".into(),
        "/search?q=%3Cscript%3E".into(),
        "/search?q=title".into(),
        format!("/article/{}", article.head.key),
        format!("/event/{event}"),
        "/actor/Ilse%20%22%3C%2Ftd%3E%22%20Varga".into(),
        "/?actor=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&type=%22%3E%3Cscript%3E&text=%3Cscript%3E".into(),
        "/%3Cscript%3Ealert(1)%3C/script%3E".into(),
        "/today".into(),
        "/network".into(),
        "/map?actor=%22%3E%3Cscript%3E".into(),
        "/pair?actor=%22%3E%3Cscript%3E&other=%3Cimg%20src%3Dx%3E".into(),
        "/pair?actor=Ilse%20%22%3C%2Ftd%3E%22%20Varga&other=Corvia".into(),
    ];
    for address in addresses {
        let page = site.get(&address).body.replace("<script type=\"module\" src=\"/page.mjs\"></script>", "");
        for harm in ["<script", "<img", "href=\"javascript:", "onerror=alert(1)>", "</td>\"", "<b>"] {
            assert!(!page.contains(harm), "{harm} in {address}");
        }
    }
    let shown = site.get(&format!("/article/{}", article.head.key)).body;
    assert!(shown.contains("&lt;script&gt;alert('title')&lt;/script&gt;"));
    assert!(shown.contains("javascript:alert('url')"), "the address is shown as text");
}

#[test]
fn no_page_has_inline_styles_or_scripts_that_the_policy_refuses() {
    let site = site();
    for address in site.addresses() {
        let page = site.get(&address).body;
        assert!(!page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick"), "{address}");
    }
}

#[test]
fn every_answer_carries_the_policy() {
    let site = site();
    for address in ["/", "/nowhere", "/api/v1/events", "/style.css", "/api/v1/nowhere"] {
        let head = site.get(address).head;
        assert!(head.contains("content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"), "{head}");
        assert!(head.contains("x-content-type-options: nosniff") && head.contains("referrer-policy: same-origin"));
        assert!(!head.contains("access-control-allow-origin"));
    }
}

#[test]
fn other_hosts_and_other_methods_are_refused() {
    let site = site();
    let port = site.server.address().port();
    for host in ["evil.example", &format!("evil.example:{port}"), "localhost:1", ""] {
        let refused = site.ask("GET", "/", host);
        assert!(refused.status >= 400 && !refused.body.contains("Ilse"), "{host}: {}", refused.status);
    }
    assert_eq!(site.ask("GET", "/", &format!("127.0.0.1:{port}")).status, 200);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let refused = site.ask(method, "/", &format!("localhost:{port}"));
        assert_eq!(refused.status, 405, "{method}");
        assert!(refused.head.contains("allow: get, head"));
    }
    assert_eq!(site.ask("HEAD", "/", &format!("localhost:{port}")).body, "");
}

fn changing() -> Site {
    site_with(Setup { may_change: true, ..looking() })
}

impl Site {
    /// A form of the page, with the headers that a browser sends.
    fn post(&self, path: &str, fields: &[(&str, &str)], origin: &str) -> Answer {
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
        let body = fields.iter().map(|(k, v)| format!("{k}={}", encode(v))).collect::<Vec<_>>().join("&");
        let mut socket = TcpStream::connect(self.server.address()).unwrap();
        write!(
            socket,
            "POST {path} HTTP/1.1\r\nHost: localhost:{}\r\n{origin}Content-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.server.address().port(),
            body.len()
        )
        .unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: body.to_string() }
    }

    fn own(&self) -> String {
        format!("Origin: http://localhost:{}\r\n", self.server.address().port())
    }

    fn token(&self) -> String {
        let page = self.get("/corrections").body;
        page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_string()
    }
}

#[test]
fn a_correction_is_shown_before_it_is_made_and_can_be_undone() {
    let site = changing();
    let event = site.ledger.events(&EventFilter::default(), None, 1).unwrap().items.remove(0).id;
    let report = site.ledger.event(&event).unwrap().unwrap().tellings[0].key.clone();
    assert!(site.get(&format!("/event/{event}")).body.contains(&format!("/correct?report={report}")));
    let (own, token) = (site.own(), site.token());
    let fields = |token, what, of, value, why| {
        [("token", token), ("what", what), ("of", of), ("value", value), ("who", "M. <b>K.</b>"), ("why", why)]
    };
    let set = fields(token.as_str(), "set-place", report.as_str(), "Quill <i>Bay</i>", "map");
    let shown = site.post("/correct", &set, &own);
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains("Quill &lt;i&gt;Bay") && shown.body.contains("Accept"));
    assert!(site.ledger.corrections().unwrap().is_empty(), "nothing is changed by looking");
    let made = site.post("/correct/accept", &set, &own);
    assert_eq!(made.status, 303, "{}", made.body);
    let all = site.ledger.corrections().unwrap();
    assert_eq!((all.len(), all[0].correction.who.as_str()), (1, "M. <b>K.</b>"));
    let place = |site: &Site| site.ledger.tellings(&report).unwrap().unwrap()[0].report.place.clone();
    assert_eq!(place(&site).as_deref(), Some("Quill <i>Bay</i>"));
    assert!(!site.get("/corrections").body.contains("<i>"), "what a reader wrote is escaped");
    let undo = fields(token.as_str(), "undo", all[0].correction.id.as_str(), "", "wrong map");
    assert_eq!(site.post("/correct/accept", &undo, &own).status, 303);
    assert_ne!(place(&site).as_deref(), Some("Quill <i>Bay</i>"));
    let log = site.get("/api/v1/changes").body;
    assert!(log.contains("wrong map"), "{log}");
    for (what, of, value, why) in
        [("set-status", &*report, "perhaps", "x"), ("retract", "r0", "", "x"), ("set-place", &*report, "Oldgate", " ")]
    {
        let refused = site.post("/correct", &fields(token.as_str(), what, of, value, why), &own);
        assert_eq!(refused.status, 422, "{what}");
    }
    assert_eq!(site.post("/correct", &fields(token.as_str(), "drop", &report, "", "x"), &own).status, 400);
}

#[test]
fn changes_are_taken_from_own_pages_only() {
    let site = changing();
    let event = site.ledger.events(&EventFilter::default(), None, 1).unwrap().items.remove(0).id;
    let (own, token) = (site.own(), site.token());
    let retract = |token| [("token", token), ("what", "retract"), ("of", event.as_str()), ("value", ""), ("why", "x")];
    let port = site.server.address().port();
    let foreign = [
        String::new(),
        "Origin: null\r\n".into(),
        "Origin: https://evil.example\r\n".into(),
        format!("Origin: http://evil.example:{port}\r\n"),
        "Origin: http://localhost:1\r\n".into(),
        format!("{own}Origin: http://evil.example\r\n"),
    ];
    for origin in foreign {
        assert_eq!(site.post("/correct/accept", &retract(&token), &origin).status, 403, "{origin}");
    }
    let other = token.replace(|c: char| c.is_ascii_digit(), "x");
    for stale in ["", "0", other.as_str()] {
        assert_eq!(site.post("/correct/accept", &retract(stale), &own).status, 403, "{stale}");
    }
    let no_token = site.post("/import?name=x.txt", &[], &own);
    assert_eq!(no_token.status, 403);
    assert!(site.ledger.corrections().unwrap().is_empty());
    assert_eq!(site.post("/correct/accept", &retract(&token), &own).status, 303);
    assert_ne!(token, changing().token(), "every run has its own");
}

#[test]
fn wrong_values_of_filters_are_named() {
    let site = site();
    for (address, parameter, accepted) in [
        ("/events?type=nonsense", "type", "CONSULT"),
        ("/events?status=maybe", "status", "planned"),
        ("/events?from=yesterday", "from", "2026-02-15"),
        ("/events?from=2026-03&to=2026-02", "to", "not before 2026-03"),
        ("/events?outlet=Nobody", "outlet", "Oldgate Herald"),
        ("/events?actor=nobody%20at%20all", "actor", "a name"),
        ("/quotes?stance=sung", "stance", "assert"),
        ("/stories?since=soon", "since", "2026"),
    ] {
        let refused = site.get(&format!("/api/v1{address}"));
        assert_eq!(refused.status, 400, "{address}");
        let body: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(body["parameter"], parameter, "{address}");
        assert!(body["accepts"].to_string().contains(accepted) && body["error"].is_string(), "{address}: {body}");
        if !address.starts_with("/stories") {
            let page = site.get(&address.replace("/events", "/")).body;
            assert!(page.contains("role=\"alert\""), "{address}");
        }
    }
    let unknown = site.get("/api/v1/events?country=XAR");
    assert!(unknown.status == 400 && unknown.body.contains("country") && unknown.body.contains("`actor`"));
    let items = |address: &str| {
        let body: serde_json::Value = serde_json::from_str(&site.get(&format!("/api/v1{address}")).body).unwrap();
        body["items"].clone()
    };
    assert_eq!(items("/events?type=aid"), items("/events?type=AID"));
    assert!(items("/events?type=aid").as_array().is_some_and(|a| !a.is_empty()));
}

#[test]
fn the_ledger_is_asked_in_sql_and_taken_as_files() {
    let site = site();
    let ask = |sql: &str| {
        let encoded: String = sql.bytes().map(|b| format!("%{b:02x}")).collect();
        site.get(&format!("/data?sql={encoded}")).body
    };
    assert!(ask("SELECT count(*) AS how_many FROM events").contains("how_many"));
    assert!(ask("SELECT '<script>' AS x").contains("&lt;script&gt;"));
    assert!(
        ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n").contains("500 rows")
    );
    assert!(ask("SELECT count(*) FROM report_search WHERE report_search MATCH 'talks'").contains("<td>"));
    for wrong in [
        "DELETE FROM reports",
        "ATTACH DATABASE '/tmp/x.db' AS x",
        "PRAGMA query_only = OFF",
        "SELECT 1; DELETE FROM reports",
        "CREATE TEMP TABLE t (x)",
        "VACUUM INTO '/tmp/copy.db'",
        "SELECT load_extension('x')",
        "SELECT length(zeroblob(999999999))",
        "nonsense",
    ] {
        assert!(ask(wrong).contains("role=\"alert\""), "{wrong}");
    }
    assert!(site.ledger.overview().unwrap().reports > 0);
    for format in ["csv", "jsonl", "polecat", "gdelt-events", "gexf", "geojson", "atom", "icalendar", "followthemoney"]
    {
        let file = site.get(&format!("/export/{format}?type=AID"));
        assert_eq!(file.status, 200, "{format}");
        assert!(file.head.contains("content-disposition: attachment; filename=\"chancery"), "{}", file.head);
        assert!(!file.body.is_empty(), "{format}");
    }
    assert_eq!(site.get("/export/xlsx").status, 404);
    assert_eq!(site.get("/export/csv?type=nonsense").status, 400);
    let feed = site.get("/feed?actor=XAR");
    let home = format!("http://localhost:{}", site.server.address().port());
    assert!(feed.head.contains("application/atom+xml"));
    assert!(
        feed.body.contains(&format!("<link rel=\"self\" href=\"{home}/feed?actor=XAR\"/>")),
        "{}",
        &feed.body[..900]
    );
    let entry = feed.body.split(&format!("<link rel=\"alternate\" href=\"{home}")).nth(2).unwrap();
    assert_eq!(site.get(entry.split('"').next().unwrap()).status, 200);
}

#[test]
fn what_was_added_can_be_followed() {
    let mut site = site();
    let page = |site: &Site, query: &str| -> serde_json::Value {
        serde_json::from_str(&site.get(&format!("/api/v1/changes{query}")).body).unwrap()
    };
    let (mut seen, mut since) = (0, String::new());
    loop {
        let log = page(&site, &format!("?limit=7&since={since}"));
        seen += log["items"].as_array().unwrap().len();
        since = log["next"].as_str().unwrap().to_string();
        if log["more"] == false {
            break;
        }
    }
    let overview = site.ledger.overview().unwrap();
    assert_eq!(seen as u64, overview.inputs + overview.unreadable);
    assert_eq!(page(&site, &format!("?since={since}"))["items"].as_array().unwrap().len(), 0);
    let mut run = site.ledger.begin_run(&chancery_ledger::RunManifest::default()).unwrap();
    site.ledger.store_input(&mut run, &chancery_ledger::StoredInput::unreadable("late.pdf", "no text in it")).unwrap();
    let log = page(&site, &format!("?since={since}"));
    assert_eq!((log["items"][0]["kind"].as_str(), log["items"][0]["path"].as_str()), (Some("read"), Some("late.pdf")));
    assert!(site.get(&format!("/changes?since={since}")).body.contains("late.pdf"));
    for wrong in ["x", "i", "i1", "ic", "i1c1x", "-1"] {
        assert_eq!(site.get(&format!("/api/v1/changes?since={wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn what_is_not_there_is_said_plainly() {
    let site = site();
    for address in ["/event/e0", "/article/none.txt%231", "/actor/nobody", "/nowhere", "/api/v1/event/e0", "/api/v1/x"]
    {
        assert_eq!(site.get(address).status, 404, "{address}");
    }
    for address in ["/?after=nonsense", "/quotes?offset=-1", "/api/v1/events?limit=x", "/api/v1/events?after=x"] {
        assert_eq!(site.get(address).status, 400, "{address}");
    }
}

#[test]
fn counts_say_what_they_count() {
    let site = site();
    let o = site.ledger.overview().unwrap();
    let page = site.get("/").body;
    assert!(page.contains(&format!("{} reports of {} events", o.reports, o.events)));
    assert!(page.contains("<title>Ledger</title>"));
}

#[test]
fn a_pair_is_drawn_with_its_counts() {
    let site = site();
    let filter = EventFilter { actor: Some("XAR".into()), other: Some("XBE".into()), ..EventFilter::default() };
    let all = site.ledger.events(&filter, None, 1).unwrap();
    assert!(all.events > 3);
    let page = site.get("/pair?actor=XAR&other=XBE").body;
    assert!(page.contains(&format!("{} reports of {} events", all.reports, all.events)));
    for panel in ["Events by week", "Reports by week", "Score by week", "The figures as a table"] {
        assert!(page.contains(panel), "{panel}");
    }
    let acts = site.ledger.acts_by_day(&filter).unwrap();
    assert_eq!(acts.iter().map(|a| a.events).sum::<u64>(), all.events);
    let today = site.get("/today").body;
    assert!(today.contains("Pairs that moved") && today.contains("href=\"/pair?actor="));
}

#[test]
fn a_story_has_its_events_and_all_its_articles() {
    let site = site();
    let list = site.get("/stories").body;
    let story = site.ledger.stories(None, 100).unwrap().into_iter().max_by_key(|s| s.articles.len()).unwrap();
    assert!(story.articles.len() > 1 && list.contains(&format!("/story/{}", story.story)), "{list}");
    let page = site.get(&format!("/story/{}", story.story)).body;
    for article in &story.articles {
        assert!(page.contains(&format!("/article/{}", article.key)), "{}", article.id);
    }
    let timeline = site.ledger.story(&story.story).unwrap().unwrap().timeline;
    assert_eq!(timeline.len() as u64, story.events);
    assert!(timeline.iter().all(|e| page.contains(&format!("/event/{}", e.id))));
    assert_eq!(site.get("/story/s0").status, 404);
}

#[test]
fn a_server_for_the_whole_world_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    drop(Ledger::open(&path).unwrap());
    let refused = chancery_server::start(&path, ([0, 0, 0, 0], 0).into(), looking()).unwrap_err();
    assert!(refused.to_string().contains("loopback"), "{refused}");
    std::fs::write(&path, "no ledger").unwrap();
    let wrong = chancery_server::start(&path, ([127, 0, 0, 1], 0).into(), looking()).unwrap_err();
    assert!(wrong.downcast_ref::<chancery_ledger::LedgerError>().is_some_and(|e| e.is_ledger_fault()));
}

#[test]
fn a_query_of_a_later_program_is_named_and_can_be_deleted() {
    let site = changing();
    let aid = EventFilter { event_type: Some("AID".into()), ..EventFilter::default() };
    site.ledger.save_query("Aid", &aid, "2026").unwrap();
    let db = rusqlite::Connection::open(site.ledger.path()).unwrap();
    db.execute("INSERT INTO saved_queries (name, query, made) VALUES ('Rain', '{\"weather\":1}', '2027')", []).unwrap();
    let list = site.get("/queries");
    assert!(
        list.status == 200 && list.body.contains("Delete Aid") && list.body.contains("Delete Rain"),
        "{}",
        list.body
    );
    for path in ["/query/Rain", "/query/Rain/feed"] {
        let answer = site.get(path);
        assert!(answer.status == 500 && answer.body.contains("Rain") && answer.body.contains("weather"), "{path}");
    }
    let token = site.token();
    let deleted = site.post("/queries/delete", &[("token", token.as_str()), ("name", "Rain")], &site.own());
    assert_eq!((deleted.status, site.ledger.saved_names().unwrap()), (303, vec!["Aid".to_string()]));
    let dots = [("token", token.as_str()), ("name", ".."), ("type", "AID")];
    assert_eq!(site.post("/queries", &dots, &site.own()).status, 400);
}

#[test]
fn an_actor_whose_name_is_dots_has_a_page() {
    let site = site();
    let db = rusqlite::Connection::open(site.ledger.path()).unwrap();
    db.execute("UPDATE actors SET name = '..' WHERE row = (SELECT actor FROM parties WHERE actor IS NOT NULL)", [])
        .unwrap();
    let page = site.get("/actor/%20..");
    assert!(page.status == 200 && page.body.contains("<h1>..</h1>"), "{}", page.body);
    assert!(site.get("/actors").body.contains("/actor/%20.."));
}

#[test]
fn a_ledger_with_rows_that_point_nowhere_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    let ledger = fixture::fill(&path);
    let db = rusqlite::Connection::open(&path).unwrap();
    let broken = "PRAGMA foreign_keys = OFF; DELETE FROM actors WHERE row = (SELECT actor FROM parties)";
    db.execute_batch(broken).unwrap();
    let server = chancery_server::start(&path, ([127, 0, 0, 1], 0).into(), looking()).unwrap();
    let site = Site { _folder: folder, server, ledger };
    for path in ["/", "/actors", "/network", "/outlets", "/quotes"] {
        assert_eq!(site.get(path).status, 200, "{path}");
    }
}
