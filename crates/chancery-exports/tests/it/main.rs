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
    for format in Format::ALL {
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
    for format in Format::ALL {
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
    for format in Format::ALL {
        let (all, none) = (world.all(format), world.export(format, &nobody));
        assert!(none.len() * 4 < all.len(), "{}: {} of {}", format.name(), none.len(), all.len());
    }
    let shown =
        world.export(Format::Icalendar, &EventFilter { status: Some("denied".into()), ..EventFilter::default() });
    assert!(!shown.contains("VEVENT") && world.all(Format::Icalendar).contains("BEGIN:VEVENT"));
}
