//! `train finder`: a model from labelled passages.

use crate::support::{arg, chancery};
use std::fs;

const LABELLED: &str = "\
# a comment

Peru glorped Chile on Monday. Chile and Peru share a border.
SANCTION occurred: PER > CHL @ glorped

Ghana glorped Togo over the dam on Friday.
SANCTION occurred: GHA > TGO @ glorped

Kenya glorped Somalia last week, officials said.
SANCTION occurred: KEN > SOM @ glorped

Norway and Sweden are cold, and Norway is larger than Denmark.
";

fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.txt"), text).unwrap();
    folder
}

#[test]
fn a_word_that_no_codebook_has_is_learnt_from_passages() {
    let from = folder(LABELLED);
    let models = from.path().join("data/models");
    fs::create_dir_all(&models).unwrap();
    let train = || {
        chancery(&["train", "finder", "--from", arg(from.path()), "--out", arg(&models)]).ended(0);
        fs::read(models.join("finder.bin")).unwrap()
    };
    assert_eq!(train(), train(), "the same passages give the same bytes");
    let text = from.path().join("new.html");
    fs::write(&text, "<p>Malta glorped Tunisia on Sunday.</p>").unwrap();
    let coded = |more: &[&str]| {
        let run = chancery(&[more, &["code", arg(&text), "--date", "2026-03-04"]].concat()).ended(0).json_lines();
        run[0]["events"].as_array().unwrap().clone()
    };
    let data = from.path().join("data");
    let own = coded(&["--data", arg(&data)]);
    assert_eq!(own.len(), 1, "{own:?}");
    assert_eq!(own[0]["type"], "SANCTION");
    assert_eq!(own[0]["actors"][0]["code"], "MLT");
    assert_eq!(own[0]["recipients"][0]["code"], "TUN");
    assert!(own[0]["why"].as_str().unwrap().starts_with("model: "), "{}", own[0]["why"]);
    fs::write(models.join("finder.bin"), "").unwrap();
    assert_eq!(coded(&["--data", arg(&data)]).len(), 0, "an empty file stands for no model");
    fs::write(models.join("finder.bin"), "no model").unwrap();
    let broken = chancery(&["--data", arg(&data), "code", arg(&text)]).ended(1);
    assert!(broken.stderr.contains("models/finder.bin"), "{}", broken.stderr);
}

#[test]
fn a_wrong_line_is_named_with_its_file() {
    let from = folder("Peru thanked Chile.\nSUPPORT occurred: PER > CHL @ praised\n");
    let run = chancery(&["train", "finder", "--from", arg(from.path()), "--out", arg(from.path())]).ended(1);
    assert!(run.stderr.contains("own.txt: line 2"), "{}", run.stderr);
}
