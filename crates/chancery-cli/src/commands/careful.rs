//! The careful tier: finding its weights, and `chancery train careful`.

use super::finder::{self, Labelled};
use super::relate::{Marked, files, fold_key, one_paragraph, table_of_pairs};
use crate::args::CarefulArgs;
use crate::output;
use anyhow::{Context, Result};
use chancery::text::{MarkedPair, SecondReader, Span};
use chancery::{Coder, Data, Pipeline, Sample, Taught, compare_readers};
use chancery_careful::{Careful, Start};
use chancery_encoder::{Shape, Weights};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file of weights, below `data/`; the program does not carry it inside.
const MODEL: &str = "careful/careful.bin";
/// Says where the file is.
const NAMED: &str = "CHANCERY_CAREFUL";
const NO_PASSAGES: &str = "no labelled passages (*.txt) to train on";
/// How many folders above the program are searched.
const MOST_FOLDERS: usize = 4;
/// The option of a run that asked the careful tier: the hash of its weights, or `true` in ledgers of older programs.
pub const OPTION: &str = "careful";

/// The careful tier, ready to be asked.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub reader: Arc<dyn SecondReader>,
    /// Of the file, in 16 hexadecimal digits.
    pub hash: String,
}

/// Loads the careful tier, where it is asked for.
pub fn load_if(asked: bool, data: &Data) -> Result<Option<Loaded>> {
    asked.then(|| load(data)).transpose()
}

/// Loads the careful tier: from the file that [`NAMED`] names, from `--data`, else from a folder near the program.
fn load(data: &Data) -> Result<Loaded> {
    let named = std::env::var_os(NAMED).filter(|name| !name.is_empty()).map(PathBuf::from);
    let program = std::env::current_exe().and_then(|program| program.canonicalize()).ok();
    let file = place(named, data, program.as_deref()).with_context(|| {
        format!(
            "--careful needs its weights, `data/{MODEL}` in the repository of the source, and they are not near the program: \
             name the file with {NAMED}"
        )
    })?;
    let bytes = output::read_bytes(&file)?;
    let reader = Careful::read(&bytes).with_context(|| file.display().to_string())?;
    Ok(Loaded { reader: Arc::new(reader), hash: chancery_ledger::content_hash(&bytes)[..16].to_string() })
}

/// The first of the places in their order that there is; a file that is named has to be there.
fn place(named: Option<PathBuf>, data: &Data, program: Option<&Path>) -> Option<PathBuf> {
    named.or_else(|| data.on_disk(MODEL)).or_else(|| near(program?))
}

/// `careful.bin` beside the program, or below `data/` or `share/chancery/` of a folder above it.
fn near(program: &Path) -> Option<PathBuf> {
    let folders = program.ancestors().skip(1).take(MOST_FOLDERS);
    let mut places =
        folders.flat_map(|f| [f.join("careful.bin"), f.join("data").join(MODEL), f.join("share/chancery").join(MODEL)]);
    places.find(|file| file.is_file())
}

/// Trains the careful tier, and prints what cross-validation says of it.
pub fn train(data: &Data, flags: &CarefulArgs) -> Result<()> {
    // Whatever can be wrong with the files is said before the long work.
    output::can_write_into(&flags.out)?;
    let start = start(&flags.start)?;
    let tables = read_all(&flags.from, "tsv", "no table (*.tsv) to train on", table_of_pairs)?;
    let labelled = read_all(&flags.labelled, "txt", NO_PASSAGES, finder::read)?;
    let (pipeline, rules) = (Pipeline::load(data)?, Coder::of_rules(data)?);
    let own = own_pairs(&pipeline, &labelled);
    let taught = own.iter().map(|pair| sample(&pipeline, &rules, pair)).collect();
    let (mut pairs, mut samples) = (Vec::new(), Vec::new());
    for (root, Marked { text, actor, recipient }) in tables.into_iter().flat_map(|(_, rows)| rows) {
        let (document, group) = (pipeline.language.parse(one_paragraph(&text)), fold_key(&text));
        samples.push((rules.sample(&document, actor, recipient), root.clone(), group));
        let (actor, recipient) = (actor.start..actor.end, recipient.start..recipient.end);
        pairs.push((MarkedPair { sentence: text, actor, recipient, root }, group));
    }
    eprintln!("chancery: {} own pairs, {} of the tables", own.len(), pairs.len());
    let trained = chancery_careful::train(start, &own, &pairs, |line| eprintln!("chancery: {line}"))?;
    let taught = Taught { samples: taught, readings: trained.readings };
    let tiers = ["rules and model", "careful alone", "rules, model and careful"];
    for (name, scores) in tiers.into_iter().zip(compare_readers(&samples, &taught, &trained.held_out)) {
        eprintln!("chancery: {name}: accuracy {:.4}, macro-F1 {:.4}", scores.accuracy, scores.macro_f1);
    }
    output::write_weights(&flags.out, "careful.bin", &trained.model)
}

/// What the careful tier says of the pairs of labelled passages, for the linear model to learn from.
pub fn taught(data: &Data, folder: &Path) -> Result<Taught> {
    let (pipeline, rules, careful) = (Pipeline::load(data)?, Coder::of_rules(data)?, load(data)?);
    let labelled = read_all(folder, "txt", NO_PASSAGES, finder::read)?;
    let own = own_pairs(&pipeline, &labelled);
    let read = |pair: &MarkedPair| careful.reader.shares(&pair.sentence, pair.actor.clone(), pair.recipient.clone());
    let readings = vec![own.iter().map(read).collect()];
    Ok(Taught { samples: own.iter().map(|pair| sample(&pipeline, &rules, pair)).collect(), readings })
}

/// A pair as the linear model sees it.
fn sample(pipeline: &Pipeline, rules: &Coder, pair: &MarkedPair) -> Sample {
    let span = |party: &Range<usize>| Span::new(party.start, party.end);
    let document = pipeline.language.parse(one_paragraph(&pair.sentence));
    rules.sample(&document, span(&pair.actor), span(&pair.recipient))
}

/// The encoder to start from.
fn start(folder: &Path) -> Result<Start> {
    let (vocabulary, weights) = (folder.join("vocab.txt"), folder.join("model.safetensors"));
    let (words, bytes) = (output::read_text(&vocabulary)?, output::read_bytes(&weights)?);
    let encoder = Weights::read_safetensors(&bytes, Shape::MINI_LM).with_context(|| weights.display().to_string())?;
    Start::new(encoder, words).with_context(|| vocabulary.display().to_string())
}

/// What the files of a folder hold, each with its name.
fn read_all<T>(
    folder: &Path,
    ending: &str,
    missing: &str,
    read: impl Fn(&Path) -> Result<Vec<T>>,
) -> Result<Vec<(PathBuf, Vec<T>)>> {
    let files = files(folder, &[], &[ending], missing)?;
    files.into_iter().map(|file| read(&file).map(|rows| (file, rows))).collect()
}

/// The labelled passages as marked sentences.
fn own_pairs(pipeline: &Pipeline, files: &[(PathBuf, Vec<Labelled>)]) -> Vec<MarkedPair> {
    let mut all = Vec::new();
    for (file, passages) in files {
        all.extend(passages.iter().flat_map(|p| pipeline.marked_pairs(p.article(), &p.labels)));
        eprintln!("chancery: {}: {} own pairs so far", file.display(), all.len());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A file in the folder.
    fn file(folder: &Path, path: &str) -> PathBuf {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, path).unwrap();
        file
    }

    #[test]
    fn the_named_file_goes_before_the_datas_and_that_before_one_near_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let program = file(folder.path(), "bin/chancery");
        let place = |named: Option<&str>, data: &Data| super::place(named.map(PathBuf::from), data, Some(&program));
        let (plain, own) = (Data::embedded(), Data::folder(folder.path().join("own")));
        assert_eq!(place(None, &own), None);
        let near = file(folder.path(), "bin/careful.bin");
        assert_eq!(place(None, &own), Some(near.clone()), "a folder of data without the file");
        let of_data = file(folder.path(), "own/careful/careful.bin");
        assert_eq!(place(None, &own), Some(of_data));
        assert_eq!(place(None, &plain), Some(near));
        assert_eq!(place(Some("elsewhere.bin"), &own), Some("elsewhere.bin".into()), "even if it is not there");
    }

    #[test]
    fn near_the_program_is_beside_it_and_in_folders_above() {
        let folder = tempfile::tempdir().unwrap();
        let program = file(folder.path(), "1/2/3/4/5/chancery");
        // From the farthest to the nearest: each goes before those above.
        file(folder.path(), "1/careful.bin");
        assert_eq!(near(&program), None, "too far up");
        for place in [
            "1/2/share/chancery/careful/careful.bin",
            "1/2/data/careful/careful.bin",
            "1/2/3/4/share/chancery/careful/careful.bin",
            "1/2/3/4/5/careful.bin",
        ] {
            let expected = file(folder.path(), place);
            assert_eq!(near(&program), Some(expected));
        }
    }
}
