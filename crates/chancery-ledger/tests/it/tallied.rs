//! What is answered from a tally is what the ledger itself answers.

use crate::fixture;
use chancery_ledger::{EventFilter, Ledger, QuoteFilter, Tally, WordingOf};
use std::fmt::Debug;
use std::sync::Arc;

/// A ledger that answers by SQL, and the same with a tally.
struct Both {
    plain: Ledger,
    tallied: Ledger,
    _folder: tempfile::TempDir,
}

fn world() -> Both {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    let mut plain = fixture::fill_times(&path, 3);
    let joiner = chancery_stories::Joiner::load(&chancery_data::Data::embedded()).unwrap();
    plain.join(&joiner).unwrap();
    plain.tell_stories(&joiner).unwrap();
    let mut tallied = Ledger::open_read_only(&path).unwrap();
    let tally = Tally::load(&tallied).unwrap().expect("ids of this program");
    assert!(tally.bytes() > 1000);
    tallied.use_tally(Some(Arc::new(tally)));
    Both { plain, tallied, _folder: folder }
}

impl Both {
    fn agree<T: PartialEq + Debug>(&self, what: &str, ask: impl Fn(&Ledger) -> chancery_ledger::Result<T>) {
        let (plain, tallied) = (ask(&self.plain).unwrap(), ask(&self.tallied).unwrap());
        assert!(plain == tallied, "{what}\nSQL:   {plain:?}\ntally: {tallied:?}");
    }
}

/// Filters of every kind, alone and together, also such as fit nothing.
fn filters() -> Vec<EventFilter> {
    let mut all = vec![EventFilter::default()];
    let mut add = |set: &dyn Fn(&mut EventFilter)| {
        let mut filter = EventFilter::default();
        set(&mut filter);
        all.push(filter);
    };
    for actor in ["XAR", "xar gov", "Ardania", "ilse varga", "Varga", "lindqvåg", "nobody", "X"] {
        add(&|f| f.actor = Some(actor.into()));
        add(&|f| f.other = Some(actor.into()));
        for other in ["XBE", "XAR", "Ozan"] {
            add(&|f| (f.actor, f.other) = (Some(actor.into()), Some(other.into())));
        }
    }
    for (from, to) in [("2026-02", "2026-03"), ("2026-02-10", ""), ("", "2026-02"), ("2027", "2028"), ("2026", "2026")]
    {
        let date = |d: &str| (!d.is_empty()).then(|| d.to_string());
        add(&|f| (f.from, f.to) = (date(from), date(to)));
        add(&|f| (f.from, f.to, f.actor) = (date(from), date(to), Some("XCO".into())));
    }
    for kind in ["CONSULT", "ASSAULT", "NONE"] {
        add(&|f| f.event_type = Some(kind.into()));
        add(&|f| (f.event_type, f.status) = (Some(kind.into()), Some("planned".into())));
    }
    for place in ["Velm", "Port Sarn", "Nowhere"] {
        add(&|f| f.place = Some(place.into()));
    }
    for outlet in ["Oldgate Herald", "No Paper"] {
        add(&|f| f.outlet = Some(outlet.into()));
        add(&|f| (f.outlet, f.actor) = (Some(outlet.into()), Some("XAR".into())));
    }
    for text in ["talks", "treaty river", "\"talks with\"", "zzz", "-"] {
        add(&|f| f.text = Some(text.into()));
    }
    all
}

#[test]
fn lists_and_counts_of_events_are_the_same() {
    let both = world();
    for filter in filters() {
        let what = format!("{filter:?}");
        both.agree(&what, |l| l.events(&filter, None, 20));
        let cursor = both.plain.events(&filter, None, 5).unwrap().next;
        both.agree(&what, |l| l.events(&filter, cursor.as_deref(), 7));
        both.agree(&what, |l| l.oldest_events(&filter, 9));
        both.agree(&what, |l| l.manifest(&filter));
        both.agree(&what, |l| l.events_by_day(&filter));
        both.agree(&what, |l| l.acts_by_day(&filter));
        both.agree(&what, |l| l.country_ties(&filter));
        both.agree(&what, |l| l.places(&filter));
        both.agree(&what, |l| l.network(&filter, &|_| None, 5));
        let blocs = |c: &str| match c {
            "XAR" | "XBE" => Some("North".to_string()),
            "XCO" => Some("Corvia".to_string()),
            _ => None,
        };
        both.agree(&what, |l| l.network(&filter, &blocs, 4));
        both.agree(&what, |l| l.examine(filter.clone(), &["CONSULT".into()]));
    }
    // An event that lies behind a cursor of another program is found by SQL.
    both.agree("odd cursor", |l| l.events(&EventFilter::default(), Some("2026-02-10~x"), 7));
}

#[test]
fn actors_outlets_and_quotes_are_the_same() {
    let both = world();
    both.agree("overview", Ledger::overview);
    both.agree("menus", Ledger::filter_counts);
    both.agree("outlets", Ledger::outlets);
    both.agree("last day", Ledger::last_day);
    both.agree("coverage", Ledger::coverage);
    both.agree("reprints", Ledger::reprints);
    both.agree("contrasts", Ledger::outlet_contrasts);
    for limit in [3, 200] {
        both.agree("actors", |l| l.actors(limit));
        both.agree("articles", |l| l.articles(None, limit));
        both.agree("articles", |l| l.articles(Some("Oldgate Herald"), limit));
        both.agree("articles", |l| l.articles(Some("No Paper"), limit));
        both.agree("stories", |l| l.stories(None, limit));
    }
    let wanted = |name: &str| Some(name.to_string()).filter(|n| !n.is_empty());
    for name in ["XAR", "Ilse Varga", "Corvia", "varga", "XCO GOV", " Ilse Varga", "nobody"] {
        both.agree(name, |l| l.actor(name));
        assert_eq!(both.plain.actor(name).unwrap().is_some(), name != "nobody");
        both.agree(name, |l| l.wording(&WordingOf::Actor(name.into())));
        for (about, stance, outlet, text) in [
            ("", "", "", ""),
            ("XBE", "", "", ""),
            ("", "assert", "", ""),
            ("Ardania", "", "Oldgate Herald", ""),
            ("", "", "", "talks"),
            ("", "", "", "the"),
        ] {
            let filter = |speaker: &str| QuoteFilter {
                speaker: wanted(speaker),
                about: wanted(about),
                stance: wanted(stance),
                outlet: wanted(outlet),
                text: wanted(text),
            };
            both.agree(name, |l| l.quotes(&filter(name), 0, 5));
            both.agree(name, |l| l.quotes(&filter(""), 2, 5));
        }
    }
}

#[test]
fn an_empty_ledger_has_an_empty_tally() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path().join("empty.ledger")).unwrap();
    let tally = Tally::load(&ledger).unwrap().expect("nothing is odd in nothing");
    ledger.use_tally(Some(Arc::new(tally)));
    assert_eq!(ledger.overview().unwrap().events, 0);
    assert_eq!(ledger.events(&EventFilter::default(), None, 5).unwrap().items, []);
    assert_eq!(ledger.quotes(&QuoteFilter::default(), 0, 5).unwrap().0, 0);
    assert!(ledger.actor("CHN").unwrap().is_none());
}

#[test]
fn what_has_gone_since_is_left_out_and_the_list_goes_on() {
    let both = world();
    let db = rusqlite::Connection::open(both.plain.path()).unwrap();
    // Enough articles for a search to give the newest of them, which a tally does.
    db.execute_batch(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5001)
         INSERT INTO articles (key, input, position, file, id, start, \"end\", kind, authors, reprinted_from, extracted, text)
         SELECT 'x' || n, 1, 1000 + n, 'many', 'many#' || n, 0, 9, 'article', '[]', '[]', 0, 'a gazebo' FROM n",
    )
    .unwrap();
    let mut tallied = Ledger::open_read_only(both.plain.path()).unwrap();
    tallied.use_tally(Tally::load(&tallied).unwrap().map(Arc::new));
    let every = EventFilter::default();
    let (events, found) = (tallied.events(&every, None, 5).unwrap(), tallied.search("gazebo", 5).unwrap());
    assert!(events.items.len() == 5 && found.hits.len() == 5 && !found.ranked);

    db.execute_batch("DELETE FROM articles WHERE key = 'x1'").unwrap();
    let newest = tallied.articles(None, 10_000).unwrap();
    assert_eq!(newest.len() as u64, tallied.overview().unwrap().articles - 1);
    db.execute_batch("DELETE FROM articles; DELETE FROM events").unwrap();
    assert_eq!(tallied.articles(None, 10_000).unwrap(), []);
    assert_eq!(tallied.quotes(&QuoteFilter::default(), 0, 5).unwrap().1, []);
    assert_eq!(tallied.search("gazebo", 5).unwrap().hits, []);
    let left = tallied.events(&every, None, 5).unwrap();
    assert_eq!((left.items.len(), &left.next), (0, &events.next));
    assert!(left.next.is_some() && tallied.events(&every, left.next.as_deref(), 1000).unwrap().next.is_none());
}

#[test]
fn rows_that_point_nowhere_or_have_no_number_do_not_fit() {
    for broken in [
        "DELETE FROM actors WHERE row = (SELECT actor FROM parties WHERE actor IS NOT NULL)",
        "DELETE FROM actors WHERE row = (SELECT actor FROM quotes WHERE actor IS NOT NULL)",
        "DELETE FROM reports WHERE row = (SELECT report FROM parties)",
        "DELETE FROM events WHERE row = (SELECT event FROM reports)",
        "DELETE FROM articles WHERE row = (SELECT article FROM quotes)",
        "UPDATE mentions SET actor = 999999",
        "UPDATE quotes SET article = 999999",
        "UPDATE reports SET row = 5000000000 WHERE row = (SELECT max(row) FROM reports)",
        "UPDATE quotes SET row = 5000000000 WHERE row = (SELECT max(row) FROM quotes)",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.ledger");
        let ledger = fixture::fill(&path);
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch(&format!("PRAGMA foreign_keys = OFF; {broken}")).unwrap();
        assert!(Tally::load(&ledger).unwrap().is_none(), "{broken}");
    }
}

#[test]
fn an_answer_is_of_one_moment() {
    let mut both = world();
    let db = rusqlite::Connection::open(both.plain.path()).unwrap();
    let tally = Arc::new(Tally::load(&both.plain).unwrap().unwrap());
    let every = EventFilter::default();
    let before = both.plain.manifest(&every).unwrap();
    // What is written once the moment is fixed is not seen, neither by what is asked nor by a snapshot in it.
    let choose = || {
        db.execute_batch("DELETE FROM articles").unwrap();
        Ok(None)
    };
    let asked = both.plain.answer_from(choose, |l| Ok((l.manifest(&every)?, l.snapshot(|l| l.manifest(&every))?)));
    assert_eq!(asked.unwrap(), (before.clone(), before.clone()));
    let asked = both.plain.answer_from(|| Ok(Some(tally)), |l| l.manifest(&every));
    assert_eq!(asked.unwrap(), before, "the tally's");
    assert_eq!(both.plain.manifest(&every).unwrap().reports, 0, "no tally is kept");
}
