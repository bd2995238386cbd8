use crate::fixture;
use chancery_ledger::{EventFilter, EventSummary, Ledger, LedgerError, QuoteFilter};

fn world() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = fixture::fill(&folder.path().join("world.ledger"));
    (folder, ledger)
}

fn find(ledger: &Ledger, filter: &EventFilter) -> Vec<EventSummary> {
    ledger.events(filter, None, 1000).unwrap().items
}

fn filter(set: impl FnOnce(&mut EventFilter)) -> EventFilter {
    let mut filter = EventFilter::default();
    set(&mut filter);
    filter
}

#[test]
fn paging_gives_every_event_once_newest_first() {
    let (_folder, ledger) = world();
    let all = find(&ledger, &EventFilter::default());
    let overview = ledger.overview().unwrap();
    assert_eq!(all.len() as u64, overview.events);
    assert_eq!(all.iter().map(|e| e.reports).sum::<u64>(), overview.reports);
    assert!(all.windows(2).all(|w| w[0].day >= w[1].day));
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = ledger.events(&EventFilter::default(), after.as_deref(), 7).unwrap();
        assert_eq!(page.events, overview.events);
        paged.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, all);
    let odd = ledger.events(&EventFilter::default(), Some("nonsense"), 7).unwrap_err();
    assert!(matches!(odd, LedgerError::Cursor { .. }));
}

#[test]
fn each_filter_lets_through_what_it_says() {
    let (_folder, ledger) = world();
    let all = find(&ledger, &EventFilter::default());
    let check = |name: &str, filter: EventFilter, fits: &dyn Fn(&EventSummary) -> bool| {
        let found = find(&ledger, &filter);
        assert!(!found.is_empty() && found.len() < all.len(), "{name}: {} of {}", found.len(), all.len());
        let expected: Vec<&EventSummary> = all.iter().filter(|e| fits(e)).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{name}");
    };
    let has = |e: &EventSummary, code: &str| {
        e.actors
            .iter()
            .chain(&e.recipients)
            .any(|p| p.code.as_deref().is_some_and(|c| c.split(' ').next() == Some(code)))
    };
    let text = |s: &str| Some(s.to_string());
    check("type", filter(|f| f.event_type = text("AID")), &|e| e.event_type == "AID");
    check("status", filter(|f| f.status = text("denied")), &|e| e.status == "denied");
    check("outlet", filter(|f| f.outlet = text("Oldgate Herald")), &|e| {
        e.outlets.contains(&"Oldgate Herald".to_string())
    });
    check("country", filter(|f| f.actor = text("xar")), &|e| has(e, "XAR"));
    check("code", filter(|f| f.actor = text("XAR GOV")), &|e| {
        e.actors.iter().any(|p| p.code.as_deref() == Some("XAR GOV"))
    });
    check("name", filter(|f| f.actor = text("mirela ozan")), &|e| e.actors.iter().any(|p| p.label == "Mirela Ozan"));
    check("part", filter(|f| f.actor = text("ozan")), &|e| e.actors.iter().any(|p| p.label == "Mirela Ozan"));
    let pair = |f: &mut EventFilter| (f.actor, f.other) = (text("XAR"), text("Corvia"));
    check("pair", filter(pair), &|e| has(e, "XAR") && e.recipients.iter().any(|p| p.label == "Corvia"));
    let range = |f: &mut EventFilter| (f.from, f.to) = (text("2026-02-05"), text("2026-02-09"));
    check("dates", filter(range), &|e| e.day.as_deref().is_some_and(|d| ("2026-02-05"..="2026-02-09").contains(&d)));
    assert_eq!(find(&ledger, &filter(|f| f.to = text("2026-02"))).len(), all.len(), "a month holds its days");
    check("words", filter(|f| f.text = text("trawlers \"off\"")), &|e| {
        ledger
            .event(&e.id)
            .unwrap()
            .unwrap()
            .tellings
            .iter()
            .any(|t| t.report.text.contains("trawler") && t.report.text.contains(" off "))
    });
    assert!(find(&ledger, &filter(|f| f.text = text("\"*"))).is_empty());
    for hostile in ["nobody' OR 1=1 --", "\0", "x') OR (1=1", "%", "_"] {
        assert!(find(&ledger, &filter(|f| f.actor = text(hostile))).is_empty(), "{hostile}");
    }
}

#[test]
fn an_event_shows_every_telling_with_its_paragraph() {
    let (_folder, ledger) = world();
    let told_by_many = find(&ledger, &EventFilter::default()).into_iter().find(|e| e.outlets.len() >= 3).unwrap();
    let event = ledger.event(&told_by_many.id).unwrap().unwrap();
    assert_eq!(event.tellings.len() as u64, event.summary.reports);
    for telling in &event.tellings {
        assert_eq!(telling.passage.words, telling.report.text);
        let article = ledger.article(&telling.article.key).unwrap().unwrap();
        let shown = format!("{}{}{}", telling.passage.before, telling.passage.words, telling.passage.after);
        assert!(article.text.contains(&shown));
        assert_eq!(telling.report.event.as_ref(), Some(&event.summary.id));
    }
    assert!(ledger.event("e0000000000000000").unwrap().is_none());
}

#[test]
fn an_actor_page_counts_events_and_reports_apart() {
    let (_folder, ledger) = world();
    let page = ledger.actor("MIRELA ozan").unwrap().unwrap();
    assert_eq!(page.label, "Mirela Ozan");
    let events = find(&ledger, &filter(|f| f.actor = Some("Mirela Ozan".into())));
    assert_eq!(page.events, events.len() as u64);
    assert_eq!(page.reports, events.iter().map(|e| e.reports).sum::<u64>());
    assert!(page.reports > page.events && page.quotes > 0 && page.articles > 0);
    assert!(page.counterparts.iter().all(|c| c.label() != "Mirela Ozan") && !page.counterparts.is_empty());
    assert!(ledger.actor("XBE").unwrap().unwrap().events > page.events);
    assert!(ledger.actor("nobody").unwrap().is_none());
    assert!(ledger.actors(3).unwrap().len() == 3);
}

#[test]
fn search_ranks_and_marks_the_words() {
    let (_folder, ledger) = world();
    let found = ledger.search("trawler", 5).unwrap();
    assert!(found.articles >= found.hits.len() as u64 && !found.hits.is_empty());
    for hit in &found.hits {
        assert!(
            hit.snippet.iter().any(|(marked, word)| *marked && word.to_lowercase().starts_with("trawl")),
            "{hit:?}"
        );
    }
    assert!(ledger.search("lindqvag", 5).unwrap().articles > 0, "letters with marks are found without");
    for hostile in ["\"", "a AND", "NEAR(", "title:", "^x", "x OR y)", "{a b}:c", "*", "", "\0", "a\u{2}b"] {
        ledger.search(hostile, 5).unwrap();
    }
    assert_eq!(ledger.search("zzzz", 5).unwrap().articles, 0);
}

#[test]
fn quotes_menus_outlets_and_days_agree_with_the_overview() {
    let (_folder, ledger) = world();
    let overview = ledger.overview().unwrap();
    let (all, first) = ledger.quotes(&QuoteFilter::default(), 0, 10).unwrap();
    assert_eq!((all, first.len()), (overview.quotes, 10));
    assert!(first.iter().all(|q| q.passage.words == q.quote.text));
    let by =
        QuoteFilter { speaker: Some("Noor Talvik".into()), text: Some("patience".into()), ..QuoteFilter::default() };
    let (count, found) = ledger.quotes(&by, 0, 100).unwrap();
    assert!(count > 0 && count == found.len() as u64);
    assert!(
        found.iter().all(|q| q.quote.speaker.as_deref() == Some("Noor Talvik") && q.quote.text.contains("patience"))
    );
    let menus = ledger.filter_counts().unwrap();
    assert_eq!(menus.types.iter().map(|v| v.events).sum::<u64>(), overview.events);
    assert_eq!(menus.statuses.iter().map(|v| v.reports).sum::<u64>(), overview.reports);
    assert_eq!(ledger.outlets().unwrap().len() as u64, overview.outlets);
    let days = ledger.events_by_day(&EventFilter::default()).unwrap();
    let undated = find(&ledger, &EventFilter::default()).iter().filter(|e| e.day.is_none()).count();
    assert_eq!(days.iter().map(|d| d.events).sum::<u64>(), overview.events);
    assert_eq!(days.iter().filter(|d| d.day.is_empty()).map(|d| d.events).sum::<u64>(), undated as u64);
    assert_eq!(ledger.articles(Some("Oldgate Herald"), 100).unwrap().len(), 6);
}

#[test]
fn what_a_filter_cannot_mean_is_named() {
    let (_folder, ledger) = world();
    let ask = |filter: EventFilter| ledger.examine(filter, &["SANCTION".to_string()]).unwrap();
    let (filter, faults) = ask(EventFilter {
        event_type: Some(" aid".into()),
        status: Some("Occurred".into()),
        outlet: Some("oldgate herald".into()),
        from: Some("2026".into()),
        to: Some("2026-02".into()),
        actor: Some("xar".into()),
        ..EventFilter::default()
    });
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!([filter.event_type, filter.status], [Some("AID".into()), Some("occurred".into())]);
    assert_eq!(filter.outlet.as_deref(), Some("Oldgate Herald"));
    assert!(ask(EventFilter { event_type: Some("sanction".into()), ..EventFilter::default() }).1.is_empty());
    let (_, faults) = ask(EventFilter {
        event_type: Some("PARTY".into()),
        status: Some("maybe".into()),
        outlet: Some("Nowhere Times".into()),
        from: Some("yesterday".into()),
        to: Some("2026-02-30".into()),
        actor: Some("nobody at all".into()),
        other: Some("nobody".into()),
        place: Some("atlantis".into()),
        text: Some("zebra".into()),
    });
    let named: Vec<&str> = faults.iter().map(|f| f.parameter).collect();
    assert_eq!(named, ["actor", "other", "type", "status", "place", "outlet", "from", "to"]);
    assert!(faults[2].accepts.contains("AID") && faults[3].accepts.contains("planned"));
    assert!(faults.iter().all(|f| f.to_string().contains(&f.value)));
    let turned = EventFilter { from: Some("2026-03".into()), to: Some("2026-02-01".into()), ..EventFilter::default() };
    assert_eq!(ask(turned).1[0].parameter, "to");
    let same = EventFilter { from: Some("2026-03-05".into()), to: Some("2026-03".into()), ..EventFilter::default() };
    assert!(ask(same).1.is_empty(), "a month holds its days");
    let (_, faults) =
        ledger.examine_quotes(QuoteFilter { stance: Some("whisper".into()), ..QuoteFilter::default() }).unwrap();
    assert_eq!(faults[0].parameter, "stance");
}

#[test]
fn what_a_ledger_cannot_answer_is_said() {
    let (_folder, ledger) = world();
    let text = |t: &str| Some(t.to_string());
    let types = ["AID".to_string(), "PROTEST".to_string()];
    let said = |set: &dyn Fn(&mut EventFilter)| ledger.checked(filter(set), &types).map_err(|e| e.to_string());
    assert_eq!(said(&|f| f.event_type = text("protest")).unwrap().event_type, text("PROTEST"));
    let own = find(&ledger, &EventFilter::default()).remove(0).event_type;
    assert!(said(&|f| f.event_type = text(&own.to_lowercase())).is_ok(), "the ledger's own types are known");
    let wrong = said(&|f| f.event_type = text("PROTESTS")).unwrap_err();
    assert!(
        wrong.starts_with("\"PROTESTS\" is no type; it has to be one of PROTEST,") && wrong.contains("AID"),
        "{wrong}"
    );
    let wrong = said(&|f| f.outlet = text("Velm Post")).unwrap_err();
    assert!(wrong.contains("\"Velm Post\"") && wrong.contains("Velm Morning Post"), "{wrong}");
    let wrong = said(&|f| f.actor = text("Nobody At All")).unwrap_err();
    assert!(wrong.contains("Nobody At All") && wrong.contains("code"), "{wrong}");
    assert!(said(&|f| f.actor = text("XAR")).is_ok() && said(&|f| f.outlet = text("Velm Morning Post")).is_ok());
    let outlet = QuoteFilter { outlet: text("No such paper"), ..QuoteFilter::default() };
    assert!(ledger.checked_quotes(outlet).is_err());
}

#[test]
fn a_saved_query_of_a_later_program_is_named_and_not_taken_for_everything() {
    let (_folder, ledger) = world();
    let aid = filter(|f| f.event_type = Some("AID".into()));
    ledger.save_query("Aid", &aid, "2026-02-15T10:00:00Z").unwrap();
    let db = rusqlite::Connection::open(ledger.path()).unwrap();
    let later = r#"{"type":"AID","weather":"rain"}"#;
    db.execute("INSERT INTO saved_queries (name, query, made) VALUES ('Rain', ?, '2027')", [later]).unwrap();
    for wrong in [
        ledger.saved_query("Rain").unwrap_err(),
        ledger.known_query("Rain").unwrap_err(),
        ledger.saved_queries().unwrap_err(),
    ] {
        let words = wrong.to_string();
        assert!(matches!(wrong, LedgerError::SavedQuery { .. }), "{words}");
        assert!(words.contains("\"Rain\"") && words.contains("weather") && words.contains("newer chancery"), "{words}");
    }
    assert_eq!(ledger.saved_query("Aid").unwrap().unwrap().filter, aid);
    assert_eq!(ledger.saved_names().unwrap(), ["Aid", "Rain"]);
    assert!(ledger.known_query("Snow").unwrap_err().to_string().contains("one of Aid, Rain"));
    assert!(ledger.forget_query("Rain", "2027").unwrap());
    assert_eq!(ledger.saved_queries().unwrap().len(), 1);
}

#[test]
fn a_name_that_is_a_step_in_an_address_is_refused() {
    let (_folder, ledger) = world();
    let aid = filter(|f| f.event_type = Some("AID".into()));
    for name in [".", "..", " .. ", "", "\u{7}"] {
        assert!(ledger.save_query(name, &aid, "2026").is_err(), "{name:?}");
    }
    ledger.save_query("...", &aid, "2026").unwrap();
}
