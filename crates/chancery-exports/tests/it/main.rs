//! Exports from outside: whole tables, words where they are said to stand, nothing that breaks out of its cell.

#[path = "../../../chancery-ledger/tests/fixture/mod.rs"]
mod fixture;

use chancery_exports::{Format, Knowledge, export};
use chancery_ledger::{EventFilter, Ledger, RunManifest};
use std::collections::{BTreeMap, BTreeSet};

struct World {
    _folder: tempfile::TempDir,
    ledger: Ledger,
    knowledge: Knowledge,
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let ledger = fixture::fill(&folder.path().join("world.ledger"));
    let knowledge = Knowledge::load(&chancery_data::Data::embedded()).unwrap();
    World { _folder: folder, ledger, knowledge }
}

impl World {
    fn export(&self, format: Format, filter: &EventFilter) -> String {
        let mut out = Vec::new();
        export(&self.ledger, format, filter, &self.knowledge, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn all(&self, format: Format) -> String {
        self.export(format, &EventFilter::default())
    }

    /// The rows of a table, by column.
    fn rows(&self, format: Format) -> Vec<BTreeMap<&'static str, String>> {
        let columns = format.columns();
        let text = self.all(format);
        let headed = text.starts_with(columns[0]);
        let rows: Vec<Vec<String>> =
            text.lines().skip(usize::from(headed)).map(|l| l.split('\t').map(String::from).collect()).collect();
        assert!(rows.iter().all(|r| r.len() == columns.len()), "{}: a row of another length", format.name());
        rows.into_iter().map(|r| columns.iter().copied().zip(r).collect()).collect()
    }
}

/// The formats that need neither a parser nor Arrow.
fn written_here() -> impl Iterator<Item = Format> {
    Format::ALL.into_iter().filter(|format| !format.needs_more())
}

fn json_lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn tables_are_whole_and_as_wide_as_their_tools_expect() {
    let world = world();
    let widths = [
        (Format::Polecat, 40),
        (Format::Icews, 20),
        (Format::GdeltEvents, 61),
        (Format::GdeltMentions, 16),
        (Format::Gkg, 27),
    ];
    for (format, width) in widths {
        assert_eq!(format.columns().len(), width);
        assert!(world.rows(format).len() > 30, "{}", format.name());
    }
}

#[test]
fn every_column_is_documented() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/exports.md");
    let text = std::fs::read_to_string(file).unwrap();
    for format in Format::ALL {
        assert!(text.contains(&format!("| `{}` |", format.name())), "{} is not in the list of formats", format.name());
        if format.columns().is_empty() {
            continue;
        }
        let section = text.split(&format!("## {}\n", format.name())).nth(1).unwrap_or_default();
        let section = section.split("\n## ").next().unwrap_or_default();
        let documented: Vec<&str> =
            section.lines().filter(|l| l.starts_with("| `")).filter_map(|l| l.split('`').nth(1)).collect();
        assert_eq!(documented, format.columns(), "{}", format.name());
    }
}

#[test]
fn the_same_ledger_gives_the_same_bytes_in_whatever_order_it_was_filled() {
    let (one, two) = (world(), {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path().join("other.ledger")).unwrap();
        let mut run = ledger.begin_run(&RunManifest { ..fixture::manifest() }).unwrap();
        for input in fixture::inputs().iter().chain([&fixture::hostile_input()]).rev() {
            ledger.store_input(&mut run, input).unwrap();
        }
        World { _folder: folder, ledger, knowledge: Knowledge::load(&chancery_data::Data::embedded()).unwrap() }
    });
    for format in written_here() {
        assert!(one.all(format) == two.all(format), "{}", format.name());
    }
}

#[test]
fn what_is_counted_is_what_the_ledger_counts() {
    let world = world();
    let overview = world.ledger.overview().unwrap();
    let distinct = |rows: &[BTreeMap<&str, String>], column: &str| {
        rows.iter().map(|r| r[column].clone()).collect::<BTreeSet<_>>().len() as u64
    };
    let mentions = world.rows(Format::GdeltMentions);
    assert_eq!(distinct(&mentions, "Extras"), overview.reports);
    let (events, told) = (world.rows(Format::GdeltEvents), distinct(&mentions, "GLOBALEVENTID"));
    assert_eq!(events.len() as u64, told);
    assert_eq!(world.rows(Format::Gkg).len() as u64, overview.articles);
    let plover = json_lines(&world.all(Format::Plover));
    assert_eq!(plover.len() as u64, overview.reports);
    let entities = json_lines(&world.all(Format::Followthemoney));
    assert_eq!(entities.iter().filter(|e| e["schema"] == "Event").count() as u64, overview.events);
    let ids: BTreeSet<&str> = entities.iter().filter_map(|e| e["id"].as_str()).collect();
    assert_eq!(ids.len(), entities.len(), "an entity is written twice");
}

#[test]
fn offsets_lead_to_the_words() {
    let world = world();
    let mut texts = BTreeMap::new();
    for head in world.ledger.articles(None, 500).unwrap() {
        let view = world.ledger.article_view(&head.key).unwrap().unwrap();
        texts.insert(head.url.clone().unwrap_or(head.id), view.article);
    }
    let at = |text: &str, offset: &str| -> String { text.chars().skip(offset.parse().unwrap()).collect() };
    let (mut first, mut second) = (0, 0);
    for row in world.rows(Format::GdeltMentions) {
        let article = &texts[&row["MentionIdentifier"]];
        let event =
            article.record.events.iter().find(|e| at(&article.text, &row["ActionCharOffset"]).starts_with(&e.text));
        let event = event.expect("a report begins where the mention says");
        for (column, parties, seen) in
            [("Actor1CharOffset", &event.actors, &mut first), ("Actor2CharOffset", &event.recipients, &mut second)]
        {
            if row[column].is_empty() {
                continue;
            }
            let found = at(&article.text, &row[column]);
            assert!(parties.iter().any(|p| found.starts_with(&p.text)), "{column} {found:.40}");
            *seen += 1;
        }
    }
    assert!(first > 50 && second > 50, "{first} {second}");
    for record in json_lines(&world.all(Format::Plover)) {
        let (text, info) = (record["text"].as_str().unwrap(), &record["text_info"]);
        let cut = |key: &str| info[key].as_u64().unwrap() as usize;
        let words: String = text.chars().skip(cut("start")).take(cut("end") - cut("start")).collect();
        assert_eq!(record["event_text"][0], words);
    }
}

#[test]
fn xml_is_well_formed_whatever_strangers_wrote() {
    let world = world();
    for format in [Format::Gexf, Format::Graphml, Format::Atom] {
        let text = world.all(format);
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut elements = 0;
        loop {
            match reader.read_event().unwrap_or_else(|e| panic!("{}: {e}", format.name())) {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(e) => {
                    assert!(!matches!(e.local_name().as_ref(), "script" | "img" | "b"), "{}", format.name());
                    elements += 1;
                }
                _ => {}
            }
        }
        assert!(elements > 50, "{}", format.name());
    }
}

#[test]
fn every_export_says_what_made_it() {
    let world = world();
    let filter = EventFilter { event_type: Some("AID".into()), ..EventFilter::default() };
    for format in written_here() {
        let mut out = Vec::new();
        let made = export(&world.ledger, format, &filter, &world.knowledge, &mut out).unwrap();
        assert_eq!(made.manifest.query, filter);
        assert!(made.json().contains("\"data_hash\"") && made.json().contains(env!("CARGO_PKG_VERSION")));
        assert!(made.manifest.events > 0 && made.manifest.events < world.ledger.overview().unwrap().events);
        let inside = matches!(
            format,
            Format::Gexf | Format::Graphml | Format::Geojson | Format::Jsonld | Format::Atom | Format::Icalendar
        );
        let text = String::from_utf8(out).unwrap().replace("\r\n ", "");
        let hash = text.contains(&made.data_hash);
        assert!(hash || !inside, "{} does not carry what made it", format.name());
    }
}

#[test]
fn a_filter_narrows_every_format() {
    let world = world();
    let nobody = EventFilter { actor: Some("nobody at all".into()), ..EventFilter::default() };
    for format in written_here() {
        let (all, none) = (world.all(format), world.export(format, &nobody));
        assert!(none.len() * 4 < all.len(), "{}: {} of {}", format.name(), none.len(), all.len());
    }
    let shown =
        world.export(Format::Icalendar, &EventFilter { status: Some("denied".into()), ..EventFilter::default() });
    assert!(!shown.contains("VEVENT") && world.all(Format::Icalendar).contains("BEGIN:VEVENT"));
}

#[test]
fn plover_records_have_what_their_schema_requires() {
    let world = world();
    for record in json_lines(&world.all(Format::Plover)) {
        for field in ["id", "date", "coder", "text", "link"] {
            assert!(record[field].as_str().is_some_and(|v| !v.is_empty()) || field == "link", "{field}: {record}");
        }
        assert!(record["date"].as_str().unwrap().len() == 10 && record["has_event"] == true, "{record}");
        for party in record["actor"].as_array().unwrap().iter().chain(record["recipient"].as_array().unwrap()) {
            assert!(party["code"].is_string() && party["entity_text"].is_string() && party["sector"].is_array());
        }
        assert!(!record["actor"].as_array().unwrap().is_empty() && !record["event"].as_array().unwrap().is_empty());
        let info = &record["text_info"];
        assert!(info["sequence"].as_u64().unwrap() >= 1 && info["text_story"].is_string(), "{info}");
    }
}

#[test]
fn a_feed_says_when_it_was_told_and_where() {
    let world = world();
    let newest = world.ledger.events(&EventFilter::default(), None, 200).unwrap().items;
    let text = world.all(Format::Atom);
    let entries: Vec<&str> = text.split("<entry>").skip(1).collect();
    assert_eq!(entries.len(), newest.len());
    let (mut links, mut later) = (0, 0);
    for (entry, event) in entries.iter().zip(&newest) {
        let detail = world.ledger.event(&event.id).unwrap().unwrap();
        let told = detail.tellings.iter().filter_map(|t| t.article.date.as_deref()).max();
        let day = told.or(event.day.as_deref()).unwrap();
        assert!(entry.contains(&format!("<updated>{day}T00:00:00Z</updated>")), "{entry}");
        later += usize::from(event.day.as_deref() != Some(day));
        let on_the_web =
            detail.tellings.iter().filter_map(|t| t.article.url.as_deref()).filter(|u| u.starts_with("https"));
        let addresses: BTreeSet<&str> = on_the_web.collect();
        assert!(addresses.iter().all(|url| entry.contains(&format!("href=\"{url}\""))), "{entry}");
        assert_eq!(entry.matches("<link rel=\"alternate\"").count(), usize::from(!addresses.is_empty()));
        assert_eq!(entry.matches("<link ").count(), addresses.len());
        links += addresses.len();
    }
    assert!(links > 60 && later > 5, "{links} {later}");
    assert!(!text.contains("javascript:"));
}

#[test]
fn a_calendar_says_what_its_days_rest_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path().join("a.ledger")).unwrap();
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    for mut input in fixture::inputs() {
        for event in input.articles.iter_mut().flat_map(|a| &mut a.record.events) {
            event.date_from = Some("the article".into());
        }
        ledger.store_input(&mut run, &input).unwrap();
    }
    let knowledge = Knowledge::load(&chancery_data::Data::embedded()).unwrap();
    let mut out = Vec::new();
    export(&ledger, Format::Icalendar, &EventFilter::default(), &knowledge, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap().replace("\r\n ", "");
    let entries = text.matches("BEGIN:VEVENT").count();
    assert!(entries > 2);
    assert_eq!(text.matches("X-CHANCERY-DATE-FROM:the article\r\n").count(), entries);
    assert_eq!(text.matches("The day is from: the article.").count(), entries);
}

#[test]
fn nobody_learns_where_the_pages_lay() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path().join("a.ledger")).unwrap();
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    for mut input in fixture::inputs() {
        input.path = format!("/home/ida/secret/{}", input.path);
        for article in &mut input.articles {
            article.record.id = format!("/home/ida/secret/{}", article.record.id);
            article.record.file = input.path.clone();
            article.record.url = None;
        }
        ledger.store_input(&mut run, &input).unwrap();
    }
    let world =
        World { _folder: folder, ledger, knowledge: Knowledge::load(&chancery_data::Data::embedded()).unwrap() };
    for format in written_here() {
        let text = world.all(format);
        assert!(text.len() > 1000 && !text.contains("ida/") && !text.contains("secret"), "{}", format.name());
    }
    world
        .ledger
        .for_each_told_article(&EventFilter::default(), |row| {
            let record = &row.article.record;
            assert!(
                [&record.id, &record.file, &row.head.id, &row.head.file].iter().all(|n| !n.contains('/')),
                "{}",
                record.id
            );
            Ok::<(), chancery_ledger::LedgerError>(())
        })
        .unwrap();
    let (_, quotes) = world.ledger.quotes(&Default::default(), 0, 500).unwrap();
    for format in [chancery_ledger::QuoteFormat::Csv, chancery_ledger::QuoteFormat::Jsonl] {
        let mut out = Vec::new();
        chancery_ledger::write_quotes(format, &quotes, &mut out).unwrap();
        assert!(!quotes.is_empty() && !String::from_utf8(out).unwrap().contains("secret"));
    }
}

#[test]
fn a_format_that_needs_more_is_refused_and_names_are_names() {
    let world = world();
    for format in Format::ALL {
        assert_eq!(Format::of_name(format.name()), Some(format));
        assert!(!format.about().is_empty());
        let refused = export(&world.ledger, format, &EventFilter::default(), &world.knowledge, &mut Vec::new());
        assert_eq!(refused.is_err(), format.needs_more(), "{}", format.name());
    }
}
