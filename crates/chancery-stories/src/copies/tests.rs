use super::*;
use chancery_data::Data;
use proptest::prelude::*;
use std::sync::LazyLock;

static SPELLING: LazyLock<Spelling> = LazyLock::new(|| Spelling::load(&Data::embedded()).unwrap());

/// A text of rows that no other number's text has.
fn prose(number: usize, words: usize) -> String {
    (0..words).map(|i| format!("w{}x{i} ", number * 7919)).collect()
}

fn input(id: &str, outlet: &str, date: &str, text: &str) -> CopyInput {
    CopyInput {
        id: id.into(),
        outlet: (!outlet.is_empty()).then(|| outlet.into()),
        date: date.parse().ok(),
        sketch: Sketch::of(text, &SPELLING),
        ..CopyInput::default()
    }
}

fn found(texts: &[CopyInput]) -> Vec<(String, String, Relation)> {
    find_copies(texts).into_iter().map(|c| (c.id, c.of, c.relation)).collect()
}

fn is(id: &str, of: &str, relation: Relation) -> (String, String, Relation) {
    (id.into(), of.into(), relation)
}

#[test]
fn each_kind_of_copy_is_told_from_the_others() {
    let text = prose(1, 160);
    let longer = format!("{}{text}{}", prose(2, 90), prose(3, 20));
    let corrected = text.replacen("w7919x60 ", "corrected ", 1);
    let texts = [
        input("a", "Harbour Gazette", "2024-05-01", &text),
        input("b", "Inland Post", "2024-05-02", &text.to_uppercase()),
        input("c", "Inland Post", "2024-05-02", &prose(1, 100)),
        input("d", "Hill Review", "2024-05-03", &longer),
        input("e", "Harbour Gazette", "2024-05-02", &corrected),
        input("f", "Hill Review", "2024-05-01", &prose(4, 160)),
    ];
    let expected = [
        is("b", "a", Relation::Same),
        is("c", "a", Relation::Copy),
        is("d", "a", Relation::Reprint),
        is("e", "a", Relation::Version),
    ];
    assert_eq!(found(&texts), expected);
}

#[test]
fn who_credits_is_the_later_one_of_a_day() {
    let (text, day) = (prose(1, 80), "2024-05-01");
    let mut credits = input("a", "Inland Post", day, &format!("{text} more words here"));
    credits.reprinted_from = vec!["HARBOUR Gazette".into()];
    let texts = [credits, input("b", "Harbour Gazette", day, &text)];
    let copies = find_copies(&texts);
    assert_eq!((&*copies[0].id, copies[0].relation), ("a", Relation::Reprint));
    assert!(copies[0].why.ends_with("; it credits HARBOUR Gazette"), "{}", copies[0].why);
    let pair = |of: &str| ("Inland Post".to_string(), of.to_string());
    let graph = who_reprints_whom(&texts, &copies);
    assert_eq!(graph.get(&pair("Harbour Gazette")), Some(&Reprinted { found: 1, credited: 0 }));
    assert_eq!(graph.get(&pair("HARBOUR Gazette")), Some(&Reprinted { found: 0, credited: 1 }));
}

#[test]
fn the_same_address_is_the_same_article() {
    let with_url = |id: &str, date: &str, text: &str| CopyInput {
        url: Some("https://example.org/a".into()),
        ..input(id, "", date, text)
    };
    let later = format!("{} and a line more at the end", prose(1, 80));
    let texts = [with_url("a", "2024-05-01", &prose(1, 80)), with_url("b", "2024-05-02", &later)];
    assert_eq!(found(&texts), [is("b", "a", Relation::Version)]);
}

#[test]
fn a_shared_paragraph_makes_no_copy() {
    let background = prose(9, 60);
    let texts = [
        input("a", "Harbour Gazette", "2024-05-01", &format!("{}{background}", prose(1, 120))),
        input("b", "Harbour Gazette", "2024-05-02", &format!("{}{background}", prose(2, 120))),
    ];
    assert_eq!(found(&texts), []);
}

#[test]
fn short_and_empty_texts_are_copies_of_nothing() {
    let day = "2024-05-01";
    let texts = [
        input("a", "", day, ""),
        input("b", "", day, ""),
        input("c", "", day, "Good day"),
        input("d", "", day, "Good day"),
    ];
    assert_eq!(found(&texts), []);
}

#[test]
fn ten_thousand_copies_of_a_page_are_no_trouble() {
    let text = prose(1, 300);
    let same = Sketch::of(&text, &SPELLING);
    let mut texts: Vec<CopyInput> = (0..10_000)
        .map(|i| CopyInput { id: format!("s{i:05}"), sketch: same.clone(), ..CopyInput::default() })
        .collect();
    // and so many with a date of their own inside
    texts.extend((0..2_000).map(|i| input(&format!("t{i:05}"), "", "", &format!("{text} on day {i}"))));
    // a clock that goes backwards: each is earlier than those before
    let mut index = CopyIndex::default();
    for text in texts.iter().take(10_000).rev() {
        index.place(text.clone());
    }
    assert_eq!(index.copies().len(), 9_999);
    let copies = find_copies(&texts);
    assert_eq!(copies.len(), 11_999);
    assert!(copies.iter().all(|c| c.of == "s00000"));
}

#[test]
fn stored_sketches_come_back_and_others_are_refused() {
    let sketch = Sketch::of(&prose(1, 500), &SPELLING);
    let bytes = sketch.to_bytes();
    assert_eq!(Sketch::from_bytes(&bytes).unwrap(), sketch);
    for broken in [&bytes[..bytes.len() - 1], &bytes[1..], &[], &[9; 40]] {
        assert!(Sketch::from_bytes(broken).is_err());
    }
}

#[test]
fn stored_sketches_mean_the_same_in_every_version() {
    // Where this fails, sketches in ledgers mean something else than before: change `FORMAT` too.
    let sketch = Sketch::of("The envoy left the capital on Monday.", &SPELLING);
    let bytes: String = sketch.to_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(bytes, "01162c30124867828807000000ffffffff3060a112e8fde22de55f724fbd744eac");
}

#[test]
fn shares_are_near_the_truth() {
    let whole = prose(1, 900);
    let part = format!("{}{}", prose(1, 450), prose(2, 450));
    let overlap = Sketch::of(&part, &SPELLING).overlap(&Sketch::of(&whole, &SPELLING));
    assert!((overlap.first_in_second - 0.5).abs() < 0.1, "{overlap:?}");
    assert!((overlap.second_in_first - 0.5).abs() < 0.1, "{overlap:?}");
    assert!((overlap.resemblance - 0.333).abs() < 0.1, "{overlap:?}");
}

#[test]
fn long_texts_are_sampled_as_short_ones_are() {
    let long = prose(1, 20_000);
    let part: String = long.split_inclusive(' ').skip(9_000).take(400).collect();
    let (long, part) = (Sketch::of(&long, &SPELLING), Sketch::of(&part, &SPELLING));
    assert_eq!(part.overlap(&long).first_in_second, 1.0);
    assert!(long.to_bytes().len() < 25_000);
}

/// Texts made of a few paragraphs, so that some repeat, hold or cut others.
fn any_text() -> impl Strategy<Value = (Vec<usize>, &'static str, &'static str, bool)> {
    let paragraphs = prop::collection::vec(0usize..6, 1..5);
    let date = prop::sample::select(vec!["2024-05-01", "2024-05-02", "2024-05", "none"]);
    let outlet = prop::sample::select(vec!["Harbour Gazette", "Inland Post", ""]);
    (paragraphs, date, outlet, any::<bool>())
}

fn texts_of(all: &[(Vec<usize>, &str, &str, bool)]) -> Vec<CopyInput> {
    let text = |(number, (paragraphs, date, outlet, credits)): (usize, &(Vec<usize>, &str, &str, bool))| {
        // Long enough for one of its rows to be a key: shorter ones inside of longer texts are not always found.
        let body: String = paragraphs.iter().map(|&p| prose(p, 160)).collect();
        let mut input = input(&format!("t{number}"), outlet, date, &body);
        input.reprinted_from = credits.then(|| "Harbour Gazette".to_string()).into_iter().collect();
        input
    };
    all.iter().enumerate().map(text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn one_by_one_in_any_order_is_all_at_once(all in prop::collection::vec(any_text(), 1..14), turn in 0usize..14) {
        let mut texts = texts_of(&all);
        let at_once = find_copies(&texts);
        let middle = turn % texts.len();
        texts.rotate_left(middle);
        prop_assert_eq!(&find_copies(&texts), &at_once);
        let mut index = CopyIndex::default();
        let mut known = BTreeMap::new();
        for text in texts {
            index.place(text);
            known.extend(index.take_changes().into_iter().map(|copy| (copy.id.clone(), copy)));
        }
        prop_assert_eq!(&index.copies(), &at_once);
        // what was told on the way is what holds in the end
        prop_assert_eq!(known.into_values().collect::<Vec<_>>(), at_once);
    }

    #[test]
    fn a_copy_points_to_the_earliest_related_text(all in prop::collection::vec(any_text(), 1..10)) {
        let texts = texts_of(&all);
        let copies = find_copies(&texts);
        for text in &texts {
            let earlier = texts.iter().filter(|o| index::rank(o) < index::rank(text) && are_related(&o.sketch, &text.sketch));
            let first = earlier.min_by(|a, b| index::rank(a).cmp(&index::rank(b))).map(|o| &o.id);
            prop_assert_eq!(copies.iter().find(|c| c.id == text.id).map(|c| &c.of), first);
        }
    }

    #[test]
    fn no_text_breaks_the_sketch(text in "\\PC{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let sketch = Sketch::of(&text, &SPELLING);
        let own = sketch.overlap(&sketch);
        prop_assert!(sketch.words() == 0 || own.resemblance == 1.0);
        prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()).unwrap(), sketch);
        let _ = Sketch::from_bytes(&bytes);
    }
}
