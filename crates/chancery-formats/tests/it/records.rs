//! JSON of other tools.

use crate::make::*;
use chancery_formats::Content;

#[test]
fn each_tool_is_understood() {
    let cases = [
        (
            r#"{"title":"Envoys meet","author":"A. Person; B. Other","hostname":"example.org","date":"2024-05-03","text":"One.\nTwo.","language":"en","source-hostname":"The Press","source":"https://example.org/a"}"#,
            "One.\nTwo.",
            Some("The Press"),
        ),
        (
            r#"{"authors":["A. Person","B. Other"],"date_publish":"2024-05-03 17:03:00","maintext":"One.\nTwo.","title":"Envoys meet","source_domain":"example.org","url":"https://example.org/a","language":"en","date_download":null}"#,
            "One.\nTwo.",
            Some("example.org"),
        ),
        (
            r#"{"The Press":[{"title":"Envoys meet","authors":["A. Person","B. Other"],"publishing_date":"2024-05-03 10:00:00+00:00","body":{"summary":["One."],"sections":[{"headline":[],"paragraphs":["Two."]}]},"html":{"requested_url":"https://example.org/a"}}]}"#,
            "One.\nTwo.",
            Some("The Press"),
        ),
        (
            r#"{"headline":"Envoys meet","byline":"A. Person;B. Other","published_at":"20240503","content":"One.\nTwo.","link":"https://example.org/a","publisher":"The Press"}"#,
            "One.\nTwo.",
            Some("The Press"),
        ),
    ];
    for (json, text, outlet) in cases {
        let document = read("a.json", json.as_bytes()).clean().remove(0);
        assert_eq!(document.content, Content::ArticleText(text.into()));
        let meta = document.meta;
        assert_eq!(meta.title.as_deref(), Some("Envoys meet"));
        assert_eq!(meta.authors, ["A. Person", "B. Other"]);
        assert_eq!(meta.published, "2024-05-03".parse().ok(), "{json}");
        assert_eq!(meta.outlet.as_deref(), outlet);
        assert_eq!(meta.url.as_deref(), Some("https://example.org/a"));
    }
}

#[test]
fn an_article_list_has_titles_and_days_of_sight() {
    let list = "{\"articles\": [\n {\"url\": \"https://example.org/a\", \"title\": \"Envoys meet\", \"seendate\": \
                \"20240503T101500Z\", \"domain\": \"example.org\", \"language\": \"English\"},\n {\"url\": \
                \"https://example.org/b\", \"title\": \"Envoys part\", \"seendate\": \"20240504T101500Z\", \"domain\": \
                \"example.org\", \"language\": \"English\"}\n]}";
    let documents = read("list.json", list.as_bytes()).clean();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[1].meta.fetched, "2024-05-04".parse().ok());
    assert_eq!(documents[1].meta.published, None);
    assert_eq!(documents[1].meta.title.as_deref(), Some("Envoys part"));
}

#[test]
fn lines_lists_and_broken_lines() {
    let good = r#"{"title":"T","text":"Two envoys met.","hostname":"example.org"}"#;
    let lines = format!("{good}\n\n{{broken}}\n{good}\n[1, 2]\n{{\"a\": 1}}\n{good}");
    let got = read("a.jsonl", lines.as_bytes());
    assert_eq!(got.names(), ["a.jsonl#1", "a.jsonl#4", "a.jsonl#7"]);
    let error = got.one_error();
    assert!(error.contains("3 records read, 1 records are no JSON; the first is 3"), "{error}");
    assert!(error.contains("3 records are of no known kind"), "{error}");

    let list = format!("[\n{good},\n{good}]");
    assert_eq!(read("a.json", list.as_bytes()).clean().len(), 2);
    let marked = good.replace("Two envoys met.", "<p>Two envoys met.</p>");
    assert!(matches!(read("a.json", marked.as_bytes()).clean()[0].content, Content::ArticleHtml(_)));
    assert!(read("a.json", b"{\"a\": [1, 2], \"b\": \"x\"}").one_error().contains("fields (a, b"));
    assert!(read("a.json", b"{\"a\": \n").one_error().contains("no JSON"));
}
