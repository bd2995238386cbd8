//! `chancery watch`, against a server on this machine.

use crate::support::{Ran, arg, chancery, command};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

/// What was asked for, and what was posted.
type Asked = Arc<Mutex<Vec<String>>>;

/// A server of a feed with two pages and one that robots.txt closes; /busy asks for a long pause, /hook takes the news.
fn server() -> (SocketAddr, Asked) {
    let (listener, asked) = (TcpListener::bind("127.0.0.1:0").unwrap(), Asked::default());
    let (address, log) = (listener.local_addr().unwrap(), asked.clone());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while reader.read_line(&mut head).is_ok_and(|n| n > 2) {}
            let lower = head.to_lowercase();
            let length = lower.split("content-length: ").nth(1).and_then(|l| l.lines().next()?.trim().parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            let _ = reader.read_exact(&mut body);
            let first = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_string();
            let known = lower.contains("if-none-match: \"v1\"");
            let mut log = log.lock().unwrap();
            log.push(format!("{first}{}{}", if known { " known " } else { "" }, String::from_utf8_lossy(&body)));
            let _ = stream.write_all(answer(&first, known, address).as_bytes());
        }
    });
    (address, asked)
}

const PAGE: &str = "<!DOCTYPE html><html><head><title>Visit</title>\
    <meta property='article:published_time' content='2023-05-04T08:00:00Z'></head><body><article><h1>Visit</h1>\
    <p>Emmanuel Macron met Olaf Scholz in Berlin on 3 May 2023.</p>\
    <p>The railway between the two capitals is slow, and nobody has found the money for a faster one.</p></article></body></html>";

fn answer(first: &str, known: bool, own: SocketAddr) -> String {
    let sent = |kind: &str, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nETag: \"v1\"\r\nContent-Length: {length}\r\n\r\n{body}")
    };
    let item = |path: &str| format!("<item><title>A visit {path}</title><link>http://{own}{path}</link></item>");
    let feed = |items: &str| {
        sent("application/rss+xml", &format!("<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"))
    };
    match first {
        "GET /one.xml" => feed(&item("/private/2")),
        "GET /pausing.xml" => feed(&item("/busy")),
        "GET /robots.txt" => sent("text/plain", "User-agent: *\nDisallow: /private\n"),
        "GET /feed.xml" if known => "HTTP/1.1 304 Not Modified\r\n\r\n".into(),
        "GET /feed.xml" => feed(&["/1", "/private/2", "/3"].map(item).concat()),
        "GET /1" => sent("text/html", PAGE),
        "GET /3" => sent("text/plain", "Aid\n\nNorway sent aid to Ghana on 4 May 2023.\n"),
        "GET /busy" => "HTTP/1.1 503 Busy\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n".into(),
        "POST /hook" => "HTTP/1.1 204 No Content\r\n\r\n".into(),
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into(),
    }
}

fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64
}

struct World {
    folder: tempfile::TempDir,
    address: SocketAddr,
    asked: Asked,
}

impl World {
    fn new(feed: &str) -> Self {
        let (folder, (address, asked)) = (tempfile::tempdir().unwrap(), server());
        let opml = format!("<opml version='2.0'><body><outline xmlUrl='http://{address}{feed}'/></body></opml>");
        fs::write(folder.path().join("feeds.opml"), opml).unwrap();
        World { folder, address, asked }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn round(&self, more: &[&str]) -> Ran {
        let (feeds, ledger) = (self.path("feeds.opml"), self.path("a.ledger"));
        let flags = ["watch", arg(&feeds), "--ledger", arg(&ledger), "--once", "--allow-private"];
        chancery(&[&flags, more].concat())
    }

    /// How often the only page could not be had, and when it is asked for again.
    fn page(&self) -> (i64, i64) {
        let sql = "SELECT tries, next FROM watched_pages";
        self.db().query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap()
    }

    fn db(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path("a.ledger")).unwrap()
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

#[test]
fn what_is_new_is_read_and_told_once() {
    let world = World::new("/feed.xml");
    let (hook, brief) = (format!("http://{}/hook", world.address), world.path("brief.md"));
    let queries = world.path("queries.toml");
    fs::write(&queries, "[[query]]\nname = \"Talks\"\ntype = \"consult\"\nactor = \"FRA\"\n").unwrap();
    let flags = ["--webhook", &hook, "--brief", arg(&brief), "--since", "2023-05-01", "--queries", arg(&queries)];
    // One page is closed by robots.txt: it is named, the rest is read.
    let run = world.round(&flags).ended(1);
    assert!(run.stderr.contains("robots.txt") && run.stderr.contains("2 pages read"), "{}", run.stderr);
    let asked = world.asked();
    assert!(!asked.iter().any(|a| a.starts_with("GET /private")), "{asked:?}");
    let posts: Vec<&String> = asked.iter().filter(|a| a.starts_with("POST /hook")).collect();
    assert_eq!(posts.len(), 1, "{asked:?}");
    let news: serde_json::Value = serde_json::from_str(posts[0].trim_start_matches("POST /hook")).unwrap();
    assert_eq!((&news["events"], &news["queries"][0]["name"]), (&1.into(), &"Talks".into()), "{news}");
    let told = &news["queries"][0]["events"][0]["told"][0];
    assert_eq!(told["url"], format!("http://{}/1", world.address));
    assert!(told["text"].as_str().unwrap().contains("Macron met Olaf Scholz"));
    let written = fs::read_to_string(&brief).unwrap();
    assert!(written.starts_with("# What is new") && written.contains("Macron met Olaf Scholz"), "{written}");
    // No time has come, neither the feed's nor that of the closed page: nothing is asked and nothing told.
    let run = world.round(&flags).ended(0);
    assert_eq!((run.stderr.as_str(), world.asked().len()), ("", 0));
    world.db().execute("UPDATE watched_feeds SET next = 0", []).unwrap();
    world.round(&flags).ended(0);
    let asked = world.asked();
    assert!(
        asked.iter().any(|a| a == "GET /feed.xml known ") && !asked.iter().any(|a| a.starts_with("POST")),
        "{asked:?}"
    );
}

#[test]
fn a_page_that_cannot_be_had_is_tried_less_and_less_often() {
    let world = World::new("/one.xml");
    for tries in 1..=5 {
        let before = now();
        world.round(&["--every", "1h"]).ended(1);
        let (told, next) = world.page();
        let pause = 3600 << (tries - 1);
        assert!(told == tries && next >= before + pause && next <= now() + pause, "{told} {next} {before}");
        // The rounds that other feeds begin meanwhile cost no try.
        world.db().execute("UPDATE watched_feeds SET next = 0", []).unwrap();
        world.round(&["--every", "1h"]).ended(0);
        assert_eq!(world.page().0, tries);
        world.db().execute("UPDATE watched_pages SET next = 0", []).unwrap();
    }
    world.asked();
    world.round(&[]).ended(0);
    assert!(world.asked().is_empty(), "five times is enough");
}

#[test]
fn a_page_whose_server_asks_for_a_pause_waits() {
    let world = World::new("/pausing.xml");
    let run = world.round(&["--every", "1m"]).ended(1);
    assert!(run.stderr.contains("7200 s"), "{}", run.stderr);
    let (tries, next) = world.page();
    assert!(tries == 1 && next > now() + 7000, "{tries} {next}");
}

#[test]
fn queries_that_are_saved_meanwhile_are_told() {
    let world = World::new("/feed.xml");
    let (ready, news) = (world.path("ready"), world.path("news.json"));
    let tell = format!("test -e '{}' && cat > '{}'", arg(&ready), arg(&news));
    let (feeds, ledger) = (world.path("feeds.opml"), world.path("a.ledger"));
    let flags = ["watch", arg(&feeds), "--ledger", arg(&ledger), "--every", "1s", "--allow-private", "--run", &tell];
    let mut child = command(&flags).stderr(Stdio::piped()).spawn().unwrap();
    // The first round tells everything, to nobody.
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(said.any(|line| line.contains("tried again")));
    let query = "INSERT INTO saved_queries (name, query, made) VALUES ('Talks', '{\"type\":\"CONSULT\"}', '2026')";
    world.db().execute(query, []).unwrap();
    fs::write(&ready, "").unwrap();
    // What is still said has to be taken.
    let rest = std::thread::spawn(move || said.for_each(drop));
    let names =
        |news: serde_json::Value| news["queries"].as_array().map(|all| all.iter().map(|q| q["name"].clone()).collect());
    let mut told: Option<Vec<serde_json::Value>> = None;
    for _ in 0..600 {
        told = fs::read_to_string(&news).ok().and_then(|text| names(serde_json::from_str(&text).ok()?));
        if told.is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    rest.join().unwrap();
    assert_eq!(told, Some(vec!["Talks".into()]));
}

#[test]
fn a_saved_query_that_cannot_be_read_is_named_and_the_others_are_told() {
    let world = World::new("/feed.xml");
    let file = world.path("news.json");
    let tell = format!("cat > '{}'", arg(&file));
    let save = |name: &str, query: &str| {
        let sql = "INSERT INTO saved_queries (name, query, made) VALUES (?, ?, '2026')";
        world.db().execute(sql, [name, query]).unwrap();
    };
    world.round(&["--run", "exit 3"]).ended(1);
    save("Broken", "{\"colour\":\"red\"}");
    // It is not taken for everything.
    let run = world.round(&["--run", &tell]).ended(0);
    assert!(run.stderr.contains("Broken") && !file.exists(), "{}", run.stderr);
    world.db().execute("UPDATE watched_pages SET told = 0", []).unwrap();
    save("Talks", "{\"type\":\"CONSULT\"}");
    let run = world.round(&["--run", &tell]).ended(0);
    assert!(run.stderr.contains("Broken"), "{}", run.stderr);
    let news: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(
        (&news["queries"].as_array().unwrap().len(), &news["queries"][0]["name"]),
        (&1, &"Talks".into()),
        "{news}"
    );
}

#[test]
fn what_could_not_be_told_is_told_in_the_next_round() {
    let world = World::new("/feed.xml");
    let run = world.round(&["--run", "exit 3"]).ended(1);
    assert!(run.stderr.contains("exit 3") && run.stderr.contains("tried again"), "{}", run.stderr);
    let file = world.path("news.json");
    world.round(&["--run", &format!("cat > '{}'", arg(&file))]).ended(0);
    let news: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(news["events"], 2, "{news}");
    fs::remove_file(&file).unwrap();
    world.round(&["--run", &format!("cat > '{}'", arg(&file))]);
    assert!(!file.exists(), "told twice");
    let events = chancery(&["events", "--ledger", arg(&world.path("a.ledger")), "--format", "jsonl"]).ended(0);
    assert_eq!(events.json_lines().len(), 2);
}

#[test]
fn a_server_that_asks_for_a_pause_gets_it() {
    let world = World::new("/busy");
    let run = world.round(&[]).ended(1);
    assert!(run.stderr.contains("7200 s"), "{}", run.stderr);
    let (next, failures): (i64, i64) =
        world.db().query_row("SELECT next, failures FROM watched_feeds", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    assert!(next > now() + 7000 && failures == 1, "{next} {failures}");
}

#[test]
fn wrong_files_are_said_before_anything_is_asked() {
    let world = World::new("/feed.xml");
    let queries = world.path("queries.toml");
    for (text, words) in [
        ("[[query]]\nname = \"X\"\ntype = \"TALKS\"\n", "\"TALKS\" is no type"),
        ("[[query]]\nname = \"X\"\nactors = \"FRA\"\n", "actors"),
        ("[[query]]\ntype = \"CONSULT\"\n", "no name"),
    ] {
        fs::write(&queries, text).unwrap();
        let run = world.round(&["--queries", arg(&queries)]);
        assert!(run.status != 0 && run.stderr.contains(words), "{}", run.stderr);
    }
    fs::write(world.path("feeds.opml"), "There are no feeds here.\n").unwrap();
    let run = world.round(&[]).ended(1);
    assert!(run.stderr.contains("lists no feeds"), "{}", run.stderr);
    chancery(&["watch", "f", "--ledger", "x", "--every", "soon"]).ended(2);
    assert!(world.asked().is_empty());
}
