//! Feeds `cases/language/coreference.toml` to the resolver; chains of any text; scores of chains made by hand.

use crate::cases::language;
use chancery_data::Data;
use chancery_lang::coreference::{CoreferenceConfig, Ground, Resolver, score_chains, train_coreference};
use chancery_lang::{conllu, plain_article};
use chancery_text::Document;
use proptest::prelude::*;
use serde::Deserialize;
use std::ops::Range;
use std::sync::OnceLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(rename = "origin")]
    _origin: String,
    text: String,
    /// The words of each chain, in order.
    chains: Vec<Vec<String>>,
    /// Why this case is wrong today; fails once it is right.
    known_gap: Option<String>,
}

pub fn resolver() -> &'static Resolver {
    static RESOLVER: OnceLock<Resolver> = OnceLock::new();
    RESOLVER.get_or_init(|| Resolver::load(&Data::embedded()).expect("the built-in model loads"))
}

fn parse(text: &str) -> Document {
    language().parse(plain_article(text))
}

#[test]
fn cases_hold() {
    let cases: Cases =
        toml::from_str(include_str!("../../../../cases/language/coreference.toml")).expect("the cases are well formed");
    assert!(!cases.case.is_empty());
    let mut wrong = Vec::new();
    for case in &cases.case {
        let document = parse(&case.text);
        let words = |r: &chancery_lang::coreference::Reference| r.span.of(&case.text).to_string();
        let chains = resolver().find_chains(&document);
        let found: Vec<Vec<String>> = chains.iter().map(|c| c.references.iter().map(words).collect()).collect();
        if (found == case.chains) == case.known_gap.is_some() {
            wrong.push(format!("{}: found {found:?}, wanted {:?}", case.name, case.chains));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_link_explains_itself() {
    let document = parse("Chinese President Xi Jinping landed in Rome. He will stay for two days.");
    let chains = resolver().find_chains(&document);
    let link = chains[0].references[1].link.expect("\"He\" is linked");
    assert_eq!((link.ground, link.antecedent), (Ground::Pronoun, chains[0].references[0].head));
    assert!(link.margin > 0 && chains[0].references[0].link.is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chains_lie_in_the_text_and_can_be_printed(text in "(He|She|They|The|the|its|his|Mali|Togo|UN|envoy|talks|met|said|and|of|who|in|[.,’“”()中]| |\n\n){0,60}") {
        let document = parse(&text);
        let chains = resolver().find_chains(&document);
        for chain in &chains {
            prop_assert!(chain.references.len() > 1);
            for (k, reference) in chain.references.iter().enumerate() {
                prop_assert_eq!(reference.link.is_some(), k > 0);
                prop_assert!(reference.tokens.contains(&reference.head));
                prop_assert!(!reference.span.of(&text).is_empty());
            }
        }
        let read = conllu::read(&conllu::write_with_chains(&document, &chains)).unwrap();
        let mut base = 0;
        let mut printed: Vec<Range<usize>> = Vec::new();
        for sentence in &read {
            printed.extend(sentence.entities.iter().map(|(_, words)| base + words.start..base + words.end));
            base += sentence.words.len();
        }
        let mut found: Vec<Range<usize>> = chains.iter().flat_map(|c| &c.references).map(|r| r.tokens.clone()).collect();
        printed.sort_by_key(|r| (r.start, r.end));
        found.sort_by_key(|r| (r.start, r.end));
        prop_assert_eq!(printed, found);
    }
}

#[test]
fn scores_are_those_of_the_papers() {
    let place = |i: usize| i..i + 1;
    // Gold {1 2 3} {4 5}; found {1 2} {3 4 5}.
    let gold = [vec![place(1), place(2), place(3)], vec![place(4), place(5)]];
    let found = [vec![place(1), place(2)], vec![place(3), place(4), place(5)]];
    let scores = score_chains(&gold, &found);
    let close = |a: f64, b: f64| (a - b).abs() < 0.01;
    assert!(close(scores.muc[0], 100.0 * 2.0 / 3.0) && close(scores.muc[1], 100.0 * 2.0 / 3.0), "{scores:?}");
    assert!(close(scores.b_cubed[0], 100.0 * (2.0 + 1.0 / 3.0 + 4.0 / 3.0) / 5.0), "{scores:?}");
    assert!(close(scores.ceaf_e[2], 80.0) && close(scores.mentions[2], 100.0), "{scores:?}");
    assert!(close(score_chains(&gold, &gold).conll(), 100.0));
    assert!(close(score_chains(&gold, &[]).conll(), 0.0));
}

const TREEBANK: &str = "\
# newdoc id = one
# newpar
1\tMali\tMali\tPROPN\tNNP\t_\t2\tnsubj\t_\tEntity=(1-place-new)
2\tcame\tcome\tVERB\tVBD\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

1\tIt\tit\tPRON\tPRP\t_\t2\tnsubj\t_\tEntity=(1-place-giv)
2\tmet\tmeet\tVERB\tVBD\t_\t0\troot\t_\t_
3\tthe\tthe\tDET\tDT\t_\t4\tdet\t_\tEntity=(2-person-new(3[1/2]-x
4\tenvoy\tenvoy\tNOUN\tNN\t_\t2\tobj\t_\tEntity=2)|SpaceAfter=No
5\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

";

#[test]
fn training_is_repeatable_and_names_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let config = |without: &[&str]| CoreferenceConfig {
        treebanks: folder.path().into(),
        out: folder.path().into(),
        without: without.iter().map(|w| w.to_string()).collect(),
    };
    std::fs::write(folder.path().join("tiny-train.conllu"), TREEBANK.repeat(4)).unwrap();
    let train = || {
        train_coreference(&Data::embedded(), &config(&[]), |_| ()).unwrap();
        std::fs::read(folder.path().join("coreference.bin")).unwrap()
    };
    assert_eq!(train(), train());
    let error = train_coreference(&Data::embedded(), &config(&["tiny"]), |_| ()).unwrap_err();
    assert!(error.to_string().contains("no *-train.conllu with Entity="), "{error}");
    let read = conllu::read(TREEBANK).unwrap();
    assert_eq!(read[1].entities, [("1".to_string(), 0..1), ("2".to_string(), 2..4)]);
    assert!(read[0].new_document && !read[1].new_document);
}

#[test]
fn a_damaged_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coreference.bin");
    for bytes in [&b""[..], b"chancery-coref-1\n", b"something else"] {
        std::fs::write(&path, bytes).unwrap();
        let data = Data::embedded().with_file("models/coreference.bin", &path);
        assert!(Resolver::load(&data).unwrap_err().to_string().contains("models/coreference.bin"));
    }
}
