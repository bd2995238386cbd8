//! Lists of addresses, through the whole program and a server on this machine.

use crate::support::{Ran, arg, chancery, chancery_with_stdin};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

/// A server of two pages; /gone is missing, /private is closed by robots.txt.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_string();
            let is_known = lines.take_while(|l| !l.is_empty()).any(|l| l.to_lowercase() == "if-none-match: \"1\"");
            let _ = stream.write_all(answer(&path, is_known).as_bytes());
        }
    });
    address
}

fn answer(path: &str, is_known: bool) -> String {
    let sent = |media_type: &str, body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nETag: \"1\"\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    match path {
        "/1" | "/2" if is_known => "HTTP/1.1 304 Not Modified\r\n\r\n".into(),
        "/1" => sent("text/html; charset=utf-8", &page("Emmanuel Macron met Olaf Scholz in Berlin on 3 May 2023.")),
        "/2" => sent("text/plain", "Visit\n\nEmmanuel Macron met Olaf Scholz in Berlin on 3 May 2023.\n"),
        "/robots.txt" => sent("text/plain", "User-agent: *\nDisallow: /private\n"),
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into(),
    }
}

fn page(sentence: &str) -> String {
    let text =
        format!("<p>{sentence} The two spoke about railways, energy and the budget of the union for an hour.</p>");
    format!(
        "<!DOCTYPE html><html><head><title>Visit</title></head><body><article><h1>Visit</h1>{}</article></body></html>",
        text.repeat(3)
    )
}

fn files(run: &Ran) -> Vec<String> {
    run.json_lines().iter().map(|a| a["file"].as_str().unwrap().rsplit('/').next().unwrap().to_string()).collect()
}

/// An article's events, but for their ids, which rest on the names of files.
fn rows(article: &serde_json::Value) -> Vec<[serde_json::Value; 4]> {
    let events = article["events"].as_array().unwrap().iter();
    events.map(|e| ["text", "type", "date", "actors"].map(|field| e[field].clone())).collect()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    fs::write(folder.join(name), text).unwrap();
    arg(&folder.join(name)).to_string()
}

#[test]
fn nothing_is_fetched_unless_asked_for() {
    let run = chancery_with_stdin(&["code", "-"], b"https://example.invalid/a\nhttps://example.invalid/b\n").ended(0);
    assert_eq!(run.stderr, "chancery: -: P013 2 addresses, not fetched: add --fetch\n");
    assert!(run.stdout.is_empty());
    let wrong = chancery(&["code", "-", "--save-warc", "x.warc"]).ended(2);
    assert!(wrong.stderr.contains("--fetch"), "{}", wrong.stderr);
}

#[test]
fn private_addresses_are_refused() {
    let list = format!("http://{}/1\n", server());
    let run = chancery_with_stdin(&["code", "-", "--fetch"], list.as_bytes()).ended(1);
    assert!(run.stderr.contains("127.0.0.1, not on the public internet; --allow-private"), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
}

#[test]
fn a_list_is_fetched_in_order_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let at = server();
    let list: String = ["1", "gone", "private", "2", "1"].map(|p| format!("http://{at}/{p}\n")).concat();
    let list = write(folder.path(), "list.urls", &list);
    let (cache, saved) = (folder.path().join("cache"), folder.path().join("saved.warc.gz"));
    let fetch = ["code", &list, "--fetch", "--allow-private", "--cache", arg(&cache), "--save-warc", arg(&saved)];
    let run = chancery(&fetch).ended(1);
    assert_eq!(files(&run), ["list.urls#1", "list.urls#4"]);
    let articles = run.json_lines();
    assert_eq!(articles[0]["url"], format!("http://{at}/1"));
    assert!(!articles[0]["events"].as_array().unwrap().is_empty());
    for (line, said) in [
        ("list.urls#2", "/gone: the server answers 404; check the address"),
        ("list.urls#3", "/private: robots.txt of 127.0.0.1 does not allow it;"),
        ("P012", "1 addresses stand in the list more than once"),
    ] {
        let found = run.stderr.lines().filter(|l| l.contains(line) && l.contains(said)).count();
        assert_eq!(found, 1, "{line}: {}", run.stderr);
    }
    assert_eq!(run.stderr.lines().count(), 3, "{}", run.stderr);

    let again = chancery(&fetch).ended(1);
    assert!(again.stdout == run.stdout, "unchanged pages give the same rows");

    let repeated = chancery(&["code", arg(&saved)]).ended(0).json_lines();
    let told =
        |articles: &[serde_json::Value]| articles.iter().map(|a| (a["text"].clone(), rows(a))).collect::<Vec<_>>();
    assert_eq!(told(&repeated), told(&articles), "without the web");
    let kept = chancery(&["code", arg(&cache)]).ended(0).json_lines();
    assert_eq!(kept.len(), 2, "the cache is a folder of web archives");
}

#[test]
fn records_with_addresses_only_are_fetched_too() {
    let folder = tempfile::tempdir().unwrap();
    let at = server();
    let record = serde_json::json!({"articles": [
        {"url": format!("http://{at}/2"), "title": "A visit", "seendate": "20230504T100000Z", "domain": "example.org", "language": "English"},
    ]});
    let json = write(folder.path(), "gdelt.json", &record.to_string());
    let table =
        write(folder.path(), "gdelt.csv", &format!("URL,MobileURL,Date,Title\nhttp://{at}/1,,2023-05-04,\"A, b\"\n"));
    let ledger = folder.path().join("a.ledger");
    let run = chancery(&["read", &json, &table, "--fetch", "--allow-private", "--ledger", arg(&ledger)]).ended(0);
    assert!(run.stderr.contains("2 inputs (2 added"), "{}", run.stderr);
    let again = chancery(&["read", &json, &table, "--fetch", "--allow-private", "--ledger", arg(&ledger)]).ended(0);
    assert!(again.stderr.contains("0 added, 2 known"), "{}", again.stderr);

    let titles = chancery(&["code", &json]).ended(0);
    assert!(titles.stderr.contains("P013 1 address, not fetched: add --fetch"), "{}", titles.stderr);
    assert_eq!(titles.json_lines()[0]["title"], "A visit");
}

#[test]
fn a_warc_file_that_cannot_be_written_is_said_before_anything_is_fetched() {
    let run = chancery_with_stdin(&["code", "-", "--fetch", "--save-warc", "no/such/folder/x.warc"], b"").ended(1);
    assert!(run.stderr.contains("cannot write no/such/folder/x.warc"), "{}", run.stderr);
}

#[test]
fn a_warc_file_takes_the_place_of_another_only_at_the_end_and_never_of_an_input() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("http://{}/1\n", server());
    let list = write(folder.path(), "list.urls", &text);
    let fetch =
        |saved: &str| chancery(&["code", &list, "--fetch", "--allow-private", "--site-lines", "--save-warc", saved]);
    let same = arg(&folder.path().join(".").join("list.urls")).to_string();
    let run = fetch(&same).ended(1);
    assert!(run.stderr.contains("is one of the inputs; save to another file"), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert_eq!(fs::read_to_string(&list).unwrap(), text);

    let saved = write(folder.path(), "old.warc", "an older file");
    fetch(&saved).ended(0);
    let warc = fs::read_to_string(&saved).unwrap();
    assert_eq!(warc.matches("WARC-Type: response").count(), 1, "counting lines fetches nothing: {warc}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside it");
}
