//! Tables of articles, and messages that quote others.

use crate::make::*;
use chancery_formats::{Content, Format};

#[test]
fn each_row_is_an_article() {
    let table = "\u{feff}Title;Text;Date;URL;Author;Source\n\
                 Envoys meet;\"Two envoys met in Oslo; both were late.\n\nThey parted.\";2024-05-03;https://example.org/a;A. Person;The Press\n\
                 ;\n\
                 Envoys part;They parted.;;;;\n";
    let documents = read("rows.csv", table.as_bytes()).clean();
    assert_eq!(documents.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["rows.csv#2", "rows.csv#6"]);
    let first = &documents[0];
    assert_eq!(first.format, Format::Table);
    assert_eq!(first.content, Content::ArticleText("Two envoys met in Oslo; both were late.\n\nThey parted.".into()));
    assert_eq!(first.meta.title.as_deref(), Some("Envoys meet"));
    assert_eq!(first.meta.published, "2024-05-03".parse().ok());
    assert_eq!(first.meta.authors, ["A. Person"]);
    assert_eq!(first.meta.outlet.as_deref(), Some("The Press"));
    assert_eq!(first.meta.url.as_deref(), Some("https://example.org/a"));
    assert_eq!((&documents[1].meta.published, &documents[1].meta.url), (&None, &None));
}

#[test]
fn a_table_of_texts_alone_is_read() {
    let documents = read("rows.tsv", b"id\ttext\n7\tTwo envoys met.\n8\tThey parted.\n").clean();
    assert_eq!(documents.len(), 2);
}

#[test]
fn a_table_without_a_text_says_so() {
    let got = read("rows.csv", b"title,date\nEnvoys meet,2024-05-03\n");
    assert!(got.one_error().contains("no column of the table holds a text"), "{}", got.one_error());
    assert!(got.documents.is_empty());
}

#[test]
fn what_a_message_quotes_is_not_its_own() {
    let mail = "From: Ana Ruiz <a@example.org>\nMIME-Version: 1.0\nSubject: Pilots\nDate: Fri, 3 May 2024 10:00:00 +0000\n\n\
                The pilots are back on their boats.\n\nOn Thu, 2 May 2024 Tom Hale wrote:\n> Are they?\n> When?\n\nSince noon.\n\n-- \nAna Ruiz\nThe Quay\n";
    let texts = read("a.eml", mail.as_bytes()).texts();
    assert_eq!(
        texts[0].split_whitespace().collect::<Vec<_>>().join(" "),
        "The pilots are back on their boats. Since noon."
    );
}

#[test]
fn a_text_that_was_blown_up_is_one_line() {
    let got = read_small("zeros.gz", &gz(&vec![b'0'; 1 << 17]));
    assert!(got.one_error().contains("times its size"), "{}", got.one_error());
    assert!(got.documents.is_empty());
}
