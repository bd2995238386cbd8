//! `--careful`: the second reader of `relate` and `code`.

use crate::support::{arg, command, ran, root};
use std::fs;
use std::path::Path;

const PAIRS: &str = "\
id\tmarked_sentence
1\t<s>Norway</s> has promised to send ten ambulances to <t>Kenya</t> next year.
2\t<s>Peru</s> poured scorn on <t>Chile</t>'s claims about the border.
3\t<s>Malian soldiers</s> opened up on <t>villagers from Benin</t> near the border.
4\t<s>Norway</s> let go of <t>two Kenyan sailors</t> it had held for a year.
5\t<s>Togo</s> slapped a levy on goods from <t>Ghana</t>.
";

/// Runs the program with the model of this checkout.
fn careful(args: &[&str], model: &Path) -> crate::support::Ran {
    ran(command(args).env("CHANCERY_CAREFUL", model).output().expect("the program starts"))
}

fn shipped() -> std::path::PathBuf {
    root().join("data/careful/careful.bin")
}

#[test]
fn pairs_that_the_models_are_not_sure_of_are_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pairs.tsv");
    fs::write(&file, PAIRS).unwrap();
    let run = || careful(&["relate", "--careful", arg(&file)], &shipped()).ended(0);
    let rows = run().json_lines();
    let roots: Vec<&str> = rows.iter().map(|r| r["root"].as_str().unwrap()).collect();
    assert_eq!(roots, ["AGREE", "ACCUSE", "ASSAULT", "YIELD", "SANCTION"]);
    assert!(rows.iter().any(|r| r["why"].as_str().unwrap().contains("read twice")), "{rows:?}");
    assert_eq!(run().stdout, run().stdout, "the same file gives the same bytes");
}

#[test]
fn events_are_read_twice_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    for (i, text) in
        ["Norway froze out Kenya's envoys.", "Peru rained praise on Chile, and Togo cursed Benin."].iter().enumerate()
    {
        fs::write(folder.path().join(format!("{i}.txt")), text).unwrap();
    }
    let coded = |threads: &str| {
        careful(&["code", "--careful", "-j", threads, "--date", "2026-03-04", arg(folder.path())], &shipped()).ended(0)
    };
    let one = coded("1");
    assert!(one.text().contains("read twice"), "{}", one.text());
    assert_eq!(one.stdout, coded("3").stdout);
}

#[test]
fn a_model_that_is_missing_or_damaged_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("a.txt");
    fs::write(&text, "Norway thanked Kenya.").unwrap();
    let missing = careful(&["code", "--careful", arg(&text)], &folder.path().join("none.bin")).ended(1);
    assert!(missing.stderr.contains("none.bin"), "{}", missing.stderr);
    let damaged = folder.path().join("damaged.bin");
    fs::write(&damaged, &fs::read(shipped()).unwrap()[..5000]).unwrap();
    let run = careful(&["code", "--careful", arg(&text)], &damaged).ended(1);
    assert!(run.stderr.contains("damaged") && run.stderr.contains("train careful"), "{}", run.stderr);
    assert!(run.stdout.is_empty());
}
