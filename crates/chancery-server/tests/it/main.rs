//! The server from outside, over a socket.

#[path = "../../../chancery-ledger/tests/fixture/mod.rs"]
mod fixture;

use chancery_ledger::{EventFilter, Ledger};
use chancery_server::Running;
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

fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    let ledger = fixture::fill(&path);
    let server = chancery_server::start(&path, ([127, 0, 0, 1], 0).into(), &chancery_data::Data::embedded()).unwrap();
    Site { _folder: folder, server, ledger }
}

impl Site {
    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &format!("localhost:{}", self.server.address().port()))
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> Answer {
        let mut socket = TcpStream::connect(self.server.address()).unwrap();
        write!(socket, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
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
            "/quotes",
            "/quotes?offset=40",
            "/quotes?speaker=XAR",
            "/search",
            "/search?q=trawler*",
        ];
        let mut all: Vec<String> = fixed.iter().chain(&more).map(|a| a.to_string()).collect();
        let events = self.ledger.events(&EventFilter::default(), None, 500).unwrap().items;
        all.extend(events.iter().step_by(9).map(|e| format!("/event/{}", e.id)));
        let articles = self.ledger.articles(None, 500).unwrap();
        all.extend(articles.iter().step_by(5).map(|a| format!("/article/{}", a.key)));
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

#[test]
fn own_links_lead_somewhere() {
    let site = site();
    let mut seen = std::collections::BTreeSet::new();
    for address in ["/", "/actors", "/outlets", "/quotes", "/search?q=treaty", "/actor/XBE"] {
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
    ];
    for address in addresses {
        let page = site.get(&address).body;
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
        assert!(head.contains("content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"), "{head}");
        assert!(head.contains("x-content-type-options: nosniff") && head.contains("referrer-policy: no-referrer"));
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
fn a_server_for_the_whole_world_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    drop(Ledger::open(&path).unwrap());
    let data = chancery_data::Data::embedded();
    let refused = chancery_server::start(&path, ([0, 0, 0, 0], 0).into(), &data).unwrap_err();
    assert!(refused.to_string().contains("loopback"), "{refused}");
    std::fs::write(&path, "no ledger").unwrap();
    let wrong = chancery_server::start(&path, ([127, 0, 0, 1], 0).into(), &data).unwrap_err();
    assert!(wrong.downcast_ref::<chancery_ledger::LedgerError>().is_some_and(|e| e.is_ledger_fault()));
}
