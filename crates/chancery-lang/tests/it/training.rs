use chancery_data::Data;
use chancery_lang::train::{TrainConfig, train};
use chancery_lang::{LangError, Language, conllu, plain_article};
use std::path::Path;

const TREEBANK: &str = "\
# newpar
1\tMali\tMali\tPROPN\tNNP\t_\t2\tnsubj\t_\t_
2\tmet\tmeet\tVERB\tVBD\t_\t0\troot\t_\t_
3\tTogo\tTogo\tPROPN\tNNP\t_\t2\tobj\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tDo\tdo\tAUX\tVB\t_\t3\taux\t_\t_
2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_
3\tgo\tgo\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No
4\t!\t!\tPUNCT\t.\t_\t3\tpunct\t_\t_

";

/// Trains on the small treebank; the weights.
fn weights(folder: &Path) -> Vec<u8> {
    let models = folder.join("models");
    std::fs::create_dir_all(&models).unwrap();
    std::fs::write(folder.join("tiny-train.conllu"), TREEBANK.repeat(8)).unwrap();
    std::fs::write(folder.join("tiny-dev.conllu"), TREEBANK).unwrap();
    let config = TrainConfig { treebanks: folder.into(), without: vec![], out: models.clone(), epochs: 3 };
    let trained = train(&config, |_| ()).unwrap();
    assert_eq!(trained.sentences, 16);
    assert_eq!(trained.scores[0].1.words, 8);
    std::fs::read(models.join("language.bin")).unwrap()
}

#[test]
fn the_same_treebank_gives_the_same_bytes() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(weights(a.path()), weights(b.path()));
    let language = Language::load(&Data::folder(a.path())).unwrap();
    assert_eq!(language.parse(plain_article("Togo met Mali.")).tokens.len(), 4);
}

#[test]
fn a_damaged_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = weights(folder.path());
    let path = folder.path().join("models/language.bin");
    for cut in [0, 7, 16, 20, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let error = Language::load(&Data::folder(folder.path())).unwrap_err();
        assert!(matches!(error, LangError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains("models/language.bin"));
    }
}

#[test]
fn a_folder_without_treebanks_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainConfig { treebanks: folder.path().into(), without: vec![], out: folder.path().into(), epochs: 1 };
    assert!(train(&config, |_| ()).unwrap_err().to_string().contains("no *-train.conllu"));
}

#[test]
fn a_bad_line_of_a_treebank_is_named() {
    let error = conllu::read("1\tMali\tMali\n").unwrap_err();
    assert_eq!(error.to_string(), "line 1: a word line has ten columns between tabs");
    let read = conllu::read(TREEBANK).unwrap();
    assert_eq!(read.len(), 2);
    assert!(read[1].words[1].glued && !read[1].words[0].glued && !read[1].words[0].space_after);
    assert!(read[0].new_paragraph && !read[1].new_paragraph);
}
