//! What holds for every input.

use chancery_data::Data;
use chancery_pages::{Page, ReadOptions, Reader};
use chancery_text::TextOrigin;
use proptest::prelude::*;
use std::sync::LazyLock;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::load(&Data::embedded()).unwrap());

/// Lines that pages are made of, so that random pages reach the rules.
const LINES: &[&str] = &[
    "Envoys of two ports meet in Oslo",
    "The envoys met on 3 May 2024 and agreed, after long talks, on the rules for fishing in the northern sea this year.",
    "Continue reading Envoys of two ports meet in Oslo",
    "Read more",
    "Advertisement",
    "By Ana Ruiz",
    "May 3, 2024",
    "The following article was originally published by the Coastal Post.",
    "OSLO, May 4 (Xinhua) — Two ministers signed a treaty on fishing in the northern sea on Saturday, officials said.",
    "“We shall not leave the port – never,” said Núñez. [See below.]",
    "",
    "\u{a0}",
    "* * *",
    "Новости",
    "Sign up to our daily digest",
    "We use cookies and similar technologies on your device to show personalised ads.",
    "\r",
    "World",
];

fn check(page: &Page, input: Option<&str>) {
    let mut last_end = 0;
    for (i, article) in page.articles.iter().enumerate() {
        assert_eq!(article.id, format!("page#{}", i + 1));
        assert!(!article.segments.is_empty() && !article.text.is_empty());
        let mut end = 0;
        for block in &article.blocks {
            assert!(block.span.start >= end && !block.span.is_empty(), "{block:?}");
            assert!(!block.span.of(&article.text).trim().is_empty(), "{block:?}");
            assert!(block.segment < article.segments.len());
            end = block.span.end;
        }
        if let Some(input) = input {
            assert_eq!(article.origin, TextOrigin::Input);
            assert!(article.offset_bytes >= last_end);
            last_end = article.offset_bytes + article.text.len();
            assert_eq!(input.get(article.offset_bytes..last_end), Some(article.text.as_str()));
            assert_eq!(input[..article.offset_bytes].chars().count(), article.offset_chars);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_page_of_lines_is_cut_verbatim(picked in prop::collection::vec(0..LINES.len(), 0..30), wide in any::<bool>()) {
        let text = picked.iter().map(|i| LINES[*i]).collect::<Vec<_>>().join(if wide { "\n\n" } else { "\n" });
        let read = || READER.read("page", text.as_bytes(), &ReadOptions::default()).unwrap();
        let page = read();
        check(&page, Some(&text));
        prop_assert_eq!(&page, &read());
    }

    #[test]
    fn any_text_is_cut_verbatim(text in "(\\PC|[\n\r\t\u{85}\u{2028}“”–.]){0,300}") {
        // What looks like HTML or a feed is read as such.
        if let Ok(page) = READER.read("page", text.as_bytes(), &ReadOptions::default())
            && page.articles.iter().all(|a| a.origin == TextOrigin::Input)
        {
            check(&page, Some(&text));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(page) = READER.read("page", &bytes, &ReadOptions::default()) {
            check(&page, None);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_tags_are_read(tags in prop::collection::vec((0usize..14, "[a-zé .“0-9]{0,20}"), 0..40)) {
        const TAGS: [&str; 14] = ["<p>", "</p>", "<div class='date'>", "</div>", "<table>", "<td colspan=9>", "<h1>", "<li>", "<time datetime='2020-01-02'>", "<script>", "<br/>", "<!--", "&#x1F;", "<article itemprop=datePublished>"];
        let html: String = tags.iter().map(|(t, w)| format!("{}{w}", TAGS[*t])).collect();
        let html = format!("<html><body>{html}");
        let read = || READER.read("page", html.as_bytes(), &ReadOptions::default()).unwrap();
        let page = read();
        check(&page, None);
        prop_assert_eq!(&page, &read());
    }
}
