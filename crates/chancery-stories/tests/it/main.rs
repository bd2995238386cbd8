//! Reports built by hand, joined.

use chancery_data::Data;
use chancery_stories::{ArticleTellings, Joiner, Telling};
use chancery_text::{Actor, ActorCode, ActorKind, DateBasis, Evidence, Participant, Report, Span, Status};
use proptest::prelude::*;

/// "Xi Jinping/CHN GOV": a person; "CHN": the state itself.
fn party(written: &str) -> Participant {
    let (name, code) = written.split_once('/').unwrap_or((written, written));
    let kind = if written.contains('/') { ActorKind::Person } else { ActorKind::Country };
    let actor = Actor { name: name.into(), kind, code: ActorCode::parse(code), wikidata: None };
    Participant { text: name.into(), span: Span::new(0, 1), actor }
}

fn report(event_type: &str, words: &str, at: usize, actors: &[&str], recipients: &[&str], date: &str) -> Report {
    let text = format!("{}{words}", " ".repeat(at));
    Report {
        evidence: Evidence::new(&text, Span::new(at, text.len())).unwrap(),
        trigger: 0,
        event_type: event_type.into(),
        mode: None,
        cameo: None,
        contexts: Vec::new(),
        actors: actors.iter().map(|p| party(p)).collect(),
        recipients: recipients.iter().map(|p| party(p)).collect(),
        symmetric: event_type == "CONSULT",
        status: Status::Occurred,
        historical: false,
        date: date.parse().ok(),
        date_basis: None,
        place: None,
        claimant: None,
        confidence: 1.0,
        why: String::new(),
    }
}

fn join(articles: &[ArticleTellings]) -> Vec<Vec<String>> {
    Joiner::load(&Data::embedded()).unwrap().join(articles)
}

fn article(id: &str, reports: &[Report]) -> ArticleTellings {
    ArticleTellings { id: id.into(), date: None, tellings: reports.iter().map(Telling::from).collect() }
}

fn ids(articles: &[(&str, Vec<Report>)]) -> Vec<Vec<String>> {
    let articles: Vec<ArticleTellings> = articles.iter().map(|(id, reports)| article(id, reports)).collect();
    join(&articles)
}

fn meeting(at: usize, words: &str, actors: &[&str], recipients: &[&str], date: &str) -> Report {
    report("CONSULT", words, at, actors, recipients, date)
}

#[test]
fn a_meeting_told_by_two_outlets_from_either_side_is_one_event() {
    let a = meeting(0, "Xi Jinping received Putin", &["Xi Jinping/CHN GOV"], &["Vladimir Putin/RUS GOV"], "2024-05-16");
    let b = meeting(9, "Putin held talks with Xi", &["Vladimir Putin/RUS GOV"], &["Xi Jinping/CHN GOV"], "2024-05-16");
    let found = ids(&[("a.txt#1", vec![a]), ("b.txt#1", vec![b])]);
    assert_eq!(found[0], found[1]);
}

#[test]
fn other_ministers_of_the_same_states_meet_elsewhere() {
    let a = meeting(0, "Xi Jinping received Putin", &["Xi Jinping/CHN GOV"], &["Vladimir Putin/RUS GOV"], "2024-05-16");
    let b = meeting(0, "Wang Yi met Lavrov", &["Wang Yi/CHN GOV"], &["Sergey Lavrov/RUS GOV"], "2024-05-16");
    let found = ids(&[("a.txt#1", vec![a]), ("b.txt#1", vec![b])]);
    assert_ne!(found[0], found[1]);
}

#[test]
fn a_minister_may_stand_for_his_state() {
    let a = meeting(0, "Xi Jinping received Putin", &["Xi Jinping/CHN GOV"], &["Vladimir Putin/RUS GOV"], "2024-05-16");
    let b = meeting(0, "China hosted Russia for a summit", &["CHN GOV"], &["RUS GOV"], "2024-05-16");
    let found = ids(&[("a.txt#1", vec![a]), ("b.txt#1", vec![b])]);
    assert_eq!(found[0], found[1]);
}

#[test]
fn a_paragraph_that_is_printed_again_tells_the_same() {
    let words = "China fined three Russian timber merchants for felling protected cedars near Harbin";
    let printed = |basis: DateBasis, date: &str| Report {
        date_basis: Some(basis),
        ..report("SANCTION", words, 0, &["CHN"], &["RUS"], date)
    };
    let joined = |again: Report| {
        let found = ids(&[("a.txt#1", vec![printed(DateBasis::Stated, "2024-05-16")]), ("b.txt#1", vec![again])]);
        found[0] == found[1]
    };
    assert!(joined(printed(DateBasis::Published, "2024-05-20")), "the later article says no day");
    assert!(!joined(printed(DateBasis::Stated, "2024-05-20")), "it says another day");
    assert!(!joined(printed(DateBasis::Published, "2024-05-12")), "it was printed before");
    assert!(!joined(printed(DateBasis::Published, "2024-06-20")), "too long ago to be the same news");
}

#[test]
fn meetings_a_month_apart_stay_apart() {
    let day = |date: &str| {
        meeting(0, "Xi Jinping received Putin", &["Xi Jinping/CHN GOV"], &["Vladimir Putin/RUS GOV"], date)
    };
    let found = ids(&[("a.txt#1", vec![day("2024-05-16")]), ("b.txt#1", vec![day("2024-06-16")])]);
    assert_ne!(found[0], found[1]);
    let found = ids(&[("a.txt#1", vec![day("2024-05-31")]), ("b.txt#1", vec![day("2024-06-01")])]);
    assert_eq!(found[0], found[1], "one day apart, over the end of a month");
}

#[test]
fn two_accusations_with_other_words_stay_apart() {
    let a = report("ACCUSE", "accused Russia of jamming satellites", 0, &["NOR"], &["RUS"], "2024-05-16");
    let b = report("ACCUSE", "condemned the expulsion of diplomats", 90, &["NOR"], &["RUS"], "2024-05-16");
    let c = report("ACCUSE", "accuses Russia of satellite jamming", 200, &["NOR GOV"], &["RUS"], "2024-05-16");
    let found = ids(&[("a.txt#1", vec![a, b, c])]);
    assert_ne!(found[0][0], found[0][1]);
    assert_eq!(found[0][0], found[0][2]);
}

#[test]
fn a_meeting_that_was_planned_and_takes_place_is_one_event() {
    let a = meeting(0, "Xi Jinping received Putin", &["Xi Jinping/CHN GOV"], &["Vladimir Putin/RUS GOV"], "2024-05-16");
    let planned = |date: &str| Report { status: Status::Planned, date: date.parse().ok(), ..a.clone() };
    let found = ids(&[("a.txt#1", vec![a.clone()]), ("b.txt#1", vec![planned("2024-05-16")])]);
    assert_eq!(found[0], found[1]);
    let found = ids(&[("a.txt#1", vec![a.clone()]), ("b.txt#1", vec![planned("2024-09-02")])]);
    assert_ne!(found[0], found[1], "another day, another meeting");
}

fn any_report() -> impl Strategy<Value = Report> {
    let parties = prop::sample::select(vec!["CHN", "RUS GOV", "USA", "Xi Jinping/CHN GOV", "Wang Yi/CHN GOV"]);
    let words =
        prop::sample::select(vec!["met in the capital", "condemned the new sanctions", "talks about trade", "é"]);
    let date = prop::sample::select(vec!["2024-05-16", "2024-05-17", "2024-05", "2024", "none"]);
    let kind = prop::sample::select(vec!["CONSULT", "ACCUSE"]);
    (parties.clone(), parties, words, date, kind, 0usize..50)
        .prop_map(|(a, b, words, date, kind, at)| report(kind, words, at, &[a], &[b], date))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_articles_changes_nothing(all in prop::collection::vec(prop::collection::vec(any_report(), 0..5), 1..6)) {
        let names: Vec<String> = (0..all.len()).map(|i| format!("{i}.txt#1")).collect();
        let forward: Vec<ArticleTellings> =
            all.iter().zip(&names).map(|(reports, id)| article(id, reports)).collect();
        let backward: Vec<ArticleTellings> = forward.iter().rev().cloned().collect();
        let mut turned = join(&backward);
        turned.reverse();
        prop_assert_eq!(join(&forward), turned);
    }
}
